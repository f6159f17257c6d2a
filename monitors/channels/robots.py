"""What the robots of 企业微信, 飞书 and 钉钉 share: how long, how often, and how a digest reads in a chat."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING, Final

from monitors.mails.pages import TooLongError, environment, subject
from monitors.rhythm import zone

if TYPE_CHECKING:
    from monitors.digest import Digest
    from monitors.mails import Envelope

#: Signs that some chat takes for mark-up or for calling people, and the wide forms that look alike and mean nothing.
#: Backslashes would do in none of the three.
WIDE: Final = str.maketrans({sign: chr(ord(sign) + 0xFEE0) for sign in "<>[]*_`@#|~\\"})


def plain(text: str) -> str:
    """Text from outside for a chat: nobody is called, nothing becomes a link."""
    return text.translate(WIDE)


def markdown(digest: Digest, envelope: Envelope, *, line: str, most: int) -> str:
    """The digest in the markdown that 企业微信 and 钉钉 understand; `line` ends a line, `most` counts UTF-8 bytes.

    Told at length where that fits, else by title. Raises `TooLongError`.
    """
    template = environment(envelope.reader.language).get_template("chat.md")
    moment = {"digest": digest, "zone": zone(envelope.watch.timezone), "plain": plain, "line": line}
    for full in (True, False):
        text = template.render(moment, full=full).strip()
        if len(text.encode()) <= most:
            return text
    raise TooLongError(f"{len(digest.entries)} stories make {len(text.encode())} bytes, {most} fit")


def title(digest: Digest, envelope: Envelope) -> str:
    return plain(subject(digest, language=envelope.reader.language))


def signature(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()
