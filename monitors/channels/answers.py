"""What a server said to a message, and the codes of the robots, which answer 200 to everything."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from monitors.channels.http import Reply


class Verdict(StrEnum):
    #: The final yes.
    TAKEN = "taken"
    #: A go-between's word that the service took it.
    ACCEPTED = "accepted"
    #: Not taken this time.
    LATER = "later"
    #: Not taken, and never will be.
    REFUSED = "refused"
    #: Not taken for what the message is itself: too large. Another one may be.
    UNFIT = "unfit"
    #: The settings are wrong: no message goes this way until somebody mends them. Trying on locks accounts.
    BROKEN = "broken"
    #: The server cannot be reached, by no message.
    AWAY = "away"
    #: Handed over whole, and no answer: it may have arrived.
    UNKNOWN = "unknown"
    #: The lease ended before anything was handed over; another worker has it.
    LATE = "late"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    verdict: Verdict
    #: The server's words, or what went wrong; never an address with a token.
    detail: str = ""
    #: How long to wait at least, where the server says so.
    after: timedelta | None = None


MINUTE: Final = timedelta(minutes=1)

#: Codes inside HTTP 200 -> verdict and pause.
#: 企业微信: developer.work.weixin.qq.com/document/path/90313
#: 钉钉: open.dingtalk.com/document/orgapp/custom-robot-access
#: 飞书: open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
#: The numbers of the three do not collide; a code that is not here is tried again, a bounded number of times.
CODES: Final[dict[int, tuple[Verdict, timedelta | None]]] = {
    # 企业微信
    -1: (Verdict.LATER, None),
    45009: (Verdict.LATER, MINUTE),
    45033: (Verdict.LATER, MINUTE),
    40008: (Verdict.REFUSED, None),
    40058: (Verdict.REFUSED, None),
    45002: (Verdict.UNFIT, None),
    93000: (Verdict.REFUSED, None),
    93004: (Verdict.BROKEN, None),
    93008: (Verdict.REFUSED, None),
    # 钉钉: who sends more than 20 in a minute is not heard for ten.
    130101: (Verdict.LATER, 10 * MINUTE),
    410100: (Verdict.LATER, 10 * MINUTE),
    90030: (Verdict.LATER, 10 * MINUTE),
    310000: (Verdict.BROKEN, None),
    300001: (Verdict.REFUSED, None),
    300005: (Verdict.REFUSED, None),
    400013: (Verdict.REFUSED, None),
    400101: (Verdict.REFUSED, None),
    400102: (Verdict.BROKEN, None),
    430101: (Verdict.REFUSED, None),
    430102: (Verdict.REFUSED, None),
    430103: (Verdict.REFUSED, None),
    430104: (Verdict.REFUSED, None),
    # 飞书
    11232: (Verdict.LATER, MINUTE),
    11233: (Verdict.LATER, MINUTE),
    9499: (Verdict.REFUSED, None),
    19001: (Verdict.REFUSED, None),
    19002: (Verdict.REFUSED, None),
    19021: (Verdict.BROKEN, None),
    19022: (Verdict.BROKEN, None),
    19024: (Verdict.BROKEN, None),
}

#: Under these names the answers carry their code: 企业微信 and 钉钉, 飞书 today, 飞书 before 2023.
_CODE_KEYS: Final = ("errcode", "code", "StatusCode")
_WORD_KEYS: Final = ("errmsg", "msg", "StatusMessage", "message", "error")
_BROKEN: Final = frozenset({401, 403, 407})
_LATER: Final = frozenset({408, 425, 429})


def judge(reply: Reply) -> Answer:
    """The answer behind status and body: a status that is not 2xx decides, else the body does."""
    said = _json(reply.body)
    if not 200 <= reply.status < 300:
        return _judge_status(reply, _words(said))
    code = next((said[key] for key in _CODE_KEYS if isinstance(said.get(key), int)), 0)
    if code == 0 and said.get("ok") is not False and said.get("success") is not False:
        return Answer(verdict=Verdict.TAKEN, detail=f"{reply.status}")
    verdict, after = CODES.get(code, (Verdict.LATER, None))
    return Answer(verdict=verdict, after=after, detail=f"{reply.status} with error {code} inside: {_words(said)}")


def _judge_status(reply: Reply, words: str) -> Answer:
    detail = f"{reply.status} {words}".strip()
    if reply.status == 413:
        return Answer(verdict=Verdict.UNFIT, detail=detail)
    if reply.status >= 500 or reply.status in _LATER:
        return Answer(verdict=Verdict.LATER, detail=detail, after=reply.retry_after)
    if reply.status in _BROKEN:
        return Answer(verdict=Verdict.BROKEN, detail=detail)
    if 300 <= reply.status < 400:
        detail += ", a redirect; it is not followed: write the final address"
    return Answer(verdict=Verdict.REFUSED, detail=detail)


def _json(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _words(said: dict[str, Any]) -> str:
    return next((str(said[key])[:200] for key in _WORD_KEYS if said.get(key)), "")
