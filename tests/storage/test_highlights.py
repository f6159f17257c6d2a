"""Marking the words of a query in titles and passages as they were written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.folding import fold
from storage.highlights import Piece, mark, passage, places
from storage.subjects import occurrences


def written(pieces: tuple[Piece, ...]) -> str:
    return "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("text", "term", "marked"),
    [
        ("山西发布人工智能产业十条", "人工智能", "山西发布[人工智能]产业十条"),
        ("人 工　智能", "人工智能", "[人 工　智能]"),
        ("發展人工智慧與大數據產業", "产业", "發展人工智慧與大數據[產業]"),
        ("ＡＩ芯片，AI+，RAIN", "AI", "[ＡＩ]芯片，[AI]+，RAIN"),
        ("Café 与 cafe\u0301", "café", "[Café] 与 [cafe\u0301]"),
        ("ﾊﾟﾝﾀﾞ", "パンダ", "[ﾊﾟﾝﾀﾞ]"),
        ("㎏㎏", "没有", "㎏㎏"),
        ("ẞtraße", "sstrasse", "[ẞtraße]"),
    ],
)
def test_marks_what_was_written(text: str, term: str, marked: str) -> None:
    assert written(mark(text, [fold(term)])) == marked


def test_overlapping_terms_are_one_mark() -> None:
    assert written(mark("人工智能产业", ["人工智能", "智能产业"])) == "[人工智能产业]"


def test_the_passage_is_where_most_hits_are() -> None:
    text = "算力。" + "无关的话。" * 60 + "这里说算力，又说算力，再说算力。" + "无关的话。" * 60
    shown = written(passage(text, ["算力"], width=60))
    assert shown.count("[算力]") == 3
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) < 60 + 2 + 2 * 3 + 1


def test_a_passage_without_hits_is_the_beginning() -> None:
    assert written(passage("第一句。" * 50, ["算力"], width=8)) == "第一句。第一句。…"


@given(
    st.text(alphabet="人工 智能产業產业AIaiÉ\u0301+ß　\tﾊﾟ", max_size=40),
    st.text(alphabet="人工智能产业aié", min_size=1, max_size=3),
)
def test_as_many_marks_as_hits(text: str, term: str) -> None:
    needle = fold(term)
    hits = list(occurrences(needle, fold(text)))
    found = places(text, [needle])
    assert bool(found) == bool(hits)
    assert all(needle in fold(text[start:end]) for start, end in found)
