import re
from dataclasses import replace

import pytest

from storage import Store
from storage.faults import MOST_BYTES, MOST_TEXT
from storage.records import Attachment, Finding, Level, Match, Repair
from storage.reports import Kept
from storage.revisions import MOST
from world.facts import DAY, HOUR, NOW, finding, matched, misreading, page, sighting, source, text_of


@pytest.fixture(autouse=True)
def sources(store: Store) -> None:
    levels = {"shanxi": Level.PROVINCE, "taiyuan": Level.CITY, "paper": Level.MEDIA}
    store.add_sources([source(id, level=level) for id, level in levels.items()], now=NOW)


def keep(store: Store, *findings: Finding) -> list[str]:
    return [kept.status for kept in store.keep(findings, now=NOW)]


def test_everything_said_of_an_article_comes_back(store: Store) -> None:
    said = finding(
        subtitle="副题", origin="新华社", author="张三", editor="李四", column="要闻", image="http://x/1.jpg",
        precision="day",
        attachments=(Attachment(name="附件", url="http://x/1.pdf", kind="pdf", text="全文"),), encoding="gb18030",
        decoded="meta", repairs=(Repair(what="繁", where="title", count=2),), lost=1, how={"title": "h1"},
        matches=(Match(watch="ai", score=2.5, reasons=("标题：AI",), words=("AI",), rule_version=3),),
    )  # fmt: skip
    [kept] = store.keep([said], now=NOW)
    assert kept == Kept(key=said.key, status="new", article_id=1, story_id=1, matched=True)
    article = store.article(said.url)
    assert article is not None
    names = {
        "url", "key", "title", "text", "seen_at", "subtitle", "published_at", "precision", "origin", "author", "editor",
        "column", "image", "attachments", "encoding", "decoded", "repairs", "lost", "how", "backlog", "matches",
    }  # fmt: skip
    assert {name: getattr(article, name) for name in names} == {name: getattr(said, name) for name in names}
    assert article.source == source(level=Level.PROVINCE)


def test_an_article_that_is_kept_twice_is_one(store: Store) -> None:
    assert keep(store, finding(), finding()) == ["new", "known"]
    assert keep(store, finding()) == ["known"]
    assert store.status(now=NOW).articles == 1


def test_an_article_that_changes_within_a_batch_is_found_as_it_is_now(store: Store) -> None:
    assert keep(store, matched(finding()), matched(finding(text="换成光刻机"))) == ["new", "revised"]
    assert store.search("介绍情况", now=NOW).articles == ()
    assert len(store.search("光刻机", now=NOW).articles) == 1
    assert all(check.sound for check in store.check())


def test_results_come_in_the_order_of_the_findings(store: Store) -> None:
    kept = store.keep([finding(number) for number in (3, 1, 2)], now=NOW)
    assert [one.key for one in kept] == [finding(number).key for number in (3, 1, 2)]
    assert [one.article_id for one in kept] == [1, 2, 3]


def test_a_reprint_belongs_to_the_story_and_the_highest_level_leads(store: Store) -> None:
    first, second, third = (finding(of=name, title=f"{name}：算力") for name in ("paper", "shanxi", "taiyuan"))
    same = [replace(one, text=first.text) for one in (second, third)]
    kept = store.keep([first, *same], now=NOW)
    assert [(one.story_id, one.relation) for one in kept] == [(1, "first"), (1, "same"), (1, "same")]
    story = store.stories([1])[1]
    assert story.lead.source.id == "shanxi"
    assert [one.source.id for one in story.reprints] == ["paper", "taiyuan"]


def test_different_stories_stay_apart(store: Store) -> None:
    kept = store.keep([finding(number) for number in range(1, 30)], now=NOW)
    assert len({one.story_id for one in kept}) == 29


