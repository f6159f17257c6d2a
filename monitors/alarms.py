"""Incidents told to the operator: once when they open, once a day while they stay, once when they are over."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from monitors.health import Incident, Kind, examine, examine_all, hours_down
from monitors.notes import note
from monitors.rates import SHANGHAI
from storage.audience import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from monitors.channels import Settings
    from storage import Store
    from storage.audience import Delivery
    from storage.records import Visit

log = logging.getLogger(__name__)

#: How far back a source's own baseline goes: a column that tells something once a month needs a year.
BASELINE: Final = timedelta(days=400)
#: How far back every visit of it counts, not only those that found something or failed.
LATELY: Final = timedelta(days=7)
REMINDER: Final = timedelta(days=1)
#: Where the store remembers what the operator knows.
MEMORY: Final = "alarms"
#: Kinds whose beginning is reckoned from a past that moves on.
MOVING: Final = frozenset({Kind.UNREACHABLE, Kind.FEWER})


@dataclass(frozen=True, kw_only=True, slots=True)
class Examined:
    """What a source was found to be, after the visit that ended at that time."""

    at: datetime | None = None
    incidents: tuple[Incident, ...] = ()
    #: The last one.
    visit: Visit | None = None
    #: When a visit found something new last.
    news_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the operator was told: the keys of the incidents that were open then, and when that was."""

    keys: frozenset[str] = frozenset()
    told_at: datetime | None = None
    #: When all that was open was told last.
    reminded_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """What there is to tell now."""

    opened: tuple[Incident, ...] = ()
    #: Keys of incidents that are over.
    closed: tuple[str, ...] = ()
    #: Still open, told again after a day.
    staying: tuple[Incident, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.opened or self.closed or self.staying)


def news_of(incidents: Collection[Incident], known: Known, *, now: datetime) -> News:
    """What changed since the operator was told last; all that is open, once a day (and after a clock ran ahead)."""
    keys = {incident.key for incident in incidents}
    opened = tuple(incident for incident in incidents if incident.key not in known.keys)
    staying = tuple(incident for incident in incidents if incident.key in known.keys)
    remind = known.reminded_at is not None and abs(now - known.reminded_at) >= REMINDER
    return News(opened=opened, closed=tuple(sorted(known.keys - keys)), staying=staying if remind else ())


def lines(news: News, names: Mapping[str, str], sources: Mapping[str, Examined]) -> list[str]:
    """A line for each, for people; the sources visits are the evidence that something is over."""
    told = [f"+ {_line(incident, names)}" for incident in news.opened]
    told += [f"= {_line(incident, names)}" for incident in news.staying]
    return told + [f"- {_over(key, names, sources)}" for key in news.closed]


