"""The articles that match, newest first, on either database.

The index of grams says which articles could match, the columns of `articles` which of them have the facts, and what
neither can answer is asked of the folded text, by the code of `Query.holds`.

Newest first goes by the time of publication, the index by the order of discovery, and the two differ by hours mostly.
So the index is read from its newest end, and a hit is told as soon as nothing that was discovered earlier can be newer
(`Scan._newest_before`): .3 ms for a term that most of 300,000 articles have, and 2.3 µs for each hit that is looked at.
Few hits are sorted whole; where the newest end is not what is wanted, many are met by walking back through time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import ColumnClause, ColumnElement, Select, func, select, tuple_

from storage import search_postgresql, search_sqlite
from storage.expressions import And, Fact, Node, Not, Or, Time
from storage.search_conditions import Conditions
from storage.search_terms import has_prefix, necessary, residue, textual
from storage.subjects import Subject
from storage.tables import articles, matches, sources, texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Connection, FromClause, Row

    from storage.search_terms import Tokens

#: So many hits are sorted whole at once, 2.3 µs each; and so many where the index cannot be read from its newest end.
FEW, RARE = 2_000, 8_000
#: Texts that one scan asks before it gives up half-way.
RECHECKED = 20_000

#: Texts that are asked before the next way is tried.
_STREAMED, _PEEKED = 2_000, 500
#: Rows of the first page, and at most of a later one.
_BATCH, _TEXTS_AT_ONCE, _ROWS_AT_ONCE = 64, 1_000, 16_000
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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Way:
    """A statement that gives candidates, and what must be asked of their texts."""

    candidates: Select[Any]
    #: By which it can be read in the order of discovery.
    id: ColumnElement[Any]
    residue: Node | None
    #: What the index has found has a text; articles alone may have lost it.
    by_index: bool


class Scan:
    """Iterates over rows of `articles.id`, `source_id` and `moment`, in `order`, as far as the caller wants."""

    def __init__(
        self,
        connection: Connection,
        tree: Node,
        *,
        all_articles: bool,
        order: Order = Order.MOMENT,
        after: int | None = None,
    ) -> None:
        self._connection, self._tree, self._all, self._order = connection, tree, all_articles, order
        self._index = index_of(connection)
        self._index.prepare(connection)
        self._tokens = necessary(tree)
        #: The last place that was passed, and whether there is nothing behind it.
        self._at, self._ended = after, False
        #: Where it gave up after `RECHECKED` texts; None = it came to the end, or was not asked to.
        self.stopped_at: int | None = None

    def __iter__(self) -> Iterator[Row[Any]]:
        if self._order is Order.DISCOVERY:
            yield from self._discovered()
        else:
            yield from self._begun()
            if not self._ended:
                yield from self._paged(self._way(self._tokens if self._hits <= RARE else None), RECHECKED)
        self.stopped_at = None if self._ended else self._at

    def _begun(self) -> Iterator[Row[Any]]:
        """The newest hits, where there is a short way to them."""
        if self._tokens is None:
            return
        if has_prefix(self._tokens):
            # One Han is in a fifth of all texts, or there are few of its tokens to be joined.
            yield from self._paged(self._way(None), _PEEKED)
        elif self._at is None and not _ends_early(self._tree) and self._hits > FEW:
            yield from self._streamed()

    def _discovered(self) -> Iterator[Row[Any]]:
        way, last, left = self._way(self._tokens), None, RECHECKED
        for rows in self._by_id(way):
            yield from self._holding(way, rows)
            last = rows[-1]
            left -= self._asked(way, rows)
            if left <= 0:
                self._at = cursor_of(last)
                return
        self._ended = True

    def _streamed(self) -> Iterator[Row[Any]]:
        way, left = self._way(self._tokens), _STREAMED
        held: list[Row[Any]] = []
        for rows in self._by_id(way):
            held += self._holding(way, rows)
            if held:
                held.sort(key=cursor_of)
                horizon = self._newest_before(rows[-1].id)
                while held and held[-1].moment >= horizon:
                    self._at = cursor_of(held[-1])
                    yield held.pop()
            left -= self._asked(way, rows)
            if left <= 0:
                return
        yield from reversed(held)
        self._ended = True

    def _by_id(self, way: _Way) -> Iterator[Sequence[Row[Any]]]:
        batch, page = _BATCH, way.candidates
        while rows := self._connection.execute(page.order_by(way.id.desc()).limit(batch)).all():
            yield rows
            page = way.candidates.where(way.id < rows[-1].id)
            batch = min(4 * batch, _TEXTS_AT_ONCE if way.residue else _ROWS_AT_ONCE)

    def _paged(self, way: _Way, left: int) -> Iterator[Row[Any]]:
        """By time, from where the scan is, until `left` texts have been asked."""
        batch = min(_BATCH, left)
        while rows := self._connection.execute(self._page(way, batch)).all():
            yield from self._holding(way, rows)
            self._at = cursor_of(rows[-1])
            left -= self._asked(way, rows)
            if left <= 0:
                return
            batch = min(4 * batch, _TEXTS_AT_ONCE, left)
        self._ended = True

    def _page(self, way: _Way, limit: int) -> Select[Any]:
        page = way.candidates if self._at is None else way.candidates.where(_is_after(self._at))
        return page.order_by(articles.c.moment.desc(), articles.c.id.desc()).limit(limit)

    def _newest_before(self, article_id: int) -> datetime:
        """The latest moment of what was discovered before that article."""
        newest = select(articles.c.moment).where(articles.c.id < article_id)
        found = self._connection.scalar(newest.order_by(articles.c.moment.desc(), articles.c.id.desc()).limit(1))
        return found or _EPOCH

    def _holding(self, way: _Way, rows: Sequence[Row[Any]]) -> Iterator[Row[Any]]:
        """Texts are long: no more of them are read than the caller wants to see."""
        for start in range(0, len(rows), _BATCH):
            some = rows[start : start + _BATCH]
            ids = [row.id for row in some]
            if way.residue is not None:
                subjects = _subjects(self._connection, ids, watches_too=_asks_watches(way.residue))
                yield from (row for row in some if row.id in subjects and way.residue.holds(subjects[row.id]))
            elif way.by_index:
                yield from some
            else:
                kept = set(self._connection.scalars(select(texts.c.article_id).where(texts.c.article_id.in_(ids))))
                yield from (row for row in some if row.id in kept)

    def _asked(self, way: _Way, rows: Sequence[Row[Any]]) -> int:
        return 0 if way.residue is None else len(rows)

    def _way(self, tokens: Tokens | None) -> _Way:
        chosen = select(articles.c.id, articles.c.source_id, articles.c.moment)
        chosen = chosen.where(Conditions(self._connection, self._index.position).of(self._tree))
        chosen = chosen if self._all else chosen.where(articles.c.item)
        if tokens is None:
            return _Way(candidates=chosen, id=articles.c.id, residue=textual(self._tree), by_index=False)
        grams, holds = self._index.holding(tokens)
        # The sum keeps planners from walking the articles and asking the index about each.
        found = grams.join(articles, articles.c.id == self._index.article_id + 0)
        chosen = chosen.select_from(found).where(holds)
        return _Way(candidates=chosen, id=self._index.article_id, residue=residue(self._tree), by_index=True)

    @cached_property
    def _hits(self) -> int:
        """Of the index, counted to just over `RARE`."""
        if self._tokens is None:
            return RARE + 1
        grams, holds = self._index.holding(self._tokens)
        some = select(self._index.article_id).select_from(grams).where(holds).limit(RARE + 1).subquery()
        return self._connection.scalar(select(func.count()).select_from(some)) or 0


def _ends_early(tree: Node) -> bool:
    """Whether only articles before some moment are wanted."""
    return any(
        isinstance(part, Time) and part.axis == "moment" and part.before is not None
        for part in (tree.parts if isinstance(tree, And) else (tree,))
    )


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
