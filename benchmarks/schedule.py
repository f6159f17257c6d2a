"""How soon news is discovered for the same number of requests.

python -m benchmarks.schedule [sources, default 1000] [seed] [mixture of columns, default usual]

Simulated columns over eight weeks of spring 2026 (清明 and 五一 in them), the last four counted: a fixed hourly visit,
the rule of Media Cloud's rss-fetcher (the interval halves or doubles by the share of known items), its longest interval
chosen so that it comes near the same number of requests; and `monitors.schedule`, priced to take no more requests than
the hourly visit. Rates are learned once a day here to save the benchmark's time; the service learns at each visit.
"""

from __future__ import annotations

import math
import sys
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from statistics import median, quantiles
from typing import TYPE_CHECKING

from monitors.rates import SHANGHAI, Rates, learn_rates, typical_rates
from monitors.schedule import PACE, Pace, price_for, when_due
from monitors.workdays import CHINA
from storage.records import Outcome, Visit

if TYPE_CHECKING:
    from collections.abc import Callable

START = datetime(2026, 3, 16, tzinfo=SHANGHAI)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
WARM_UP, WEEKS = 4, 8
SHOWN = 20  # items on a list, for the rule that looks at the share of known ones


@dataclass
class Column:
    """A simulated source: when it publishes."""

    kind: str
    moments: list[datetime]


def office(draw: Random, day: datetime) -> list[float]:
    count = _poisson(draw, draw.choice((1, 3, 6, 12)))
    return [draw.triangular(*draw.choice(((8.3, 12, 10), (13.5, 18.5, 16)))) for _ in range(count)]


def bursts(draw: Random, day: datetime) -> list[float]:
    times = [draw.gauss(at, 0.4) for at in (9.5, 16.5) if draw.random() < 0.8]
    return [time + draw.random() / 6 for time in times for _ in range(draw.randint(2, 8))]


def silent(draw: Random, day: datetime) -> list[float]:
    return [draw.uniform(8.5, 17.5)] if draw.random() < 0.08 else []


def night(draw: Random, day: datetime) -> list[float]:
    return [draw.uniform(20, 25.5) for _ in range(_poisson(draw, 4))]


def portal(draw: Random, day: datetime) -> list[float]:
    return [draw.triangular(6, 23, 11) for _ in range(_poisson(draw, 30))]


def evening(draw: Random, day: datetime) -> list[float]:
    return [draw.gauss(17.4, 0.3) for _ in range(draw.randint(1, 6))]


#: kind -> (how a day goes, share of the days off on which it publishes all the same)
KINDS: dict[str, tuple[Callable[[Random, datetime], list[float]], float]] = {
    "office hours": (office, 0.1),
    "bursts": (bursts, 0.05),
    "silent": (silent, 0.02),
    "night owl": (night, 0.7),
    "portal": (portal, 0.8),
    "end of the day": (evening, 0.1),
}


@dataclass(frozen=True, kw_only=True)
class Mixture:
    #: The part of the columns that each of `KINDS` is, in their order.
    shares: tuple[float, ...]
    #: How far busy and slack weeks differ: the standard deviation of the logarithm of their factor.
    weeks: float = 0.0


USUAL = (0.40, 0.15, 0.20, 0.05, 0.08, 0.12)
MIXTURES = {
    "usual": Mixture(shares=USUAL),
    "sleepy": Mixture(shares=(0.25, 0.05, 0.60, 0.0, 0.0, 0.10)),
    "busy": Mixture(shares=(0.30, 0.25, 0.0, 0.10, 0.25, 0.10)),
    "even": Mixture(shares=(1.0, 0.0, 0.0, 0.0, 0.0, 0.0)),
    "restless": Mixture(shares=USUAL, weeks=0.4),
}


def _poisson(draw: Random, mean: float) -> int:
    limit, product, count = math.exp(-mean), draw.random(), 0
    while product > limit:
        product, count = product * draw.random(), count + 1
    return count


def columns(count: int, seed: str = "", mixture: Mixture = MIXTURES["usual"]) -> list[Column]:
    shares = zip(KINDS, mixture.shares, strict=True)
    kinds = [kind for kind, share in shares for _ in range(round(share * count))]
    return [
        Column(kind, _moments(kind, Random(f"{kind} {number}{seed}"), mixture.weeks))
        for number, kind in enumerate(kinds)
    ]


def _moments(kind: str, draw: Random, weeks: float) -> list[datetime]:
    hours, on_rest_days = KINDS[kind]
    days = [START + DAY * number for number in range(WEEKS * 7)]
    open_days = [day for day in days if CHINA.works(day.date()) or draw.random() < on_rest_days]
    moments = [day + HOUR * hour for day in open_days for hour in hours(draw, day)]
    return sorted(_restless(moments, draw, weeks) if weeks else moments)


