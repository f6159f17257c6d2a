"""What is wrong with which source, judged from its visits against its own past. Pure: same visits, same verdict.

    unreachable      no answer for half an hour, whichever one visit is left out (`schedule.lasts`)
    blocked, …       two in a row were refused, empty, laid out otherwise, or not articles
    unreadable       most of the last articles could not be read, and that is new (`monitors.lacks`)
    fields-missing   most of the last articles have no date or no title, and that is new
    quiet            a silence that its own days make unlikely, holidays known (`monitors.silence`)
    fewer            so much less than usual that its own days make it unlikely (`monitors.falls`)
    slow             requests take several times as long as usual
    line             many sources broke together: it is us or our line, told once in place of all of them
    calendar         the holidays of this year are not known, so working days are plain weekdays

An incident has no life of its own: it is open as long as the visits say so. `Incident.key` stays the same meanwhile, so
that it can be told once. benchmarks/health.py counts what is told in time and what is told wrongly.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from statistics import median
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from monitors.days import days_of, midnight
from monitors.falls import fall
from monitors.lacks import Read, find_lack
from monitors.rates import SHANGHAI
from monitors.schedule import failing, lasts
from monitors.silence import silence
from monitors.workdays import CHINA, WorkCalendar
from storage.records import SOUND, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from monitors.days import Day
    from storage.records import Visit
    from storage.reports import HourOfVisits


class Kind(StrEnum):
    UNREACHABLE = "unreachable"
    BLOCKED = "blocked"
    EMPTY_LIST = "empty-list"
    LAYOUT_CHANGED = "layout-changed"
    NOT_ARTICLES = "not-articles"
    UNREADABLE = "unreadable"
    FIELDS_MISSING = "fields-missing"
    QUIET = "quiet"
    FEWER = "fewer"
    SLOW = "slow"
    LINE = "line"
    CALENDAR = "calendar"


#: What the operator can do.
REMEDY: Final[Mapping[Kind, str]] = {
    Kind.UNREACHABLE: "open the address in a browser; if the site moved, change the url; else wait, it is retried",
    Kind.BLOCKED: "visit less often (delay), ask the site's owner, or reach it from a mainland network (proxy)",
    Kind.EMPTY_LIST: "open the list; if it needs JavaScript or moved, choose another column of the site",
    Kind.LAYOUT_CHANGED: "open the list; if its items are there, set item_selector, else change the url",
    Kind.NOT_ARTICLES: "open the list; if it leads to something else than news now, change the url",
    Kind.UNREADABLE: "open an article of it; if it reads well, set title_selector, date_selector and body_selector",
    Kind.FIELDS_MISSING: "open an article of it; if it shows them, set date_selector or title_selector",
    Kind.QUIET: "open the list; if it has newer items than we have, the column moved or is cached: change the url",
    Kind.FEWER: "open the list; if it has items that we lack, a part of it moved: set item_selector or add its column",
    Kind.SLOW: "nothing at once; if it stays, raise the source's delay",
    Kind.LINE: "look at this machine's network, DNS and proxy before looking at any source",
    Kind.CALENDAR: 'update chinesecalendar, or write a file with them: holidays = "holidays.toml" (docs/watches.md)',
}

#: Troubles in a row that make an incident, where they are not `UNREACHABLE`.
IN_A_ROW: Final = 2
#: Wrong alarms a source and day that silence may cost, a fall of each length, and each thing that articles may lack.
#: Lengths overlap, a fall's chance is a bound, articles are seldom asked about: together they cost less than one in
#: 1,000 days. Three articles tell a fault at either risk; a silence is told a day sooner or later.
RISK_OF_SILENCE: Final = 0.0006
RISK_OF_FALLS: Final = 0.0005
RISK_OF_LACKS: Final = 0.0001
SLOW_VISITS: Final = 6
SLOW_FACTOR: Final = 4.0
SLOW_SECONDS: Final = 5.0
#: Many: that share of the sources visited within an hour, and at least so many; told for so many hours after.
MANY_SHARE: Final = 0.4
MANY_LEAST: Final = 5
MANY_HOURS: Final = 2
BASELINE: Final = 200  # visits
HOUR: Final = timedelta(hours=1)
#: The State Council announces a year's holidays in the November before.
NEAR: Final = timedelta(days=14)
NEVER_DOWN: Final[Mapping[datetime, str]] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class Incident:
    """Something that is wrong now."""

    #: Empty where it is not about one source.
    source_id: str
    kind: Kind
    #: When it began: the first visit that showed it.
    since: datetime
    evidence: str

    @property
    def key(self) -> str:
        """The same as long as it is open."""
        return f"{self.source_id} {self.kind} {self.since:%Y-%m-%dT%H:%M:%S%z}"

    @property
    def remedy(self) -> str:
        return REMEDY[self.kind]


def examine_all(down: Mapping[datetime, str], *, now: datetime, calendar: WorkCalendar = CHINA) -> list[Incident]:
    """What is wrong with none of the sources: our line, by the hours in which it was `down`, and the calendar."""
    return [found for found in (_line(down, now), _calendar(now, calendar)) if found]


def examine(
    source_id: str,
    visits: Sequence[Visit],
    *,
    down: Mapping[datetime, str] = NEVER_DOWN,
    calendar: WorkCalendar = CHINA,
) -> Iterator[Incident]:
    """What is wrong with one source: its trouble, or else all the rest.

    `visits` are in the order of time; failures in the hours in which our own line was `down` say nothing of the source.
    """
    visits = [each for each in visits if each.outcome is not Outcome.UNREACHABLE or hour_of(each) not in down]
    trouble = _trouble(visits)
    judged = [trouble] if trouble else [*_lacks(visits), _slow(visits), _quieter(visits, calendar)]
    for found in judged:
        if found:
            kind, since, evidence = found
            yield Incident(source_id=source_id, kind=kind, since=since, evidence=evidence)


Found = tuple[Kind, datetime, str]


def _trouble(visits: Sequence[Visit]) -> Found | None:
    run = failing(visits)
    if not (lasts(run) if run and run[-1].outcome is Outcome.UNREACHABLE else len(run) >= IN_A_ROW):
        return None
    detail = next((visit.detail for visit in reversed(run) if visit.detail), "no detail")
    ((outcome, _),) = Counter(visit.outcome for visit in reversed(run)).most_common(1)  # one kind, though they differ
    return Kind(outcome), run[0].started_at, f"{len(run)} visits in a row: {detail}"


#: Kind, words, how many articles of a visit lack it, and of how many.
LACKS: Final[Sequence[tuple[Kind, str, Callable[[Visit], int], Callable[[Visit], int]]]] = (
    (Kind.UNREADABLE, "could not be read", lambda visit: visit.problems, lambda visit: visit.new + visit.problems),
    (Kind.FIELDS_MISSING, "have no date", lambda visit: visit.undated, lambda visit: visit.new),
    (Kind.FIELDS_MISSING, "have no title", lambda visit: visit.untitled, lambda visit: visit.new),
)


def _lacks(visits: Sequence[Visit]) -> Iterator[Found]:
    for kind, words, lacking, articles in LACKS:
        newest_first = (visit for visit in reversed(visits) if articles(visit))
        reads = (Read(at=one.started_at, lacking=lacking(one), articles=articles(one)) for one in newest_first)
        if found := find_lack(reads, risk=RISK_OF_LACKS):
            evidence = f"{found.lacking} of the last {found.articles} articles {words}; usual {found.usual:.0%}"
            yield kind, found.since, evidence


def _slow(visits: Sequence[Visit]) -> Found | None:
    """The last visits, each of them several times as slow as half of those before were."""
    asked = [visit for visit in visits if visit.requests][-BASELINE:]
    usual = median(map(_seconds, asked[:-SLOW_VISITS])) if len(asked) >= 2 * SLOW_VISITS else math.inf
    slow = list(takewhile(lambda visit: _seconds(visit) >= max(SLOW_SECONDS, SLOW_FACTOR * usual), reversed(asked)))
    if len(slow) < SLOW_VISITS:
        return None
    fastest = min(map(_seconds, slow))
    evidence = f"at least {fastest:.1f} s a request in {len(slow)} visits; usual {usual:.1f} s"
    return Kind.SLOW, slow[-1].started_at, evidence


def _seconds(visit: Visit) -> float:
    return (visit.ended_at - visit.started_at).total_seconds() / visit.requests


def _quieter(visits: Sequence[Visit], calendar: WorkCalendar) -> Found | None:
    read = [visit for visit in visits if visit.outcome in SOUND]
    if not any(visit.new for visit in read):
        return None
    days = days_of(read, calendar)
    return _quiet(read, days) or _fewer(days[:-1])


def _quiet(read: Sequence[Visit], days: Sequence[Day]) -> Found | None:
    found = silence(days, until=read[-1].started_at)
    if found is None or found.probability >= RISK_OF_SILENCE:
        return None
    since = next(visit.started_at for visit in reversed(read) if visit.new)
    evidence = (
        f"nothing new since {since.astimezone(SHANGHAI):%Y-%m-%d %H:%M}; by its {found.days} days before, "
        f"so long a silence begins on one day in {1 / found.probability:,.0f}"
    )
    return Kind.QUIET, since, evidence


def _fewer(days_over: Sequence[Day]) -> Found | None:
    found = fall(days_over)
    if found is None or found.probability >= RISK_OF_FALLS:
        return None
    evidence = f"{found.new} new on {found.days} working days; usual {found.usual:.0f}"
    return Kind.FEWER, midnight(found.since), evidence


def is_line_down(visits: Iterable[Visit]) -> bool:
    """Whether so many sources could not be reached by the last of these visits to each that it is us."""
    newest = {visit.source_id: visit.outcome for visit in visits}
    return are_many(sum(outcome is Outcome.UNREACHABLE for outcome in newest.values()), len(newest))


def hours_down(hours: Iterable[HourOfVisits]) -> dict[datetime, str]:
    """Those in which many sources could not be reached at once, each with the evidence."""
    return {
        each.hour: f"{each.unreached} of {each.visited} sources visited in an hour could not be reached"
        for each in hours
        if are_many(each.unreached, each.visited)
    }


def are_many(failed: int, tried: int) -> bool:
    return failed >= max(MANY_LEAST, MANY_SHARE * tried)


def hour_of(visit: Visit) -> datetime:
    return visit.started_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _line(down: Mapping[datetime, str], now: datetime) -> Incident | None:
    """Open while one of the last hours was down; it began with the first of the hours without a gap before."""
    recent = [hour for hour in down if now - HOUR * MANY_HOURS < hour + HOUR]
    if not recent:
        return None
    since = min(recent)
    while since - HOUR in down:
        since -= HOUR
    return Incident(source_id="", kind=Kind.LINE, since=since, evidence=down[max(recent)])


def _calendar(now: datetime, calendar: WorkCalendar) -> Incident | None:
    """Open as soon as a year without known holidays is near: digests of working days are planned ahead."""
    begins = (now + NEAR).astimezone(SHANGHAI).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    if calendar.knows(begins.year):
        return None
    evidence = f"the holidays of {begins.year} are not known: Saturdays and Sundays are free, all other days worked"
    return Incident(source_id="", kind=Kind.CALENDAR, since=begins - NEAR, evidence=evidence)
