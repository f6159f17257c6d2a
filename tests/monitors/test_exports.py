"""What leaves for spreadsheets is text, whatever a page says."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from monitors.exports import as_json, as_row, cell, write_csv, write_xlsx
from storage.records import Article, Match, Source

if TYPE_CHECKING:
    from pathlib import Path

KEYS = ["url", "title", "published_at", "origin", "author", "text", "story", "source", "matches"]
HOSTILE = Article(
    id=1,
    story_id=7,
    relation="first",
    url="http://www.shili.example/1.html",
    key="k",
    source=Source(id="s", name="s", url="http://www.shili.example/"),
    title='=HYPERLINK("http://evil.example","点我")',
    text="@SUM(1+1)\x0b\n正文",
    seen_at=datetime(2026, 11, 23, tzinfo=UTC),
    matches=(Match(watch="a", score=1.0), Match(watch="b", score=1.0)),
)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "＝1", "=cmd|' /C calc'!A0"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_no_line_commands_the_terminal() -> None:
    article = replace(HOSTILE, title="\x1b]0;x\x07\x9b2J\u202e题")
    file = io.StringIO()
    write_csv([article], file)
    for line in (as_json(article), file.getvalue()):
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(line)
    assert json.loads(as_json(article))["title"] == article.title


def test_csv_has_the_documented_keys_and_no_formulas() -> None:
    file = io.StringIO()
    write_csv([HOSTILE], file)
    (row,) = csv.DictReader(io.StringIO(file.getvalue()))
    assert list(row) == KEYS == list(as_row(HOSTILE))
    assert row["title"].startswith("'=")
    assert row["matches"] == "a b"


def test_a_spreadsheet_opens_and_holds_text_alone(tmp_path: Path) -> None:
    write_xlsx([HOSTILE], tmp_path / "news.xlsx")
    heading, cells = load_workbook(tmp_path / "news.xlsx").active.iter_rows()
    assert [one.value for one in heading] == KEYS
    assert {one.data_type for one in cells} <= {"s", "n", "inlineStr"}
    assert cells[1].value.startswith("'=HYPERLINK")
