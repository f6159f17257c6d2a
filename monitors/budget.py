"""Requests a day, in all and at one host, spent where news is likely.

In all: a request is priced so high that the visits of all sources together, each where its news is likely, take what
the budget leaves beside the articles (`schedule.price_for`); reckoned once a day from what the sources published. What
is spent all the same is the end of it: no visit begins until a day after the first of them. At a host: its sources wait
for the same.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from monitors.rates import learn_rates
from monitors.schedule import PACE, Pace, price_for
from monitors.workdays import CHINA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitors.rates import Rates
    from storage import Store
    from storage.records import Visit

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
#: Sources whose rates stand for all: 100 tell the price to some percent, and learning a rate takes 6 ms.
SAMPLE: Final = 100
#: Visits that the schedule learns a source's rhythm from: four weeks of a busy one.
VISITS_LEARNED_FROM: Final = 700
#: The part of requests that goes to lists, while no day has told.
LISTS: Final = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """Requests in any 24 hours; 0 = as many as the pace asks for."""

    in_all: int = 0
    per_host: int = 0


def pace_within(pace: Pace, rates: Sequence[Rates], visits_a_day: float) -> Pace:
    """The pace, made so slow that sources with these rates take no more than that many visits a day together."""
    return replace(pace, price=max(pace.price, price_for(rates, visits_a_day * 7, pace)))


def rests_until(visits: Sequence[Visit], most: int) -> datetime | None:
    """When the last day's visits, in the order of time, are down to fewer requests than `most`; None where they are."""
    spent = sum(visit.requests for visit in visits)
    if spent < most:
        return None
    left = (spent - gone for gone in accumulate(visit.requests for visit in visits))
    return next(visit.ended_at + DAY for visit, rest in zip(visits, left, strict=True) if rest < most)


class Purse:
    """What the budget still allows. Shared by threads; another service on the same database sees the same visits."""

    def __init__(self, store: Store, budget: Budget, pace: Pace = PACE) -> None:
        self._store, self._budget = store, budget
        self._usual, self._pace = pace, pace
        self._reckoned: datetime | None = None
        self._lock = threading.Lock()

    def is_spent(self, now: datetime) -> bool:
        return bool(self._budget.in_all) and self._store.spent(since=now - DAY, until=now)[1] >= self._budget.in_all

    def rests_until(self, source_id: str, now: datetime) -> datetime | None:
        """When the host of a source may be visited again; None where it may at once."""
        if not self._budget.per_host:
            return None
        return rests_until(self._store.visits_at_host_of(source_id, since=now - DAY, until=now), self._budget.per_host)

    def pace(self, now: datetime) -> Pace:
        """Reckoned anew once a day, and when a clock that ran ahead was set back."""
        with self._lock:
            if self._budget.in_all and (self._reckoned is None or abs(now - self._reckoned) >= DAY):
                self._pace, self._reckoned = self._reckon(now), now
            return self._pace

    def _reckon(self, now: datetime) -> Pace:
        sources = self._store.sources(enabled=True)
        sample = sources[:: max(1, len(sources) // SAMPLE)]
        rates = [learn_rates(self._store.visits(one.id, limit=VISITS_LEARNED_FROM), CHINA) for one in sample]
        visits, requests = self._store.spent(since=now - WEEK, until=now)
        lists = visits / requests if requests else LISTS
        return pace_within(self._usual, rates, self._budget.in_all * lists * len(sample) / max(1, len(sources)))
