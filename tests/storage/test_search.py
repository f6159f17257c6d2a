"""Searching finds what a query holds of, on both databases, in the order and number that is promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from storage import Store, search_conditions, search_scan
from storage.query import QueryError, parse
from storage.records import Attachment, Finding, Level, Match
from world.facts import DAY, HOUR, NOW, finding, source

PLACES = {"shanxi": ("山西", Level.PROVINCE), "taiyuan": ("山西", Level.PARK), "hunan": ("湖南", Level.MEDIA)}


@pytest.fixture(autouse=True)
def sources(store: Store) -> None:
    for id, (province, level) in PLACES.items():
        store.add_sources([source(id, province=province, level=level)], now=NOW)


def article(
    number: int, title: str, text: str = "正文", *, of: str = "shanxi", watch: str = "ai", **more: object
) -> Finding:
    matches = (Match(watch=watch, score=1.0),) if watch else ()
    return replace(finding(number, of=of), title=title, text=text, matches=matches, **more)  # type: ignore[arg-type]


def titles(store: Store, query: str, **how: object) -> list[str]:
    return [one.title for one in store.search(query, now=NOW, **how).articles]  # type: ignore[arg-type]


def everything(store: Store, query: str, **how: object) -> list[str]:
    found: list[str] = []
    after: str | None = None
    while True:
        page = store.search(query, now=NOW, after=after, **how)  # type: ignore[arg-type]
        found += [one.title for one in page.articles]
        after = page.after
        if after is None:
            return found


class TestOrder:
    def test_newest_first_goes_by_publication_and_else_by_discovery(self, store: Store) -> None:
        published = [article(number, f"{number}", published_at=NOW - number * DAY) for number in (3, 1, 2)]
        store.keep([*published, article(4, "4", published_at=None, seen_at=NOW - 36 * HOUR)], now=NOW)
        assert titles(store, "正文") == ["1", "4", "2", "3"]

    def test_pages_follow_each_other_though_articles_come_in(self, store: Store) -> None:
        of_day = [article(number, f"{number}", published_at=NOW - (number // 4) * DAY) for number in range(1, 15)]
        store.keep(of_day, now=NOW)
        whole = titles(store, "正文")
        first = store.search("正文", now=NOW, limit=5)
        store.keep([article(20, "20", published_at=NOW)], now=NOW)
        rest = everything_after(store, "正文", first.after)
        assert [one.title for one in first.articles] + rest == whole
        assert sorted(whole, key=int) == [f"{number}" for number in range(1, 15)]

    def test_best_first_prefers_titles_and_many_mentions(self, store: Store) -> None:
        texts = [("一", "算力"), ("二", "算力、算力、算力"), ("算力三", "正文"), ("四", "无关")]
        store.keep([article(number, title, text) for number, (title, text) in enumerate(texts)], now=NOW)
        assert titles(store, "算力", sort="best") == ["算力三", "二", "一"]
        assert everything(store, "算力", sort="best", limit=1) == ["算力三", "二", "一"]

    @pytest.mark.parametrize(
        "how", [{"after": "x"}, {"after": "1-x", "sort": "best"}, {"sort": "worst"}, {"after": "9" * 40}]
    )
    def test_what_is_no_cursor_and_no_order(self, store: Store, how: dict[str, str]) -> None:
        with pytest.raises(ValueError, match=r"not a cursor|no such order"):
            titles(store, "算力", **how)


def everything_after(store: Store, query: str, after: str | None) -> list[str]:
    found: list[str] = []
    while after is not None:
        page = store.search(query, now=NOW, after=after, limit=5)
        found += [one.title for one in page.articles]
        after = page.after
    return found


class TestNumbers:
    def test_items_are_found_and_all_articles_when_asked(self, store: Store) -> None:
        store.keep([article(1, "算力一"), article(2, "算力二", watch="")], now=NOW)
        assert titles(store, "算力") == ["算力一"]
        assert sorted(titles(store, "算力", all_articles=True)) == ["算力一", "算力二"]
        assert store.count("算力", now=NOW).number == 1
        assert store.count("算力", now=NOW, all_articles=True).number == 2

    def test_counts_are_exact_to_a_thousand(self, store: Store) -> None:
        many = [article(number, f"{number}", "算力很多") for number in range(1_002)]
        store.keep(many[:1_000], now=NOW)
        for query in ("算力", "算力很多", "", "-没有"):
            counted = store.count(query, now=NOW)
            assert (counted.number, counted.more) == (1_000, False)
        store.keep(many[1_000:], now=NOW)
        counted = store.count("算力很多", now=NOW)
        assert (counted.number, counted.more) == (1_000, True)

    def test_facets(self, store: Store) -> None:
        late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)  # the 5th in China
        store.keep(
            [
                article(1, "算力一", published_at=late, seen_at=late),
                article(2, "算力二", of="taiyuan", watch="park", published_at=late - DAY),
                article(3, "算力三", of="hunan", published_at=late - DAY),
                article(4, "无关", of="hunan"),
            ],
            now=NOW,
        )
        facets = store.facets("算力", now=NOW)
        assert facets.province == (("山西", 2), ("湖南", 1))
        assert facets.source == (("hunan", 1), ("shanxi", 1), ("taiyuan", 1))
        assert facets.day == (("2026-03-05", 1), ("2026-03-04", 2))
        assert facets.watch == (("ai", 2), ("park", 1))
        assert not facets.more

    def test_a_scan_that_gives_up_says_where_it_was(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        """Texts that only look alike to the index, more of them than one call may read."""
        for name, number in {"RECHECKED": 100, "_TEXTS_AT_ONCE": 64}.items():
            monkeypatch.setattr(search_scan, name, number)
        decoys = [article(number, f"{number}", "智能人，人工智", published_at=NOW - HOUR) for number in range(300)]
        store.keep([*decoys, article(301, "真", "人工智能", published_at=NOW - DAY)], now=NOW)
        first = store.search("人工智能", now=NOW)
        assert (first.articles, first.after is None) == ((), False)
        assert everything(store, "人工智能") == ["真"]
        assert store.count("人工智能", now=NOW).more


class TestTimes:
    @pytest.mark.parametrize("of_a_time", [8_192, 4])
    def test_a_time_is_asked_where_its_articles_were_discovered(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, of_a_time: int
    ) -> None:
        """Few or many; also what was discovered long behind the others of its day."""
        monkeypatch.setattr(search_conditions, "_OF_A_TIME", of_a_time)
        for number in (1, 2, 3, 4, 6, 7, 8, 5):
            store.keep([article(number, f"{number}", "智算", published_at=NOW - number * DAY)], now=NOW)
        times = "since:2026-11-14 until:2026-11-16"
        for query in (f"智算 {times}", f"智 ({times})", times):
            assert everything(store, query, limit=1) == everything(store, query) == ["4", "5", "6"]
            assert store.count(query, now=NOW).number == 3
        assert titles(store, "智算 since:2031-01-01") == titles(store, "since:2031-01-01") == []


class TestChange:
    def test_a_revised_article_is_found_by_its_new_text(self, store: Store) -> None:
        store.keep([article(1, "旧题算力")], now=NOW)
        store.keep([article(1, "新题储能")], now=NOW)
        assert titles(store, "算力") == titles(store, "title:旧") == []
        assert titles(store, "储能") == ["新题储能"]

    def test_a_source_that_moves_takes_its_articles_along(self, store: Store) -> None:
        store.keep([article(1, "算力")], now=NOW)
        store.add_sources([source("shanxi", province="山东", level=Level.CITY, name="济南")], now=NOW)
        assert titles(store, "算力 province:山西") == []
        assert titles(store, "算力 province:山东 level:city source:济南") == ["算力"]


@pytest.mark.parametrize(
    "text", ["'", '"" OR 1=1', "%", "_%_", "title:%", "a'b", "NEAR(a b)", "a:* ^b", "\\", "origin:'", "^", "{a}"]
)
def test_what_other_languages_read_as_syntax_is_text(store: Store, text: str) -> None:
    store.keep([article(1, "100%_a'b {a} \\ 算力")], now=NOW)
    try:
        titles(store, text)
        titles(store, text, sort="best")
    except QueryError as error:
        assert error.remedy


def test_letters_outside_of_gbk_and_long_words(store: Store) -> None:
    long = "x" * 3_000
    store.keep([article(1, "𠮷野家 Ελλάδα naïve 한국어 каталог", f"{long} 〇七")], now=NOW)
    for query in ("𠮷野", "𠮷", "ελλάδα", "NAÏVE", "한국어", "Каталог", "〇七", "title:𠮷"):
        assert len(titles(store, query)) == 1, query
    for query in ("x" * 60, "ελλάδ"):
        assert titles(store, query) == [], query


def test_attachments_are_searched_to_a_limit(store: Store) -> None:
    book = Attachment(name="规划.pdf", url="http://x/1.pdf", text="字" * 120_000 + "末尾")
    kept = article(1, "题", "正文", attachments=(book, Attachment(name="第二份", url="http://x/2.pdf")))
    store.keep([kept], now=NOW)
    assert titles(store, "规划") == ["题"]
    assert titles(store, "末尾") == []
    found = store.article(kept.url)
    assert found is not None
    assert not parse("末尾", now=NOW).matches(found)


def test_what_fits_nothing_here_is_known(store: Store) -> None:
    store.keep([article(1, "算力")], now=NOW)
    places = "(province:火星 OR -province:湖北 OR province:山西省) level:county level:park"
    query = f"{places} source:shanxi source:太原 watch:ai watch:bi"
    found = store.unknown(query, now=NOW)
    assert [(one.field, one.value) for one in found] == [
        ("province", "火星"),
        ("province", "湖北"),
        ("level", "county"),
        ("source", "太原"),
        ("watch", "bi"),
    ]
    assert [one.near for one in found[:3]] == [(), ("湖南",), ()]
    assert found[2].there == ("media", "park", "province")
    assert store.unknown("算力 -招聘 since:7d", now=NOW) == []
