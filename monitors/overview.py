"""The state of things in ten lines. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from storage.audience import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from storage.reports import Status

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: Troubled sources that are named; the others are counted.
NAMED = 3


def overview(status: Status, *, now: datetime) -> Iterator[tuple[str, str]]:
    yield "database", f"schema {status.schema}, {status.size_bytes / 1e6:.1f} MB"
    lacking = "" if status.enabled else "; `fenghuo init` asks which"
    yield (
        "sources",
        f"{status.enabled} of {status.sources} enabled, {status.due} due, {status.hosts_leased} hosts in work{lacking}",
    )
    yield "next visit", _when(status.next_visit_at, now)
    ended = ", ".join(f"{count} {outcome.value}" for outcome, count in status.visits_today.items()) or "none"
    yield "visits", f"in 24 hours: {ended}"
    yield "found", f"{status.articles} articles, {status.items} of them matched, in {status.stories} stories"
    yield "newest", f"found {_when(status.newest_seen_at, now)}"
    deliveries = ", ".join(f"{status.deliveries.get(state, 0)} {state.value}" for state in State)
    yield "messages", deliveries
    yield "digest", f"next {_when(status.next_digest_at, now)}"
    yield "trouble", _trouble(status)


def _trouble(status: Status) -> str:
    if not status.troubled:
        return "none"
    named = "; ".join(f"{name}: {outcome.value}, {detail}" for _, name, outcome, detail in status.troubled[:NAMED])
    more = len(status.troubled) - NAMED
    return f"{len(status.troubled)} source{'s' * (len(status.troubled) != 1)}. {named}" + (
        f"; and {more} more" if more > 0 else ""
    )


def _when(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    minutes = round((moment - now).total_seconds() / 60)
    distance = "now" if not minutes else f"in {minutes} min" if minutes > 0 else f"{-minutes} min ago"
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M} ({distance})" if abs(minutes) > 0 else distance
