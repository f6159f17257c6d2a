from dataclasses import replace
from zoneinfo import ZoneInfo

from storage import Store
from storage.leases import MOST_UNFINISHED
from storage.records import HostClaim, SourceState
from world.facts import DAY, HOUR, MINUTE, NOW, source, visit


def claimed(claims: list[HostClaim]) -> dict[str, list[str]]:
    return {claim.lease.host: [one.id for one, _ in claim.visits] for claim in claims}


def test_a_host_is_claimed_with_all_its_due_sources(store: Store) -> None:
    store.add_sources(
        [source("a"), source("b", url="http://a.gov.cn/other/"), source("c"), source("d", enabled=False)], now=NOW
    )
    assert claimed(store.claim_visits(now=NOW, lease=MINUTE, hosts=9)) == {"a.gov.cn": ["a", "b"], "c.gov.cn": ["c"]}


def test_what_is_claimed_is_not_claimed_again_until_its_lease_is_over(store: Store) -> None:
    store.add_sources([source()], now=NOW)
    assert store.claim_visits(now=NOW, lease=MINUTE, hosts=9)
    assert not store.claim_visits(now=NOW + MINUTE / 2, lease=MINUTE, hosts=9)
    assert store.claim_visits(now=NOW + MINUTE, lease=MINUTE, hosts=9)


def test_the_longest_due_comes_first_and_no_more_hosts_than_asked_for(store: Store) -> None:
    for number, id in enumerate("cab"):
        store.add_sources([source(id)], now=NOW + number * MINUTE)
    assert list(claimed(store.claim_visits(now=NOW + HOUR, lease=MINUTE, hosts=2))) == ["c.gov.cn", "a.gov.cn"]


def test_a_host_rests_between_two_claims(store: Store) -> None:
    store.add_sources([source()], now=NOW)
    [claim] = store.claim_visits(now=NOW, lease=MINUTE, hosts=1)
    assert store.release_host(claim.lease, now=NOW, next_request_at=NOW + 2 * MINUTE)
    assert not store.claim_visits(now=NOW + MINUTE, lease=MINUTE, hosts=1)
    assert store.claim_visits(now=NOW + 2 * MINUTE, lease=MINUTE, hosts=1)


def test_named_sources_are_visited_due_or_not_but_still_politely(store: Store) -> None:
    store.add_sources([source("a", enabled=False), source("b")], now=NOW)
    assert claimed(store.claim_visits(now=NOW, lease=MINUTE, hosts=9, only=["a"])) == {"a.gov.cn": ["a"]}
    assert claimed(store.claim_visits(now=NOW, lease=MINUTE, hosts=9, only=["a", "b"])) == {"b.gov.cn": ["b"]}


def test_a_lease_passes_to_one_holder_at_a_time(store: Store) -> None:
    first = store.lease_host("x.cn", now=NOW, lease=MINUTE)
    assert first is not None
    assert store.lease_host("x.cn", now=NOW, lease=MINUTE) is None
    longer = store.extend_host(first, now=NOW + MINUTE / 2, lease=MINUTE)
    assert longer == replace(first, until=NOW + MINUTE * 1.5)
    assert store.lease_host("x.cn", now=NOW + MINUTE, lease=MINUTE) is None
    second = store.lease_host("x.cn", now=NOW + 2 * MINUTE, lease=MINUTE)
    assert second is not None
    assert store.extend_host(first, now=NOW + 2 * MINUTE, lease=MINUTE) is None
    assert not store.release_host(first, now=NOW + 2 * MINUTE, next_request_at=NOW)
    assert store.release_host(second, now=NOW + 2 * MINUTE, next_request_at=NOW + HOUR)


def test_a_new_holder_learns_when_the_host_may_be_asked(store: Store) -> None:
    first = store.lease_host("x.cn", now=NOW, lease=MINUTE)
    assert first is not None
    store.release_host(first, now=NOW, next_request_at=NOW + HOUR)
    second = store.lease_host("x.cn", now=NOW, lease=MINUTE)
    assert second is not None
    assert second.next_request_at == NOW + HOUR


