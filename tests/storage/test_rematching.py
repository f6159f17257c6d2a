"""A changed rule on stored articles, on both databases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from storage.audience import ProfileText, Reader, Watch
from storage.records import Match, NoticePlan
from storage.reports import Rematched
from world.facts import HOUR, NOW, delivery, finding, matched, source

if TYPE_CHECKING:
    from storage import Store

WATCH = Watch(name="ai", rule="算力", readers=("an",))
HIT = Match(watch="ai", score=1.0, reasons=("正文：算力 ×1",), words=("算力",), rule_version=1)
PLAN = NoticePlan(reader="an", watch="ai", kind="digest", due_at=NOW + HOUR)


@pytest.fixture
def ids(store: Store) -> list[int]:
    """1 and 2 match, 3 and 4 do not; 4 is backlog. The reader is owed the story of 1 and 2."""
    store.add_sources([source()], now=NOW)
    store.save_reader(Reader(name="an", channels=("mailto:an@example.org",)), now=NOW)
    store.save_watch(WATCH, now=NOW, by="me")
    findings = [matched(finding(1)), matched(finding(2)), finding(3), finding(4, backlog=True)]
    return [one.article_id or 0 for one in store.keep(findings, now=NOW)]


def matching(store: Store) -> set[int]:
    return {one.id for one in store.search("watch:ai", now=NOW).articles}


def owed(store: Store) -> set[int]:
    return {notice.article_id for notice in store.due_notices(now=NOW + 2 * HOUR)}


def test_matches_come_and_go_and_nobody_is_told(store: Store, ids: list[int]) -> None:
    one, two, three, four = ids
    done = store.rematch(WATCH, {one: None, two: HIT, three: HIT, four: HIT}, now=NOW)
    assert done == Rematched(added=(three, four), dropped=(one,))
    assert matching(store) == {two, three, four}
    assert owed(store) == {two}
    assert {article.id for article in store.search("", now=NOW).articles} == {two, three, four}


def test_again_it_does_nothing(store: Store, ids: list[int]) -> None:
    verdicts = {ids[0]: None, ids[1]: HIT, ids[2]: HIT}
    store.rematch(WATCH, verdicts, plans=[PLAN], now=NOW)
    before = owed(store)
    assert store.rematch(WATCH, verdicts, plans=[PLAN], now=NOW) == Rematched(added=(), dropped=())
    assert owed(store) == before == {ids[1], ids[2]}


def test_who_asks_is_told_of_the_past_but_not_of_backlog_and_not_twice(store: Store, ids: list[int]) -> None:
    (first, *_) = [notice for notice in store.due_notices(now=NOW) if notice.article_id == ids[0]]
    assert store.compose([(delivery(), (first.id,))], now=NOW)
    store.rematch(WATCH, dict.fromkeys(ids, HIT), plans=[PLAN], now=NOW)
    assert owed(store) == {ids[1], ids[2]}


def test_what_was_told_stays_an_item(store: Store, ids: list[int]) -> None:
    told = [notice for notice in store.due_notices(now=NOW) if notice.article_id == ids[0]]
    store.compose([(delivery(), (told[0].id,))], now=NOW)
    store.rematch(WATCH, dict.fromkeys(ids), now=NOW)
    assert matching(store) == set()
    assert {article.id for article in store.search("", now=NOW).articles} == {ids[0]}


def test_a_story_that_matches_by_another_article_is_still_told(store: Store, ids: list[int]) -> None:
    store.add_sources([source("taiyuan")], now=NOW)
    (reprint,) = store.keep([matched(finding(1, of="taiyuan"))], now=NOW)
    assert reprint.story_id == ids[0]
    store.rematch(WATCH, {ids[0]: None}, now=NOW)
    assert ids[0] in owed(store)
    store.rematch(WATCH, {reprint.article_id or 0: None}, now=NOW)
    assert ids[0] not in owed(store)


def test_a_watch_that_was_changed_meanwhile_is_left_alone(store: Store, ids: list[int]) -> None:
    store.save_watch(replace(WATCH, rule="大模型"), now=NOW, by="somebody else")
    assert store.rematch(WATCH, dict.fromkeys(ids), now=NOW) is None
    assert matching(store) == {ids[0], ids[1]}


def test_it_stands_in_the_history(store: Store, ids: list[int]) -> None:
    store.note_application(WATCH, since=NOW - HOUR, rematched=Rematched(added=(1, 2), dropped=(3,)), now=NOW, by="me")
    last = store.watch_changes("ai")[-1]
    assert (last.before, last.after, last.applied_since, last.added, last.dropped) == (WATCH, WATCH, NOW - HOUR, 2, 1)


def test_a_profile_that_changes_changes_its_watches(store: Store) -> None:
    vinegar = ProfileText(name="vinegar", text="title = '醋'")
    assert store.save_profile(vinegar, now=NOW, by="me")
    store.save_watch(replace(WATCH, profile="vinegar"), now=NOW, by="me")
    store.save_watch(Watch(name="other", rule="算力"), now=NOW, by="me")
    assert not store.save_profile(vinegar, now=NOW + HOUR, by="me")
    later = replace(vinegar, text="title = '陈醋'")
    assert store.save_profile(later, now=NOW + HOUR, by="you")
    assert {watch.name: watch.version for watch in store.watches()} == {"ai": 2, "other": 1}
    assert (store.watch_changes("ai")[-1].by, store.profiles()) == ("you", [later])
    assert store.profiles(at=NOW) == [vinegar]
    assert store.profiles(at=NOW - HOUR) == []
