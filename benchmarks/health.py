"""Which faults are told, how soon, and what is told wrongly.

python -m benchmarks.health [sources, default 200] [seed] [mixture of columns, default usual]

The columns of benchmarks/schedule.py, visited as `monitors.schedule` says over eight weeks of spring 2026; the first
four are for learning. A source fails in one of a hundred visits by chance and is down for 5 to 30 minutes about every
other week; all of them are for three hours on two days, when our own line is. One article in fifty cannot be read, and
one in fifty has no date; every tenth source never has one. In the second half four of five sources break for good at a
known moment, in one of the ways below; of one that publishes fewer every fourth item is left. A source is examined when
a visit of it ends, by the visits that `Store.telling_visits` hands out.

A fault is told in time when its incident is open before the second visit that was to come after the last good one, or
within an hour where that is longer. Slow sources, and those that seldom publish, have a day; unreadable and undated
ones a day from their third article; those that went quiet until they were quiet three times as long as ever before, or
18 items long; those that publish fewer ten working days, or until so many items were due that twice the best possible
test would know. Hours in which our own line was down do not count. Where that is later than the end of the eight weeks
the fault is not due yet, and counted apart. False is an incident of a source that was in order, each time that it
opens. Other seeds are other columns, chances and breaks.
"""

from __future__ import annotations

import math
import sys
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import pairwise
from random import Random
from statistics import fmean, variance

from benchmarks.schedule import DAY, HOUR, MIXTURES, START, Column, columns
from monitors.alarms import LATELY
from monitors.days import date_of, midnight
from monitors.health import Kind, are_many, examine, hour_of
from monitors.rates import Rates, learn_rates
from monitors.schedule import PACE, TROUBLE, backoff, failing, look_again, when_due
from monitors.workdays import CHINA
from storage.records import SOUND, Outcome, Visit

LEARNING, END = START + timedelta(weeks=4), START + timedelta(weeks=8)
#: The deadline of what cannot be known before the end.
NEVER = END + DAY * 365
BY_CHANCE = 0.01
OUTAGES_A_DAY = 1 / 14
BREAKDOWNS = {Kind(outcome) for outcome in TROUBLE}
#: What tells a fault, where it is not told by its own name alone.
TELLING = {Kind.FEWER: {Kind.FEWER, Kind.QUIET}}
LINE_DOWN = [(START + DAY * 17 + HOUR * 10, HOUR * 3), (START + DAY * 40 + HOUR * 14, HOUR * 3)]
FAULTS = (
    Kind.UNREACHABLE,
    Kind.BLOCKED,
    Kind.EMPTY_LIST,
    Kind.LAYOUT_CHANGED,
    Kind.NOT_ARTICLES,
    Kind.UNREADABLE,
    Kind.FIELDS_MISSING,
    Kind.SLOW,
    Kind.QUIET,
    Kind.FEWER,
)
LEFT = 0.25
#: Items that must have been due for a quarter of them to be a chance of 1 in 10,000, were they a Poisson process: each
#: says 1 - ¼ - ¼·log(4). Where days spread more it takes as many times more.
ITEMS_TO_TELL = math.log(10_000) / (1 - LEFT + LEFT * math.log(LEFT))


@dataclass
class Site:
    """A simulated source, its fault, and what is known of it."""

    name: str
    column: Column
    #: When it publishes what a visit can see.
    shown: list[datetime]
    draw: Random
    fault: Kind | Outcome | None
    breaks: datetime
    outages: list[tuple[datetime, datetime]]
    visits: list[Visit] = field(default_factory=list)
    telling: list[Visit] = field(default_factory=list)
    thinned: datetime = START
    seen: int = 0
    failures: int = 0
    rates: Rates | None = None
    learned: datetime = START
    told: datetime | None = None
    second_visit: datetime | None = None
    open: set[Kind] = field(default_factory=set)
    false: list[tuple[Kind, datetime]] = field(default_factory=list)

    @property
    def never_dates(self) -> bool:
        return int(self.name) % 10 == 0

    def broken(self, at: datetime) -> bool:
        return self.fault is not None and at >= self.breaks


