"""Values as people see them on a terminal: the door to rich. Text from pages is stripped of control characters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from storage.records import Article, Finding, Repair

console = Console(highlight=False)
#: Chinese news keeps Beijing time, wherever the terminal stands.
SHANGHAI = ZoneInfo("Asia/Shanghai")
#: C0 and C1 controls and the marks that reverse the reading direction: escape sequences of a hostile title.
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def safe(text: str) -> str:
    return UNSAFE.sub("", text)


def line(text: str) -> str:
    """On one line, for a table's cell; also safe as rich mark-up."""
    return escape(" ".join(safe(text).split()))


def moment(value: datetime | None, *, precision: str | None = "minute") -> str:
    if value is None:
        return "–"
    local = value.astimezone(SHANGHAI)
    return local.strftime("%Y-%m-%d" if precision == "day" else "%Y-%m-%d %H:%M")


def mended(repairs: Sequence[Repair], encoding: str = "") -> str:
    """What was repaired, in a few words."""
    parts = [f"{repair.what} ×{repair.count}" for repair in repairs]
    if encoding and encoding.lower() not in ("utf-8", "utf8"):
        parts.insert(0, encoding)
    return ", ".join(parts) or "–"


def articles_table(articles: Iterable[Article | Finding], *, title: str = "") -> Table:
    table = Table(title=title or None, title_justify="left", show_lines=False, pad_edge=False)
    table.add_column("Published", no_wrap=True)
    table.add_column("Title", ratio=5, overflow="fold")
    table.add_column("Origin", ratio=2, overflow="fold")
    table.add_column("Why", ratio=3, overflow="fold")
    table.add_column("Mended", ratio=3, overflow="fold")
    for article in articles:
        why = "; ".join(dict.fromkeys(reason for match in article.matches for reason in match.reasons))
        table.add_row(
            moment(article.published_at, precision=article.precision),
            line(article.title),
            line(article.origin or "–"),
            line(why or "–"),
            line(mended(article.repairs, article.encoding)),
        )
    return table


def rows_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    table = Table(pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(line("–" if cell in (None, "") else str(cell)) for cell in row))
    return table


def plain(text: str) -> Text:
    return Text(safe(text))
