"""Articles and messages as rows for other programs: JSON, CSV, XLSX. No cell of a page runs as a formula."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any, Final

from monitors.channels import masked
from monitors.files import whole_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import TextIO

    from storage.audience import Delivery
    from storage.records import Article

#: First characters that make a spreadsheet run a cell (OWASP, CSV injection).
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
#: Controls that a terminal obeys, marks that turn the reading direction, and what XML 1.0 cannot hold.
UNSAFE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
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


def as_json(article: Article) -> str:
    """One line; what a terminal would obey is escaped, C1 controls too."""
    return UNSAFE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(as_row(article), ensure_ascii=False))


def as_message(delivery: Delivery) -> dict[str, Any]:
    """How a message stands; of its channel only what may be shown."""
    return {
        "number": delivery.id,
        "state": delivery.state.value,
        "reader": delivery.reader,
        "channel": masked(delivery.channel),
        "watch": delivery.watch,
        "kind": delivery.kind,
        "subject": delivery.subject,
        "tries": delivery.attempts,
        "unknowns": delivery.unknowns,
        "due_at": delivery.due_at.isoformat(),
        "sent_at": delivery.sent_at.isoformat() if delivery.sent_at else None,
        "error": delivery.error,
        "message_id": delivery.message_id,
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
        sheet.append([cell(value)[:LONGEST_CELL] for value in row.values()])
    with whole_file(path, overwrite=True) as file:
        book.save(file)


def cell(value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula and no terminal for a command."""
    text = UNSAFE.sub("", " ".join(value) if isinstance(value, list) else "" if value is None else str(value))
    return f"'{text}" if text.startswith(FORMULA) else text
