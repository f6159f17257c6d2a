"""Articles as rows for other programs: JSON lines, CSV, XLSX. Safe to open: no cell of a page runs as a formula."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Any, Final

from monitors.files import whole_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import TextIO

    from storage.records import Article

#: First characters that make a spreadsheet run a cell (OWASP, CSV injection).
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
#: Control characters that XML 1.0 cannot hold.
UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: A cell of a spreadsheet holds no more.
LONGEST_CELL: Final = 32_767


def as_row(article: Article) -> dict[str, Any]:
    """The documented keys."""
    return {
        "url": article.url,
        "title": article.title,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "origin": article.origin,
        "author": article.author,
        "text": article.text,
        "story": article.story_id,
        "source": article.source.id,
        "matches": [match.watch for match in article.matches],
    }


def write_csv(articles: Iterable[Article], file: TextIO) -> None:
    writer: csv.DictWriter[str] | None = None
    for row in map(as_row, articles):
        if writer is None:
            writer = csv.DictWriter(file, fieldnames=list(row))
            writer.writeheader()
        writer.writerow({name: cell(value) for name, value in row.items()})


def write_xlsx(articles: Iterable[Article], path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("articles")
    for number, row in enumerate(map(as_row, articles)):
        if not number:
            sheet.append(list(row))
        sheet.append([UNWRITABLE.sub("", str(cell(value)))[:LONGEST_CELL] for value in row.values()])
    with whole_file(path, overwrite=True) as file:
        book.save(file)


def cell(value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula."""
    text = " ".join(value) if isinstance(value, list) else "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
