"""How many items an hour a source publishes, for each hour of the week, learned from its visits.

A visit says how many items appeared since the one before, not when: they are spread over the hours between by the rate
believed so far (one step of expectation-maximisation a pass). What was seen little is drawn towards the same hour of
that source's other working or free days, and that towards the office hours of a typical column. Public holidays count
as Sundays, days worked in exchange (调休) as Mondays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeAlias
from zoneinfo import ZoneInfo

from storage.records import SOUND

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from monitors.workdays import WorkCalendar
    from storage.records import Visit

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
HOURS_A_DAY: Final = 24
HOURS_A_WEEK: Final = 7 * HOURS_A_DAY
MONDAY, SATURDAY, SUNDAY = 0, 5, 6

#: Items an hour of a typical column, by hour of a working and of a free day: (until hour, rate).
WORKDAY: Final = ((7, 0.01), (9, 0.15), (12, 0.4), (14, 0.2), (18, 0.4), (21, 0.1), (24, 0.03))
REST_DAY: Final = ((7, 0.005), (9, 0.03), (18, 0.08), (21, 0.04), (24, 0.01))
#: Hours of observation that the typical column is worth, and that the same hour of the source's other days is worth.
TYPICAL_WEIGHT: Final = 6.0
OTHER_DAYS_WEIGHT: Final = 4.0
PASSES: Final = 2
#: More at once is a backlog that was caught up or a list that changed its addresses, not a burst of news.
MOST_A_VISIT: Final = 30
#: A gap longer than this (an outage) says too little about the hour of publication.
LONGEST_GAP: Final = timedelta(hours=36)


def _by_hour(table: tuple[tuple[int, float], ...]) -> tuple[float, ...]:
    return tuple(next(rate for until, rate in table if hour < until) for hour in range(HOURS_A_DAY))


#: (hour of the week, length in hours), one after another.
Spans: TypeAlias = tuple[tuple[int, float], ...]

TYPICAL: Final = {True: _by_hour(WORKDAY), False: _by_hour(REST_DAY)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rates:
    """Items an hour, by hour of the week; index 0 is Monday 00:00 in Asia/Shanghai."""

    by_hour: tuple[float, ...]

    def spans(self, start: datetime, end: datetime, calendar: WorkCalendar) -> Iterator[tuple[float, float]]:
        """The hours from start to end as (length in hours, rate)."""
        return ((length, self.by_hour[slot]) for slot, length in hours_between(start, end, calendar))

    def expected(self, start: datetime, end: datetime, calendar: WorkCalendar) -> float:
        """Items to be expected from start to end."""
        return sum(length * rate for length, rate in self.spans(start, end, calendar))


def typical_rates() -> Rates:
    days = [day < SATURDAY for day in range(7)]
    return Rates(by_hour=tuple(rate for works in days for rate in TYPICAL[works]))


def learn_rates(visits: Sequence[Visit], calendar: WorkCalendar) -> Rates:
    """The rates of one source; `visits` may come in any order, those that read no list are passed over."""
    hours, found = [0.0] * HOURS_A_WEEK, list[tuple[int, Spans]]()
    for earlier, later in pairwise(sorted(_readings(visits), key=lambda visit: visit.started_at)):
        if later.started_at - earlier.started_at > LONGEST_GAP:
            continue
        spans = tuple(hours_between(earlier.started_at, later.started_at, calendar))
        for slot, length in spans:
            hours[slot] += length
        if later.new:
            found.append((min(later.new, MOST_A_VISIT), spans))
    rates = typical_rates()
    for _ in range(PASSES if any(hours) else 0):
        rates = Rates(by_hour=tuple(_smooth(_spread(found, rates), hours)))
    return rates


def _readings(visits: Sequence[Visit]) -> Iterator[Visit]:
    return (visit for visit in visits if visit.outcome in SOUND)


def _spread(found: Sequence[tuple[int, Spans]], rates: Rates) -> list[float]:
    """Items by hour of the week, those of a visit spread over the hours before it as these rates say."""
    items = [0.0] * HOURS_A_WEEK
    for new, spans in found:
        expected = sum(length * rates.by_hour[slot] for slot, length in spans)
        for slot, length in spans:
            items[slot] += new * length * rates.by_hour[slot] / expected
    return items


def _smooth(items: Sequence[float], hours: Sequence[float]) -> Iterator[float]:
    shared = {works: list(_shared(items, hours, works)) for works in (True, False)}
    for slot in range(HOURS_A_WEEK):
        day, hour = divmod(slot, HOURS_A_DAY)
        yield (shared[day < SATURDAY][hour] * OTHER_DAYS_WEIGHT + items[slot]) / (OTHER_DAYS_WEIGHT + hours[slot])


def _shared(items: Sequence[float], hours: Sequence[float], works: bool) -> Iterator[float]:
    """The rate of each hour of the day, over all working or all free days."""
    days = range(SATURDAY) if works else range(SATURDAY, 7)
    for hour, typical in enumerate(TYPICAL[works]):
        alike = [day * HOURS_A_DAY + hour for day in days]
        seen = sum(hours[slot] for slot in alike)
        yield (typical * TYPICAL_WEIGHT + sum(items[slot] for slot in alike)) / (TYPICAL_WEIGHT + seen)


def hours_between(start: datetime, end: datetime, calendar: WorkCalendar) -> Iterator[tuple[int, float]]:
    """(hour of the week, length in hours) from start to end; the first and the last may be parts of an hour."""
    moment = start.astimezone(SHANGHAI)  # no daylight saving since 1991: wall clock and UTC run alike
    left = (end - start) / HOUR
    part = 1 - (moment.minute * 60 + moment.second + moment.microsecond / 1e6) / 3600
    day, hour = moment.date(), moment.hour
    slot = _kind_of_day(day, calendar) * HOURS_A_DAY
    while left > 0:
        yield slot + hour, min(part, left)
        left, part, hour = left - part, 1.0, hour + 1
        if hour == HOURS_A_DAY:
            day, hour = day + DAY, 0
            slot = _kind_of_day(day, calendar) * HOURS_A_DAY


def _kind_of_day(day: date, calendar: WorkCalendar) -> int:
    weekday = day.weekday()
    if calendar.works(day) == (weekday < SATURDAY):
        return weekday
    return SUNDAY if weekday < SATURDAY else MONDAY
