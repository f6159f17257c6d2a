"""Mail by SMTP. The door to `smtplib`: the conversation is led by hand up to the dot that ends the message.

Before that dot a fault means: not taken. After it, without the final answer, nobody can tell (RFC 1047); so the
outbox is told right before it is said.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING, Final

from monitors import mails
from monitors.channels.answers import Answer, Verdict
from monitors.mails.addresses import AddressError, mailbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitors.channels.channel import HandOver, Pace
    from monitors.digest import Digest
    from monitors.mails import Envelope, Letterhead
    from storage.audience import Delivery

#: A connection that nobody used for so long is not used again: many servers hang up after ten.
IDLE_SECONDS: Final = 5.0
#: So long a failure to connect is the answer for those who wait for a connection too.
FAILED_SECONDS: Final = 5.0
METHODS: Final = ("CRAM-MD5", "PLAIN", "LOGIN")
#: A server may fall silent here for long while it looks into the message (RFC 5321, 4.5.3.2.6 asks for 10 minutes).
FINAL_FACTOR: Final = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class SmtpSettings:
    host: str
    port: int = 587
    #: "starttls", "tls" or "none". There is no "where offered": a line in between could take the offer out.
    security: str = "starttls"
    user: str = ""
    password: str = ""
    #: For one step of the conversation.
    seconds: float = 30.0
    #: For the whole of it, up to the dot.
    total_seconds: float = 120.0
    #: File with the certificates that are trusted; empty = the machine's.
    authority: str = ""


class _Stop(Exception):
    """The conversation ends here, with this answer."""

    def __init__(self, verdict: Verdict, detail: str) -> None:
        super().__init__(detail)
        self.answer = Answer(verdict=verdict, detail=detail)


class Smtp:
    pace: Pace | None = None
    shared = True

    def __init__(self, settings: SmtpSettings, letterhead: Letterhead) -> None:
        self._settings, self._letterhead = settings, letterhead
        self._idle: LifoQueue[tuple[smtplib.SMTP, float]] = LifoQueue()
        self._connecting = threading.Lock()
        #: The last failure to connect, and when it was.
        self._failed: tuple[_Stop, float] | None = None

    def write(self, digest: Digest, envelope: Envelope) -> bytes:
        return mails.render(digest, envelope, self._letterhead)

    def send(self, delivery: Delivery, hand_over: HandOver) -> Answer:
        try:
            address = mailbox(delivery.channel)
            line = self._line()
        except AddressError as error:
            return Answer(verdict=Verdict.REFUSED, detail=str(error))
        except _Stop as stop:
            return stop.answer
        try:
            answer = self._converse(line, address, delivery.payload, hand_over)
        except _Stop as stop:
            line.close()
            return stop.answer
        self._keep(line)
        return answer

    def check(self) -> str:
        """Connect, secure and log in; what is wrong with that, or nothing."""
        try:
            self._keep(self._connect())
        except _Stop as stop:
            return stop.answer.detail
        return ""

    def close(self) -> None:
        """Says goodbye on the lines that are open."""
        with suppress(Empty):
            while True:
                line, _ = self._idle.get_nowait()
                with suppress(OSError, smtplib.SMTPException):
                    line.quit()

    def _converse(self, line: smtplib.SMTP, address: str, payload: bytes, hand_over: HandOver) -> Answer:
        deadline = time.monotonic() + self._settings.total_seconds
        for judge, step in (
            (_judge_sender, lambda: line.mail(self._letterhead.sender, _mail_options(line, payload))),
            (_judge, lambda: line.rcpt(address)),
            (_judge, lambda: line.docmd("DATA")),
        ):
            self._hurry(line, deadline)
            code, words = _before(step)
            if code not in (250, 251, 354):
                _before(line.rset)
                return judge(code, words)
        self._hurry(line, deadline)
        _before(lambda: line.send(dotted(payload)))
        if not hand_over():
            raise _Stop(Verdict.LATE, "")
        code, words = _after(line, self._settings.seconds)
        return Answer(verdict=Verdict.TAKEN, detail=_said(code, words)) if code == 250 else _judge_message(code, words)

    def _hurry(self, line: smtplib.SMTP, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0 or line.sock is None:
            raise _Stop(Verdict.LATER, f"no end after {self._settings.total_seconds:.0f} s")
        line.sock.settimeout(min(left, self._settings.seconds))

    def _line(self) -> smtplib.SMTP:
        """A connection that is open still, or a new one."""
        with suppress(Empty):
            while True:
                line, since = self._idle.get_nowait()
                if time.monotonic() - since < IDLE_SECONDS and _is_alive(line):
                    return line
                line.close()
        return self._connect()

    def _keep(self, line: smtplib.SMTP) -> None:
        self._idle.put((line, time.monotonic()))

    def _connect(self) -> smtplib.SMTP:
        """One at a time: who waited while a connection failed gets its answer and does not log in once more."""
        with self._connecting:
            if self._failed and time.monotonic() - self._failed[1] < FAILED_SECONDS:
                raise self._failed[0]
            try:
                line = self._open()
            except _Stop as stop:
                self._failed = stop, time.monotonic()
                raise
            self._failed = None
            return line

    def _open(self) -> smtplib.SMTP:
        settings = self._settings
        try:
            line = self._greet()
        except ssl.SSLError as error:
            raise _Stop(Verdict.BROKEN, f"{settings.host}: no safe line: {error}") from error
        except smtplib.SMTPConnectError as error:
            raise _Stop(Verdict.AWAY, f"{settings.host}: {_said(error.smtp_code, error.smtp_error)}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise _Stop(Verdict.AWAY, f"{settings.host}:{settings.port} cannot be reached: {error}") from error
        try:
            self._secure(line)
            self._log_in(line)
        except _Stop:
            line.close()
            raise
        return line

    def _greet(self) -> smtplib.SMTP:
        settings = self._settings
        if settings.security == "tls":
            return smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=settings.seconds, context=self._context(), local_hostname=_name()
            )
        return smtplib.SMTP(settings.host, settings.port, timeout=settings.seconds, local_hostname=_name())

    def _secure(self, line: smtplib.SMTP) -> None:
        _before(line.ehlo)
        if self._settings.security != "starttls":
            return
        if not line.has_extn("starttls"):
            raise _Stop(Verdict.BROKEN, f"{self._settings.host} offers no STARTTLS; nothing is sent in clear")
        try:
            _before(lambda: line.starttls(context=self._context()))
        except ssl.SSLError as error:
            raise _Stop(Verdict.BROKEN, f"{self._settings.host}: no safe line: {error}") from error
        _before(line.ehlo)

    def _log_in(self, line: smtplib.SMTP) -> None:
        settings = self._settings
        if not settings.user:
            return
        # smtplib tries one method after the other with the same password, and accounts are locked after a few.
        offered = line.esmtp_features.get("auth", "").split()
        line.esmtp_features["auth"] = next((method for method in METHODS if method in offered), "")
        try:
            line.login(settings.user, settings.password)
        except smtplib.SMTPAuthenticationError as error:
            verdict = Verdict.AWAY if error.smtp_code < 500 else Verdict.BROKEN
            words = _said(error.smtp_code, error.smtp_error)
            raise _Stop(verdict, f"{settings.host} refuses user {settings.user}: {words}") from error
        except smtplib.SMTPNotSupportedError as error:
            raise _Stop(Verdict.BROKEN, f"{settings.host}: {error}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise _Stop(Verdict.AWAY, f"{settings.host}: {error}") from error

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._settings.authority or None)


def dotted(payload: bytes) -> bytes:
    """Lines end in CRLF and none is a single dot (RFC 5321, 4.5.2); ends with CRLF."""
    lines = payload.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
    return b"".join((b"." if text.startswith(b".") else b"") + text + b"\r\n" for text in lines)


def _mail_options(line: smtplib.SMTP, payload: bytes) -> list[str]:
    if not line.has_extn("size"):
        return []
    limit = line.esmtp_features.get("size", "")
    if limit.isdigit() and 0 < int(limit) < len(payload):
        raise _Stop(Verdict.UNFIT, f"the message has {len(payload)} bytes, the server takes {limit}")
    return [f"SIZE={len(payload)}"]


def _before(step: Callable[[], object]) -> tuple[int, bytes]:
    """A step before the final dot: whatever happens in it, the message was not taken."""
    try:
        reply = step()
    except ssl.SSLError:
        raise
    except (OSError, smtplib.SMTPException) as error:
        raise _Stop(Verdict.LATER, f"the line broke: {error or type(error).__name__}") from error
    return reply if isinstance(reply, tuple) else (250, b"")


def _after(line: smtplib.SMTP, seconds: float) -> tuple[int, bytes]:
    try:
        if line.sock is not None:
            line.sock.settimeout(seconds * FINAL_FACTOR)
        line.send(b".\r\n")
        reply = line.getreply()
        if line.sock is not None:
            line.sock.settimeout(seconds)
    except (OSError, smtplib.SMTPException) as error:
        raise _Stop(Verdict.UNKNOWN, f"no answer to the message: {error or type(error).__name__}") from error
    return reply


def _judge(code: int, words: bytes) -> Answer:
    verdict = Verdict.REFUSED if 500 <= code < 600 else Verdict.LATER
    return Answer(verdict=verdict, detail=_said(code, words))


def _judge_message(code: int, words: bytes) -> Answer:
    """552 is a message that is too large; with 5.2.2 it is a mailbox that is full (RFC 3463)."""
    answer = _judge(code, words)
    too_large = code == 552 and not words.startswith(b"5.2.2")
    return Answer(verdict=Verdict.UNFIT, detail=answer.detail) if too_large else answer


def _judge_sender(code: int, words: bytes) -> Answer:
    """A server that refuses the sender refuses all messages, but for one that is too large."""
    answer = _judge_message(code, words)
    if answer.verdict is Verdict.REFUSED:
        return Answer(verdict=Verdict.BROKEN, detail=f"the sender is refused: {answer.detail}")
    return answer


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}"[:300]


def _is_alive(line: smtplib.SMTP) -> bool:
    try:
        return line.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _name() -> str:
    """What is said after EHLO; smtplib would ask the resolver, which takes seconds on a machine without a name."""
    name = socket.gethostname()
    return name if name.isascii() and "." in name else "[127.0.0.1]"