class TestNotices:
    def due(self, store: Store) -> list[tuple[str, str, int]]:
        return [(one.reader, one.watch, one.story_id) for one in store.due_notices(now=NOW + DAY)]

    def test_a_reader_is_told_of_a_story_once_for_a_watch(self, store: Store) -> None:
        keep(store, matched(finding(of="paper"), readers=("an", "bo")))
        keep(store, matched(finding(of="shanxi"), readers=("an", "bo")))
        assert self.due(store) == [("an", "ai", 1), ("bo", "ai", 1)]

    def test_another_watch_tells_it_again(self, store: Store) -> None:
        keep(store, matched(matched(finding()), "park"))
        assert self.due(store) == [("an", "ai", 1), ("an", "park", 1)]

    def test_backlog_is_found_but_never_told(self, store: Store) -> None:
        keep(store, matched(finding(backlog=True)))
        assert self.due(store) == []
        assert len(store.search("号", now=NOW).articles) == 1
        assert keep(store, matched(finding(title="改了标题"))) == ["revised"]
        assert self.due(store) == []

    def test_a_notice_is_not_due_before_its_time(self, store: Store) -> None:
        keep(store, matched(finding()))
        assert store.due_notices(now=NOW - HOUR) == []

    def test_what_matches_later_is_told_then(self, store: Store) -> None:
        keep(store, finding())
        assert store.search("号", now=NOW).articles == ()
        assert keep(store, matched(finding())) == ["known"]
        assert self.due(store) == [("an", "ai", 1)]
        assert len(store.search("号", now=NOW).articles) == 1


class TestRevisions:
    def test_a_changed_page_keeps_what_it_said_before(self, store: Store) -> None:
        keep(store, finding())
        assert keep(store, finding(title="更正：第1号项目", text="全文已经更换。")) == ["revised"]
        article = store.article(finding().key)
        assert article is not None
        assert (article.id, article.title, article.text) == (1, "更正：第1号项目", "全文已经更换。")
        [before] = store.revisions(finding().url)
        assert (before.title, before.text, before.replaced_at) == (finding().title, finding().text, NOW)

    def test_what_it_said_before_is_found_no_more(self, store: Store) -> None:
        keep(store, matched(finding()))
        keep(store, matched(finding(text="换成光刻机")))
        assert store.search("介绍情况", now=NOW).articles == ()
        assert len(store.search("光刻机", now=NOW).articles) == 1
        assert all(check.sound for check in store.check())

    @pytest.mark.parametrize("noise", ["浏览次数：{}次", "阅读量 {}", "点击：{}", "访问人数：{}1 万"])
    def test_a_hit_counter_is_no_change(self, store: Store, noise: str) -> None:
        keep(store, finding(text=f"{text_of(1)}\n{noise.format(17)}"))
        assert keep(store, finding(text=f"{text_of(1)}\n{noise.format(4_018)}")) == ["known"]

    def test_a_changed_number_is_a_change(self, store: Store) -> None:
        keep(store, finding(text="总投资12亿元"))
        assert keep(store, finding(text="总投资13亿元")) == ["revised"]

    def test_a_page_that_changes_for_ever_does_not_fill_the_disk(self, store: Store) -> None:
        for number in range(MOST + 5):
            keep(store, finding(text=f"第{number}版"))
        said = [one.text for one in store.revisions(finding().key)]
        assert said[0] == "第0版"
        assert said[-1] == f"第{MOST + 3}版"
        assert len(said) == MOST + 1


class TestPoison:
    @pytest.mark.parametrize(
        ("bad", "reason"),
        [
            (finding(2, text="半个字\ud83d"), "U\\+D83D"),
            (finding(2, title="\udc80"), "U\\+DC80"),
            (finding(2, text="长" * (MOST_TEXT + 1)), str(MOST_TEXT)),
            (finding(2, text="长" * 50_000_000), "50000000"),
            (matched(finding(2, page=page(bytes(MOST_BYTES + 1)))), str(MOST_BYTES)),
            (matched(finding(2, page=page(b""), further=(page(bytes(MOST_BYTES + 1)),))), str(MOST_BYTES)),
            (finding(2, key="x" * 3000), "3000"),
            (finding(2, key=""), "key of 0"),
            (finding(2, source_id="nobody"), "source nobody is not known"),
            (finding(2, how={"title": "\ud800"}), "U\\+D800"),
        ],
    )
    def test_one_that_cannot_be_kept_costs_its_batch_nothing(self, store: Store, bad: Finding, reason: str) -> None:
        kept = store.keep([finding(1), bad, finding(3)], now=NOW)
        assert [one.status for one in kept] == ["new", "set aside", "new"]
        assert re.search(reason, kept[1].reason)
        assert len(kept[1].reason) < 1000
        assert store.status(now=NOW).articles == 2
        assert store.search("号", now=NOW, all_articles=True).articles[0].key == finding(3).key

    def test_it_is_written_down_and_not_asked_for_again_at_once(self, store: Store) -> None:
        keep(store, finding(2, text="\ud83d"))
        assert store.known([finding(2).key], now=NOW) == {finding(2).key}
        assert "set aside: half a character" in store.explain(finding(2).url).problem

    def test_nul_is_taken_out_and_noted(self, store: Store) -> None:
        bad = finding(text="前\0后", title="标\0题", attachments=(Attachment(name="a\0", url="http://x/"),))
        assert keep(store, bad) == ["new"]
        article = store.article(bad.key)
        assert article is not None
        assert (article.title, article.text, article.attachments[0].name) == ("标题", "前后", "a")
        assert Repair(what="nul", where="text", count=1) in article.repairs


