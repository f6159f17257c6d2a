"""The door to Apprise: `python -m monitors.apprise_process` takes one message on standard input and says how it went.

A process of its own, because Apprise's 150 services wait, sleep and connect as they like: from outside it can be ended
on time, and inside an audit hook judges every address where the connection is made, whatever library makes it.
"""

from __future__ import annotations

import json
import logging
import re
import socket
import sys
import warnings
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from apprise import Apprise, AppriseAsset, NotifyFormat, OverflowMode
from apprise.logger import logger
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ConnectTimeout, ProxyError, ReadTimeout, SSLError
from urllib3.exceptions import NewConnectionError

from crawler.fetching.guard import is_public

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from apprise import NotifyBase
    from requests import PreparedRequest, Response

#: Apprise's schema -> what to write instead. Its plugins for the first three look at the HTTP status alone, and these
#: robots answer 200 to everything; mail has its own way with its own outbox states.
OURS: Final = {
    "wecombot": "wecom://KEY",
    "dingtalk": "dingtalk://TOKEN?secret=SEC…",
    "feishu": "feishu://TOKEN?secret=…",
    "mailto": "mailto:name@example.com",
    "mailtos": "mailto:name@example.com",
}
#: Screens and logs of the machine that the service runs on: nobody reads them there.
LOCAL: Final = frozenset({"dbus", "qt", "kde", "glib", "gio", "gnome", "macosx", "windows", "syslog", "blink1"})
#: Shorter pieces of an address are no secrets, and are found in every sentence.
SECRET_LENGTH: Final = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """How it went, as far as Apprise tells."""

    accepted: bool
    #: Of the last HTTP answer; 0 = there was none.
    status: int = 0
    retry_after: str | None = None
    #: Where the line broke: "before" or "after" the message was handed over; "forbidden" where the guard broke it;
    #: "" = it did not, or nobody knows.
    broke: str = ""
    #: Apprise's last complaint, without any piece of the address.
    words: str = ""


def find_fault(url: str) -> str:
    """Why the address cannot be used, or nothing. The address itself is not in it."""
    silence()
    service = open_service(url)
    if service is None:
        return "Apprise does not know this address; github.com/caronc/apprise/wiki has the form of each service"
    for schema in service.schemas():  # type: ignore[no-untyped-call]
        if schema in OURS:
            return f"Apprise would take any answer of {schema} for success; write {OURS[schema]}"
        if schema in LOCAL:
            return f"{schema} shows messages on the machine of the service; write a service that reaches a person"
    return ""


def open_service(url: str) -> NotifyBase | None:
    """Nothing is kept on disk and no redirect is followed, whatever the address asks for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # some of its plugins import what Python 3.13 dropped
        service = Apprise.instantiate(url, asset=AppriseAsset(http_redirects=False))
    if service is not None:
        service.redirects = False
        service.overflow_mode = OverflowMode.SPLIT
    return service


def deliver(url: str, title: str, body: str) -> Report:
    """One message, in Markdown."""
    fault, service = find_fault(url), open_service(url)
    if fault or service is None:
        return Report(accepted=False, status=404, words=fault)
    exchange, complaints = _Exchange(), _Complaints()
    logger.addHandler(complaints)
    apprise = Apprise(asset=service.asset)
    apprise.add(service)
    accepted = bool(apprise.notify(title=title, body=body, body_format=NotifyFormat.MARKDOWN))
    words = scrubbed(exchange.words or complaints.last, url)
    return Report(
        accepted=accepted,
        status=exchange.status,
        retry_after=exchange.retry_after,
        broke=exchange.broke,
        words=words,
    )


def guard(private: Iterable[str]) -> list[str]:
    """From now on this process connects to the public internet and to these hosts alone.

    What it refuses is added to the list that it gives.
    """
    refused: list[str] = []
    allowed = {str(place[0]) for host in private for *_, place in _resolved(host)}

    def judge(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto") and not _is_allowed(arguments[1], allowed):
            refused.append("it is on a private network; the operator may allow it: allow_private in fenghuo.toml")
            raise PermissionError(refused[-1])

    sys.addaudithook(judge)
    return refused


def _resolved(host: str) -> list[Any]:
    try:
        return socket.getaddrinfo(host, None)
    except OSError:
        return []


def _is_allowed(address: object, allowed: set[str]) -> bool:
    """Names are resolved before a connection is made; what is no IP address here is a local socket."""
    host = str(address[0]) if isinstance(address, tuple) else ""
    try:
        return host in allowed or is_public(host)
    except ValueError:
        return False


class _Exchange:
    """What `requests`, which most services go through, sees of the last exchange from now on."""

    def __init__(self) -> None:
        self.status = 0
        self.retry_after: str | None = None
        self.broke = self.words = ""
        self._listen(HTTPAdapter.send)

    def _listen(self, send: Callable[..., Response]) -> None:

        def witnessed(adapter: HTTPAdapter, request: PreparedRequest, **options: Any) -> Response:
            try:
                response = send(adapter, request, **options)
            except (RequestsConnectionError, ReadTimeout) as error:
                self.status, (self.broke, self.words) = 0, _breach(error)
                raise
            self.status, self.broke, self.words = response.status_code, "", ""
            self.retry_after = response.headers.get("Retry-After")
            return response

        HTTPAdapter.send = witnessed  # type: ignore[method-assign,assignment]


def _breach(error: Exception) -> tuple[str, str]:
    """Where the line broke, and the innermost words for it."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    before = isinstance(error, (ConnectTimeout, ProxyError, SSLError)) or isinstance(reason, NewConnectionError)
    return "before" if before else "after", str(reason or error)


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.last = record.getMessage()


def silence() -> None:
    """What Apprise logs may hold addresses: it goes nowhere."""
    logger.propagate = False


def scrubbed(words: str, url: str) -> str:
    """The words on one line, without any piece of the address."""
    pieces = {piece for form in (url, unquote(url)) for piece in re.split(r"[:/@?&=#+,\s]+", form.partition("://")[2])}
    for piece in sorted(pieces, key=len, reverse=True):
        if len(piece) >= SECRET_LENGTH:
            words = words.replace(piece, "…")
    return " ".join(words.split())[:200]


def main() -> None:
    order = json.load(sys.stdin)
    silence()
    refused = guard(order["private"])
    report = deliver(order["url"], order["title"], order["body"])
    if refused and not report.accepted:
        report = replace(report, broke="forbidden", words=refused[-1])
    print("\n" + json.dumps(asdict(report)))


if __name__ == "__main__":
    main()
