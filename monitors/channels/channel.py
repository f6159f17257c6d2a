"""What every way out has in common."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import parse_qs, urlsplit

from crawler.fetching.guard import is_public
from monitors.mails.addresses import AddressError, mailbox

if TYPE_CHECKING:
    from monitors.channels.answers import Answer
    from monitors.digest import Digest
    from monitors.mails import Envelope
    from storage.audience import Delivery

#: Called when all that is left is the word that cannot be taken back; False = the lease is lost, say nothing more.
HandOver = Callable[[], bool]

ROBOTS: Final = ("wecom", "feishu", "dingtalk")
ALLOW: Final = "the operator may allow it: allow_private in fenghuo.toml"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{4,128}")


class ChannelError(ValueError):
    """A reader's channel that cannot be used; the message says what to write."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """At most so many messages in so many seconds."""

    messages: int
    seconds: float


class Channel(Protocol):
    """One kind of way out. Called from several threads at once."""

    #: For one address; None = as fast as it goes.
    pace: Pace | None
    #: Whether all addresses of this kind lead through one server, and are waited for together when it is away.
    shared: bool

    def write(self, digest: Digest, envelope: Envelope) -> bytes:
        """The message, frozen. Raises `TooLongError`: then tell fewer stories in one."""
        ...

    def send(self, delivery: Delivery, hand_over: HandOver) -> Answer:
        """Hands the message over. Never raises for what a server or a network does."""
        ...

    def close(self) -> None:
        """Nothing is to be sent for now: no line stays open."""
        ...


class Connectionless:
    """For a channel that opens a line for each message."""

    def close(self) -> None:
        """There is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Robot:
    """The address of a robot: "dingtalk://TOKEN?secret=SEC…"."""

    token: str
    secret: str = ""


def scheme_of(channel: str) -> str:
    return channel.partition(":")[0].lower()


def robot(channel: str) -> Robot:
    """Raises `ChannelError`."""
    parts = urlsplit(channel)
    token = parts.netloc or parts.path.lstrip("/")
    if not _TOKEN.fullmatch(token):
        raise ChannelError(f"{masked(channel)}: write {parts.scheme}://TOKEN, with ?secret=… where it signs")
    return Robot(token=token, secret=parse_qs(parts.query).get("secret", [""])[0])


def check(channel: str, *, private: frozenset[str] = frozenset()) -> None:
    """Raises `ChannelError` for a channel that cannot be used; call it before a reader is stored.

    `private` are hosts on a private network that the operator allows.
    """
    scheme = scheme_of(channel)
    if scheme == "mailto":
        try:
            mailbox(channel)
        except AddressError as error:
            raise ChannelError(str(error)) from error
    elif scheme in ROBOTS:
        robot(channel)
    elif scheme in ("http", "https"):
        _check_web(channel, private)
    elif scheme == "apprise":
        _check_apprise(channel, private)
    else:
        known = ", ".join(("mailto:", *(f"{name}://" for name in ROBOTS), "https://", "apprise: before its address"))
        raise ChannelError(f"{masked(channel)!r}: no such channel; known are {known}")


def _check_web(channel: str, private: frozenset[str]) -> None:
    try:
        parts = urlsplit(channel)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise ChannelError(f"{masked(channel)}: {error}") from error
    if not host or re.search(r"[\s\\]", channel):
        raise ChannelError(f"{masked(channel)}: write https://host/path")
    if host in private:
        return
    if parts.scheme != "https":
        raise ChannelError(f"{masked(channel)}: the message would go in clear; write https://")
    if _is_private_name(host):
        raise ChannelError(f"{masked(channel)}: {host} is on a private network; {ALLOW}")


def _check_apprise(channel: str, private: frozenset[str]) -> None:
    """The connection itself is judged where it is made; an address that shows it at once is refused at once."""
    from monitors.apprise_process import find_fault  # takes 0.4 s, and few readers have one

    url = channel.partition(":")[2]
    if fault := find_fault(url):
        raise ChannelError(f"{masked(channel)}: {fault}")
    host = urlsplit(url).hostname or ""
    # Many addresses of Apprise have a number or a token where others have their host.
    if host not in private and not host.isdigit() and _is_private_name(host):
        raise ChannelError(f"{masked(channel)}: {host} is on a private network; {ALLOW}")


def _is_private_name(host: str) -> bool:
    """For what shows it at once; names are judged again where the connection is made."""
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")) or host.isdigit():
        return True
    try:
        return not is_public(host)
    except ValueError:
        return False


def masked(channel: str) -> str:
    """The channel as it may stand in a log: who has the token may write in the reader's name."""
    scheme, _, rest = channel.partition("://")
    if scheme_of(channel) == "mailto":
        return channel
    if scheme in ROBOTS:
        token = re.split(r"[?/#]", rest)[0]
        return f"{scheme}://…{token[-4:] if len(token) > 8 else ''}"
    if scheme not in ("http", "https"):
        return f"{scheme}://…"
    host = re.split(r"[?/#\\]", rest)[0].rpartition("@")[2]
    return f"{scheme}://{host}/…"
