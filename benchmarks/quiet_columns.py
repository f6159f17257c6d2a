"""How long silences and falls go untold, and how often they are told wrongly.

python -m benchmarks.quiet_columns [thirds of a kind, default 20 columns each] [seed]

Fourteen months from January 2025 on (two Spring Festivals in them) of the columns of benchmarks/schedule.py, with and
without busy and slack weeks, and of four that publish seldom; each is looked at once a day, in the evening. The first
eight months are for learning; in the ninth to eleventh a third freezes, and of a third every fourth item is left.
Delays are counted in working days, and in days with news that would have been due by the eight months before. A fault
that is not told by the end counts as the time until then, and is marked.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from statistics import median, quantiles

from benchmarks.schedule import DAY, HOUR, KINDS
from monitors.alarms import BASELINE
from monitors.health import Kind, examine
from monitors.rates import SHANGHAI
from monitors.workdays import CHINA
from storage.records import Outcome, Visit

START = datetime(2025, 1, 1, tzinfo=SHANGHAI)
DAYS, LEARNING, LAST_BREAK = 425, 240, 330
LEFT = 0.25
SLACK = 0.4  # as the mixture "restless"
#: kind -> working days from one item to the next, and how far they differ (None: as chance has it).
SELDOM: dict[str, tuple[float, float | None]] = {
    "every week, by chance": (5, None),
    "every other week, by chance": (10, None),
    "every month, by chance": (21, None),
    "every month, in turn": (21, 3),
}
FAULTS = (None, Kind.QUIET, Kind.FEWER)


@dataclass
class Tally:
    """What became of the columns of a kind."""

    false: Counter[str] = field(default_factory=Counter)
    days_in_order: int = 0
    #: By the fault: (working days, days with news that were due, whether it was told).
    delays: dict[Kind, list[tuple[int, float, bool]]] = field(default_factory=lambda: {Kind.QUIET: [], Kind.FEWER: []})


def daily(kind: str, draw: Random, weeks: float) -> list[int]:
    """Items of each day."""
    hours, on_rest_days = KINDS[kind]
    counts, factor = [], 1.0
    for number in range(DAYS):
        day = START + DAY * number
        if weeks and day.weekday() == 0:
            factor = draw.lognormvariate(-(weeks**2) / 2, weeks)
        publishes = CHINA.works(day.date()) or draw.random() < on_rest_days
        items = len(hours(draw, day)) if publishes else 0
        counts.append(sum(int(factor + draw.random()) for _ in range(items)))
    return counts


def seldom(kind: str, draw: Random) -> list[int]:
    mean, differ = SELDOM[kind]
    counts, left = [], draw.uniform(0, mean)
    for number in range(DAYS):
        left -= CHINA.works((START + DAY * number).date())
        counts.append(int(left <= 0))
        if left <= 0:
            left = draw.expovariate(1 / mean) if differ is None else max(1, draw.gauss(mean, differ))
    return counts


def broken(counts: list[int], fault: Kind | None, breaks: int, draw: Random) -> list[int]:
    left = {Kind.QUIET: 0.0, Kind.FEWER: LEFT}.get(fault, 1.0) if fault else 1.0
    return [
        count if number < breaks else sum(draw.random() < left for _ in range(count))
        for number, count in enumerate(counts)
    ]


def look(number: int, new: int) -> Visit:
    at = START + DAY * number + HOUR * 23
    return Visit(source_id="", started_at=at, ended_at=at, outcome=Outcome.OK, requests=1, new=new)


def simulate(counts: list[int], fault: Kind | None, draw: Random, tally: Tally) -> None:
    breaks = draw.randrange(LEARNING, LAST_BREAK) if fault else DAYS
    visits = [look(number, new) for number, new in enumerate(broken(counts, fault, breaks, draw))]
    told, was_open = DAYS, set[Kind]()
    for number in range(LEARNING, DAYS):
        found = {one.kind for one in examine("", visits[max(0, number - BASELINE.days) : number + 1], calendar=CHINA)}
        if number < breaks:
            tally.false.update(kind.value for kind in found - was_open)
        elif found & ({Kind.QUIET} if fault is Kind.QUIET else {Kind.QUIET, Kind.FEWER}):
            told = number
            break
        was_open = found
    tally.days_in_order += min(breaks, DAYS) - LEARNING
    if fault:
        tally.delays[fault].append(_delay(counts, breaks, told))


def _delay(counts: list[int], breaks: int, told: int) -> tuple[int, float, bool]:
    works = [CHINA.works((START + timedelta(days=number)).date()) for number in range(DAYS)]
    share = sum(map(bool, counts[:breaks])) / sum(works[:breaks])
    working = sum(works[breaks + 1 : told + 1])
    return working, working * share, told < DAYS


def report(kind: str, tally: Tally) -> None:
    cells = [f"{1000 * tally.false.total() / tally.days_in_order:6.2f} {dict(tally.false)!s:28}"]
    for delays in tally.delays.values():
        days, due, told = zip(*delays, strict=True)
        cells.append(
            f"{sum(told):4}/{len(told):<3}{median(days):5.0f}{quantiles(days, n=10)[-1]:5.0f}{median(due):6.1f}"
            f"{quantiles(due, n=10)[-1]:6.1f}"
        )
    print(f"{kind:38}{'  '.join(cells)}", flush=True)


def main() -> None:
    count, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 20, "".join(sys.argv[2:3])
    print(f"{'':38}false a thousand days{'':14}frozen: told, working days, days due; a quarter left: the same")
    everything = Tally()
    for name, kind, weeks in _kinds():
        tally = Tally()
        for number in range(3 * count):
            draw = Random(f"{name} {number}{seed}")
            counts = seldom(kind, draw) if kind in SELDOM else daily(kind, draw, weeks)
            simulate(counts, FAULTS[number % 3], draw, tally)
        report(name, tally)
        everything.false.update(tally.false)
        everything.days_in_order += tally.days_in_order
    false, days = everything.false.total(), everything.days_in_order
    print(f"false: {false} in {days} source-days, {1000 * false / days:.2f} a thousand")


def _kinds() -> list[tuple[str, str, float]]:
    """(name, kind, how far weeks differ)."""
    even = [(kind, kind, 0.0) for kind in (*KINDS, *SELDOM)]
    return even + [(f"{kind}, restless", kind, SLACK) for kind in KINDS]


if __name__ == "__main__":
    main()
