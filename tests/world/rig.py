"""A store and a crawl over a world, one round of visits at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from crawler.limits import Limits
from crawler.run import Crawl, Parts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crawler.workers import Workers
    from storage import Store
    from storage.records import Article, Finding, Source, Visit

CONTACT = "https://fenghuo.example/tests"


class Served(Protocol):
    """Sites on loopback."""

    @property
    def hosts(self) -> Mapping[str, str]: ...


def unjudged(finding: Finding, source: Source) -> Finding:
    """No watches: whatever is read is stored, and nobody is told."""
    return finding


@dataclass(frozen=True, kw_only=True)
class Rig:
    store: Store
    #: Runs a coroutine to its end in the loop that the reactor shares.
    drive: Any
    limits: Limits = field(
        default_factory=lambda: Limits(request_seconds=2, visit_seconds=30, tries=2, retry_seconds=0.05)
    )
    #: Lent, because starting them takes seconds.
    workers: Workers | None = None
    #: When a source may be visited, at the earliest the given moment.
    opens: Callable[[Source, datetime], datetime] = lambda source, now: now
    judge: Callable[[Finding, Source], Finding] = unjudged

    def visit(self, world: Served, *sources: Source) -> list[Visit]:
        """Each source once, due or not; the visits in the order in which they ended."""
        visits: list[Visit] = []
        now = datetime.now(UTC)
        ids = [source.id for source in sources]
        self.store.add_sources(sources, now=now)
        self.store.set_enabled(ids, True, now=now)
        parts = Parts(
            store=self.store,
            contact=CONTACT,
            limits=self.limits,
            judge=self.judge,
            plan=lambda source, state, visit: visit.ended_at + timedelta(hours=1),
            opens=self.opens,
            hosts=world.hosts,
            on_visit=lambda source, visit: visits.append(visit),
        )
        self.drive(_make(parts, self.workers, ids))
        return visits

    def articles(self) -> list[Article]:
        """All that was stored, newest first."""
        return list(self.store.search("", limit=500, all_articles=True, now=datetime.now(UTC)).articles)


async def _make(parts: Parts, workers: Workers | None, ids: Sequence[str]) -> None:
    crawl = Crawl(parts, workers)
    crawl.open()
    try:
        assert not await crawl.make_round(ids, patience=10)
    finally:
        await crawl.close()
