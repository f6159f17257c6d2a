"""钉钉 group robot: markdown of at most 20,000 bytes, 20 messages a minute (who sends more is mute for ten minutes).

open.dingtalk.com/document/orgapp/custom-robot-access
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from monitors.channels.channel import Connectionless, Pace, robot
from monitors.channels.http import Reach, Request, post
from monitors.channels.robots import markdown, signature, title

if TYPE_CHECKING:
    from monitors.channels.answers import Answer
    from monitors.channels.channel import HandOver
    from monitors.digest import Digest
    from monitors.mails import Envelope
    from storage.audience import Delivery

#: 1,000 less than it takes, for the JSON around the text.
MOST_BYTES: Final = 19_000


class DingTalk(Connectionless):
    pace: Pace | None = Pace(messages=20, seconds=60)
    shared = False

    def __init__(self, reach: Reach, *, base: str = "https://oapi.dingtalk.com") -> None:
        self._reach, self._base = reach, base

    def write(self, digest: Digest, envelope: Envelope) -> bytes:
        text = markdown(digest, envelope, line="  \n", most=MOST_BYTES)
        body = {
            "msgtype": "markdown",
            "markdown": {"title": title(digest, envelope), "text": text},
            "at": {"isAtAll": False},
        }
        return json.dumps(body, ensure_ascii=False).encode()

    def send(self, delivery: Delivery, hand_over: HandOver) -> Answer:
        address = robot(delivery.channel)
        url = f"{self._base}/robot/send?access_token={address.token}{_signed(address.secret)}"
        return post(Request(url=url, body=delivery.payload), hand_over, self._reach)


def _signed(secret: str) -> str:
    """加签; the time in it may be an hour old at most, so it is made when the message goes."""
    if not secret:
        return ""
    stamp = str(round(time.time() * 1000))
    return f"&timestamp={stamp}&sign={quote(signature(secret, f'{stamp}{chr(10)}{secret}'), safe='')}"
