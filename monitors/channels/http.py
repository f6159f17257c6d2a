"""The door to HTTP for messages: one POST, no redirects, an address that was judged, and an end in any case.

Scrapy's downloader fetches pages; here what matters is the moment after which nobody can tell whether the server has
it, so the request is written by hand on `http.client`.
"""

from __future__ import annotations

import socket
import ssl
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from crawler.fetching.guard import is_public
from monitors.channels.answers import Answer, Verdict, judge
from monitors.channels.channel import ALLOW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitors.channels.channel import HandOver

#: Robots answer in some 100 bytes.
MOST_BYTES: Final = 65_536
LONGEST_PAUSE: Final = timedelta(hours=6)
AGENT: Final = "fenghuo"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """What may be connected to, and how long it may take."""

    #: Seconds for the connection, for each answer, and for the whole body.
    seconds: float = 20.0
    #: Hosts on a private network that the operator allows.
    private: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    status: int
    body: bytes
    retry_after: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def post(request: Request, hand_over: HandOver, reach: Reach) -> Answer:
    """Posts JSON and judges what comes back. What goes wrong is an answer too."""
    parts = urlsplit(request.url)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, reach)
    try:
        try:
            connection.connect()
        except (OSError, HTTPException) as error:
            return _not_reached(error)
        if not hand_over():
            return Answer(verdict=Verdict.LATE)
        try:
            return judge(_exchange(connection, f"{parts.path or '/'}?{parts.query}".rstrip("?"), request, reach))
        except (OSError, HTTPException) as error:
            return Answer(verdict=Verdict.UNKNOWN, detail=f"no answer: {_words(error)}")
    finally:
        connection.close()


def _not_reached(error: Exception) -> Answer:
    broken = isinstance(error, (ssl.SSLCertVerificationError, PrivateAddressError))
    return Answer(verdict=Verdict.BROKEN if broken else Verdict.AWAY, detail=_words(error))


def _exchange(connection: HTTPConnection, path: str, request: Request, reach: Reach) -> Reply:
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": AGENT, **request.headers}
    connection.request("POST", path, body=request.body, headers=headers)
    response = connection.getresponse()
    deadline = time.monotonic() + reach.seconds
    body = b""
    while len(body) < MOST_BYTES and time.monotonic() < deadline and (piece := response.read1(MOST_BYTES)):
        body += piece
    return Reply(status=response.status, body=body, retry_after=retry_after(response.getheader("Retry-After")))


def retry_after(value: str | None) -> timedelta | None:
    """Seconds or a date (RFC 9110, 10.2.3), capped: a server does not decide to silence a reader for a year."""
    if not value:
        return None
    try:
        pause = timedelta(seconds=int(value)) if value.strip().isdigit() else _until(value)
    except (ValueError, OverflowError):
        return None
    return min(max(pause, timedelta(0)), LONGEST_PAUSE)


def _until(value: str) -> timedelta:
    moment = parsedate_to_datetime(value)
    return moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)


class PrivateAddressError(OSError):
    """A name that leads to a private network."""


def _connection(scheme: str, host: str, port: int | None, reach: Reach) -> HTTPConnection:
    if scheme == "https":
        return _GuardedTls(host, port, timeout=reach.seconds, reach=reach)
    return _Guarded(host, port, timeout=reach.seconds, reach=reach)


class _Guarded(HTTPConnection):
    def __init__(self, host: str, port: int | None, *, timeout: float, reach: Reach) -> None:
        super().__init__(host, port, timeout=timeout)
        self._reach = reach

    def connect(self) -> None:
        self.sock = _open(self.host, self.port, self._reach)


class _GuardedTls(HTTPSConnection):
    def __init__(self, host: str, port: int | None, *, timeout: float, reach: Reach) -> None:
        super().__init__(host, port, timeout=timeout)
        self._reach = reach

    def connect(self) -> None:
        line = _open(self.host, self.port, self._reach)
        try:
            self.sock = ssl.create_default_context().wrap_socket(line, server_hostname=self.host)
        except OSError:
            line.close()
            raise


def _open(host: str, port: int, reach: Reach) -> socket.socket:
    """A connection to an address of the host that was judged itself, not a moment before its name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    admitted = [place for *_, place in found if host in reach.private or is_public(str(place[0]))]
    if not admitted:
        raise PrivateAddressError(f"{host} is on a private network; {ALLOW}")
    for place in admitted[:-1]:
        try:
            return socket.create_connection(place[:2], timeout=reach.seconds)  # type: ignore[arg-type]
        except OSError:
            continue
    return socket.create_connection(admitted[-1][:2], timeout=reach.seconds)  # type: ignore[arg-type]


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
