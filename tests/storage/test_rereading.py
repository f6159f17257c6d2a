"""Stored pages that are read again: what follows the new text, and who hears of it (nobody)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from storage.audience import State
from storage.pages import MOST_PAGES
from storage.records import Finding, Match
from storage.reports import Kept, Rereading
from world.facts import DAY, HOUR, NOW, delivery, finding, matched, page, source, text_of

if TYPE_CHECKING:
    from storage import Store

LATER = NOW + DAY
DAMAGED = "人工智慧產(chǎn)業(yè)"


@pytest.fixture(autouse=True)
def sources(store: Store) -> None:
    store.add_sources([source("shanxi"), source("paper")], now=NOW)


def stored(number: int = 1, *, of: str = "shanxi", **more: object) -> Finding:
    """A matched article with its page."""
    one = finding(number, of=of, **more)
    return matched(replace(one, page=page(f"page {number}".encode(), one.url)))


def reread(store: Store, *findings: Finding, watches: tuple[str, ...] = ("ai",)) -> list[Kept]:
    numbers = {one.article.key: one.page_id for one in store.dossiers(store.articles_with_page(now=NOW))}
    rereadings = [Rereading(page_id=numbers[one.key], finding=one) for one in findings]
    return store.reread(rereadings, watches=watches, now=LATER)


def due(store: Store) -> list[tuple[str, int]]:
    return [(one.reader, one.story_id) for one in store.due_notices(now=NOW + 9 * DAY)]


def tell(store: Store) -> None:
    """Everything that is due, at once."""
    [notice] = store.due_notices(now=NOW + HOUR)
    [sent] = store.compose([(delivery(), (notice.id,))], now=NOW)
    [claimed] = store.claim_deliveries(now=NOW, lease=HOUR, limit=9)
    assert sent.id == claimed.id
    assert store.settle_delivery(claimed.id, claimed.token or "", state=State.SENT, now=NOW)


def test_the_new_text_takes_the_place_of_the_old_which_becomes_a_revision(store: Store) -> None:
    store.keep([stored(text=DAMAGED, title="舊")], now=NOW)
    [kept] = reread(store, stored(title="新", text="人工智能产业", author="张三"))
    assert (kept.status, kept.article_id) == ("revised", 1)
    article = store.article(finding().key)
    assert article is not None
    assert (article.title, article.text, article.author) == ("新", "人工智能产业", "张三")
    [before] = store.revisions(finding().key)
    assert (before.title, before.text, before.replaced_at) == ("舊", DAMAGED, LATER)
    assert [one.id for one in store.search("产业", now=NOW).articles] == [1]
    assert store.search("智慧", now=NOW).articles == ()
    assert all(check.sound for check in store.check())
    assert [one.body for _, one in store.pages()] == [b"page 1"]


def test_what_folds_to_the_same_is_replaced_too(store: Store) -> None:
    store.keep([stored(text="產業")], now=NOW)
    reread(store, stored(text="产业"))
    article = store.article(finding().key)
    assert article is not None
    assert article.text == "产业"
    assert len(store.revisions(finding().key)) == 1


def test_a_field_beside_title_and_text_makes_no_revision(store: Store) -> None:
    store.keep([stored()], now=NOW)
    reread(store, stored(origin="新华社"))
    article = store.article(finding().key)
    assert article is not None
    assert article.origin == "新华社"
    assert store.revisions(finding().key) == []
    assert len(store.search("origin:新华社", now=NOW).articles) == 1


def test_what_it_was_known_by_stays(store: Store) -> None:
    store.keep([stored(backlog=True)], now=NOW)
    reread(store, stored(text="新", seen_at=LATER, backlog=False))
    article = store.article(finding().key)
    assert article is not None
    assert (article.seen_at, article.backlog) == (NOW, True)


def test_matches_follow_the_text_and_nobody_is_told(store: Store) -> None:
    store.keep([replace(matched(stored(), "gone"), notices=())], now=NOW)
    found = Match(watch="chips", score=2.0)
    reread(store, replace(stored(text="新"), matches=(found,)), watches=("ai", "chips"))
    article = store.article(finding().key)
    assert article is not None
    assert [match.watch for match in article.matches] == ["chips", "gone"]  # nobody asked the watch "gone"
    assert due(store) == []
    assert len(store.search("号", now=NOW).articles) == 1


def test_a_plan_goes_with_the_match_that_made_it(store: Store) -> None:
    store.keep([stored()], now=NOW)
    assert due(store) == [("an", 1)]
    reread(store, replace(stored(text="新"), matches=()))
    assert due(store) == []


def test_a_mended_copy_joins_the_story_of_the_sound_one(store: Store) -> None:
    store.keep([stored(1, text=DAMAGED), stored(2, of="paper")], now=NOW)
    [kept] = reread(store, replace(stored(1), title=finding(2).title, text=text_of(2)))
    assert (kept.story_id, kept.relation) == (2, "same")
    assert {one.id for one in (store.stories([2])[2].lead, *store.stories([2])[2].reprints)} == {1, 2}
    assert due(store) == [("an", 2)]
    assert store.articles_of(store.due_notices(now=LATER))


def test_who_was_told_of_one_is_not_told_of_the_other_after_they_are_joined(store: Store) -> None:
    store.keep([stored(1, text=DAMAGED)], now=NOW)
    tell(store)
    store.keep([stored(2, of="paper")], now=NOW)
    assert due(store) == [("an", 2)]
    reread(store, replace(stored(1), title=finding(2).title, text=text_of(2)))
    assert due(store) == []
    [(notice, message)] = store.explain(finding(2, of="paper").url).told
    assert message is not None
    assert (notice.reader, message.state) == ("an", State.SENT)


def test_two_that_damage_made_one_are_parted_and_told_no_more_than_before(store: Store) -> None:
    alike = "请升级浏览器后访问本站，本站支持的浏览器有以下几种，详情见帮助页面。"
    store.keep([stored(1, title="提示", text=alike), stored(2, title="提示", text=alike)], now=NOW)
    tell(store)
    [kept] = reread(store, stored(2))
    assert (kept.story_id, kept.relation) == (2, "first")
    assert due(store) == []
    assert store.keep([stored(3, of="paper", title=finding(2).title, text=text_of(2))], now=NOW)[0].story_id == 2
    assert due(store) == []


def test_a_page_that_was_read_meanwhile_is_left_alone(store: Store) -> None:
    store.keep([stored()], now=NOW)
    [old] = store.dossiers([1])
    store.keep([replace(stored(text="今天的"), page=page(b"newer"))], now=NOW)
    [kept] = store.reread([Rereading(page_id=old.page_id, finding=stored(text="旧"))], watches=("ai",), now=LATER)
    assert kept.status == "overtaken"
    assert len(store.search("今天的", now=NOW).articles) == 1


def test_one_that_cannot_be_kept_stays_as_it_was(store: Store) -> None:
    store.keep([stored(1), stored(2)], now=NOW)
    kept = reread(store, stored(1, text="半\ud83d"), stored(2, text="新的"))
    assert [one.status for one in kept] == ["set aside", "revised"]
    assert "U+D83D" in kept[0].reason
    assert store.explain(finding(1).url).problem == ""
    assert len(store.search("新的", now=NOW).articles) == 1


class TestPages:
    def test_a_query_chooses_the_articles(self, store: Store) -> None:
        store.keep([stored(1), stored(2, of="paper"), finding(3)], now=NOW)
        assert store.articles_with_page(now=NOW) == [1, 2]
        assert store.articles_with_page("source:paper", now=NOW) == [2]
        assert store.articles_with_page("没有的", now=NOW) == []

    def test_further_pages_are_kept_with_the_first(self, store: Store) -> None:
        further = (page(b"two", "http://x/2"), page(b"three", "http://x/3"))
        store.keep([replace(stored(), further=further)], now=NOW)
        assert store.page(finding().url) == stored().page
        [dossier] = store.dossiers([1])
        assert dossier.pages == (stored().page, *further)

    def test_versions_are_capped_whole(self, store: Store) -> None:
        for number in range(MOST_PAGES + 2):
            two = (page(b"%d-1" % number), (page(b"%d-2" % number),))
            store.keep([replace(stored(text=f"第{number}版"), page=two[0], further=two[1])], now=NOW)
        bodies = [one.body for one in store.pages_of([1])]
        assert bodies == [b"%d-%d" % (number, part) for number in range(2, MOST_PAGES + 2) for part in (1, 2)]
        [dossier] = store.dossiers([1])
        assert [one.body for one in dossier.pages] == bodies[-2:]


@pytest.mark.parametrize("text", [text_of(2), text_of(1), text_of(9), f"{text_of(1)}另有一句。", DAMAGED])
def test_the_story_of_a_new_text_is_foreseen_and_nothing_written(store: Store, text: str) -> None:
    store.keep([stored(1), stored(2, of="paper"), stored(3, title=finding(1).title, text=text_of(1))], now=NOW)
    again = stored(3, title=finding(1).title, text=text)
    before = store.article(again.key)
    foreseen = store.foresee(again)
    assert store.article(again.key) == before
    [kept] = reread(store, again)
    assert foreseen == kept.story_id


def test_of_what_is_not_stored_nothing_is_foreseen(store: Store) -> None:
    assert store.foresee(finding(1)) is None
