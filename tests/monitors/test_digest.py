from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.composing import halved
from monitors.digest import Digest, build
from monitors.excerpts import excerpt, mark, one_line, shorten
from storage.folding import fold
from storage.records import Article, Level, Match, Repair
from storage.reports import Story
from world.stories import article, source, story
from world.told import NOON

PAPER = source("经济日报", province="", level=Level.MEDIA)
COUNTY = source("东岭县人民政府", province="东岭", level=Level.COUNTY)


def digest_of(*stories: Story, **fields: Any) -> Digest:
    return build(stories, watch="ai", title="人工智能", **fields)


def marked(text: str, *words: str) -> list[str]:
    return [span.text for span in mark(text, words) if span.marked]


def test_provinces_with_most_stories_come_first_and_the_rest_last() -> None:
    digest = digest_of(story(1, source=PAPER), story(2, source=COUNTY), story(3), story(4))
    assert [(section.name, len(section.entries)) for section in digest.sections] == [("云岭", 2), ("东岭", 1), ("", 1)]


def test_the_best_score_comes_first_and_names_the_digest() -> None:
    best = Match(watch="ai", score=2.5)
    digest = digest_of(story(1), story(2, matches=(best,)), story(3))
    assert [entry.story_id for entry in digest.entries] == [2, 3, 1]
    assert digest.top is not None and digest.top.story_id == 2


def test_a_story_names_each_other_source_once() -> None:
    own = source()
    (entry,) = digest_of(story(1, reprints=[PAPER, COUNTY, PAPER, own])).entries
    assert [reprint.name for reprint in entry.reprints] == ["经济日报", "东岭县人民政府"]


def test_a_match_of_a_reprint_tells_why_when_the_lead_did_not_match() -> None:
    told = Match(watch="ai", score=1.1, reasons=("正文：算力 ×1",), words=("算力",))
    other = Match(watch="other", score=9.0)
    lead = article(1, matches=(other,))
    reprint: Article = article(2, matches=(told,), source=PAPER)
    (entry,) = digest_of(Story(id=1, lead=lead, reprints=(reprint,))).entries
    assert (entry.score, entry.reasons) == (1.1, ("正文：算力 ×1",))


def test_only_repairs_that_change_words_are_told() -> None:
    repairs = [Repair(what=what, where="", count=1) for what in ("injected readings", "zero-width signs")]
    assert digest_of(story(1, repairs=tuple(repairs))).entries[0].repairs == (repairs[0],)


def test_late_news_says_so() -> None:
    late, fresh = (
        digest_of(story(1, published_at=NOON - age)).entries[0] for age in (timedelta(days=3), timedelta(hours=30))
    )
    assert late.late and not fresh.late


@pytest.mark.parametrize(
    ("origin", "told"), [("新华社", "新华社"), ("云岭省人民政府", ""), ("云岭省人民政府网站", ""), ("", "")]
)
def test_an_origin_is_told_where_it_is_another(origin: str, told: str) -> None:
    assert digest_of(story(1, origin=origin)).entries[0].origin == told


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("AI进园区", ("ai",), ["AI"]),
        ("园区举办AI+医药路演，生成式ＡＩ登台", ("AI+", "生成式AI"), ["AI+", "生成式ＡＩ"]),
        ("RAIN and AI+ 行动", ("ai",), ["AI"]),
        ("人 工 智 能产业", ("人工智能",), ["人 工 智 能"]),
        ("ＡＩ與機器人", ("ai", "机器人"), ["ＡＩ", "機器人"]),
        ("大模型产业园", ("大模型", "模型"), ["大模型"]),
        ("智算中心 智算", ("智算", "智算中心"), ["智算中心", "智算"]),
        ("没有", ("算力",), []),
        ("没有词", (), []),
        ("C++ (beta) [1]", ("c++", "[1]"), ["C++", "[1]"]),
    ],
)
def test_the_words_that_were_found_are_marked(text: str, words: tuple[str, ...], found: list[str]) -> None:
    assert marked(text, *words) == found


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=6), max_size=4))
def test_marking_loses_nothing(text: str, words: list[str]) -> None:
    assert "".join(span.text for span in mark(text, [fold(word) for word in words])) == text


def test_the_lead_begins_where_the_word_stands() -> None:
    text = "会议听取了汇报。" * 30 + "会议要求，加快算力建设，年内见效。" + "散会。" * 30
    assert excerpt(text, ["算力"]).startswith("…会议要求，加快算力建设")
    assert excerpt(text, []).startswith("会议听取了汇报。会议")
    assert len(excerpt(text, ["算力"])) <= 110


def test_the_lead_does_not_repeat_the_title() -> None:
    assert excerpt("开工啦\n首期投用。", [], title="开工啦") == "首期投用。"
    assert excerpt("开工啦，首期投用。\n二期在建。", [], title="开工啦") == "首期投用。二期在建。"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("推进会\r\nBcc: a@b.c\r\n\r\nbody", "推进会 Bcc: a@b.c body"),
        ("A\x1b[2J\x1b]0;owned\x07B", "A [2J ]0;owned B"),
        ("批准\u202e文件\u2066exe.\u2069\u200b\ufeff通知", "批准 文件 exe. 通知"),
        ("\u3000全角　空格\u00a0", "全角 空格"),
        ("a\u2028b", "a b"),
    ],
)
def test_one_line_is_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


def test_what_is_cut_says_so() -> None:
    assert shorten("一二三四", 4) == "一二三四"
    assert shorten("一二三四五", 4) == "一二三…"


@given(st.lists(st.integers(), max_size=50), st.integers(min_value=1, max_value=20))
def test_halves_fit_keep_the_order_and_lose_nothing(numbers: list[Any], most: int) -> None:
    parts = halved(numbers, lambda part: len(part) <= most)
    assert [number for part in parts for number in part] == numbers
    assert all(len(part) <= max(1, most) for part in parts)


def test_a_digest_is_a_value() -> None:
    digest = digest_of(story(1))
    assert replace(digest, part=2) != digest and digest_of(story(1)) == digest
