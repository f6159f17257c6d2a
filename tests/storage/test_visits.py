"""What is asked of the visits of a source."""

from datetime import UTC, datetime, timedelta

from storage import Store
from storage.records import Outcome, SourceState, Visit
from storage.reports import HourOfVisits
from world.facts import DAY, HOUR, source, visit

#: In Asia/Shanghai eight hours later: the next day begins at 16:00.
START = datetime(2026, 3, 2, tzinfo=UTC)


def visited(store: Store, *visits: Visit) -> None:
    for one in visits:
        store.add_sources([source(one.source_id)], now=START)
        [claim] = store.claim_visits(now=one.started_at, lease=DAY * 300, hosts=1, only=[one.source_id])
        state = SourceState(source_id=one.source_id, last_visit_at=one.ended_at)
        assert store.finish_visit(one, state, lease=claim.lease)
        store.release_host(claim.lease, now=one.ended_at, next_request_at=one.ended_at)


def at(hours: float, outcome: Outcome = Outcome.QUIET, *, id: str = "a", **more: int) -> Visit:
    return visit(id, at=START + timedelta(hours=hours), **{"outcome": outcome, "new": 0, **more})


def test_of_visits_long_ago_those_that_say_something_are_told(store: Store) -> None:
    visited(
        store,
        at(1),
        at(2, new=1),
        at(3, problems=1),
        at(4, Outcome.BLOCKED),
        at(5),
        at(15),  # 23:00, the last of its day
        at(17),
        at(23),
        at(25),  # 09:00 of the day that began at 16:00 before
        at(47),
        at(48),
        at(24 * 365),
    )
    told = store.telling_visits("a", since=START, lately=START + HOUR * 47, until=START + HOUR * 48)
    assert [(one.started_at - START) / HOUR for one in told] == [2, 3, 4, 15, 23, 25, 47, 48]
    told = store.telling_visits("a", since=START + HOUR * 24, lately=START + HOUR * 47, until=START + HOUR * 48)
    assert [(one.started_at - START) / HOUR for one in told] == [25, 47, 48]


def test_hours_count_sources_not_visits(store: Store) -> None:
    away = Outcome.UNREACHABLE
    visited(store, at(1), at(1.5), at(1.7, away, id="b"), at(1.9, away, id="b"), at(2, away), at(2.2), at(26))
    assert store.hours_of_visits(since=START, until=START + DAY * 2) == [
        HourOfVisits(hour=START + HOUR, visited=2, unreached=1),
        HourOfVisits(hour=START + HOUR * 2, visited=1, unreached=1),
        HourOfVisits(hour=START + HOUR * 26, visited=1, unreached=0),
    ]
    assert len(store.hours_of_visits(since=START + HOUR * 3, until=START + DAY * 2)) == 1


def test_what_a_clock_that_ran_ahead_wrote_counts_when_its_time_has_come(store: Store) -> None:
    visited(store, at(1), at(24 * 365, Outcome.UNREACHABLE))
    assert len(store.telling_visits("a", since=START, lately=START, until=START + DAY)) == 1
    assert len(store.hours_of_visits(since=START, until=START + DAY)) == 1
    assert store.spent(since=START, until=START + DAY)[0] == 1
    assert len(store.visits_at_host_of("a", since=START, until=START + DAY)) == 1
