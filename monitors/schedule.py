"""When a source is visited next: often when its news is likely, seldom when it is not.

An item that lies undiscovered costs one item-hour each hour, a request costs `Pace.price` item-hours. Where news
appears at a rate of r items an hour, visits t hours apart cost price / t + r·t / 2 an hour, which is least at
t = sqrt(2·price / r): a source with four times the news is visited twice as often.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile
from random import Random
from typing import TYPE_CHECKING, Final

from monitors.rates import HOUR, SHANGHAI, Rates, hours_between, learn_rates
from monitors.rhythm import parse_hours, within
from monitors.workdays import CHINA, WorkCalendar
from storage.records import SOUND, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.records import Source, SourceState, Visit

TROUBLE: Final = frozenset(Outcome) - SOUND
#: Sites are often away for up to half an hour (a restart, a copy at night).
LASTING: Final = timedelta(minutes=30)
#: So many visits of a run may have failed by chance.
MOST_BY_CHANCE: Final = 1
#: First visits are spread over this time.
SPREAD: Final = timedelta(minutes=10)
#: An interval is up to this share shorter or longer, so that sources do not march in step.
JITTER: Final = 0.1
RATE_DIGITS: Final = 3
HALVINGS: Final = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How eagerly sources are visited."""

    least: timedelta = timedelta(minutes=10)
    most: timedelta = timedelta(hours=6)
    #: Item-hours of waiting that one request is worth; `price_for` reckons it from a budget.
    price: float = 0.03
    #: After a first trouble it is tried again after this share of the usual interval, to know soon whether it lasts;
    #: the wait doubles with each further one.
    first_retry: float = 0.25
    least_backoff: timedelta = timedelta(minutes=3)
    longest_backoff: timedelta = timedelta(days=1)
    #: A source with that many troubles in a row is dead, and tried again once a week.
    dead_after: int = 14
    revival: timedelta = timedelta(days=7)
    #: Between two looks at a site of which it is about to be known that its trouble lasts.
    confirm: timedelta = timedelta(minutes=6)
    #: While our own line is down no source is to blame: each is tried again so soon, to be caught up when it is back.
    line_retry: timedelta = timedelta(minutes=20)


PACE: Final = Pace()


def next_visit(
    source: Source,
    state: SourceState | None,
    visits: Sequence[Visit],
    *,
    now: datetime,
    pace: Pace = PACE,
    line_down: bool = False,
) -> datetime:
    """The moment of the next visit, later than `now`.

    `state` is as the visit just ended left it (None before the first one); `visits` are those of the last weeks,
    in the order of time; `line_down` says that it failed because of us. What the host asks for (Retry-After,
    Crawl-delay) is kept with its lease and may delay it further.
    The jitter is drawn from the source's id and `now`: the same question has the same answer.
    """
    draw = Random(f"{source.id} {now.timestamp()}").uniform
    if state is None or state.last_visit_at is None:
        due = now + SPREAD * draw(0, 1)
    else:
        due = when_due(learn_rates(visits, CHINA), now, draw(1 - JITTER, 1 + JITTER), pace, CHINA)
    if state and state.failures:
        due = look_again(failing(visits), now + backoff(state.failures, due - now, pace), now, pace)
        due = min(due, now + pace.line_retry * draw(1, 1 + 5 * JITTER)) if line_down else due
    return open_hours(source, due, spread=draw(0, 1))


def backoff(failures: int, usual: timedelta, pace: Pace = PACE) -> timedelta:
    """The wait after that many troubles in a row (1 or more), where `usual` is the wait after none."""
    if failures >= pace.dead_after:
        return pace.revival
    wait = usual * pace.first_retry * (1 << (failures - 1))
    return min(max(wait, pace.least_backoff), pace.longest_backoff)


def failing(visits: Sequence[Visit]) -> list[Visit]:
    """Those in trouble at the end of visits in the order of time."""
    return list(takewhile(lambda visit: visit.outcome in TROUBLE, reversed(visits)))[::-1]


def lasts(run: Sequence[Visit]) -> bool:
    """Whether visits that fail in a row say that a site is away for good, even were one of them wrong.

    One in a hundred fails by chance, before or after a site was away for minutes: a span that hangs on its first or on
    its last visit says too little.
    """
    if len(run) < MOST_BY_CHANCE + 2:
        return False
    return min(run[-2].started_at - run[0].started_at, run[-1].started_at - run[1].started_at) >= LASTING


def look_again(run: Sequence[Visit], due: datetime, now: datetime, pace: Pace = PACE) -> datetime:
    """`due`, or sooner where a visit sooner tells whether a site that cannot be reached is away for good."""
    if len(run) < MOST_BY_CHANCE + 1 or run[-1].outcome is not Outcome.UNREACHABLE or lasts(run):
        return due
    first, second = run[0].started_at, run[1].started_at
    told_by = first + LASTING if run[-1].started_at - first < LASTING else max(second + LASTING, now + pace.confirm)
    return min(due, max(told_by, now + pace.least_backoff))


def interval(rate: float, pace: Pace = PACE) -> timedelta:
    """The best time between two visits at a rate of items an hour, within the least and the most."""
    return min(max(HOUR * math.sqrt(2 * pace.price / max(rate, 1e-6)), pace.least), pace.most)


def price_for(rates: Sequence[Rates], requests_a_week: float, pace: Pace = PACE) -> float:
    """The price at which these sources together take that many visits a week, found by halving the range."""
    hours = Counter(round(rate, RATE_DIGITS) for each in rates for rate in each.by_hour)
    low, high = 1e-6, 1e3
    for _ in range(HALVINGS):
        price = math.sqrt(low * high)
        visits = sum(count * HOUR / interval(rate, replace(pace, price=price)) for rate, count in hours.items())
        low, high = (price, high) if visits > requests_a_week else (low, price)
    return high


def open_hours(source: Source, due: datetime, *, spread: float) -> datetime:
    """`due`, or the next opening of the source's active hours when it falls outside.

    `spread` (0 to 1) is its part of the first minutes after that, so that sources do not open all at once.
    """
    hours = parse_hours(source.active_hours or "")
    local = due.astimezone(SHANGHAI)
    if hours is None or within(local.time(), hours):
        return due
    opening = datetime.combine(local.date(), hours[0], tzinfo=SHANGHAI) + SPREAD * spread
    return opening if opening > local else opening + timedelta(days=1)


def when_due(rates: Rates, now: datetime, target: float, pace: Pace, calendar: WorkCalendar) -> datetime:
    """Each hour is worth its length over the best interval at its rate; when the sum reaches the target it is due."""
    due, worth = now, 0.0
    for slot, hours in hours_between(now, now + pace.most, calendar):
        length = HOUR * hours
        gain = length / interval(rates.by_hour[slot], pace)
        if worth + gain >= target:
            return due + length * ((target - worth) / gain)
        due, worth = due + length, worth + gain
    return due
