"""Walking through the articles that match, on either database.

The index of grams says which articles could match, the columns of `articles` which of them have the facts, and what
neither can answer is asked of the folded text, by the code of `Query.holds`.

Newest first goes by the time of publication, the index by the order of discovery. So a term that few articles have is
looked up and its hits are sorted; a term that many have is met soon by walking back through time, text by text. Both
cost about the same at `RARE` hits of 300,000 articles.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import ColumnClause, ColumnElement, Select, func, select, tuple_

from storage import search_postgresql, search_sqlite
from storage.expressions import And, Fact, Node, Not, Or
from storage.search_conditions import Conditions
from storage.search_terms import necessary, residue, textual
from storage.subjects import Subject
from storage.tables import articles, matches, sources, texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Connection, FromClause, Row

    from storage.search_terms import Tokens

#: A term with more hits is looked for by walking.
RARE = 8_000
#: Texts that one scan asks before it gives up half-way.
RECHECKED = 20_000

_FIRST_BATCH, _LAST_BATCH = 64, 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ID_BITS = 40


class Index(Protocol):
    """What each database does its own way: `search_sqlite`, `search_postgresql`."""

    article_id: ColumnClause[Any]
    position: Any

    def create(self, connection: Connection) -> None: ...
    def drop(self, connection: Connection) -> None: ...
    def insert(self, connection: Connection, article_id: int, tokens: Collection[str]) -> None: ...
    def delete(self, connection: Connection, article_id: int, tokens: Collection[str]) -> None: ...
    def prepare(self, connection: Connection) -> None: ...
    def holding(self, tokens: Tokens) -> tuple[FromClause, ColumnElement[bool]]: ...


class Order(Enum):
    #: Of publication, newest first.
    MOMENT = 1
    #: Of discovery, newest first.
    DISCOVERY = 2


def index_of(connection: Connection) -> Index:
    return search_sqlite if connection.dialect.name == "sqlite" else search_postgresql


def cursor_of(row: Row[Any]) -> int:
    """The place of an article in `Order.MOMENT`."""
    seconds = int((row.moment - _EPOCH).total_seconds())
    return seconds << _ID_BITS | int(row.id)


class Scan:
    """Iterates over rows of `articles.id`, `source_id` and `moment`, read in growing batches."""

    def __init__(
        self,
        connection: Connection,
        tree: Node,
        *,
        all_articles: bool,
        order: Order = Order.MOMENT,
        after: int | None = None,
    ) -> None:
        index = index_of(connection)
        index.prepare(connection)
        tokens = necessary(tree)
        if tokens is not None and order is Order.MOMENT and not _are_rare(connection, index, tokens):
            tokens = None
        self._connection, self._order, self._after = connection, order, after
        self._residue = textual(tree) if tokens is None else residue(tree)
        self._candidates, self._id = _candidates(index, tokens)
        self._candidates = self._candidates.where(Conditions(connection, index.position).of(tree))
        if not all_articles:
            self._candidates = self._candidates.where(articles.c.item)
        #: Where it gave up after `RECHECKED` texts; None = it came to the end, or was not asked to.
        self.stopped_at: int | None = None

    def __iter__(self) -> Iterator[Row[Any]]:
        batch, left = min(_FIRST_BATCH, RECHECKED), RECHECKED
        page = self._candidates if self._after is None else self._candidates.where(_is_after(self._after))
        while rows := self._connection.execute(page.order_by(*self._ordered()).limit(batch)).all():
            yield from rows if self._residue is None else self._holding(self._residue, rows)
            left -= 0 if self._residue is None else len(rows)
            if left <= 0:
                self.stopped_at = cursor_of(rows[-1])
                return
            page = self._candidates.where(self._follows(rows[-1]))
            batch = min(4 * batch, _LAST_BATCH, left)

    def _ordered(self) -> tuple[ColumnElement[Any], ...]:
        if self._order is Order.DISCOVERY:
            return (self._id.desc(),)
        return articles.c.moment.desc(), articles.c.id.desc()

    def _follows(self, row: Row[Any]) -> ColumnElement[bool]:
        return self._id < row.id if self._order is Order.DISCOVERY else _is_after(cursor_of(row))

    def _holding(self, residue: Node, rows: Sequence[Row[Any]]) -> Iterator[Row[Any]]:
        # Texts are long: no more of them are read than the caller wants to see.
        for start in range(0, len(rows), _FIRST_BATCH):
            some = rows[start : start + _FIRST_BATCH]
            subjects = _subjects(self._connection, [row.id for row in some], watches_too=_asks_watches(residue))
            yield from (row for row in some if row.id in subjects and residue.holds(subjects[row.id]))


def _are_rare(connection: Connection, index: Index, tokens: Tokens) -> bool:
    grams, holds = index.holding(tokens)
    some = select(index.article_id).select_from(grams).where(holds).limit(RARE + 1).subquery()
    return (connection.scalar(select(func.count()).select_from(some)) or 0) <= RARE


def _candidates(index: Index, tokens: Tokens | None) -> tuple[Select[Any], ColumnElement[Any]]:
    """The statement, and the id by whose order it can be read."""
    chosen = select(articles.c.id, articles.c.source_id, articles.c.moment)
    retained = articles.join(texts, texts.c.article_id == articles.c.id)
    if tokens is None:
        return chosen.select_from(retained), articles.c.id
    grams, holds = index.holding(tokens)
    # The sum keeps planners from walking the articles and asking the index about each.
    found = grams.join(retained, articles.c.id == index.article_id + 0)
    return chosen.select_from(found).where(holds), index.article_id


def _is_after(cursor: int) -> ColumnElement[bool]:
    moment = _EPOCH + timedelta(seconds=cursor >> _ID_BITS)
    return tuple_(articles.c.moment, articles.c.id) < tuple_(moment, cursor & ((1 << _ID_BITS) - 1))


def _subjects(connection: Connection, ids: Sequence[int], *, watches_too: bool) -> dict[int, Subject]:
    watches: dict[int, list[str]] = {}
    if watches_too:
        for row in connection.execute(
            select(matches.c.article_id, matches.c.watch).where(matches.c.article_id.in_(ids))
        ):
            watches.setdefault(row.article_id, []).append(row.watch)
    rows = connection.execute(_ASKED_AGAIN.where(articles.c.id.in_(ids)))
    return {row.id: _subject(row, watches.get(row.id, ())) for row in rows}


_ASKED_AGAIN = select(
    articles.c.id, articles.c.source_id, articles.c.seen_at, articles.c.published_at, articles.c.origin,
    articles.c.author, articles.c.story_id, articles.c.attachment_count, texts.c.folded_title, texts.c.folded_text,
    sources.c.name.label("source_name"), sources.c.province, sources.c.level,
).select_from(articles.join(texts).join(sources))  # fmt: skip


def _subject(row: Any, watches: Sequence[str]) -> Subject:
    return Subject(
        folded_titles=(row.folded_title,),
        folded_bodies=(row.folded_text,),
        seen_at=row.seen_at,
        published_at=row.published_at,
        source_id=row.source_id,
        source_name=row.source_name,
        province=row.province,
        level=row.level or "",
        origin=row.origin,
        author=row.author,
        watches=tuple(watches),
        story=row.story_id,
        attachments=row.attachment_count,
    )


def _asks_watches(node: Node) -> bool:
    if isinstance(node, And | Or):
        return any(map(_asks_watches, node.parts))
    if isinstance(node, Not):
        return _asks_watches(node.part)
    return isinstance(node, Fact) and node.field == "watch"
