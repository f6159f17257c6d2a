"""The crawl, put together from the configuration."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

from crawler.run import Parts
from monitors.configuration import Configuration, ConfigurationError, load
from monitors.schedule import next_visit, open_hours
from storage import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitors.judging import Judge
    from storage.records import Source, SourceState, Visit

#: Visits that the schedule learns a source's rhythm from: four weeks of a busy one.
VISITS_LEARNED_FROM = 700


def from_configuration() -> Parts:
    """For `scrapy crawl news`: the parts as fenghuo.toml and the environment say."""
    from monitors.judging import Judge

    configuration = load()
    store = Store.open(configuration.database, now=datetime.now(UTC))
    return parts(configuration, store, Judge(store))


def parts(configuration: Configuration, store: Store, judge: Judge) -> Parts:
    """Raises `ConfigurationError` where nobody answers for the crawl."""
    return replace(
        parts_of_looks(configuration, store),
        judge=judge,
        plan=planner(store),
        opens=lambda source, now: open_hours(source, now, spread=Random(source.id).random()),
    )


def parts_of_looks(configuration: Configuration, store: Store) -> Parts:
    """For looks at pages that keep nothing, so that nothing is judged and planned: the store has the hosts' turns."""
    if not configuration.contact:
        raise ConfigurationError(
            "nothing is crawled without a contact: `fenghuo init` asks for it, or write contact = "
            '"you@your.organisation" into fenghuo.toml'
        )
    return Parts(
        store=store,
        contact=configuration.contact,
        limits=configuration.crawl,
        judge=lambda finding, source: finding,
        plan=lambda source, state, visit: visit.ended_at,
        hosts=configuration.hosts,
        proxy=configuration.proxy,
    )


def planner(store: Store) -> Callable[[Source, SourceState, Visit], datetime]:
    """When a source is visited next, from what the store remembers of its visits and the one that just ended."""

    def plan(source: Source, state: SourceState, visit: Visit) -> datetime:
        visits = [*store.visits(source.id, limit=VISITS_LEARNED_FROM), visit]
        return next_visit(source, state, visits, now=visit.ended_at)

    return plan
