"""Incidents told to the operator: once when they open, once a day while they stay, once when they are over."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from monitors.health import Incident, Kind, check
from monitors.notes import note
from monitors.rates import SHANGHAI
from storage.audience import Reader

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from monitors.channels import Settings
    from storage import Store
    from storage.audience import Delivery
    from storage.records import Visit

log = logging.getLogger(__name__)

#: How far back a source's own baseline goes, and how many visits that is at most.
BASELINE: Final = timedelta(days=60)
MOST_VISITS: Final = 2_000
REMINDER: Final = timedelta(days=1)
#: Where the store remembers what the operator knows.
MEMORY: Final = "alarms"
NO_VISITS: Final[Mapping[str, Sequence[Visit]]] = MappingProxyType({})


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
    """What changed since the operator was told last; all that is open, once a day."""
    keys = {incident.key for incident in incidents}
    opened = tuple(incident for incident in incidents if incident.key not in known.keys)
    staying = tuple(incident for incident in incidents if incident.key in known.keys)
    remind = known.reminded_at is not None and now - known.reminded_at >= REMINDER
    return News(opened=opened, closed=tuple(sorted(known.keys - keys)), staying=staying if remind else ())


def lines(news: News, names: Mapping[str, str], visits: Mapping[str, Sequence[Visit]] = NO_VISITS) -> list[str]:
    """A line for each, for people; `visits` are the evidence that something is over."""
    told = [f"+ {_line(incident, names)}" for incident in news.opened]
    told += [f"= {_line(incident, names)}" for incident in news.staying]
    return told + [f"- {_over(key, names, visits)}" for key in news.closed]


def tell(store: Store, settings: Settings, *, now: datetime) -> News:
    """Tell the operator what changed, by mail where there is an address and in the log in any case."""
    known, visits = recall(store), visits_of(store, now=now)
    incidents = still_open(visits, known, now=now)
    news = news_of(incidents, known, now=now)
    if news:
        report = lines(news, {source.id: source.name for source in store.sources(enabled=True)}, visits)
        for line in report:
            log.warning("%s", line)
        if settings.operator:
            store.compose([(_message(news, report, known, settings, now), ())], now=now)
        remember(store, incidents, now=now, reminded_at=now if news.staying else known.reminded_at or now)
    return news


def _message(news: News, report: Sequence[str], known: Known, settings: Settings, now: datetime) -> Delivery:
    operator = Reader(name="operator", channels=(settings.operator,), language=settings.language)
    values = {"opened": str(len(news.opened)), "closed": str(len(news.closed)), "report": "\n".join(report)}
    message = note("incidents", values, to=operator, letterhead=settings.letterhead, now=now)
    # Two services that know the same say the same: the outbox takes one of them.
    return replace(message, period=f"incidents after {known.told_at}")


def open_incidents(store: Store, *, now: datetime) -> Sequence[Incident]:
    """The incidents of all sources that are visited, each against its own past."""
    return still_open(visits_of(store, now=now), recall(store), now=now)


def still_open(visits: Mapping[str, Sequence[Visit]], known: Known, *, now: datetime) -> Sequence[Incident]:
    """What the visits say; a silence that was told lasts until there is news, longer than the past it was judged by."""
    found = check(visits, now=now)
    silent = {incident.source_id for incident in found if incident.kind is Kind.QUIET}
    lasting = [
        Incident(source_id=source_id, kind=Kind.QUIET, since=since, evidence=f"nothing new since {_clock(since)}")
        for source_id, kind, since in map(_parse, sorted(known.keys))
        if kind is Kind.QUIET and source_id in visits.keys() - silent
        if not any(visit.new and visit.started_at > since for visit in visits[source_id])
    ]
    return sorted([*found, *lasting], key=lambda incident: incident.since)


def visits_of(store: Store, *, now: datetime) -> dict[str, list[Visit]]:
    since = now - BASELINE
    return {s.id: store.visits(s.id, since=since, limit=MOST_VISITS) for s in store.sources(enabled=True)}


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


def _over(key: str, names: Mapping[str, str], visits: Mapping[str, Sequence[Visit]]) -> str:
    source_id, kind, since = _parse(key)
    what = f"{names.get(source_id, source_id) or '*'}: {kind.value} since {_clock(since)} is over"
    seen = visits.get(source_id)
    if not seen:
        return what
    return f"{what}; the visit of {_clock(seen[-1].started_at)} ended {seen[-1].outcome.value}, {seen[-1].new} new"


def _parse(key: str) -> tuple[str, Kind, datetime]:
    """`Incident.key` taken apart."""
    source_id, kind, since = key.rsplit(" ", 2)
    return source_id, Kind(kind), datetime.fromisoformat(since)


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
