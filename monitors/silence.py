"""How unlikely it is, by a source's own past, that it is silent for as long as it is. Pure.

Its days are compared with its days: items come in clumps within one (a meeting, an editor's hour), and a day may have
none, so hours and items are no independent draws. A day without news is as likely as its earlier working (or free)
days say, (silent + ½) / (days + 1) after Krichevsky and Trofimov (1981), which counts in what few days cannot know; of
today as much counts as is over, against how many days had no news until this hour. Silent days in a row multiply, each
in the past of the next.

A silence begins after a day with news, so it has as many chances to be long as there are such days: where news comes
once a month, thirty times as unlikely a silence is as rare a thing. What is told at a probability of p is wrong at most
p times a day, however often it is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from monitors.days import hour_of_day
from monitors.rates import HOURS_A_DAY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitors.days import Day


@dataclass(frozen=True, kw_only=True, slots=True)
class Silence:
    #: Of a silence so long, to begin on a given day.
    probability: float
    #: Days that it was compared with.
    days: int


def silence(days: Sequence[Day], *, until: datetime) -> Silence | None:
    """The silence that lasted at the moment of the last look, on the last of the days; None on a day with news."""
    silent = sum(1 for _ in takewhile(lambda day: not day.new, reversed(days)))
    if not silent or silent == len(days):
        return None
    past = days[1:-silent]  # the first day was hardly seen whole
    begins = (sum(day.new > 0 for day in past) + 0.5) / (len(past) + 1)
    lasts = _probability(past, days[-silent:], until=hour_of_day(until))
    return Silence(probability=begins * lasts, days=len(past))


def _probability(past: Sequence[Day], silent: Sequence[Day], *, until: float) -> float:
    probability, known = 1.0, list(past)
    for number, day in enumerate(silent, 1):
        alike = [other.first for other in known if other.works == day.works]
        hour = until if number == len(silent) else HOURS_A_DAY - 1e-9
        probability *= (sum(first > hour for first in alike) + 0.5) / (len(alike) + 1)
        known.append(day)
    return probability
