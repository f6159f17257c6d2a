"""What is wrong with which source, judged from its visits against its own past. Pure: same visits, same verdict.

    unreachable      no answer for 40 minutes and three visits in a row
    blocked, …       two in a row were refused, empty, laid out otherwise, or not articles
    unreadable       most articles of the last day could not be read, and that is new
    quiet            no news for longer than ever, in hours that count by what it usually publishes in them
    slow             requests take several times as long as usual
    line             many sources broke together: it is us or our line, told once in place of all of them
    calendar         the holidays of this year are not known, so working days are plain weekdays

An incident has no life of its own: it is open as long as the visits say so. `Incident.key` stays the same meanwhile, so
that it can be told once. benchmarks/health.py counts what is told in time and what is told wrongly.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise, takewhile
from statistics import median
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from monitors.rates import SHANGHAI, learn_rates
from monitors.schedule import TROUBLE
from monitors.workdays import CHINA, WorkCalendar
from storage.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from storage.records import Visit


class Kind(StrEnum):
    UNREACHABLE = "unreachable"
    BLOCKED = "blocked"
    EMPTY_LIST = "empty-list"
    LAYOUT_CHANGED = "layout-changed"
    NOT_ARTICLES = "not-articles"
    UNREADABLE = "unreadable"
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
    Kind.QUIET: "open the list; if it has newer items than we have, the column moved or is cached: change the url",
    Kind.SLOW: "nothing at once; if it stays, raise the source's delay",
    Kind.LINE: "look at this machine's network, DNS and proxy before looking at any source",
    Kind.CALENDAR: "update chinesecalendar, or write the holidays into a file of your own (docs/watches.md)",
}

#: Troubles in a row that make an incident, and how long ago the first must be: sites are often away for minutes.
IN_A_ROW: Final = {Outcome.UNREACHABLE: 3}
IN_A_ROW_ELSE: Final = 2
LASTING: Final = timedelta(minutes=40)
#: It is quiet when so many items were due since the last one, and so many times those of the longest pause in its past.
#: On simulated columns that is wrong 0.5 times in 1,000 source-days; twice the longest pause and 12 items 2.1 times.
QUIET_ITEMS: Final = 15.0
QUIET_FACTOR: Final = 2.5
LEAST_PAUSE: Final = timedelta(hours=12)
#: Pauses that must be known before one can be called unusual.
PAUSES_KNOWN: Final = 12
UNREADABLE_LEAST: Final = 3
UNREADABLE_SHARE: Final = 0.5
SLOW_VISITS: Final = 6
SLOW_FACTOR: Final = 4.0
SLOW_SECONDS: Final = 5.0
#: Many: that share of the sources visited within an hour, and at least so many; told for so many hours after.
MANY_SHARE: Final = 0.4
MANY_LEAST: Final = 5
MANY_HOURS: Final = 2
BASELINE: Final = 200  # visits
DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)


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
        incident
        for name, each in by_source.items()
        for incident in examine(name, each, now, down=down, calendar=calendar)
    ]
    return tuple(sorted(wide + single, key=lambda incident: incident.since))


def examine(
    source_id: str,
    visits: Sequence[Visit],
    now: datetime,
    *,
    down: Mapping[datetime, str] = MappingProxyType({}),
    calendar: WorkCalendar = CHINA,
) -> Iterator[Incident]:
    """What is wrong with one source: its trouble, or else all the rest.

    `visits` are in the order of time; failures in the hours in which our own line was `down` say nothing of the source.
    """
    visits = [each for each in visits if each.outcome is not Outcome.UNREACHABLE or hour_of(each) not in down]
    trouble = _trouble(visits, now)
    judged = [trouble] if trouble else [_unreadable(visits, now), _slow(visits), _quiet(visits, now, calendar)]
    for found in judged:
        if found:
            kind, since, evidence = found
            yield Incident(source_id=source_id, kind=kind, since=since, evidence=evidence)


Found = tuple[Kind, datetime, str]


def _trouble(visits: Sequence[Visit], now: datetime) -> Found | None:
    run = _run(visits)
    if not run or len(run) < IN_A_ROW.get(run[-1].outcome, IN_A_ROW_ELSE):
        return None
    if run[-1].outcome is Outcome.UNREACHABLE and now - run[0].started_at < LASTING:
        return None
    detail = next((visit.detail for visit in reversed(run) if visit.detail), "no detail")
    return Kind(run[-1].outcome), run[0].started_at, f"{len(run)} visits in a row: {detail}"


def _run(visits: Sequence[Visit]) -> list[Visit]:
    """The visits in trouble at the end."""
    return list(takewhile(lambda visit: visit.outcome in TROUBLE, reversed(visits)))[::-1]


def _unreadable(visits: Sequence[Visit], now: datetime) -> Found | None:
    late = [visit for visit in visits if visit.started_at > now - DAY]
    bad, usual = _share_unread(late), _share_unread(visits[: -len(late)] if late else visits)
    problems = sum(visit.problems for visit in late)
    if problems < UNREADABLE_LEAST or bad < UNREADABLE_SHARE or bad < 2 * usual:
        return None
    since = next(visit.started_at for visit in late if visit.problems)
    return (
        Kind.UNREADABLE,
        since,
        f"{problems} articles of the last day could not be read, {bad:.0%}; usual {usual:.0%}",
    )


def _share_unread(visits: Sequence[Visit]) -> float:
    problems = sum(visit.problems for visit in visits)
    read = sum(visit.new for visit in visits)
    return problems / (problems + read) if problems else 0.0


def _slow(visits: Sequence[Visit]) -> Found | None:
    asked = [visit for visit in visits if visit.requests]
    late, before = asked[-SLOW_VISITS:], asked[-BASELINE:-SLOW_VISITS]
    if len(late) < SLOW_VISITS or len(before) < SLOW_VISITS:
        return None
    usual = median(map(_seconds, before))
    fastest = min(map(_seconds, late))
    if fastest < max(SLOW_SECONDS, SLOW_FACTOR * usual):
        return None
    return (
        Kind.SLOW,
        late[0].started_at,
        f"at least {fastest:.1f} s a request in {SLOW_VISITS} visits; usual {usual:.1f} s",
    )


def _seconds(visit: Visit) -> float:
    return (visit.ended_at - visit.started_at).total_seconds() / visit.requests


def _quiet(visits: Sequence[Visit], now: datetime, calendar: WorkCalendar) -> Found | None:
    """Pauses are measured in the items that were to be expected in them, by the source's own rates."""
    news = [visit.started_at for visit in visits if visit.new]
    if len(news) <= PAUSES_KNOWN or now - news[-1] < LEAST_PAUSE:
        return None
    rates = learn_rates([visit for visit in visits if visit.started_at <= news[-1]], calendar)
    longest = max(rates.expected(earlier, later, calendar) for earlier, later in pairwise(news))
    missed = rates.expected(news[-1], now, calendar)
    if missed < max(QUIET_ITEMS, QUIET_FACTOR * longest):
        return None
    evidence = f"nothing new since {news[-1].astimezone(SHANGHAI):%Y-%m-%d %H:%M}, about {missed:.0f} items were due"
    return Kind.QUIET, news[-1], evidence


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
    today = now.astimezone(SHANGHAI)
    if calendar.knows(today.year):
        return None
    since = today.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    evidence = f"the holidays of {today.year} are not known: Saturdays and Sundays are free, all other days worked"
    return Incident(source_id="", kind=Kind.CALENDAR, since=since, evidence=evidence)
