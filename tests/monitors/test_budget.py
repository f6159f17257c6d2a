"""Requests a day, in all and at a host."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from monitors.budget import Budget, Purse, pace_within, rests_until
from monitors.configuration import Configuration, ConfigurationError, read
from monitors.parts import planner, purse
from monitors.rates import HOURS_A_WEEK, Rates
from monitors.schedule import PACE, interval
from storage import Store
from storage.records import Outcome, SourceState, Visit
from world.facts import DAY, HOUR, NOW, source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Two columns at one host and one at another; the first is busy."""
    store = Store.open(f"sqlite:///{tmp_path}/budget.db", now=NOW)
    columns = [
        source("busy", url="http://one.example/a/"),
        source("seldom", url="http://one.example/b/"),
        source("alone"),
    ]
    store.add_sources(columns, now=NOW)
    yield store
    store.close()


def visit(of: str, at: datetime, *, requests: int = 1, new: int = 0) -> Visit:
    return Visit(source_id=of, started_at=at, ended_at=at, outcome=Outcome.OK, requests=requests, new=new)


def record(store: Store, *visits: Visit) -> None:
    for each in visits:
        (claim,) = store.claim_visits(now=each.started_at, lease=HOUR, hosts=1, only=[each.source_id])
        assert store.finish_visit(each, SourceState(source_id=each.source_id), lease=claim.lease)
        store.release_host(claim.lease, now=each.ended_at, next_request_at=each.ended_at)


def flat(rate: float) -> Rates:
    return Rates(by_hour=(rate,) * HOURS_A_WEEK)


def test_a_budget_slows_all_and_the_busy_keep_the_greater_part() -> None:
    rates = [flat(4.0), flat(0.25)]
    pace = pace_within(PACE, rates, 20)
    visits = [DAY / interval(rate.by_hour[0], pace) for rate in rates]
    assert 19 < sum(visits) <= 20
    assert visits[0] > 3 * visits[1]


def test_a_budget_that_is_not_needed_changes_nothing() -> None:
    assert pace_within(PACE, [flat(0.1)], 1000) == PACE


def test_a_host_rests_until_the_first_visits_are_a_day_old() -> None:
    visits = [visit("busy", NOW + HOUR * number, requests=4) for number in range(3)]
    assert rests_until(visits, 13) is None
    assert rests_until(visits, 12) == NOW + DAY
    assert rests_until(visits, 8) == NOW + HOUR + DAY
    assert rests_until(visits, 1) == NOW + 2 * HOUR + DAY


def test_the_sources_of_a_host_share_its_budget(store: Store) -> None:
    purse = Purse(store, Budget(per_host=10))
    record(store, visit("busy", NOW, requests=6))
    assert purse.rests_until("seldom", NOW) is None
    record(store, visit("seldom", NOW + HOUR, requests=5))
    assert purse.rests_until("busy", NOW + HOUR) == purse.rests_until("seldom", NOW + HOUR) == NOW + DAY
    assert purse.rests_until("alone", NOW + HOUR) is None


def test_what_is_planned_waits_for_the_budget_of_the_host(store: Store) -> None:
    plan = planner(store, Purse(store, Budget(per_host=10)))
    record(store, visit("busy", NOW, requests=12))
    (busy,) = store.sources(ids=["busy"])
    assert plan(busy, SourceState(source_id="busy", last_visit_at=NOW), visit("busy", NOW)) == NOW + DAY
    unlimited = planner(store, Purse(store, Budget()))
    assert unlimited(busy, SourceState(source_id="busy", last_visit_at=NOW), visit("busy", NOW)) < NOW + DAY / 2


def test_when_all_is_spent_nothing_is_visited_for_a_day(store: Store) -> None:
    purse = Purse(store, Budget(in_all=10))
    record(store, visit("busy", NOW, requests=6), visit("alone", NOW + HOUR, requests=3))
    assert not purse.is_spent(NOW + HOUR)
    record(store, visit("seldom", NOW + 2 * HOUR))
    assert purse.is_spent(NOW + 2 * HOUR)
    assert not purse.is_spent(NOW + DAY + timedelta(minutes=1))
    assert not Purse(store, Budget()).is_spent(NOW + 2 * HOUR)


def test_a_small_budget_makes_the_service_patient(store: Store) -> None:
    assert Purse(store, Budget(in_all=20)).pace(NOW).price > 10 * PACE.price
    assert Purse(store, Budget()).pace(NOW) == PACE


def test_it_is_configured() -> None:
    said = read("[schedule]\nmost_minutes = 60\nrequests_a_day = 500\n", name="fenghuo.toml", environment={})
    assert (said.schedule.requests_a_day, said.schedule.most_minutes) == (500, 60)
    with pytest.raises(ConfigurationError, match=r"schedule: least_minutes is longer"):
        read("[schedule]\nleast_minutes = 90\nmost_minutes = 60\n", name="fenghuo.toml", environment={})


def test_no_source_waits_longer_than_the_most_that_is_configured(store: Store) -> None:
    said = Configuration.model_validate({"schedule": {"most_minutes": 60}})
    plan = planner(store, purse(said, store))
    (alone,) = store.sources(ids=["alone"])
    for hours in range(0, 168, 5):
        now = NOW + HOUR * hours
        assert plan(alone, SourceState(source_id="alone", last_visit_at=now), visit("alone", now)) <= now + HOUR
