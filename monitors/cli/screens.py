"""Values as people see them on a terminal: the door to rich. Text from pages is stripped of control characters."""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from storage.highlights import show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from storage.highlights import Piece
    from storage.query import Query
    from storage.records import Article
    from storage.reports import Story

#: Of what goes into a pipe or a file: a row stays a line there, however narrow the terminal beside it.
PIPE_WIDTH = 1000


def _width() -> int | None:
    return None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH


console = Console(highlight=False, width=_width())
#: For what is no result: progress.
errors = Console(highlight=False, stderr=True)
#: Headings of what is typed into the next command: never broken over two lines.
WHOLE = frozenset({"Id", "No"})
#: Chinese news keeps Beijing time, wherever the terminal stands.
SHANGHAI = ZoneInfo("Asia/Shanghai")
#: Where there is nothing to show.
NOTHING = "–"
#: Characters of a damaged place, reasons of a match, and characters of a passage that a table has room for.
PLACE = 8
REASONS = 3
PASSAGE = 60
#: C0 and C1 controls and the marks that reverse the reading direction: escape sequences of a hostile title.
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def safe(text: str) -> str:
    return UNSAFE.sub("", text)


def line(text: str) -> str:
    """On one line, for a table's cell; also safe as rich mark-up."""
    return escape(" ".join(safe(text).split()))


def many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def moment(value: datetime | None, *, precision: str | None = "minute") -> str:
    if value is None:
        return NOTHING
    local = value.astimezone(SHANGHAI)
    return local.strftime("%Y-%m-%d" if precision == "day" else "%Y-%m-%d %H:%M")


def published(article: Article) -> str:
    return moment(article.published_at, precision=article.precision)


def mended(article: Article) -> str:
    """What was repaired, in a few words, with the first damaged place."""
    parts = [f"{repair.what} ×{repair.count} “{repair.where[:PLACE]}”" for repair in article.repairs]
    if article.encoding.lower() not in ("", "utf-8"):
        parts.insert(0, article.encoding)
    return "\n".join(line(part) for part in parts) or NOTHING


def reasons(article: Article) -> str:
    """The strongest reasons of its matches."""
    why = dict.fromkeys(reason for match in article.matches for reason in match.reasons)
    return "\n".join(line(reason) for reason in list(why)[:REASONS]) or NOTHING


def stories_table(stories: Iterable[Story], *, title: str = "") -> Table:
    """A line a story: its lead, who else carries it, why it matched, what was mended anywhere in it."""
    table = Table(title=title or None, title_justify="left", pad_edge=False, show_lines=True)
    table.add_column("Published", no_wrap=True)
    table.add_column("Title", ratio=5, overflow="fold")
    table.add_column("Why", ratio=3, overflow="fold")
    table.add_column("Mended", ratio=4, overflow="fold")
    for story in stories:
        others = dict.fromkeys(article.source.name.partition(" - ")[0] for article in story.reprints)
        also = f"\n[dim]also on {line(', '.join(others))}[/]" if others else ""
        repaired = dict.fromkeys(mended(article) for article in (story.lead, *story.reprints))
        _add(table, story.lead, also, "\n".join(text for text in repaired if text != NOTHING) or NOTHING)
    return table


def found_lines(query: Query, article: Article) -> Iterator[str]:
    """A hit as lines of mark-up: its address whole, the best passage for the query, why, what was mended."""
    yield f"{published(article)}  [bold]{line(article.title)}[/]  [dim]{line(article.origin or article.source.name)}[/]"
    yield f"  {line(article.url)}"
    shown = show(query, article, width=PASSAGE)
    if any(piece.hit for piece in shown.passage):
        yield f"  {marked(shown.passage)}"
    for name, text in (("why", reasons(article)), ("mended", mended(article))):
        if text != NOTHING:
            yield f"  [dim]{name}:[/] {text.replace(chr(10), '; ')}"


def marked(pieces: Iterable[Piece]) -> str:
    """With the words of the query in bold; on one line."""
    texts = ((re.sub(r"\s+", " ", escape(safe(piece.text))), piece.hit) for piece in pieces)
    return "".join(f"[bold]{text}[/]" if hit else text for text, hit in texts)


def _add(table: Table, article: Article, also: str, repaired: str) -> None:
    origin = line(article.origin or article.source.name)
    table.add_row(published(article), f"{line(article.title)}\n[dim]{origin}[/]{also}", reasons(article), repaired)


def rows_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    table = Table(pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold", no_wrap=heading in WHOLE)
    for row in rows:
        table.add_row(*(line(NOTHING if cell in (None, "") else str(cell)) for cell in row))
    return table


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """How far a long work is, on standard error where that is a terminal; to be told of each step."""
    bar = Progress(
        SpinnerColumn(), BarColumn(), MofNCompleteColumn(), TextColumn(what), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty(),
    )  # fmt: skip
    with bar:
        step = bar.add_task(what, total=total)
        yield lambda steps: bar.advance(step, steps)


def plain(text: str) -> Text:
    return Text(safe(text))
