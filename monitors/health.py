"""What is wrong with which source, judged from its visits against its own past. Pure: same visits, same verdict.

    unreachable      no answer for half an hour, whichever one visit is left out (`schedule.lasts`)
    blocked, …       two in a row were refused, empty, laid out otherwise, or not articles
    unreadable       most of the last articles could not be read, and that is new (`monitors.lacks`)
    fields-missing   most of the last articles have no date or no title, and that is new
    quiet            a silence that its own days make unlikely, holidays known (`monitors.silence`)
    slow             requests take several times as long as usual
    line             many sources broke together: it is us or our line, told once in place of all of them
    calendar         the holidays of this year are not known, so working days are plain weekdays

An incident has no life of its own: it is open as long as the visits say so. `Incident.key` stays the same meanwhile, so
that it can be told once. benchmarks/health.py counts what is told in time and what is told wrongly.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from statistics import median
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from monitors.lacks import Read, find_lack
from monitors.rates import SHANGHAI
from monitors.schedule import failing, lasts
from monitors.silence import silence
from monitors.workdays import CHINA, WorkCalendar
from storage.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from storage.records import Visit


class Kind(StrEnum):
    UNREACHABLE = "unreachable"
    BLOCKED = "blocked"
    EMPTY_LIST = "empty-list"
    LAYOUT_CHANGED = "layout-changed"
    NOT_ARTICLES = "not-articles"
    UNREADABLE = "unreadable"
    FIELDS_MISSING = "fields-missing"
    QUIET = "quiet"
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
    Kind.SLOW: "nothing at once; if it stays, raise the source's delay",
    Kind.LINE: "look at this machine's network, DNS and proxy before looking at any source",
    Kind.CALENDAR: 'update chinesecalendar, or write a file with them: holidays = "holidays.toml" (docs/watches.md)',
}

#: Troubles in a row that make an incident, where they are not `UNREACHABLE`.
IN_A_ROW: Final = 2
#: Wrong alarms a source and day that silence may cost, and each thing that articles may lack: together less than one in
#: 1,000 days. Three articles tell a fault at either risk; a silence is told a day sooner or later.
RISK_OF_SILENCE: Final = 0.0006
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


def check(
    visits: Mapping[str, Sequence[Visit]], *, now: datetime, calendar: WorkCalendar = CHINA
) -> tuple[Incident, ...]:
    """The incidents that are open, the oldest first; `visits` are those of the last weeks by source, in any order."""
    by_source = {name: sorted(each, key=lambda visit: visit.started_at) for name, each in visits.items()}
    down = hours_down(by_source.values())
    wide = [incident for incident in (line_incident(down, now), _calendar(now, calendar)) if incident]
    single = [
        incident for name, each in by_source.items() for incident in examine(name, each, down=down, calendar=calendar)
    ]
    return tuple(sorted(wide + single, key=lambda incident: incident.since))


def examine(
    source_id: str,
    visits: Sequence[Visit],
    *,
    down: Mapping[datetime, str] = MappingProxyType({}),
    calendar: WorkCalendar = CHINA,
) -> Iterator[Incident]:
    """What is wrong with one source: its trouble, or else all the rest.

    `visits` are in the order of time; failures in the hours in which our own line was `down` say nothing of the source.
    """
    visits = [each for each in visits if each.outcome is not Outcome.UNREACHABLE or hour_of(each) not in down]
    trouble = _trouble(visits)
    judged = [trouble] if trouble else [*_lacks(visits), _slow(visits), _quiet(visits, calendar)]
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
    return Kind(run[-1].outcome), run[0].started_at, f"{len(run)} visits in a row: {detail}"


#: Kind, words, how many articles of a visit lack it, and of how many.
LACKS: Final[Sequence[tuple[Kind, str, Callable[[Visit], int], Callable[[Visit], int]]]] = (
    (Kind.UNREADABLE, "could not be read", lambda visit: visit.problems, lambda visit: visit.new + visit.problems),
    (Kind.FIELDS_MISSING, "have no date", lambda visit: visit.undated, lambda visit: visit.new),
    (Kind.FIELDS_MISSING, "have no title", lambda visit: visit.untitled, lambda visit: visit.new),
)


def _lacks(visits: Sequence[Visit]) -> Iterator[Found]:
    found_some = [visit for visit in visits if visit.new or visit.problems]
    for kind, words, lacking, articles in LACKS:
        reads = [Read(at=v.started_at, lacking=lacking(v), articles=articles(v)) for v in found_some if articles(v)]
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


def _quiet(visits: Sequence[Visit], calendar: WorkCalendar) -> Found | None:
    found = silence(visits, calendar)
    if found is None or found.probability >= RISK_OF_SILENCE:
        return None
    evidence = (
        f"nothing new since {found.since.astimezone(SHANGHAI):%Y-%m-%d %H:%M}; by its {found.days} days before, "
        f"so long a silence has a chance of 1 in {1 / found.probability:,.0f}"
    )
    return Kind.QUIET, found.since, evidence


def is_line_down(visits: Iterable[Visit]) -> bool:
    """Whether so many sources could not be reached by the last of these visits to each that it is us."""
    newest = {visit.source_id: visit.outcome for visit in visits}
    return are_many(sum(outcome is Outcome.UNREACHABLE for outcome in newest.values()), len(newest))


def hours_down(visits: Iterable[Sequence[Visit]]) -> dict[datetime, str]:
    """The hours in which many sources could not be reached at once, each with the evidence."""
    tried, failed = defaultdict[datetime, set[str]](set), defaultdict[datetime, set[str]](set)
    for each in visits:
        for visit in each:
            tried[hour_of(visit)].add(visit.source_id)
            if visit.outcome is Outcome.UNREACHABLE:
                failed[hour_of(visit)].add(visit.source_id)
    return {
        hour: f"{len(names)} of {len(tried[hour])} sources visited in an hour could not be reached"
        for hour, names in failed.items()
        if are_many(len(names), len(tried[hour]))
    }


def are_many(failed: int, tried: int) -> bool:
    return failed >= max(MANY_LEAST, MANY_SHARE * tried)


def hour_of(visit: Visit) -> datetime:
    return visit.started_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def line_incident(down: Mapping[datetime, str], now: datetime) -> Incident | None:
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
