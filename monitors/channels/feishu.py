"""飞书 group robot: rich text (post), where every piece says what it is, so that nothing has to be escaped.

At most 20 kB a request, 100 messages a minute and 5 a second.
open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

from monitors.channels.channel import Connectionless, Pace, robot
from monitors.channels.http import Reach, Request, post
from monitors.channels.robots import plain, signature, title
from monitors.mails.pages import TooLongError, environment, href
from monitors.rhythm import zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitors.channels.answers import Answer
    from monitors.channels.channel import HandOver
    from monitors.digest import Digest, Entry
    from monitors.mails import Envelope
    from storage.audience import Delivery

#: 500 less than it takes, for time and signature.
MOST_BYTES: Final = 19_500


class Feishu(Connectionless):
    pace: Pace | None = Pace(messages=5, seconds=4)
    shared = False

    def __init__(self, reach: Reach, *, base: str = "https://open.feishu.cn") -> None:
        self._reach, self._base = reach, base

    def write(self, digest: Digest, envelope: Envelope) -> bytes:
        """Told at length where that fits, else by title. Raises `TooLongError`."""
        for full in (True, False):
            lines = [line for entry in digest.entries for line in _lines(entry, envelope, full=full)]
            named = title(digest, envelope)
            # A message without stories says what its title says: an empty body is none.
            post_of = {"title": named, "content": lines or [[{"tag": "text", "text": named}]]}
            body = json.dumps(
                {"msg_type": "post", "content": {"post": {"zh_cn": post_of}}}, ensure_ascii=False
            ).encode()
            if len(body) <= MOST_BYTES:
                return body
        raise TooLongError(f"{len(digest.entries)} stories make {len(body)} bytes, {MOST_BYTES} fit")

    def send(self, delivery: Delivery, hand_over: HandOver) -> Answer:
        address = robot(delivery.channel)
        url = f"{self._base}/open-apis/bot/v2/hook/{address.token}"
        return post(Request(url=url, body=_signed(delivery.payload, address.secret)), hand_over, self._reach)


def _lines(entry: Entry, envelope: Envelope, *, full: bool) -> Iterator[list[dict[str, Any]]]:
    headline, address = plain(entry.headline), href(entry.url)
    yield [{"tag": "a", "text": headline, "href": address} if address else {"tag": "text", "text": headline}]
    template = environment(envelope.reader.language).get_template("about.txt")
    about = template.render(entry=entry, zone=zone(envelope.watch.timezone), plain=plain)
    yield [{"tag": "text", "text": about.strip()}]
    if full and entry.lead:
        yield [{"tag": "text", "text": plain("".join(span.text for span in entry.lead)) + "\n"}]


def _signed(payload: bytes, secret: str) -> bytes:
    """签名校验: time and secret are the key, and there is no message; good for an hour."""
    if not secret:
        return payload
    stamp = str(round(time.time()))
    body = {"timestamp": stamp, "sign": signature(f"{stamp}\n{secret}", ""), **json.loads(payload)}
    return json.dumps(body, ensure_ascii=False).encode()
