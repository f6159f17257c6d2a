"""Walking through the articles that match, newest first, on either database.

The index answers which articles could match, the columns of `articles` which of them have the facts, and what neither
can answer (`search_terms.residue`) is asked of the folded text, by the code of `Query.holds`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import ColumnClause, ColumnElement, Select, select, tuple_

from storage import search_postgresql, search_sqlite
from storage.expressions import And, Fact, Node, Not, Or, Time
from storage.search_conditions import Conditions
from storage.search_terms import necessary, residue
from storage.subjects import Subject
from storage.tables import articles, matches, sources, texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import Connection, FromClause, Row

    from storage.search_terms import Tokens

#: Texts that one scan asks again before it gives up half-way.
RECHECKED = 20_000

_IDS = (1 << 30) - 1
_SECONDS = (1 << 33) - 1
_FIRST_BATCH, _LAST_BATCH = 64, 2048


class Index(Protocol):
    """What each database does its own way: `search_sqlite`, `search_postgresql`."""

    doc: ColumnClause[Any]
    position: Any

    def create(self, connection: Connection) -> None: ...
    def drop(self, connection: Connection) -> None: ...
    def insert(self, connection: Connection, doc: int, tokens: Collection[str]) -> None: ...
    def delete(self, connection: Connection, doc: int, tokens: Collection[str]) -> None: ...
    def prepare(self, connection: Connection) -> None: ...
    def holding(self, tokens: Tokens) -> tuple[FromClause, ColumnElement[bool]]: ...


def index_of(connection: Connection) -> Index:
    return search_sqlite if connection.dialect.name == "sqlite" else search_postgresql


def doc_of(article_id: int, moment: datetime) -> int:
    """The number of an article in the index: smaller is newer, of one second the later id is the newer one.

    33 bits of seconds last from 1970 to 2242, 30 bits of ids for a billion articles.
    """
    return (_SECONDS - int(moment.timestamp())) << 30 | (_IDS - article_id)


class Scan:
    """Iterates over rows of `articles.id`, `source_id` and `moment`, read in growing batches."""

    def __init__(
        self, connection: Connection, tree: Node, *, after: int | None, all_articles: bool, batch: int = _FIRST_BATCH
    ) -> None:
        self._connection = connection
        self._residue = residue(tree)
        self._statement = _Statement(connection, tree, all_articles=all_articles, texts_too=self._residue is not None)
        self._watches_too = self._residue is not None and _asks_watches(self._residue)
        self._batch, self._after = batch, after
        #: Where it gave up after `RECHECKED` texts; None = it came to the end, or was not asked to.
        self.stopped_at: int | None = None

    def __iter__(self) -> Iterator[Row[Any]]:
        left = RECHECKED
        while True:
            rows = self._connection.execute(self._statement.page(self._after, self._batch)).all()
            yield from (row for row in rows if self._holds(row))
            if len(rows) < self._batch:
                return
            self._after = doc_of(rows[-1].id, rows[-1].moment)
            left -= len(rows) if self._residue else 0
            if left <= 0:
                self.stopped_at = self._after
                return
            self._batch = min(2 * self._batch, _LAST_BATCH)

    def _holds(self, row: Row[Any]) -> bool:
        return self._residue is None or self._residue.holds(self._subject(row))

    def _subject(self, row: Row[Any]) -> Subject:
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
            watches=self._watches(row.id) if self._watches_too else (),
            story=row.story_id,
            attachments=row.attachment_count,
        )

    def _watches(self, article_id: int) -> tuple[str, ...]:
        return tuple(self._connection.scalars(select(matches.c.watch).where(matches.c.article_id == article_id)))


class _Statement:
    """The candidates of a query, a page at a time."""

    def __init__(self, connection: Connection, tree: Node, *, all_articles: bool, texts_too: bool) -> None:
        index = index_of(connection)
        index.prepare(connection)
        tokens = necessary(tree)
        self._doc = None if tokens is None else index.doc
        origin: FromClause = articles.join(texts, texts.c.article_id == articles.c.id)
        if texts_too:
            origin = origin.join(sources, sources.c.id == articles.c.source_id)
        self._select = _columns(texts_too).where(Conditions(connection, index.position).of(tree))
        if tokens is not None:
            grams, holds = index.holding(tokens)
            # Computed from the index's row, so that no planner walks the other way round.
            origin = grams.join(origin, articles.c.id == _IDS - index.doc.op("&")(_IDS))
            self._select = self._select.where(holds, *_bounds(tree, index.doc))
        if not all_articles:
            self._select = self._select.where(articles.c.item)
        self._select = self._select.select_from(origin)

    def page(self, after: int | None, limit: int) -> Select[Any]:
        if self._doc is not None:
            page = self._select if after is None else self._select.where(self._doc > after)
            return page.order_by(self._doc).limit(limit)
        place = tuple_(articles.c.moment, articles.c.id)
        page = self._select if after is None else self._select.where(place < tuple_(*_place(after)))
        return page.order_by(articles.c.moment.desc(), articles.c.id.desc()).limit(limit)


def _columns(texts_too: bool) -> Select[Any]:
    known = articles.c
    narrow = select(known.id, known.source_id, known.moment)
    if not texts_too:
        return narrow
    return narrow.add_columns(
        known.seen_at, known.published_at, known.origin, known.author, known.story_id, known.attachment_count,
        texts.c.folded_title, texts.c.folded_text,
        sources.c.name.label("source_name"), sources.c.province, sources.c.level,
    )  # fmt: skip


def _bounds(tree: Node, doc: ColumnElement[int]) -> Iterator[ColumnElement[bool]]:
    """The times that must hold, as a stretch of the index."""
    for time in tree.parts if isinstance(tree, And) else ():
        if isinstance(time, Time) and time.axis == "moment":
            if time.since:
                yield doc <= doc_of(0, max(time.since, datetime.fromtimestamp(0, UTC)))
            if time.before:
                yield doc > doc_of(0, max(time.before, datetime.fromtimestamp(0, UTC)))


def _place(doc: int) -> tuple[datetime, int]:
    return datetime.fromtimestamp(_SECONDS - (doc >> 30), UTC), _IDS - (doc & _IDS)


def _asks_watches(node: Node) -> bool:
    if isinstance(node, And | Or):
        return any(map(_asks_watches, node.parts))
    if isinstance(node, Not):
        return _asks_watches(node.part)
    return isinstance(node, Fact) and node.field == "watch"
