from dataclasses import replace

from storage import Store
from storage.records import Level, Outcome, SourceState
from world.facts import HOUR, NOW, finding, source, visit


def test_everything_said_of_a_source_comes_back(store: Store) -> None:
    said = source(
        level=Level.PARK,
        headers={"X-Asked-By": "烽火"},
        delay=2.5,
        max_pages=3,
        verify_tls=False,
        active_hours="08:00-20:00",
    )
    store.add_sources([said], now=NOW)
    assert store.sources() == [said]


def test_configuration_is_replaced_but_not_the_switch_nor_the_memory(store: Store) -> None:
    store.add_sources([source(enabled=False)], now=NOW)
    store.set_enabled(["shanxi"], True, now=NOW)
    store.add_sources([source(enabled=False, name="山西日报")], now=NOW + HOUR)
    assert store.sources() == [source(name="山西日报")]
    assert store.source_states()["shanxi"].next_visit_at == NOW


def test_what_is_switched_on_is_due_at_once_and_only_changes_count(store: Store) -> None:
    store.add_sources([source("a", enabled=False), source("b")], now=NOW)
    assert store.source_states()["a"].next_visit_at is None
    assert store.set_enabled(["a", "b", "nobody"], True, now=NOW + HOUR) == 1
    assert store.source_states()["a"].next_visit_at == NOW + HOUR
    assert store.source_states()["b"].next_visit_at == NOW


def test_sources_are_chosen_by_what_is_known_of_them(store: Store) -> None:
    rows = [
        source("a", province="山西", level=Level.CITY),
        source("b", province="广东", level=Level.PARK, enabled=False),
        source("c", province="广东", level=None),
    ]
    store.add_sources(rows, now=NOW)
    assert [one.id for one in store.sources(provinces=["广东"])] == ["b", "c"]
    assert [one.id for one in store.sources(levels=[Level.CITY, Level.PARK])] == ["a", "b"]
    assert [one.id for one in store.sources(enabled=True)] == ["a", "c"]
    assert store.sources(ids=[]) == []


def test_a_removed_source_is_gone_and_its_articles_still_name_it(store: Store) -> None:
    store.add_sources([source()], now=NOW)
    store.keep([finding()], now=NOW)
    assert store.remove_source("shanxi")
    assert not store.remove_source("shanxi")
    assert store.sources() == []
    assert store.source_states() == {}
    article = store.article(finding().url)
    assert article is not None
    assert article.source.name == "shanxi新闻"


def test_a_removed_source_can_come_back(store: Store) -> None:
    store.add_sources([source()], now=NOW)
    store.remove_source("shanxi")
    store.add_sources([source()], now=NOW + HOUR)
    assert [one.id for one in store.sources()] == ["shanxi"]
    assert store.source_states()["shanxi"].next_visit_at == NOW + HOUR


def test_the_memory_of_a_source_comes_back_whole(store: Store) -> None:
    store.add_sources([source()], now=NOW)
    [claim] = store.claim_visits(now=NOW, lease=HOUR, hosts=1)
    memory = SourceState(
        source_id="shanxi", next_visit_at=NOW + HOUR, first_read_at=NOW, last_visit_at=NOW, last_outcome=Outcome.QUIET,
        failures=2, etag='"x"', last_modified="Fri", list_hash="abc", list_links=20, watermark=NOW, damage="產(chǎn)",
    )  # fmt: skip
    assert store.finish_visit(visit(), memory, lease=claim.lease)
    assert store.source_states(["shanxi"]) == {"shanxi": memory}


def test_times_are_aware_and_the_same_moment_in_any_zone(store: Store) -> None:
    from zoneinfo import ZoneInfo

    store.add_sources([source()], now=NOW.astimezone(ZoneInfo("Asia/Shanghai")))
    at = store.source_states()["shanxi"].next_visit_at
    assert at == NOW
    assert at is not None
    assert at.tzinfo is not None


def test_status_counts_what_is_there(store: Store) -> None:
    store.add_sources([source("a"), source("b"), source("c", enabled=False)], now=NOW)
    [claim] = store.claim_visits(now=NOW, lease=HOUR, hosts=1, only=["a"])
    trouble = SourceState(source_id="a", next_visit_at=NOW + HOUR, last_outcome=Outcome.BLOCKED, failures=1)
    store.finish_visit(visit("a", outcome=Outcome.BLOCKED, detail="412"), trouble, lease=claim.lease)
    store.keep([replace(finding(of="b"), source_id="b")], now=NOW)
    status = store.status(now=NOW)
    assert (status.sources, status.enabled, status.due, status.hosts_leased) == (3, 2, 1, 1)
    assert (status.articles, status.items, status.stories) == (1, 0, 1)
    assert status.troubled == (("a", "a新闻", Outcome.BLOCKED, "412"),)
    assert status.visits_today == {Outcome.BLOCKED: 1}
    assert status.next_visit_at == NOW
    assert status.size_bytes > 0