class Lookout:
    """Looks after the sources that are visited, each against its own past.

    To read the past of one takes some 20 ms, so what it was found to be is kept in memory until a visit of it ends or
    our line goes down: that can be found out anew at any time.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._examined: dict[str, Examined] = {}
        self._down: Mapping[datetime, str] = {}

    def tell(self, settings: Settings, *, now: datetime) -> News:
        """Tell the operator what changed, by mail where there is an address and in the log in any case."""
        known = recall(self._store)
        incidents = self.look(known, now=now)
        news = news_of(incidents, known, now=now)
        if news:
            self._report(news, known, settings, now)
            reminded_at = now if news.staying else known.reminded_at or now
            remember(self._store, incidents, now=now, reminded_at=reminded_at)
        return news

    def look(self, known: Known | None = None, *, now: datetime) -> list[Incident]:
        """The incidents that are open, the oldest first."""
        down = hours_down(self._store.hours_of_visits(since=now - LATELY, until=now))
        if down.keys() != self._down.keys():
            self._examined.clear()
        self._down = down
        states = self._store.source_states()
        visited = {source.id: states[source.id].last_visit_at for source in self._store.sources(enabled=True)}
        self._examined = {source_id: self._found(source_id, at, now) for source_id, at in visited.items()}
        single = [incident for each in self._examined.values() for incident in each.incidents]
        return still_open([*examine_all(down, now=now), *single], self._examined, known or recall(self._store))

    def _found(self, source_id: str, at: datetime | None, now: datetime) -> Examined:
        kept = self._examined.get(source_id)
        return kept if kept and kept.at == at else self._examine(source_id, at, now)

    def _examine(self, source_id: str, at: datetime | None, now: datetime) -> Examined:
        visits = self._store.telling_visits(source_id, since=now - BASELINE, lately=now - LATELY, until=now)
        return examined(visits, tuple(examine(source_id, visits, down=self._down)), at=at)

    def _report(self, news: News, known: Known, settings: Settings, now: datetime) -> None:
        names = {source.id: source.name for source in self._store.sources(enabled=True)}
        report = lines(news, names, self._examined)
        for line in report:
            log.warning("%s", line)
        if settings.operator:
            self._store.compose([(_message(news, report, known, settings, now), ())], now=now)


def _message(news: News, report: Sequence[str], known: Known, settings: Settings, now: datetime) -> Delivery:
    operator = Reader(name="operator", channels=(settings.operator,), language=settings.language)
    values = {"opened": str(len(news.opened)), "closed": str(len(news.closed)), "report": "\n".join(report)}
    message = note("incidents", values, to=operator, letterhead=settings.letterhead, now=now)
    # Two services that know the same say the same: the outbox takes one of them.
    return replace(message, period=f"incidents after {known.told_at}")


def examined(visits: Sequence[Visit], incidents: tuple[Incident, ...] = (), *, at: datetime | None = None) -> Examined:
    """By visits in the order of time."""
    news = next((visit for visit in reversed(visits) if visit.new), None)
    last, news_at = visits[-1] if visits else None, news.started_at if news else None
    return Examined(at=at, incidents=incidents, visit=last, news_at=news_at)


def still_open(found: Collection[Incident], sources: Mapping[str, Examined], known: Known) -> list[Incident]:
    """What was found, with the beginning it was told with; a silence that was told lasts until there is news.

    Both outlive the past that they were judged by, which moves on.
    """
    silent = {incident.source_id for incident in found if incident.kind is Kind.QUIET}
    lasting = [
        Incident(source_id=source_id, kind=Kind.QUIET, since=since, evidence=f"nothing new since {_clock(since)}")
        for source_id, kind, since in map(_parse, sorted(known.keys))
        if kind is Kind.QUIET and source_id in sources.keys() - silent
        if not ((news_at := sources[source_id].news_at) and news_at > since)
    ]
    return sorted([*map(_as_told(known), found), *lasting], key=lambda incident: incident.since)


def _as_told(known: Known) -> Callable[[Incident], Incident]:
    told = {(source_id, kind): since for source_id, kind, since in map(_parse, known.keys) if kind in MOVING}
    return lambda one: replace(one, since=told.get((one.source_id, one.kind), one.since))


def recall(store: Store) -> Known:
    remembered = store.meta(MEMORY)
    if not remembered:
        return Known()
    memory = json.loads(remembered)
    told_at = datetime.fromisoformat(memory["told_at"])
    reminded_at = datetime.fromisoformat(memory.get("reminded_at", memory["told_at"]))
    return Known(keys=frozenset(memory["keys"]), told_at=told_at, reminded_at=reminded_at)


def remember(store: Store, incidents: Collection[Incident], *, now: datetime, reminded_at: datetime) -> None:
    memory = {
        "keys": sorted(incident.key for incident in incidents),
        "told_at": now.isoformat(),
        "reminded_at": reminded_at.isoformat(),
    }
    store.set_meta(MEMORY, json.dumps(memory), now=now)


def _line(incident: Incident, names: Mapping[str, str]) -> str:
    name = names.get(incident.source_id, incident.source_id) or "*"
    return f"{name}: {incident.kind.value}, {incident.evidence} → {incident.remedy}"


def _over(key: str, names: Mapping[str, str], sources: Mapping[str, Examined]) -> str:
    source_id, kind, since = _parse(key)
    what = f"{names.get(source_id, source_id) or '*'}: {kind.value} since {_clock(since)} is over"
    seen = sources[source_id].visit if source_id in sources else None
    return f"{what}; the visit of {_clock(seen.started_at)} ended {seen.outcome}, {seen.new} new" if seen else what


def _parse(key: str) -> tuple[str, Kind, datetime]:
    """`Incident.key` taken apart."""
    source_id, kind, since = key.rsplit(" ", 2)
    return source_id, Kind(kind), datetime.fromisoformat(since)


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