def site(number: int, column: Column, seed: str) -> Site:
    draw = Random(f"site {number}{seed}")
    fault = FAULTS[(number - number // 5 - 1) % len(FAULTS)] if number % 5 else None
    breaks = LEARNING + (END - LEARNING - DAY * 9) * draw.random()
    starts = [START + DAY * draw.uniform(0, 56) for _ in range(round(56 * OUTAGES_A_DAY))]
    outages = [(start, start + timedelta(minutes=draw.uniform(5, 30))) for start in starts]
    left = {Kind.QUIET: 0.0, Kind.FEWER: LEFT}.get(fault, 1.0) if fault else 1.0
    shown = [moment for moment in column.moments if moment <= breaks or draw.random() < left]
    return Site(str(number), column, shown, draw, fault, breaks, outages)


def visit(site: Site, at: datetime) -> Visit:
    """What a visit at that moment sees."""
    seconds = site.draw.lognormvariate(0.2, 0.4)
    outcome = _outcome(site, at)
    new = problems = undated = 0
    if outcome is Outcome.OK:
        until = bisect_right(site.shown, at)
        new, site.seen = until - site.seen, until
        problems = _draw(site, at, Kind.UNREADABLE, new)
        undated = new - problems if site.never_dates else _draw(site, at, Kind.FIELDS_MISSING, new - problems)
    if site.broken(at) and site.fault is Kind.SLOW:
        seconds *= 12
    return Visit(
        source_id=site.name,
        started_at=at,
        ended_at=at + timedelta(seconds=seconds * (1 + new)),
        outcome=outcome,
        detail="simulated",
        requests=1 + new,
        new=new - problems,
        problems=problems,
        undated=undated,
    )


def _draw(site: Site, at: datetime, fault: Kind, articles: int) -> int:
    """How many of the articles lack what the fault takes away."""
    share = 0.95 if site.broken(at) and site.fault is fault else 0.02
    return sum(site.draw.random() < share for _ in range(articles))


def _outcome(site: Site, at: datetime) -> Outcome:
    down = any(start <= at < start + length for start, length in LINE_DOWN)
    if down or any(start <= at < end for start, end in site.outages) or site.draw.random() < BY_CHANCE:
        return Outcome.UNREACHABLE
    if site.broken(at) and site.fault in TROUBLE:
        return Outcome(site.fault)
    return Outcome.OK


@dataclass
class Line:
    """Which hours our own line was down, kept up visit by visit."""

    tried: defaultdict[datetime, set[str]] = field(default_factory=lambda: defaultdict(set))
    failed: defaultdict[datetime, set[str]] = field(default_factory=lambda: defaultdict(set))
    down: dict[datetime, str] = field(default_factory=dict)

    def note(self, seen: Visit) -> None:
        hour = hour_of(seen)
        self.tried[hour].add(seen.source_id)
        if seen.outcome is Outcome.UNREACHABLE:
            self.failed[hour].add(seen.source_id)
        if are_many(len(self.failed[hour]), len(self.tried[hour])):
            self.down[hour] = "simulated"
        else:
            self.down.pop(hour, None)


def following(site: Site, at: datetime, line: Line) -> datetime:
    if site.rates is None or at - site.learned >= DAY:
        site.rates, site.learned = learn_rates(site.visits[-500:], CHINA), at
    usual = when_due(site.rates, at, site.draw.uniform(0.9, 1.1), PACE, CHINA) - at
    if site.broken(at) and site.second_visit is None:
        site.second_visit = at + usual
    if not site.failures:
        return at + usual
    again = look_again(failing(site.visits[-30:]), at + backoff(site.failures, usual), at)
    if hour_of(site.visits[-1]) in line.down:
        again = min(again, at + PACE.line_retry)
    return at + (again - at) * site.draw.uniform(1, 1.1)


def simulate(sites: list[Site]) -> Line:
    line = Line()
    due = sorted((START + HOUR * site.draw.random(), number) for number, site in enumerate(sites))
    while due and due[0][0] < END:
        at, number = heappop(due)
        go(sites[number], at, line)
        heappush(due, (following(sites[number], at, line), number))
        if at >= LEARNING:
            judge(sites[number], at, line)
    return line


def go(site: Site, at: datetime, line: Line) -> None:
    site.visits.append(visit(site, at))
    site.telling.append(site.visits[-1])
    if at - site.thinned > DAY:
        site.telling, site.thinned = telling(site.telling, at - LATELY), at
    line.note(site.visits[-1])
    site.failures = site.failures + 1 if site.visits[-1].outcome in TROUBLE else 0


def telling(visits: list[Visit], lately: datetime) -> list[Visit]:
    """As `Store.telling_visits` does: those of late, those that found something or failed, and the last of a day."""
    last = {date_of(each): each for each in visits if each.outcome in SOUND}.values()
    kept = {id(each) for each in last}
    return [
        each
        for each in visits
        if each.started_at >= lately or each.new or each.problems or each.outcome not in SOUND or id(each) in kept
    ]


def judge(site: Site, at: datetime, line: Line) -> None:
    found = {each.kind for each in examine(site.name, site.telling, down=line.down, calendar=CHINA)}
    if site.broken(at) and site.fault and found & (BREAKDOWNS | TELLING.get(site.fault, {site.fault})):
        site.told = site.told or at
    if not site.broken(at):
        site.false += [(kind, at) for kind in found - site.open]
    site.open = found


def allowed(site: Site) -> datetime:
    """Until when its fault is told in time."""
    end = _allowed(site)
    for start, length in LINE_DOWN:
        if start < end and site.breaks < start + length:
            end += start + length - max(start, site.breaks)
    return end


def _allowed(site: Site) -> datetime:
    if site.fault == Kind.QUIET:
        return max(_quiet_for_long(site), site.breaks + DAY)
    if site.fault in (Kind.UNREADABLE, Kind.FIELDS_MISSING):
        later = site.column.moments[bisect_right(site.column.moments, site.breaks) :]
        return later[2] + DAY if len(later) > 2 else NEVER
    if site.fault == Kind.FEWER:
        return _fewer_for_long(site)
    patient = site.column.kind == "silent" or site.fault == Kind.SLOW
    return max(site.second_visit or END, site.breaks + (DAY if patient else HOUR))


def _quiet_for_long(site: Site) -> datetime:
    """The moment when three times the items were due that were due in the longest pause of the four weeks before."""
    before = [visit for visit in site.visits if site.breaks - timedelta(weeks=4) < visit.started_at <= site.breaks]
    rates, news = learn_rates(before, CHINA), [visit.started_at for visit in before if visit.new]
    pauses = [rates.expected(one, other, CHINA) for one, other in pairwise(news)]
    start, items = (news[-1] if news else site.breaks), max(18.0, 3 * max(pauses, default=0.0))
    hours = (start + HOUR * count for count in range(24 * 7 * 8))
    return next((hour for hour in hours if rates.expected(start, hour, CHINA) >= items), NEVER)


def _fewer_for_long(site: Site) -> datetime:
    """The end of ten working days, or of as many as bring twice `ITEMS_TO_TELL` by the four weeks before."""
    before, after = (
        [start + DAY * number for number in range(days)]
        for start, days in ((midnight(site.breaks.date()) - DAY * 28, 28), (midnight(site.breaks.date()) + DAY, 400))
    )
    counts = [
        bisect_right(site.column.moments, day + DAY) - bisect_right(site.column.moments, day)
        for day in before
        if CHINA.works(day.date())
    ]
    if not any(counts):
        return NEVER
    spread = max(1.0, variance(counts) / fmean(counts))
    needed = max(10, math.ceil(2 * ITEMS_TO_TELL * spread / fmean(counts)))
    working = [day for day in after if CHINA.works(day.date())]
    return working[needed - 1] + DAY if needed < len(working) else NEVER


def main() -> None:
    count, seed, mixture = [*sys.argv[1:], *("200", "", "usual")[len(sys.argv) - 1 :]]
    all_columns = columns(int(count), seed, MIXTURES[mixture])
    sites = [site(number, column, seed) for number, column in enumerate(all_columns)]
    line = simulate(sites)
    told, due, early = Counter[str](), Counter[str](), Counter[bool]()
    for each in sites:
        if each.fault and allowed(each) < END:
            due[each.fault] += 1
            told[each.fault] += bool(each.told and each.told <= allowed(each))
        elif each.fault:
            early[bool(each.told)] += 1
    for kind in FAULTS:
        print(f"{kind:16}{told[kind]:4} of {due[kind]:4} told in time")
    print(
        f"{told.total() / due.total():.3f} of all that were due; of {early.total()} not due yet {early[True]} are told"
    )
    print_false(sites, line)


def print_false(sites: list[Site], line: Line) -> None:
    days = sum(((each.breaks if each.fault else END) - LEARNING) / DAY for each in sites)
    false = Counter(kind.value for each in sites for kind, _ in each.false)
    print(
        f"false: {false.total()} in {days:.0f} source-days, {1000 * false.total() / days:.2f} a thousand: {dict(false)}"
    )
    print(f"the line was down in {len(line.down)} hours")
    for each in sites:
        late = each.fault and allowed(each) < END and not (each.told and each.told <= allowed(each))
        told = f"told {each.told:%m-%d %H:%M}" if each.told else "not told"
        if late:
            words = f"broken {each.breaks:%m-%d %H:%M}, {told}, allowed {allowed(each):%m-%d %H:%M}"
            print(f"  late: {each.name} {each.column.kind}: {each.fault} {words}")
        for kind, at in each.false:
            print(f"  false: {each.name} {each.column.kind}: {kind} {at:%m-%d %H:%M}")


if __name__ == "__main__":
    main()
