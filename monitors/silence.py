"""How unlikely it is, by a source's own past, that it is silent for as long as it is. Pure.

Its days are compared with its days: items come in clumps within one (a meeting, an editor's hour), and a day may have
none, so hours and items are no independent draws. A day without news is as likely as its earlier working (or free)
days say, (silent + ½) / (days + 1) after Krichevsky and Trofimov (1981), which counts in what few days cannot know; of
today as much counts as is over, against how many days had no news until this hour. Silent days in a row multiply, each
in the past of the next. A silence begins at most once a day: what is told at a probability of p is wrong at most p
times a day, however often it is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import TYPE_CHECKING, Final

from monitors.rates import HOURS_A_DAY, SHANGHAI
from storage.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from monitors.workdays import WorkCalendar
    from storage.records import Visit

#: Outcomes of visits that read the list, or knew that it had not changed.
READ: Final = frozenset({Outcome.OK, Outcome.UNCHANGED, Outcome.QUIET})


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A day on which a source was looked at."""

    works: bool
    #: The hour of its first news; 24 where it had none.
    first: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Silence:
    #: The last news.
    since: datetime
    #: Of a silence so long, to begin on a given day.
    probability: float
    #: Days that it was compared with.
    days: int


def silence(visits: Sequence[Visit], calendar: WorkCalendar) -> Silence | None:
    """The silence that lasted at the last of the visits, which are in the order of time; None on a day with news."""
    read = [visit for visit in visits if visit.outcome in READ]
    news = next((visit for visit in reversed(read) if visit.new), None)
    if news is None or _date(news) == _date(read[-1]):
        return None
    days = list(_days(read, calendar))
    silent = sum(1 for _ in takewhile(lambda day: day.first == HOURS_A_DAY, reversed(days)))
    past = days[1:-silent]  # the first day was hardly seen whole
    probability = _probability(past, days[-silent:], until=_hour(read[-1].started_at))
    return Silence(since=news.started_at, probability=probability, days=len(past))


def _probability(past: Sequence[Day], silent: Sequence[Day], *, until: float) -> float:
    probability, known = 1.0, list(past)
    for number, day in enumerate(silent, 1):
        alike = [other.first for other in known if other.works == day.works]
        hour = until if number == len(silent) else HOURS_A_DAY - 1e-9
        probability *= (sum(first > hour for first in alike) + 0.5) / (len(alike) + 1)
        known.append(day)
    return probability


def _days(visits: Sequence[Visit], calendar: WorkCalendar) -> Iterator[Day]:
    for day, seen in groupby(visits, key=_date):
        first = next((_hour(visit.started_at) for visit in seen if visit.new), float(HOURS_A_DAY))
        yield Day(works=calendar.works(day), first=first)


def _date(visit: Visit) -> date:
    return visit.started_at.astimezone(SHANGHAI).date()


def _hour(moment: datetime) -> float:
    local = moment.astimezone(SHANGHAI)
    return local.hour + local.minute / 60
