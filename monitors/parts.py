"""The crawl, put together from the configuration."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from crawler.run import Parts
from monitors.budget import VISITS_LEARNED_FROM, Budget, Purse
from monitors.configuration import Configuration, ConfigurationError, load
from monitors.health import is_line_down
from monitors.rates import HOUR
from monitors.schedule import PACE, next_visit, open_hours
from monitors.shipping import take_profiles
from monitors.workdays import follow
from storage import Store
from storage.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitors.judging import Judge
    from storage.records import Source, SourceState, Visit

#: Visits of the last hour that say whether a failure is a source's or our own line's.
VISITS_COMPARED = 1_000


def from_configuration() -> Parts:
    """For `scrapy crawl news`: the parts as fenghuo.toml and the environment say."""
    from monitors.judging import Judge

    configuration = load()
    follow(configuration.holidays)
    store = Store.open(configuration.database, now=datetime.now(UTC))
    take_profiles(store, configuration.profiles, now=datetime.now(UTC))
    return parts(configuration, store, Judge(store))


def purse(configuration: Configuration, store: Store) -> Purse:
    said = configuration.schedule
    budget = Budget(in_all=said.requests_a_day, per_host=said.requests_a_day_per_host)
    least, most = timedelta(minutes=said.least_minutes), timedelta(minutes=said.most_minutes)
    return Purse(store, budget, replace(PACE, least=least, most=most))


def parts(configuration: Configuration, store: Store, judge: Judge) -> Parts:
    """Raises `ConfigurationError` where nobody answers for the crawl."""
    return replace(
        parts_of_looks(configuration, store),
        judge=judge,
        plan=planner(store, purse(configuration, store)),
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


def planner(store: Store, purse: Purse) -> Callable[[Source, SourceState, Visit], datetime]:
    """When a source is visited next, from what the store remembers of its visits and the one that just ended."""

    def plan(source: Source, state: SourceState, visit: Visit) -> datetime:
        visits = with_those_before(visit, store.visits(source.id, limit=VISITS_LEARNED_FROM))
        line_down = visit.outcome is Outcome.UNREACHABLE and is_line_down(lately(visit))
        now, pace = visit.ended_at, purse.pace(visit.ended_at)
        due = next_visit(source, state, visits, now=now, pace=pace, line_down=line_down)
        return max(due, purse.rests_until(source.id, now) or due)

    def lately(visit: Visit) -> list[Visit]:
        return with_those_before(visit, store.visits(since=visit.ended_at - HOUR, limit=VISITS_COMPARED))

    return plan


def with_those_before(visit: Visit, others: Sequence[Visit]) -> list[Visit]:
    """It after the others, without those that a clock that ran ahead put behind it."""
    return [*(one for one in others if one.ended_at <= visit.ended_at), visit]
