"""The articles that match, newest first, on either database.

The index of grams says which articles could match, the columns of `articles` which of them have the facts, and what
neither can answer is asked of the folded text (`search_recheck`).

Newest first goes by the time of publication, the index by the order of discovery, and the two differ by hours mostly.
So the index is read from its newest end, and a hit is told as soon as nothing that was discovered earlier can be newer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import ColumnClause, ColumnElement, Select, UnaryExpression, and_, bindparam, select, tuple_

from storage import search_postgresql, search_recheck, search_sqlite
from storage.search_conditions import Conditions
from storage.search_terms import Span, asks_facts, necessary, residue, textual
from storage.tables import articles

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Connection, FromClause, Row

    from storage.expressions import Node
    from storage.search_terms import Tokens

#: Texts that one scan asks before it gives up half-way.
RECHECKED = 20_000

#: Candidates of the first page: an article a few minutes apart, a common word needs a day of them to be sure of its
#: newest 20. And at most of a later page, with texts to be asked and without.
_FIRST, _TEXTS_AT_ONCE, _ROWS_AT_ONCE = 256, 1_000, 16_000
#: What is asked, or passed over, at once.
_BATCH = 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ID_BITS = 40


class Index(Protocol):
    """What each database does its own way: `search_sqlite`, `search_postgresql`."""

    def __hash__(self) -> int: ...

    table: FromClause
    article_id: ColumnClause[Any]
    #: The condition, with the parameters that `asked` gives.
    holds: ColumnElement[bool]
    #: The order of discovery.
    newest: UnaryExpression[Any]
    #: The function for the place of a text in another one.
    position: Any

    def create(self, connection: Connection) -> None: ...
    def drop(self, connection: Connection) -> None: ...
    def insert(self, connection: Connection, article_id: int, tokens: Collection[str]) -> None: ...
    def delete(self, connection: Connection, article_id: int, tokens: Collection[str]) -> None: ...
    def prepare(self, connection: Connection) -> None: ...
    def first_span(self, connection: Connection) -> Span: ...
    def asked(self, tokens: Tokens, span: Span) -> dict[str, str | int]: ...


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


def _in_time(row: Row[Any]) -> tuple[datetime, int]:
    """Sorts as `cursor_of` does, in half the time."""
    return row.moment, row.id


@dataclass(frozen=True, kw_only=True, slots=True)
class _Way:
    """A statement that gives candidates, and what must be asked of their texts."""

    candidates: Select[Any]
    #: The order of discovery.
    newest: UnaryExpression[Any]
    residue: Node | None
    #: What the index has found has a text; articles alone may have lost it.
    by_index: bool


class Scan:
    """Rows of `articles` (id, source, moment) in `order`, from behind the place `after`, with at most `texts` asked."""

    def __init__(
        self,
        connection: Connection,
        tree: Node,
        *,
        all_articles: bool,
        order: Order = Order.MOMENT,
        after: int | None = None,
        texts: int | None = None,
    ) -> None:
        self._connection, self._tree, self._all, self._order = connection, tree, all_articles, order
        self._index = index_of(connection)
        self._index.prepare(connection)
        self._tokens = necessary(tree)
        self._facts = Conditions(connection, self._index.position).of(tree) if asks_facts(tree) else None
        #: The last place that was passed, and whether there is nothing behind it.
        self._at, self._ended = after, False
        self._left = RECHECKED if texts is None else min(texts, RECHECKED)
        #: Where it gave up after `RECHECKED` texts; None = it came to the end, or was not asked to.
        self.stopped_at: int | None = None

    def first(self, number: int) -> list[Row[Any]]:
        """At most so many; to be called once."""
        found = list(islice(self._rows(number), number))
        if len(found) < number and not self._ended:
            self.stopped_at = self._at
        return found

    def _rows(self, wanted: int) -> Iterator[Row[Any]]:
        if self._order is Order.DISCOVERY:
            return self._discovered(wanted)
        return self._settled(wanted) if self._tokens else self._walked()

    def _discovered(self, wanted: int) -> Iterator[Row[Any]]:
        way = self._indexed if self._tokens else self._unindexed
        for rows, _ in self._pages(way, wanted):
            yield from self._holding(way, rows)
            self._at = cursor_of(rows[-1]) if rows else self._at
            if self._left <= 0:
                return
        self._ended = True

    def _settled(self, wanted: int) -> Iterator[Row[Any]]:
        """By time, as soon as nothing that was discovered earlier can be newer."""
        way = self._indexed
        held: list[Row[Any]] = []
        for rows, last in self._pages(way, wanted):
            held = sorted([*held, *rows], key=_in_time, reverse=True)
            if len(held) < wanted and last > 0:
                continue
            horizon = self._newest_moment(last)
            settled = sum(row.moment >= horizon for row in held)
            yield from self._told(way, held[:settled])
            if self._left <= 0:
                return
            held = held[settled:]
        self._ended = True

    def _pages(self, way: _Way, wanted: int) -> Iterator[tuple[Sequence[Row[Any]], int]]:
        """Candidates, those discovered last first, each time with the id up to which there may be more of them."""
        newest = self._behind(way.candidates).order_by(way.newest)
        span, most = self._index.first_span(self._connection), max(_FIRST, wanted)
        last, size = span.last, span.last - span.after
        while last > 0:
            most = min(most, _TEXTS_AT_ONCE if way.residue else _ROWS_AT_ONCE)
            rows = self._within(newest.limit(most), Span(max(0, last - size), last))
            if len(rows) == most:
                last = rows[-1].id - 1
            else:
                last, size = last - size, _longer(size, len(rows), wanted)
            yield rows, last
            most = 4 * most

    def _within(self, candidates: Select[Any], span: Span) -> Sequence[Row[Any]]:
        asked = self._index.asked(self._tokens, span) if self._tokens else {"after": span.after, "last": span.last}
        return self._connection.execute(candidates, asked).all()

    def _told(self, way: _Way, settled: Sequence[Row[Any]]) -> Iterator[Row[Any]]:
        for start in range(0, len(settled), _BATCH):
            some = settled[start : start + _BATCH]
            yield from self._holding(way, some)
            self._at = cursor_of(some[-1])
            if self._left <= 0:
                return

    def _walked(self) -> Iterator[Row[Any]]:
        """Through time, for what asks the index nothing."""
        way, batch = self._unindexed, _BATCH
        newest = way.candidates.order_by(articles.c.moment.desc(), articles.c.id.desc())
        while rows := self._connection.execute(self._behind(newest).limit(batch)).all():
            yield from self._holding(way, rows)
            self._at = cursor_of(rows[-1])
            if self._left <= 0:
                return
            batch = min(4 * batch, _TEXTS_AT_ONCE)
        self._ended = True

    def _holding(self, way: _Way, rows: Sequence[Row[Any]]) -> Iterator[Row[Any]]:
        if way.residue is not None:
            self._left -= len(rows)
            return search_recheck.holding(self._connection, way.residue, rows)
        return iter(rows) if way.by_index else search_recheck.kept(self._connection, rows)

    def _behind(self, page: Select[Any]) -> Select[Any]:
        return page if self._at is None else page.where(_is_after(self._at))

    def _newest_moment(self, last: int) -> datetime:
        """Of what was discovered up to that article, behind the cursor."""
        if last <= 0:
            return _EPOCH
        newest = self._behind(_MOMENTS).order_by(articles.c.moment.desc(), articles.c.id.desc()).limit(1)
        return self._connection.scalar(newest, {"last": last}) or _EPOCH

    @property
    def _indexed(self) -> _Way:
        candidates = _of_grams(self._index, self._all)
        candidates = candidates if self._facts is None else candidates.where(self._facts)
        return _Way(candidates=candidates, newest=self._index.newest, residue=residue(self._tree), by_index=True)

    @property
    def _unindexed(self) -> _Way:
        candidates = _ROWS if self._all else _ROWS.where(articles.c.item)
        candidates = candidates if self._facts is None else candidates.where(self._facts)
        candidates = candidates.where(_IN_SPAN) if self._order is Order.DISCOVERY else candidates
        return _Way(candidates=candidates, newest=articles.c.id.desc(), residue=textual(self._tree), by_index=False)


@cache
def _of_grams(index: Index, all_articles: bool) -> Select[Any]:
    # The sum keeps planners from walking the articles and asking the index about each.
    found = index.table.join(articles, articles.c.id == index.article_id + 0)
    candidates = _ROWS.select_from(found).where(index.holds)
    return candidates if all_articles else candidates.where(articles.c.item)


_ROWS = select(articles.c.id, articles.c.source_id, articles.c.moment)
_IN_SPAN = and_(articles.c.id > bindparam("after"), articles.c.id <= bindparam("last"))
_MOMENTS = select(articles.c.moment).where(articles.c.id <= bindparam("last"))


def _longer(size: int, found: int, wanted: int) -> int:
    """Of the next span: as long as is likely to hold four times what is wanted; everything after one without any."""
    return size * max(2, 4 * wanted // found) if found else 1 << _ID_BITS


def _is_after(cursor: int) -> ColumnElement[bool]:
    moment = _EPOCH + timedelta(seconds=cursor >> _ID_BITS)
    return tuple_(articles.c.moment, articles.c.id) < tuple_(moment, cursor & ((1 << _ID_BITS) - 1))
