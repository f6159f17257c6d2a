"""The message that carries a page: headers, both bodies, the chart. The door to the standard library's `email`."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from monitors.excerpts import one_line, shorten
from monitors.locale import known
from monitors.mails import chart
from monitors.mails.addresses import mailbox
from monitors.mails.pages import page
from monitors.rhythm import zone
from monitors.subscriptions import token

if TYPE_CHECKING:
    from datetime import datetime

    from monitors.digest import Digest
    from monitors.mails.pages import Page
    from storage.audience import Reader, Watch

CHART: Final = "chart@fenghuo"


@dataclass(frozen=True, kw_only=True, slots=True)
class Letterhead:
    """Who writes."""

    #: "name@domain".
    sender: str = "fenghuo@localhost"
    name: str = "烽火 Fenghuo"
    #: Where answers go; empty = to the sender.
    reply_to: str = ""
    #: Domain of List-Id and Message-ID; empty = the sender's.
    domain: str = ""
    #: Address of the web pages ("https://news.example.com"); empty = there are none.
    web: str = ""
    #: Makes the links that end a subscription with one click; empty = no such links.
    key: bytes = b""

    @property
    def list_domain(self) -> str:
        return self.domain or self.sender.rpartition("@")[2] or "localhost"


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """One message to one reader."""

    reader: Reader
    #: The reader's channel that it is for; of a mail "mailto:name@domain".
    channel: str
    watch: Watch
    message_id: str
    now: datetime


def render(digest: Digest, envelope: Envelope, letterhead: Letterhead) -> bytes:
    """The whole message, byte for byte as it is sent. Raises `TooLongError` and `AddressError`."""
    rendered = page(
        digest,
        language=envelope.reader.language,
        zone=zone(envelope.watch.timezone),
        now=envelope.now,
        unsubscribe=one_click(envelope, letterhead) or _by_mail(envelope, letterhead),
    )
    return assemble(rendered, [day.count for day in digest.background.days], envelope, letterhead)


def assemble(rendered: Page, counts: list[int], envelope: Envelope, letterhead: Letterhead) -> bytes:
    """The message of a page that is rendered already; without counts it has no chart.

    Bodies are base64: 4 bytes for a Han character where quoted-printable takes 9, and no line of an article can
    look like the end of the message.
    """
    message = EmailMessage(policy=SMTP)
    for name, value in _headers(rendered.subject, envelope, letterhead):
        message[name] = value
    message.set_content(rendered.text, cte="base64")
    message.add_alternative(rendered.html, subtype="html", cte="base64")
    message["Content-Language"] = known(envelope.reader.language)
    if counts:
        html = message.get_payload()[1]  # type: ignore[index]
        html.add_related(chart.draw(counts), "image", "png", cid=f"<{CHART}>", disposition="inline")  # type: ignore[union-attr]
    return _unsubscribing(envelope, letterhead) + message.as_bytes()


def standalone(rendered: Page, counts: list[int]) -> str:
    """The HTML with its chart inside, for a browser."""
    data = base64.b64encode(chart.draw(counts)).decode() if counts else ""
    return rendered.html.replace(f"cid:{CHART}", f"data:image/png;base64,{data}")


def readable(payload: bytes) -> str:
    """A message for people: a mail by its headers and plain text, one for a robot as indented JSON."""
    if payload.startswith(b"{"):
        return json.dumps(json.loads(payload), ensure_ascii=False, indent=2)
    message = message_from_bytes(payload, policy=default)
    text = message.get_body(("plain",))
    headers = "".join(f"{name}: {value}\n" for name, value in message.items() if not name.startswith("Content-"))
    return f"{headers}\n{text.get_content() if text else ''}"


def _headers(subject: str, envelope: Envelope, letterhead: Letterhead) -> list[tuple[str, object]]:
    watch = envelope.watch
    return [
        ("From", Address(header_text(letterhead.name), addr_spec=letterhead.sender)),
        ("To", Address(addr_spec=mailbox(envelope.channel))),
        *([("Reply-To", letterhead.reply_to)] if letterhead.reply_to else []),
        ("Subject", header_text(subject)),
        ("Date", format_datetime(envelope.now)),
        ("Message-ID", envelope.message_id),
        ("List-Id", _list_id(watch, letterhead)),
        # RFC 3834: nobody's holiday notice answers it; the second is what Exchange reads instead.
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ]


def header_text(text: str) -> str:
    """Text from outside for a header: one line, and nothing that decodes to something else (RFC 2047)."""
    return shorten(one_line(text).replace("=?", "= ?"), 200)


def _list_id(watch: Watch, letterhead: Letterhead) -> str:
    """RFC 2919 asks for a name of letters, digits and hyphens; a watch with a Chinese name gets a number."""
    name = watch.name.lower()
    label = name if re.fullmatch(r"[a-z0-9-]{1,40}", name) else hashlib.sha256(name.encode()).hexdigest()[:12]
    return f"<{label}.{letterhead.list_domain}>"


def _unsubscribing(envelope: Envelope, letterhead: Letterhead) -> bytes:
    """RFC 2369 by mail; RFC 8058 with one click where there is a web page.

    Written by hand, because `email` encodes an address longer than a line as text. All of it is ASCII without spaces.
    """
    click = one_click(envelope, letterhead)
    ways = ",\r\n ".join(f"<{way}>" for way in (click, _by_mail(envelope, letterhead)) if way)
    post = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" if click else ""
    return f"List-Unsubscribe: {ways}\r\n{post}".encode("ascii")


def _by_mail(envelope: Envelope, letterhead: Letterhead) -> str:
    subject = quote(f"unsubscribe {envelope.watch.name} {envelope.reader.name}", safe="")
    return f"mailto:{letterhead.reply_to or letterhead.sender}?subject={subject}"


def one_click(envelope: Envelope, letterhead: Letterhead) -> str:
    """The address that ends the reader's subscription to the watch; "" without web pages."""
    if not (letterhead.web and letterhead.key):
        return ""
    return (
        f"{letterhead.web.rstrip('/')}/unsubscribe/{token(envelope.reader.name, envelope.watch.name, letterhead.key)}"
    )


def message_id(parts: tuple[str, ...], domain: str) -> str:
    """The Message-ID of a delivery: the same whenever and wherever it is composed."""
    return f"<{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:40]}@{domain}>"