def _restless(moments: list[datetime], draw: Random, weeks: float) -> list[datetime]:
    """Those of a slack week thinned out, those of a busy one doubled in part, minutes apart."""
    factors = [draw.lognormvariate(-(weeks**2) / 2, weeks) for _ in range(WEEKS + 1)]
    wanted = [(moment, factors[(moment - START).days // 7] + draw.random()) for moment in moments]
    return [
        moment + timedelta(minutes=draw.uniform(0, 20)) * number
        for moment, copies in wanted
        for number in range(int(copies))
    ]


@dataclass
class Policy:
    """Asked after each visit for the next one; `new` is what the visit found."""

    name: str
    number: int
    interval: timedelta = HOUR

    def following(self, now: datetime, new: int, visits: list[Visit]) -> datetime:
        return now + self.interval


@dataclass
class MediaCloud(Policy):
    """Halves when a fifth of the list is new, doubles when nothing is."""

    most: timedelta = PACE.most

    def following(self, now: datetime, new: int, visits: list[Visit]) -> datetime:
        factor = 0.5 if new * 5 >= SHOWN else 2.0 if new == 0 else 1.0
        self.interval = min(max(self.interval * factor, PACE.least), self.most)
        return now + self.interval


@dataclass
class Learned(Policy):
    pace: Pace = PACE
    rates: Rates = field(default_factory=typical_rates)
    learned: datetime = START - DAY

    def following(self, now: datetime, new: int, visits: list[Visit]) -> datetime:
        if now - self.learned >= DAY:
            self.rates, self.learned = learn_rates(visits[-700:], CHINA), now
        target = Random(f"{self.number} {now.timestamp()}").uniform(0.9, 1.1)
        return when_due(self.rates, now, target, self.pace, CHINA)


@dataclass
class Outcomes:
    requests: int = 0
    delays: list[float] = field(default_factory=list)
    longest_wait: timedelta = timedelta(0)


def run(column: Column, policy: Policy, outcomes: Outcomes) -> None:
    counted, end = START + timedelta(weeks=WARM_UP), START + timedelta(weeks=WEEKS)
    at, seen, visits = START + HOUR * Random(policy.number).random(), 0, list[Visit]()
    while at < end:
        until = bisect_right(column.moments, at)
        if at >= counted:
            outcomes.requests += 1
            outcomes.delays += [(at - moment) / timedelta(minutes=1) for moment in column.moments[seen:until]]
        new = until - seen
        visits.append(Visit(source_id="", started_at=at, ended_at=at, outcome=Outcome.OK, new=new))
        following = policy.following(at, new, visits)
        outcomes.longest_wait = max(outcomes.longest_wait, following - at)
        at, seen = following, until


def simulate(all_columns: list[Column], make: Callable[[int], Policy]) -> dict[str, Outcomes]:
    by_kind = {kind: Outcomes() for kind in KINDS}
    for number, column in enumerate(all_columns):
        run(column, make(number), by_kind[column.kind])
    return by_kind


def total(by_kind: dict[str, Outcomes]) -> Outcomes:
    result = Outcomes()
    for each in by_kind.values():
        result.requests += each.requests
        result.delays += each.delays
        result.longest_wait = max(result.longest_wait, each.longest_wait)
    return result


def fitted_price(all_columns: list[Column], requests_a_week: float) -> float:
    """The price for the budget, from what the columns published in the weeks that are not counted."""
    return price_for([_learned_rates(column) for column in all_columns], requests_a_week)


def fitted_most(all_columns: list[Column], requests: int) -> timedelta:
    """The longest interval at which Media Cloud's rule takes about as many requests, on every tenth column."""
    sample = all_columns[::10]
    choices = [timedelta(minutes=minutes) for minutes in (60, 65, 70, 75, 80, 90, 105, 120, 150)]

    def miss(most: timedelta) -> float:
        return abs(total(simulate(sample, lambda number: MediaCloud("", number, most=most))).requests - requests / 10)

    return min(choices, key=miss)


def _learned_rates(column: Column) -> Rates:
    seen = [moment for moment in column.moments if moment < START + timedelta(weeks=WARM_UP)]
    hourly = [START + HOUR * number for number in range(WARM_UP * 168)]
    visits = [
        Visit(
            source_id="",
            started_at=at,
            ended_at=at,
            outcome=Outcome.OK,
            new=bisect_right(seen, at) - bisect_right(seen, at - HOUR),
        )
        for at in hourly
    ]
    return learn_rates(visits, CHINA)


def report(name: str, by_kind: dict[str, Outcomes]) -> None:
    print(f"{name:34}{'requests':>10}{'median':>8}{'p90':>8}   longest wait, minutes")
    for kind, each in [("all", total(by_kind)), *((kind, each) for kind, each in by_kind.items() if each.delays)]:
        middle, ninety = median(each.delays), quantiles(each.delays, n=10)[-1]
        longest = each.longest_wait / timedelta(minutes=1)
        print(f"    {kind:30}{each.requests:10}{middle:8.1f}{ninety:8.1f}{longest:8.0f}", flush=True)


def main() -> None:
    count, seed, mixture = [*sys.argv[1:], *("1000", "", "usual")[len(sys.argv) - 1 :]]
    everything = columns(int(count), seed, MIXTURES[mixture])
    fixed = simulate(everything, lambda number: Policy("hourly", number))
    requests = total(fixed).requests
    report("fixed hourly", fixed)
    most = fitted_most(everything, requests)
    report(f"Media Cloud, at most {most}", simulate(everything, lambda number: MediaCloud("", number, most=most)))
    pace = Pace(price=fitted_price(everything, requests / (WEEKS - WARM_UP)))
    learned = simulate(everything, lambda number: Learned("", number, pace=pace))
    report(f"monitors.schedule, price {pace.price:.4f}", learned)


if __name__ == "__main__":
    main()