class TestPages:
    def test_the_page_of_an_item_is_kept_as_received(self, store: Store) -> None:
        body = "<html>山西</html>".encode("gb18030") + bytes(range(256))
        keep(store, matched(finding(page=page(body))))
        assert store.page(finding().url) == page(body)

    def test_the_page_of_an_article_that_matched_nothing_is_not(self, store: Store) -> None:
        keep(store, finding(page=page(b"x")))
        assert store.page(finding().url) is None

    def test_a_page_that_says_the_same_is_not_kept_again(self, store: Store) -> None:
        for body in (b"one", b"two"):
            keep(store, matched(finding(page=page(body))))
        assert [one.body for _, one in store.pages()] == [b"one"]
        keep(store, matched(finding(text="换了", page=page(b"three"))))
        assert [one.body for _, one in store.pages()] == [b"one", b"three"]

    def test_pages_of_one_source_share_their_frame(self, store: Store) -> None:
        import random

        dice = random.Random(7)
        frame = "".join(chr(dice.randrange(0x4E00, 0x9000)) for _ in range(8000))
        bodies = [f"{frame}{dice.random()}{frame[::-1]}".encode() for _ in range(20)]
        for number, body in enumerate(bodies, 1):
            keep(store, matched(finding(number, page=page(body))))
        assert [one.body for _, one in store.pages()] == bodies
        sizes = {one.name: one.bytes for one in store.stats()}
        assert sizes["pages"] + sizes["dictionaries"] < 0.2 * sum(map(len, bodies))

    def test_pages_are_walked_through_in_order(self, store: Store) -> None:
        for number in range(1, 6):
            keep(store, matched(finding(number, page=page(b"%d" % number))))
        first = store.pages(limit=3)
        assert [one.body for _, one in first] == [b"1", b"2", b"3"]
        assert [one.body for _, one in store.pages(after=first[-1][0])] == [b"4", b"5"]


class TestSeen:
    def test_what_is_stored_or_was_tried_lately_is_known(self, store: Store) -> None:
        keep(store, finding(1))
        store.misread([misreading(2)], now=NOW)
        keys = [finding(number).key for number in (1, 2, 3)]
        assert store.known(keys, now=NOW + HOUR) == set(keys[:2])
        assert store.known(keys, now=NOW + DAY + HOUR) == set(keys[:1])

    def test_what_was_tried_three_times_is_given_up(self, store: Store) -> None:
        for number in range(3):
            store.misread([misreading(at=NOW + number * 2 * DAY)], now=NOW)
        assert store.known([finding().key], now=NOW + 90 * DAY) == {finding().key}
        assert "tried 3 times" in store.explain(finding().url).problem

    def test_an_address_is_explained_by_where_it_stood_what_it_gave_and_who_was_told(self, store: Store) -> None:
        store.record_sightings([sighting(on="paper")], now=NOW)
        keep(store, matched(finding(sighting=sighting())))
        said = store.explain(finding().url + "#top")
        assert {one.source_id for one in said.sightings} == {"paper", "shanxi"}
        assert said.article is not None
        assert said.story is not None
        assert said.story.lead == said.article
        [(notice, message)] = said.told
        assert (notice.reader, message) == ("an", None)
        assert said.problem == ""

    def test_the_first_sighting_on_a_source_stays(self, store: Store) -> None:
        store.record_sightings([sighting()], now=NOW)
        store.record_sightings([replace(sighting(), title="另一个", seen_at=NOW + HOUR)], now=NOW)
        assert store.explain(finding().url).sightings == (sighting(),)

    def test_an_address_that_nobody_saw_is_explained_by_nothing(self, store: Store) -> None:
        said = store.explain("http://nobody.cn/")
        assert (said.sightings, said.article, said.problem, said.story, said.told) == ((), None, "", None, ())