def test_a_visit_ends_once_and_under_its_own_lease(store: Store) -> None:
    store.add_sources([source()], now=NOW)
    [old] = store.claim_visits(now=NOW, lease=MINUTE, hosts=1)
    [new] = store.claim_visits(now=NOW + HOUR, lease=MINUTE, hosts=1)
    after = SourceState(source_id="shanxi", next_visit_at=NOW + DAY)
    assert not store.finish_visit(visit(detail="late"), after, lease=old.lease)
    assert store.finish_visit(visit(detail="in time"), after, lease=new.lease)
    assert [one.detail for one in store.visits()] == ["in time"]


def test_a_visit_whose_lease_ran_out_unnoticed_still_counts(store: Store) -> None:
    store.add_sources([source()], now=NOW)
    [claim] = store.claim_visits(now=NOW, lease=MINUTE, hosts=1)
    late = visit(at=NOW + HOUR)
    assert store.finish_visit(late, SourceState(source_id="shanxi", next_visit_at=NOW + DAY), lease=claim.lease)


def test_a_source_removed_under_way_is_not_brought_back_by_its_visit(store: Store) -> None:
    store.add_sources([source()], now=NOW)
    [claim] = store.claim_visits(now=NOW, lease=MINUTE, hosts=1)
    store.remove_source("shanxi")
    assert store.finish_visit(visit(), SourceState(source_id="shanxi"), lease=claim.lease)
    assert store.source_states() == {}


def test_a_source_that_kills_its_visitors_is_put_off(store: Store) -> None:
    store.add_sources([source("bomb"), source("good", url="http://bomb.gov.cn/good/")], now=NOW)
    for number in range(MOST_UNFINISHED + 1):
        now = NOW + number * HOUR
        [claim] = store.claim_visits(now=now, lease=MINUTE, hosts=1)
        # The good one is visited each time; then the bomb goes off and nothing is said any more.
        assert store.finish_visit(visit("good"), SourceState(source_id="good", last_visit_at=now), lease=claim.lease)
    assert claimed(store.claim_visits(now=now + HOUR, lease=MINUTE, hosts=1)) == {"bomb.gov.cn": ["good"]}
    assert claimed(store.claim_visits(now=now + 2 * DAY, lease=MINUTE, hosts=1)) == {"bomb.gov.cn": ["good", "bomb"]}


def test_times_are_the_same_in_any_zone(store: Store) -> None:
    here = NOW.astimezone(ZoneInfo("Asia/Shanghai"))
    store.add_sources([source()], now=here)
    for number in range(MOST_UNFINISHED + 1):
        [claim] = store.claim_visits(now=here + number * MINUTE, lease=MINUTE, hosts=1)
        assert claim.lease.until == NOW + (number + 1) * MINUTE
    assert store.source_states()["shanxi"].next_visit_at == NOW + MOST_UNFINISHED * MINUTE + DAY


def test_visits_come_in_the_order_of_time_the_newest_of_them(store: Store) -> None:
    store.add_sources([source("a"), source("b")], now=NOW)
    leases = {claim.lease.host: claim.lease for claim in store.claim_visits(now=NOW, lease=DAY, hosts=2)}
    for number in range(4):
        at = NOW + number * MINUTE
        for id in "ab":
            store.finish_visit(visit(id, at=at, links=number), SourceState(source_id=id), lease=leases[f"{id}.gov.cn"])
    assert [one.links for one in store.visits("a", limit=3)] == [1, 2, 3]
    assert [one.links for one in store.visits("b", since=NOW + 2 * MINUTE)] == [2, 3]
    assert len(store.visits()) == 8


def test_a_clock_that_ran_ahead_and_was_set_back_stops_no_visit(store: Store) -> None:
    """A year ahead a visit was made and its host paused: both are long in the future when the clock is right again."""
    store.add_sources([source()], now=NOW)
    ahead = NOW + 365 * DAY
    [claim] = store.claim_visits(now=ahead, lease=HOUR, hosts=1)
    after = replace(claim.visits[0][1], next_visit_at=ahead + HOUR)
    assert store.finish_visit(visit(at=ahead), after, lease=claim.lease)
    store.release_host(claim.lease, now=ahead, next_request_at=ahead + MINUTE)
    [again] = store.claim_visits(now=NOW, lease=MINUTE, hosts=1)
    assert again.lease.next_request_at <= NOW
    assert store.finish_visit(visit(), replace(after, next_visit_at=NOW + 7 * DAY), lease=again.lease)
    store.release_host(again.lease, now=NOW, next_request_at=NOW)
    assert not store.claim_visits(now=NOW + 6 * DAY, lease=MINUTE, hosts=1)
