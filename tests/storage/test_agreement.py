"""The property: for any article whose text is kept and any query, the matcher says yes when the search finds it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from storage import Store, search_postgresql, search_scan, search_sqlite
from storage.query import QueryError, parse
from storage.records import Article, Attachment, Finding, Level, Match
from storage.subjects import moment
from world.facts import DAY, HOUR, NOW, finding, source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from world.databases import Databases

SOURCES = {"shanxi": ("山西", Level.PROVINCE), "taiyuan": ("山西", Level.PARK), "hunan": ("湖南", Level.MEDIA)}

SCRAPS = [
    "算力",
    "算",
    "力",
    "人工智能",
    "人工",
    "智能",
    "工智",
    "產業",
    "产业",
    "AI",
    "ai+",
    "rain",
    "5G",
    "5",
    "C++",
    "c",
    "GPT-4",
    "4",
    "é",
    "é",
    "ﾊﾟ",
    "x_y",
    "𠮷",
    "İ",
    "々",
    "ー",
    "，",
    ".",
    "《",
]
TEXTS = st.lists(st.sampled_from([*SCRAPS, " ", "　", "\t", "\n"]), max_size=7).map("".join)
MOMENTS = st.integers(0, 20 * 24).map(lambda hours: NOW - hours * HOUR)
ATTACHMENTS = TEXTS.map(lambda text: Attachment(name="附", url="http://x/a", text=text))
MATCHES = st.sampled_from(["ai", "park"]).map(lambda watch: Match(watch=watch, score=1.0))


def _finding(of: str, title: str, text: str, **facts: Any) -> Finding:
    return replace(finding(of=of), title=title or "题", text=text or "正文", **facts)


FINDINGS = st.builds(
    _finding,
    of=st.sampled_from(sorted(SOURCES)),
    title=TEXTS,
    subtitle=TEXTS,
    text=TEXTS,
    origin=st.sampled_from(["", "新华社", "新華社 AI", "Xinhua"]),
    author=st.sampled_from(["", "张三"]),
    seen_at=MOMENTS,
    published_at=st.one_of(st.none(), MOMENTS, st.just(NOW + 900 * DAY)),
    attachments=st.lists(ATTACHMENTS, max_size=1).map(tuple),
    matches=st.lists(MATCHES, max_size=2, unique=True).map(tuple),
)

TERMS = st.one_of(TEXTS, st.sampled_from(SCRAPS)).map('"{}"'.format) | TEXTS
KNOWN = [
    "province:山西",
    "province:湖南省",
    "level:park",
    "level:media",
    "source:taiyuan",
    "source:新闻",
    "origin:新华",
    "origin:ai",
    "author:张",
    "watch:ai",
    "watch:park",
    "story:1",
    "has:附件",
]
DAYS = st.integers(0, 21).map(lambda days: (NOW - days * DAY).date())
TIMES = st.builds("{}:{}".format, st.sampled_from(["since", "until", "seen"]), DAYS)
LEAVES = st.one_of(
    TERMS, TERMS, TERMS.map("title:{}".format), TERMS.map("text:{}".format), TIMES, st.sampled_from(KNOWN)
)
QUERIES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map("-({})".format),
        st.builds("({} {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("({} -{})".format, inner, inner),
    ),
    max_leaves=6,
)


_SHORT = {
    search_scan: {"_STRIDE": 2, "_TEXTS": 1, "_TEXTS_AT_ONCE": 1, "_ROWS_AT_ONCE": 1},
    search_sqlite: {"_SPAN": 1},
    search_postgresql: {"_SPARE": 0},
}


#: Spans and statements as they are, and as short as can be.
@pytest.fixture(params=[False, True], ids=["long", "short"])
def pages(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, numbers in _SHORT.items() if request.param else ():
        for name, number in numbers.items():
            monkeypatch.setattr(module, name, number)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes a database for each step
)
@given(findings=st.lists(FINDINGS, min_size=1, max_size=6), queries=st.lists(QUERIES, min_size=1, max_size=12))
@example(findings=[finding(of="hunan"), finding(title="算力")], queries=["算力 OR province:湖南", "-算力", ""])
def test_matcher_and_search_agree(
    databases: Databases, pages: None, findings: Sequence[Finding], queries: Sequence[str]
) -> None:
    store = Store.open(databases.fresh(), now=NOW)
    try:
        articles = stored(store, findings)
        for query in queries:
            assert_agreement(store, articles, query)
        store.prune(now=NOW, keep_days=10)
        kept = [one for one in articles if one.matches or one.seen_at >= NOW - 10 * DAY]
        for query in queries:
            assert_agreement(store, kept, query)
    finally:
        store.close()


def stored(store: Store, findings: Sequence[Finding]) -> list[Article]:
    places = SOURCES.items()
    store.add_sources([source(id, province=province, level=level) for id, (province, level) in places], now=NOW)
    named = [replace(one, key=f"k{number}", url=f"http://a.cn/{number}") for number, one in enumerate(findings)]
    store.keep(named, now=NOW)
    articles = [found for one in named if (found := store.article(one.key))]
    assert len(articles) == len(named)
    return articles


def assert_agreement(store: Store, articles: Sequence[Article], text: str) -> None:
    try:
        query = parse(text, now=NOW)
    except QueryError:
        return
    expected = {one.id for one in articles if query.matches(one)}
    found = store.search(query, now=NOW, all_articles=True).articles
    assert {one.id for one in found} == expected, text
    assert {one.id for one in store.search(query, now=NOW, all_articles=True, sort="best").articles} == expected, text
    assert store.count(query, now=NOW, all_articles=True).number == len(found) == len(expected), text
    items = {one.id for one in articles if one.matches} & expected
    assert {one.id for one in store.search(query, now=NOW).articles} == items, text
    times = [moment(one.published_at, one.seen_at) for one in found]
    assert times == sorted(times, reverse=True), text
