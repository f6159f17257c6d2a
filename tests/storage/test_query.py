"""The query language: what is understood, what it means, and what is said about a slip."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.query import MAX_DEPTH, MAX_TERMS, Query, QueryError, Subject, parse
from storage.records import Article, Attachment, Level, Match, Source

CHINA = timezone(timedelta(hours=8))
#: A Wednesday.
NOW = datetime(2026, 11, 25, 10, 30, tzinfo=CHINA)

ARTICLE = Article(
    id=7,
    story_id=5,
    relation="same",
    url="https://www.example.gov.cn/1.html",
    key="example.gov.cn/1.html",
    source=Source(
        id="sx-kjt", name="山西省科技厅", url="https://www.example.gov.cn/", province="山西", level=Level.PARK
    ),
    title="山西太原：AI+制造提速，算力先行",
    subtitle="——十条措施发布",
    text="生成式AI与大模型在5G网络上运行。\n產業園區引進C++工程師，人 工 智 能企業 OpenAI 未到場。"
    "RAIN 项目延期。Deep Learning",
    seen_at=datetime(2026, 11, 24, 9, 0, tzinfo=CHINA),
    published_at=datetime(2026, 11, 23, 0, 0, tzinfo=CHINA),
    origin="新华社太原",
    author="张三",
    attachments=(Attachment(name="申报指南.pdf", url="https://www.example.gov.cn/1.pdf", text="储能示范"),),
    matches=(Match(watch="ai-industry", score=2.0),),
)


def matches(text: str, article: Article = ARTICLE) -> bool:
    return bool(parse(text, now=NOW).matches(article))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "　",
        "，",
        "人工智能",
        "人工智能 AND 太原",
        "太原 智能",
        "太原，智能；算力、措施",
        "没有 OR 算力",
        "没有|算力",
        "没有 || 算力",
        "没有 或者 算力",
        "太原 和 算力",
        "太原 并且 算力",
        "‘深度学习’ OR ‘ai’",
        "'算力'",
        "since:2026-11-23 00:00",
        "until:2026年11月23日 08:30 算力",
        "（没有 或 算力） 与 太原",
        "算力 非 招聘",
        "算力 NOT 招聘",
        "算力 and not 招聘",
        "算力 -招聘",
        "算力 －招聘",
        "-招聘",
        "-(招聘 OR 天气)",
        '"大模型在5G网络上"',
        "“大模型”",
        "「AI+制造」",
        "产业园区",
        "產業園區",
        "AI",
        "ai",
        "ＡＩ",
        "AI+",
        "生成式AI",
        "生成式 AI",
        "人工智能企业 OpenAI",
        '"C++ 工程师"',
        "C++工程师",
        "5G",
        "5G网络",
        '"5G 网络"',
        "C++",
        "c",
        "rain",
        "deep learning",
        '"deep learning"',
        "山",
        "title:算力",
        "title：算力",
        "标题:算力",
        "title:措施",
        "title:(没有 OR 算力)",
        "-text:措施",
        "text:大模型",
        "text:储能",
        "申报指南",
        "province:山西",
        "province:山西省",
        "省份：山西",
        "province:山东,山西",
        "province:山东|山西",
        "province: 山东，山西",
        "province :山西",
        "province:山西，level:park",
        "level:县级、园区",
        "story:５",
        "province:(山东 OR 山西)",
        "level:park",
        "level:园区",
        "-level:city",
        "source:sx-kjt",
        "source:科技厅",
        "origin:新华社",
        "来源：新华社",
        'origin:"新华社太原"',
        "author:张三",
        "watch:ai-industry",
        "story:5",
        "has:attachment",
        "has:附件",
        "since:2026-11-23",
        "since:2026/11/23",
        "since:2026年11月23日",
        "since:20261123",
        "since:2026-11",
        "since:2026-11-23T00:00",
        "until:2026-11-23",
        "until:2026-11",
        "until:2026",
        "since:2026年",
        "since:2026-11-22T16:00Z",
        "since:2026-11-23T00:00:00.000+08:00",
        "since:本周",
        "since:7d",
        "since:近7日",
        "since:最近一周",
        "since:三天内",
        "since:半年",
        "since:7d，算力",
        "算力，since:7d，province:山西，level:park",
        "since: 2026-11-23",
        "since:1周",
        "until:前天",
        "seen:昨天",
        "seen:2026-11-24..2026-11-24",
        "seen:..今天",
        "发现：2天内",
    ],
)
def test_matches(text: str) -> None:
    assert matches(text)


@pytest.mark.parametrize(
    "text",
    [
        "没有",
        "太原 没有",
        "算力 -太原",
        "-算力",
        "pen",
        "open",
        "rai",
        "5",
        "g",
        "G网络",
        "ai++",
        "c#",
        '"太原 算力"',
        "算力先行十条措施",
        "场rain",
        "没有 AND（算力 或 太原）",
        "province:山东，level:park",
        "province:山东|level:city",
        "title:大模型",
        "text:措施",
        "province:山",
        "province:山东",
        "level:city",
        "source:kjt",
        "origin:人民",
        "author:李四",
        "watch:ai",
        "story:7",
        "-has:attachment",
        "since:2026-11-24",
        "since:昨天",
        "since:1d",
        "until:2026-11-22",
        "until:3d",
        "seen:今天",
        "seen:..2026-11-23",
        "until:上周",
    ],
)
def test_does_not_match(text: str) -> None:
    assert not matches(text)


def test_the_time_is_that_of_discovery_where_that_of_publication_is_unknown_or_impossible() -> None:
    for published_at in (None, datetime(1, 1, 1, tzinfo=UTC), ARTICLE.seen_at + timedelta(days=300)):
        article = replace(ARTICLE, published_at=published_at)
        assert matches("since:2026-11-24 until:2026-11-24", article)


def test_hits_say_where() -> None:
    hits = parse("算力 OR 5G -招聘", now=NOW).matches(ARTICLE)
    subject = Subject.of(ARTICLE)
    pieces = {"title": subject.folded_titles, "text": subject.folded_bodies}
    assert [pieces[hit.field][hit.piece][hit.start : hit.end] for hit in hits.places] == ["算力", "5g"]


def test_a_near_miss_names_what_is_lacking() -> None:
    assert parse("算力 province:山西 天气 -太原", now=NOW).lacks(ARTICLE) == ("天气", "-太原")
    assert parse("算力", now=NOW).lacks(ARTICLE) == ()


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("(算力", 0, "bracket that is never closed"),
        ("算力)", 2, "never opened"),
        ("算力 OR", 5, "ends too early"),
        ("OR 算力", 0, "put it in quotes"),
        ("算力 ()", 4, "put a term into the bracket"),
        ("算力 - 招聘", 3, "write -招聘 without a blank"),
        ("“算力", 0, "close it"),
        ("算力 ++", 3, "write a letter"),
        ("智能*", 0, "no wildcards"),
        ("太原 人*智能", 3, "no wildcards"),
        ("*", 0, "no wildcards"),
        ("算力 !招聘", 3, "write -招聘"),
        ("算力 ！招聘", 3, "write -招聘"),
        ("算力 —招聘", 3, "write -招聘"),
        ("算力AND太原", 0, "write a blank"),
        ("算力 province=山西", 3, "did you mean province:山西?"),
        ("标题＝算力", 0, "did you mean 标题:算力?"),
        ("since>=2026-11-01", 0, "did you mean since:2026-11-01?"),
        ("province:-山西", 0, "as -province:山西"),
        ("题目：算力", 0, "did you mean title:?"),
        ("since:11月", 6, "write it as 2026-11-01"),
        ("since:7日", 6, "write it as 2026-11-01"),
        ("和", 0, "put it in quotes"),
        ("titel:算力", 0, "did you mean title:?"),
        ("主题：算力", 0, "there are author"),
        ("before:2026-11-01", 0, "did you mean until:?"),
        ("title:-算力", 0, "as -title:算力"),
        ("http://a.cn", 0, "put it in quotes"),
        ("title:", 0, "as title:算力"),
        ("title:(province:山西)", 7, "close the bracket first"),
        ("since:2026-13-01", 6, "month must be in 1..12"),
        ("since:2026-02-30", 6, "write it as 2026-11-01"),
        ("since:gestern", 6, "no date: gestern"),
        ("since:99999y", 6, "write it as"),
        ("since:2026-01-01..2026-02-01", 6, "since:… until:…"),
        ("level:prak", 6, "did you mean park?"),
        ("level:九", 6, "there are city"),
        ("has:video", 4, "there are attachment"),
        ("story:x", 6, "write its number"),
        ("算力\x00", 2, "unprintable"),
        ("\ud800", 0, "unprintable"),
        ("智" * 200, 0, "at most 100"),
        ("(" * 100 + "a" + ")" * 100, MAX_DEPTH + 1, "write it flatter"),
        ("a " * 10_000, 10_000, "at most 10000"),
        ("a " * 1_000, 2 * MAX_TERMS + 1, "make several queries"),
    ],
)
def test_a_slip_is_shown_with_a_remedy(text: str, position: int, words: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text, now=NOW)
    assert words in str(caught.value)
    assert abs(caught.value.position - position) <= 1
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_query_can_be_sent_and_printed() -> None:
    query = parse("(人工智能 OR AI) -招聘 since:7d", now=NOW)
    assert pickle.loads(pickle.dumps(query)) == query
    assert str(query) == "(人工智能 OR ai) -招聘 since:2026-11-18T10:30:00"


SPELLINGS = [
    "算力",
    "人工智能",
    "AI",
    "c++",
    "5G",
    "“深 度”",
    '「a"b」',
    "『a”b」』",
    '"or"',
    "山",
    "gpt-4",
    '"a:b"',
    "，",
    "与",
    "非",
]
WORDS = st.sampled_from(SPELLINGS)
FIELDS = st.sampled_from(["", "", "title:", "text:", "origin:", "author:", "watch:", "source:"])
DATES = st.sampled_from(
    ["since:7d", "until:昨天", "seen:2026-11", "seen:..今天", "until:2026-11-01T08:30", "since:now"]
)
FACTS = st.sampled_from(["province:山西,山东", "level:园区", "story:3", "has:附件"])
LEAVES = st.one_of(st.builds(str.__add__, FIELDS, WORDS), DATES, FACTS)
QUERIES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map("-{}".format),
        inner.map("({})".format),
        st.builds("{} {}".format, inner, inner),
        st.builds("{} OR {}".format, inner, inner),
        st.builds("{}或{}".format, inner, inner),
    ),
    max_leaves=8,
)


def parsed(text: str) -> Query | None:
    try:
        return parse(text, now=NOW)
    except QueryError as error:
        assert 0 <= error.position <= len(text)
        assert error.remedy
        return None


@given(QUERIES)
def test_a_printed_query_is_the_same_query(text: str) -> None:
    if query := parsed(text):
        assert parse(str(query), now=NOW + timedelta(days=3)).tree == query.tree


@given(st.one_of(st.text(max_size=200), st.text(alphabet='()（）"“「」-－ :：,，AN DORa算title|*+与非', max_size=60)))
def test_any_text_is_a_query_or_a_slip(text: str) -> None:
    if query := parsed(text):
        query.matches(ARTICLE)
        assert parse(str(query), now=NOW).tree == query.tree
