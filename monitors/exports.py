"""Articles and messages as rows for other programs: JSON, CSV, XLSX. No cell of a page runs as a formula."""

from __future__ import annotations

import csv
import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from monitors.channels import masked
from monitors.files import whole_file
from storage.records import as_dict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import TextIO

    from storage.audience import Delivery
    from storage.records import Article
    from storage.reports import Status

#: What an article's row has, and in which order.
KEYS: Final = ("url", "title", "published_at", "origin", "author", "text", "story", "source", "matches")
#: First characters that make a spreadsheet run a cell (OWASP, CSV injection).
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
#: Controls that a terminal obeys, marks that turn the reading direction, and what XML 1.0 cannot hold.
UNSAFE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
#: A cell of a spreadsheet holds no more.
LONGEST_CELL: Final = 32_767


def as_row(article: Article) -> dict[str, Any]:
    values = (
        article.url,
        article.title,
        article.published_at.isoformat() if article.published_at else None,
        article.origin,
        article.author,
        article.text,
        article.story_id,
        article.source.id,
        [match.watch for match in article.matches],
    )
    return dict(zip(KEYS, values, strict=True))


def as_json(article: Article) -> str:
    return in_json(as_row(article))


def in_json(value: Any) -> str:
    """Facts as objects, on one line; what a terminal would obey is escaped, C1 controls too."""
    return UNSAFE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(value, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else as_dict(value)


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


def as_state(status: Status) -> dict[str, Any]:
    """Each troubled source as an object."""
    keys = ("source", "name", "outcome", "detail")
    return {**as_dict(status), "troubled": [dict(zip(keys, one, strict=True)) for one in status.troubled]}


def write_csv(articles: Iterable[Article], file: TextIO) -> None:
    writer = csv.writer(file)
    writer.writerow(KEYS)
    writer.writerows([cell(value) for value in as_row(article).values()] for article in articles)


def write_xlsx(articles: Iterable[Article], path: Path) -> None:
    from openpyxl import Workbook

    # The file first: openpyxl leaves a workbook that is begun and not saved with a traceback of its own.
    with whole_file(path, overwrite=True) as file:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("articles")
        sheet.append(KEYS)
        for article in articles:
            sheet.append([cell(value)[:LONGEST_CELL] for value in as_row(article).values()])
        book.save(file)


def cell(value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula and no terminal for a command."""
    text = UNSAFE.sub("", " ".join(value) if isinstance(value, list) else "" if value is None else str(value))
    return f"'{text}" if text.startswith(FORMULA) else text
