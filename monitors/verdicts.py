"""What becomes of a message after a try. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from monitors.channels.answers import Verdict
from storage.audience import State

if TYPE_CHECKING:
    from datetime import datetime

    from monitors.channels.answers import Answer

#: Minutes until the next try, the last one for all that follow. Greylisting asks for 1 to 15.
BACK_OFF: Final = (1, 3, 8, 15, 30, 60, 120, 240)
#: With these pauses a message is given up after three days, so that a long weekend of the mail server is survived.
MOST_ATTEMPTS: Final = 24
#: Nobody hammers a server that refuses the password: accounts are locked after five tries.
BROKEN_PAUSE: Final = timedelta(hours=1)
AWAY_PAUSE: Final = timedelta(minutes=1)
#: An alert whose arrival is not known is sent again so often; its bytes and its Message-ID are the same.
MOST_REPEATS: Final = 3
#: Hard refusals in a row after which a channel is given up.
MOST_REFUSALS: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Settlement:
    state: State
    due_at: datetime | None = None
    error: str = ""


def settlement(answer: Answer, *, attempts: int, now: datetime) -> Settlement:
    """`attempts` counts the one that was answered."""
    if answer.verdict is Verdict.TAKEN:
        return Settlement(state=State.SENT)
    if answer.verdict is Verdict.ACCEPTED:
        return Settlement(state=State.ACCEPTED)
    if answer.verdict is Verdict.UNKNOWN:
        return Settlement(state=State.UNKNOWN, error=answer.detail)
    if answer.verdict in (Verdict.REFUSED, Verdict.UNFIT):
        return Settlement(state=State.DEAD, error=answer.detail)
    if attempts >= MOST_ATTEMPTS:
        return Settlement(state=State.DEAD, error=f"given up after {attempts} tries: {answer.detail}")
    return Settlement(state=State.PENDING, due_at=now + _wait(answer, attempts), error=answer.detail)


def _wait(answer: Answer, attempts: int) -> timedelta:
    if answer.verdict is Verdict.BROKEN:
        return BROKEN_PAUSE
    own = timedelta(minutes=BACK_OFF[min(attempts, len(BACK_OFF)) - 1])
    return answer.after if answer.after is not None else own


def pause(answer: Answer) -> timedelta | None:
    """How long nothing else is tried at the same server."""
    if answer.verdict is Verdict.BROKEN:
        return BROKEN_PAUSE
    if answer.verdict is Verdict.AWAY:
        return AWAY_PAUSE
    return answer.after if answer.verdict is Verdict.LATER else None
