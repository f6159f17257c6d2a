"""What a query is asked about: an article, or a finding that is not stored yet, folded once for all queries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from storage.folding import HAN, fold
from storage.records import Article, Finding, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A letter or digit of a script that is written with spaces; a word ends where none follows.
WORD_SIGN = re.compile(f"[^\\W_{HAN}]")

#: A PDF may hold a book; what comes after is not searched, by nobody (PostgreSQL indexes at most 1 MB of a text).
LONGEST = 100_000

#: No news page is older: a date of year 1 is a slip.
_FIRST = datetime(1990, 1, 1, tzinfo=UTC)
#: Pages are dated by hand: later than this after its discovery is no time of publication.
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """An article as queries see it. No term runs from one piece, or from one line, into the next."""

    #: Title and subtitle, folded.
    folded_titles: tuple[str, ...]
    #: Text, then name and text of each attachment, folded.
    folded_bodies: tuple[str, ...]
    seen_at: datetime
    published_at: datetime | None = None
    source_id: str = ""
    source_name: str = ""
    province: str = ""
    level: str = ""
    origin: str = ""
    author: str = ""
    watches: tuple[str, ...] = ()
    story: int | None = None
    attachments: int = 0

    @classmethod
    def of(cls, page: Finding | Article, source: Source | None = None) -> Subject:
        """`source` is needed for a finding only; without it no province, level or name is known."""
        source = page.source if isinstance(page, Article) else source
        return cls(
            folded_titles=tuple(map(fold, title_pieces(page))),
            folded_bodies=tuple(map(fold, body_pieces(page))),
            seen_at=page.seen_at,
            published_at=page.published_at,
            source_id=page.source.id if isinstance(page, Article) else page.source_id,
            source_name=source.name if source else "",
            province=source.province if source else "",
            level=(source.level or "") if source else "",
            origin=page.origin,
            author=page.author,
            watches=tuple(match.watch for match in page.matches),
            story=page.story_id if isinstance(page, Article) else None,
            attachments=len(page.attachments),
        )

    @property
    def moment(self) -> datetime:
        return moment(self.published_at, self.seen_at)


def title_pieces(page: Finding | Article) -> tuple[str, ...]:
    """What `title:` looks in."""
    return (page.title, page.subtitle) if page.subtitle else (page.title,)


def body_pieces(page: Finding | Article) -> tuple[str, ...]:
    """What `text:` looks in, `LONGEST` characters in all."""
    pieces = (page.text, *(f"{attachment.name}\n{attachment.text}" for attachment in page.attachments))
    room = LONGEST
    kept: list[str] = []
    for piece in pieces:
        kept.append(piece[:room])
        room -= len(kept[-1])
    return tuple(kept)


def moment(published_at: datetime | None, seen_at: datetime) -> datetime:
    """When an article came out, in whole seconds: published, or discovered where that is unknown or cannot be."""
    believable = published_at is not None and _FIRST <= published_at <= seen_at + _AHEAD
    return (published_at if published_at and believable else seen_at).astimezone(UTC).replace(microsecond=0)


def occurrences(needle: str, text: str) -> Iterator[int]:
    """Where a folded term stands in a folded text: Han anywhere, words whole (ai in ai+ and 生成式ai, not in rain)."""
    opens, closes = WORD_SIGN.match(needle), WORD_SIGN.match(needle[-1])
    at = text.find(needle)
    while at >= 0:
        end = at + len(needle)
        cut_left = opens and at > 0 and WORD_SIGN.match(text, at - 1)
        cut_right = closes and WORD_SIGN.match(text, end)
        if not cut_left and not cut_right:
            yield at
        at = text.find(needle, at + 1)
