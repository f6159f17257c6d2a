"""The days of a source: on which of them it was looked at, and what was new. Pure."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING

from monitors.rates import HOURS_A_DAY, SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from monitors.workdays import WorkCalendar
    from storage.records import Visit


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A day on which a source was looked at."""

    date: date
    works: bool
    #: What the visits of the day found for the first time.
    new: int = 0
    #: The hour of its first news; 24 where it had none.
    first: float = HOURS_A_DAY


def days_of(visits: Sequence[Visit], calendar: WorkCalendar) -> list[Day]:
    """Of visits that read the list, in the order of time."""
    return [_day(seen, calendar) for seen in _by_day(visits)]


def hour_of_day(moment: datetime) -> float:
    local = moment.astimezone(SHANGHAI)
    return local.hour + local.minute / 60


def midnight(day: date) -> datetime:
    """Its first moment."""
    return datetime.combine(day, time(), tzinfo=SHANGHAI)


def date_of(visit: Visit) -> date:
    return visit.started_at.astimezone(SHANGHAI).date()


def _by_day(visits: Sequence[Visit]) -> Iterator[Sequence[Visit]]:
    """Split at each midnight, which is looked for: to ask every visit for its date takes ten times as long."""
    start = 0
    while start < len(visits):
        tomorrow = midnight(date_of(visits[start]) + timedelta(days=1))
        end = bisect_left(visits, tomorrow, lo=start, key=attrgetter("started_at"))
        yield visits[start:end]
        start = end


def _day(seen: Sequence[Visit], calendar: WorkCalendar) -> Day:
    day = date_of(seen[0])
    first = next((hour_of_day(visit.started_at) for visit in seen if visit.new), float(HOURS_A_DAY))
    return Day(date=day, works=calendar.works(day), new=sum(visit.new for visit in seen), first=first)
