"""The faults of the network, from the downloader's exceptions and statuses to `Trouble`: tables, not code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import exceptions

from crawler.trouble import Trouble
from storage.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: exception of the downloader -> (kind, passing)
EXCEPTIONS: dict[type[Exception], tuple[str, bool]] = {
    exceptions.CannotResolveHostError: ("dns", True),
    exceptions.DownloadConnectionRefusedError: ("refused", True),
    exceptions.DownloadTimeoutError: ("timeout", True),
    exceptions.DownloadCancelledError: ("too-large", False),
    exceptions.StopDownload: ("crumbs", False),
    exceptions.ResponseDataLossError: ("cut", True),
    exceptions.DownloadFailedError: ("reset", True),
    exceptions.UnsupportedURLSchemeError: ("address", False),
}

#: Words of OpenSSL and Twisted that name a failed handshake -> (kind, what an operator can do about it).
TLS_WORDS = {
    "certificate verify failed": ("tls", "the certificate is not trusted; see verify_tls"),
    "VerificationError": ("tls", "the certificate is for another name; see verify_tls"),
    "UNSAFE_LEGACY_RENEGOTIATION": ("tls", "the server speaks old TLS; see legacy_tls"),
    "DH_KEY_TOO_SMALL": ("tls", "the server speaks old TLS; see legacy_tls"),
    "dh key too small": ("tls", "the server speaks old TLS; see legacy_tls"),
    "unsafe legacy renegotiation": ("tls", "the server speaks old TLS; see legacy_tls"),
    "unsupported protocol": ("tls", "the server speaks old TLS; see legacy_tls"),
    "protocol version": ("tls", "the server speaks old TLS; see legacy_tls"),
    "wrong version number": ("no-tls", "what answers there does not speak TLS"),
    "SSL": ("tls", "the TLS handshake failed"),
}

#: Statuses of known gate-keepers -> who stands there.
CHALLENGES = {521: "加速乐 challenge", 412: "瑞数 challenge", 403: "access refused", 405: "access refused"}

#: Statuses that another try may mend.
PASSING = {500, 502, 504, 522, 524, 408}

#: Statuses with which a server asks for a pause, and how many seconds it is given where it names none.
PAUSES = {429, 503}
OWN_PAUSE = 60.0


def trouble_of(error: Exception, host: str, refused: Mapping[str, str]) -> Trouble:
    """The trouble behind an exception of the downloader. Exceptions it does not know are raised again: bugs."""
    if address := refused.get(host):
        return Trouble("private-address", f"{host} is {address}, on a private network; see allow_private")
    if "HeadersTooLarge" in repr(_reasons(error)):
        return Trouble("too-large", _words(error))
    for kind, (name, passing) in EXCEPTIONS.items():
        if isinstance(error, kind):
            return _tls_trouble(error) or Trouble(name, _words(error), passing=passing)
    raise error


def trouble_of_status(status: int, *, retry_after: float | None) -> Trouble | None:
    """The trouble of an answer that is not a page; None for one that is."""
    if status == 200 or 300 <= status < 400:
        return None
    if status in PAUSES:
        asked = "asked to wait" if retry_after is None else f"asked to wait {retry_after:.0f} s"
        return Trouble("http", f"{status}, {asked}", retry_after=OWN_PAUSE if retry_after is None else retry_after)
    if status in CHALLENGES:
        return Trouble("challenge", f"{status} ({CHALLENGES[status]})", outcome=Outcome.BLOCKED)
    return Trouble("http", str(status), passing=status in PASSING)


def _tls_trouble(error: Exception) -> Trouble | None:
    words = _words(error)
    for sign, (kind, advice) in TLS_WORDS.items():
        if sign in words:
            return Trouble(kind, f"{advice} ({words[:120]})")
    return None


def _words(error: BaseException) -> str:
    """What the error says, on one line."""
    inner = "; ".join(str(getattr(reason, "value", reason)) for reason in _reasons(error))
    return " ".join((inner or str(error) or type(error).__name__).split())[:300]


def _reasons(error: BaseException) -> Sequence[object]:
    """Twisted hides the reasons in a list of failures."""
    return getattr(error.__cause__, "reasons", None) or ()
