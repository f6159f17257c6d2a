"""A JSON webhook of the reader's own: "https://host/path#SECRET"; what stands behind # is never sent.

Each request names its delivery (`Idempotency-Key`: the same for every try of the same message) and, with a secret, is
signed: `X-Fenghuo-Signature: t=TIME,v1=HEX` with HEX = HMAC-SHA256(secret, TIME "." body).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urldefrag

from monitors.channels.channel import Connectionless
from monitors.channels.http import Reach, Request, post
from monitors.mails.pages import TooLongError, subject

if TYPE_CHECKING:
    from monitors.channels.answers import Answer
    from monitors.channels.channel import HandOver, Pace
    from monitors.digest import Digest, Entry
    from monitors.mails import Envelope
    from storage.audience import Delivery

MOST_BYTES: Final = 500_000


class Webhook(Connectionless):
    pace: Pace | None = None
    shared = False

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def write(self, digest: Digest, envelope: Envelope) -> bytes:
        body = json.dumps(_body(digest, envelope), ensure_ascii=False).encode()
        if len(body) > MOST_BYTES:
            raise TooLongError(f"{len(digest.entries)} stories make {len(body)} bytes, {MOST_BYTES} fit")
        return body

    def send(self, delivery: Delivery, hand_over: HandOver) -> Answer:
        url, secret = urldefrag(delivery.channel)
        headers = {"Idempotency-Key": delivery.message_id.strip("<>")}
        if secret:
            headers["X-Fenghuo-Signature"] = signature(secret, delivery.payload, stamp=int(time.time()))
        return post(Request(url=url, body=delivery.payload, headers=headers), hand_over, self._reach)


def signature(secret: str, body: bytes, *, stamp: int) -> str:
    signed = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    return f"t={stamp},v1={signed.hexdigest()}"


def _body(digest: Digest, envelope: Envelope) -> dict[str, Any]:
    return {
        "id": envelope.message_id.strip("<>"),
        "kind": digest.kind,
        "watch": envelope.watch.name,
        "reader": envelope.reader.name,
        "subject": subject(digest, language=envelope.reader.language),
        "composed_at": envelope.now.isoformat(timespec="seconds"),
        "stories": [_story(entry) for entry in digest.entries],
    }


def _story(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.story_id,
        "url": entry.url,
        "title": entry.headline,
        "lead": "".join(span.text for span in entry.lead),
        "source": entry.source,
        "province": entry.province,
        "published_at": entry.published_at.isoformat() if entry.published_at else None,
        "seen_at": entry.seen_at.isoformat(),
        "score": entry.score,
        "reasons": list(entry.reasons),
        "reprints": [{"name": reprint.name, "url": reprint.url} for reprint in entry.reprints],
        "repairs": [{"what": repair.what, "count": repair.count} for repair in entry.repairs],
    }
