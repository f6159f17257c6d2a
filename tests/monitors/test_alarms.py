"""The operator is told of an incident once, reminded once a day, and told when it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from monitors import alarms
from monitors.alarms import Examined, Known, Lookout, News, examined, lines, news_of, still_open
from monitors.channels import Settings
from monitors.health import Incident, Kind
from storage import Store
from storage.records import Outcome, Source, Visit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
GONE = Incident(source_id="park", kind=Kind(next(iter(Kind))), since=NOW - HOUR, evidence="412, three times")


def test_an_incident_is_new_once() -> None:
    assert news_of([GONE], Known(), now=NOW).opened == (GONE,)
    assert not news_of([GONE], Known(keys=frozenset({GONE.key}), told_at=NOW - HOUR), now=NOW)


def test_what_stays_is_told_again_after_a_day() -> None:
    known = Known(keys=frozenset({GONE.key}), told_at=NOW - HOUR, reminded_at=NOW - 24 * HOUR)
    assert news_of([GONE], known, now=NOW) == News(staying=(GONE,))
    assert not news_of([GONE], replace(known, reminded_at=NOW - 23 * HOUR), now=NOW)
    ahead = replace(known, reminded_at=NOW + 24 * 365 * HOUR)
    assert news_of([GONE], ahead, now=NOW) == News(staying=(GONE,))


def test_what_is_over_is_told() -> None:
    known = Known(keys=frozenset({GONE.key}), told_at=NOW - HOUR)
    news = news_of([], known, now=NOW)
    assert news.closed == (GONE.key,)
    seen = Visit(source_id="park", started_at=NOW, ended_at=NOW, outcome=Outcome.OK, new=3)
    assert lines(news, {"park": "示例高新区"}, {"park": Examined(visit=seen)}) == [
        "- 示例高新区: unreachable since 2026-11-23 19:00 is over; the visit of 2026-11-23 20:00 ended ok, 3 new"
    ]


def quiet_for(days: int, *, new: int = 0) -> dict[str, Examined]:
    visits = [
        Visit(source_id="park", started_at=at, ended_at=at, outcome=Outcome.QUIET)
        for at in (NOW - HOUR * back for back in range(24 * days, 0, -1))
    ]
    return {"park": examined([*visits, replace(visits[-1], started_at=NOW, ended_at=NOW, new=new)])}


def test_a_silence_lasts_until_there_is_news_even_when_its_baseline_is_forgotten() -> None:
    silence = replace(GONE, kind=Kind.QUIET, since=NOW - timedelta(days=50))
    known = Known(keys=frozenset({silence.key}), told_at=NOW, reminded_at=NOW)
    (still,) = still_open([], quiet_for(40), known)
    assert still.key == silence.key
    assert still_open([], quiet_for(40), Known()) == []
    assert still_open([], quiet_for(40, new=1), known) == []


def test_a_fall_whose_beginning_is_reckoned_anew_is_told_once() -> None:
    fall = replace(GONE, kind=Kind.FEWER, since=NOW - timedelta(days=9))
    known = Known(keys=frozenset({fall.key}), told_at=NOW, reminded_at=NOW)
    moved = replace(fall, since=NOW - timedelta(days=8))
    assert not news_of(still_open([moved], {}, known), known, now=NOW)
    assert news_of(still_open([replace(moved, source_id="other")], {}, known), known, now=NOW).opened


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{tmp_path}/alarms.db", now=NOW)
    yield store
    store.close()


def blocked(store: Store, hours: int) -> None:
    """A source that was well for two days and has been blocked for some hours."""
    source = Source(id="park", name="示例高新区", url="http://park.example/", enabled=True)
    store.add_sources([source], now=NOW)
    for back in range(48, 0, -1):
        at = NOW - back * HOUR
        (claim,) = store.claim_visits(now=at, lease=HOUR / 2, hosts=1, only=["park"])
        outcome, detail = (Outcome.BLOCKED, "412 (瑞数 challenge)") if back <= hours else (Outcome.OK, "")
        visit = Visit(source_id="park", started_at=at, ended_at=at, outcome=outcome, detail=detail, links=20, new=1)
        assert store.finish_visit(visit, claim.visits[0][1], lease=claim.lease)
        store.release_host(claim.lease, now=at, next_request_at=at)


def test_the_operator_gets_one_mail_however_often_it_is_looked_at(store: Store) -> None:
    blocked(store, hours=4)
    settings = Settings(operator="mailto:ops@shili.example")
    first = Lookout(store).tell(settings, now=NOW)
    assert [incident.source_id for incident in first.opened] == ["park"]
    assert not Lookout(store).tell(settings, now=NOW + HOUR / 6)
    (message,) = store.deliveries()
    assert message.kind == "health"
    assert message.reader == "operator"
    assert "1" in message.subject


def test_two_services_tell_it_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked(store, hours=4)
    settings = Settings(operator="mailto:ops@shili.example")
    Lookout(store).tell(settings, now=NOW)
    store.set_meta(alarms.MEMORY, "", now=NOW)  # the other one looked before the first had written
    Lookout(store).tell(settings, now=NOW + timedelta(seconds=1))
    assert len(store.deliveries()) == 1


def test_a_source_is_examined_anew_when_a_visit_of_it_ended(store: Store) -> None:
    lookout = Lookout(store)
    blocked(store, hours=1)
    assert lookout.look(now=NOW) == []
    [claim] = store.claim_visits(now=NOW, lease=HOUR / 2, hosts=1, only=["park"])
    again = Visit(source_id="park", started_at=NOW, ended_at=NOW, outcome=Outcome.BLOCKED, detail="412")
    state = replace(claim.visits[0][1], last_visit_at=NOW)
    assert store.finish_visit(again, state, lease=claim.lease)
    (incident,) = lookout.look(now=NOW)
    assert (incident.source_id, incident.kind) == ("park", Kind.BLOCKED)
