"""企业微信 group robot: markdown of at most 4,096 bytes, 20 messages a minute.

developer.work.weixin.qq.com/document/path/91770
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from monitors.channels.channel import Connectionless, Pace, robot
from monitors.channels.http import Reach, Request, post
from monitors.channels.robots import markdown

if TYPE_CHECKING:
    from monitors.channels.answers import Answer
    from monitors.channels.channel import HandOver
    from monitors.digest import Digest
    from monitors.mails import Envelope
    from storage.audience import Delivery

MOST_BYTES: Final = 4096


class WeCom(Connectionless):
    pace: Pace | None = Pace(messages=20, seconds=60)
    shared = False

    def __init__(self, reach: Reach, *, base: str = "https://qyapi.weixin.qq.com") -> None:
        self._reach, self._base = reach, base

    def write(self, digest: Digest, envelope: Envelope) -> bytes:
        content = markdown(digest, envelope, line="\n", most=MOST_BYTES)
        return json.dumps({"msgtype": "markdown", "markdown": {"content": content}}, ensure_ascii=False).encode()

    def send(self, delivery: Delivery, hand_over: HandOver) -> Answer:
        url = f"{self._base}/cgi-bin/webhook/send?key={robot(delivery.channel).token}"
        return post(Request(url=url, body=delivery.payload), hand_over, self._reach)
