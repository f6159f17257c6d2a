"""A real mail server on loopback that misbehaves where asked: by the local part of the recipient.

greylist  451 at the first try of each message, 250 later        full       452
refuse    550 at RCPT                                            content    554 after the message
large     552 after the message, for its size                     stuffed    552 after it, for the mailbox
cut       takes the message, then hangs up                       silent     takes it, never answers
hang      never answers RCPT                                     slow       answers RCPT after a moment
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from world.certificates import self_signed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: What is said to a message after its end.
REFUSALS = {
    "content": "554 5.7.1 message refused",
    "large": "552 5.3.4 message size exceeds fixed limit",
    "stuffed": "552 5.2.2 mailbox full",
}


@dataclass
class Mail:
    sender: str
    to: str
    content: bytes

    @property
    def message(self) -> EmailMessage:
        message = message_from_bytes(self.content, policy=default)
        assert isinstance(message, EmailMessage)
        return message

    @property
    def text(self) -> str:
        return self.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]

    @property
    def html(self) -> str:
        return self.message.get_body(("html",)).get_content()  # type: ignore[union-attr]


@dataclass
class PostOffice:
    """The handler: what came in, and what was tried."""

    mails: list[Mail] = field(default_factory=list)
    #: Recipients at RCPT.
    tried: Counter[str] = field(default_factory=Counter)
    #: Where its server listens.
    port: int = 0
    logins: list[bytes] = field(default_factory=list)
    #: Set when the server ends: nobody waits on.
    stopped: threading.Event = field(default_factory=threading.Event)
    #: Called with each message before it is answered.
    on_mail: Callable[[Mail], None] | None = None
    #: Seconds between a message and its answer.
    linger: float = 0.0

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if mail.to == address]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.tried[address] += 1
        match address.partition("@")[0].partition("+")[0]:
            case "greylist" if self.tried[address] == 1:
                return "451 4.7.1 greylisted, try again"
            case "full":
                return "452 4.2.2 mailbox full"
            case "refuse":
                return "550 5.1.1 no such user"
            case "hang":
                await self._wait(20)
            case "slow":
                await self._wait(0.3)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        local = envelope.rcpt_tos[0].partition("@")[0].partition("+")[0]
        if local in REFUSALS:
            return REFUSALS[local]
        mails = [Mail(envelope.mail_from or "", to, envelope.original_content or b"") for to in envelope.rcpt_tos]
        self.mails.extend(mails)
        if self.on_mail:
            self.on_mail(mails[0])
        await asyncio.sleep(self.linger)
        if local == "cut":
            assert server.transport is not None
            server.transport.abort()
        if local == "silent":
            await self._wait(20)
        return "250 2.0.0 queued"

    async def _wait(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.05)):
            if self.stopped.is_set():
                return
            await asyncio.sleep(0.05)

    def check_login(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login)
        return AuthResult(success=data.password == b"right", handled=False)


def certified(folder: Path, *, days: int = 2) -> tuple[ssl.SSLContext, str]:
    """A server's TLS context for "localhost", and the file by which it is trusted."""
    certificate, key = self_signed(["localhost"], days=days)
    file = folder / "server.pem"
    file.write_bytes(certificate + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, str(file)


class Server:
    """Serves a post office on 127.0.0.1, in a thread of its own; `with` ends it."""

    def __init__(self, office: PostOffice, *, tls: ssl.SSLContext | None = None, **options: Any) -> None:
        """`tls` secures the line from its beginning; `tls_context`, an option of aiosmtpd, offers STARTTLS."""
        self.office = office
        self._options = {"hostname": "post.test", "enable_SMTPUTF8": False, **options}
        self._tls = tls
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.port = 0

    def __enter__(self) -> Server:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self.office.stopped.set()
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _open(self) -> asyncio.Server:
        def conversation() -> SMTP:
            return SMTP(self.office, loop=self._loop, **self._options)

        return await self._loop.create_server(conversation, "127.0.0.1", self.port, ssl=self._tls)

    async def _close(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
