"""The articles that match, newest first, on either database.

The index of grams says which articles could match, the columns of `articles` which of them have the facts, and what
neither can answer is asked of the folded text (`search_recheck`).

Newest first goes by the time of publication, the index by the order of discovery, and the two differ by hours mostly.
So a span of what was discovered last is asked for the hits that nothing discovered earlier can be newer than, then a
longer one for what comes behind them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import (
    BigInteger,
    ColumnClause,
    ColumnElement,
    Select,
    Subquery,
    UnaryExpression,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    true,
    tuple_,
)

from storage import search_postgresql, search_recheck, search_sqlite
from storage.columns import Moment
from storage.search_conditions import Conditions, everything, reach
from storage.search_terms import Span, asks_facts, necessary, residue, textual
from storage.tables import articles, texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlalchemy import Connection, FromClause, Row

    from storage.expressions import Node
    from storage.search_terms import Tokens

#: Texts that one scan asks before it gives up half-way.
RECHECKED = 20_000

_ID_BITS = 40
#: A span without any hit is followed by one so many times as long.
_STRIDE = 64
#: The last before everything: to find what nothing before a span is newer than takes 70 ns an article of it.
_LONGEST = 32_768
#: Candidates of one statement whose texts are to be asked: at first and at most; and of those that are hits.
_TEXTS, _TEXTS_AT_ONCE, _ROWS_AT_ONCE = 32, 1_000, 16_000
_EPOCH, _END = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


class Lookup(Protocol):
    """Of the tokens of one scan."""

    #: No article outside of it is found.
    reach: Span

    def first_span(self, wanted: int) -> int:
        """Articles, from the newest one back, in which so many hits are likely."""

    def asked(self, span: Span) -> dict[str, Any] | None:
        """The parameters of the index's condition; None where nothing holds the tokens."""


class Index(Protocol):
    """What each database does its own way: `search_sqlite`, `search_postgresql`."""

    def __hash__(self) -> int: ...

    table: FromClause
    article_id: ColumnClause[Any]
    #: The condition, with the parameters that a lookup gives.
    holds: ColumnElement[bool]
    #: The order of discovery.
    newest: UnaryExpression[Any]
    #: The function for the place of a text in another one.
    position: Any
    #: Articles of one call of `insert`, at most.
    at_once: int

    def among(self, ids: ColumnElement[int]) -> ColumnElement[bool]:
        """That they are in the parameter `ids`."""

    def create(self, connection: Connection) -> None: ...
    def drop(self, connection: Connection) -> None: ...
    def insert(self, connection: Connection, articles: Iterable[tuple[int, Collection[str]]]) -> None: ...
    def delete(self, connection: Connection, articles: Iterable[tuple[int, Collection[str]]]) -> None: ...
    def Lookup(self, connection: Connection, tokens: Tokens, reach: Span | None, /) -> Lookup: ...


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
    """Rows of `articles` (id, source, moment) in `order`, from behind the place `after`, with at most `texts_asked`."""

    def __init__(
        self,
        connection: Connection,
        tree: Node,
        *,
        all_articles: bool,
        order: Order = Order.MOMENT,
        after: int | None = None,
        texts_asked: int | None = None,
    ) -> None:
        self._connection, self._order = connection, order
        self._index = index_of(connection)
        self._tokens = necessary(tree)
        times = reach(connection, tree)
        self._lookup = self._index.Lookup(connection, self._tokens, times) if self._tokens else None
        #: Those that are asked.
        self._reach = self._lookup.reach if self._lookup else times or everything(connection)
        self._width = self._reach.last - self._reach.after
        self._is_narrow = times is not None and self._width <= _LONGEST
        #: What must be asked of the candidates' texts.
        self._residue = residue(tree) if self._tokens else textual(tree)
        #: Parameters of what the database asks of them itself.
        self._needles: dict[str, str] = {}
        self._is_asked = self._residue is not None and search_recheck.is_of_han(self._residue)
        facts = Conditions(connection, self._index.position).of(tree) if asks_facts(tree) else None
        self._candidates = (_candidates if facts is None else _candidates.__wrapped__)(
            self._index,
            order,
            search_recheck.shape_of(self._residue, self._needles) if self._residue and self._is_asked else None,
            facts,
            by_grams=self._tokens is not None,
            all_articles=all_articles,
        )
        #: The last place that was passed, and whether there is nothing behind it.
        self._at, self._ended = after, False
        self._left = RECHECKED if texts_asked is None else min(texts_asked, RECHECKED)
        #: Where it gave up after `RECHECKED` texts; None = it came to the end, or was not asked to.
        self.stopped_at: int | None = None

    def first(self, number: int) -> list[Row[Any]]:
        """At most so many; to be called once."""
        found = list(islice(self._rows(number), number))
        if len(found) < number and not self._ended:
            self.stopped_at = self._at
        return found

    def _rows(self, wanted: int) -> Iterator[Row[Any]]:
        size = self._lookup.first_span(wanted) if self._lookup and not self._is_narrow else self._width
        if self._order is Order.DISCOVERY:
            return self._discovered(wanted, size)
        return self._settled(wanted, size) if self._lookup else self._walked(wanted)

    def _discovered(self, wanted: int, size: int) -> Iterator[Row[Any]]:
        last, size, most = self._reach.last, max(size, 2 * wanted), wanted
        while last > self._reach.after:
            rows, most = self._within(Span(max(self._reach.after, last - size), last), most)
            yield from self._told(rows)
            if self._left <= 0:
                return
            if len(rows) == most:
                last, most = rows[-1].id - 1, 4 * most
            else:
                last, size = last - size, _longer(size, len(rows), wanted)
        self._ended = True

    def _settled(self, wanted: int, size: int) -> Iterator[Row[Any]]:
        """By time. Every span begins with the newest article: what was told of it lies before the cursor."""
        most = wanted
        while not self._ended:
            after = max(self._reach.after, self._reach.last - size)
            rows, most = self._within(Span(after, self._reach.last), most)
            settled = [row for row in rows if row.settled]
            yield from self._told(settled)
            if self._left <= 0:
                return
            if len(settled) == most:
                most = 4 * most
            else:  # old news that was discovered last is found, and not settled
                size, self._ended = self._next(size, len(rows), wanted), after == self._reach.after

    def _next(self, size: int, found: int, wanted: int) -> int:
        """Several tokens that do not meet in the newest articles are rare: all is asked at once."""
        is_rare = not found and not isinstance(self._tokens, str)
        return self._width if is_rare or size >= _LONGEST else min(_longer(size, found, wanted), _LONGEST)

    def _walked(self, wanted: int) -> Iterator[Row[Any]]:
        """Through time, for what asks the index nothing."""
        most = wanted
        while not self._ended:
            rows, most = self._within(self._reach, most)
            yield from self._told(rows)
            if self._left <= 0:
                return
            most, self._ended = 4 * most, len(rows) < most

    def _within(self, span: Span, most: int) -> tuple[Sequence[Row[Any]], int]:
        """Candidates, and how many there could have been."""
        asks_texts = self._residue is not None
        most = min(max(most, _TEXTS), _TEXTS_AT_ONCE, self._left) if asks_texts else min(most, _ROWS_AT_ONCE)
        asked = self._lookup.asked(span) if self._lookup else {"after": span.after, "last": span.last}
        if asked is None:
            return [], most
        asked |= {**self._needles, **_place(self._at), "floor": self._reach.after, "most": most}
        return self._connection.execute(self._candidates, asked).all(), most

    def _told(self, rows: Sequence[Row[Any]]) -> Iterator[Row[Any]]:
        if self._residue is not None:
            self._left -= len(rows)
        if self._is_asked:
            yield from (row for row in rows if row.holds)
        elif self._residue is not None:
            yield from search_recheck.holding(self._connection, self._index.among, self._residue, rows)
        elif self._lookup:
            yield from rows
        else:  # what the index has found has a text, an article alone may have lost it
            yield from search_recheck.kept(self._connection, self._index.among, rows)
        self._at = cursor_of(rows[-1]) if rows else self._at


@lru_cache(256)
def _candidates(
    index: Index,
    order: Order,
    shape: Node | None,
    facts: ColumnElement[bool] | None,
    *,
    by_grams: bool,
    all_articles: bool,
) -> Select[Any]:
    """`shape` is asked of the text of each, and its answer is the column `holds`."""
    chosen = _ROWS if all_articles else _ROWS.where(articles.c.item)
    chosen = chosen if facts is None else chosen.where(facts)
    if by_grams:
        # The sum keeps planners from walking the articles and asking the index about each.
        found = index.table.join(articles, articles.c.id == index.article_id + 0)
        chosen = chosen.select_from(found).where(index.holds)
        chosen = chosen.add_columns(_SETTLED.label("settled")) if order is Order.MOMENT else chosen
    chosen = _ordered(chosen, index, order, by_grams=by_grams).limit(bindparam("most", type_=BigInteger))
    return (
        chosen if shape is None else _asking(chosen.subquery(), order, search_recheck.condition(shape, index.position))
    )


def _ordered(chosen: Select[Any], index: Index, order: Order, *, by_grams: bool) -> Select[Any]:
    if order is Order.DISCOVERY:
        chosen = chosen if by_grams else chosen.where(_IN_SPAN)
        return chosen.order_by(index.newest if by_grams else articles.c.id.desc())
    return chosen.where(_behind(articles)).order_by(articles.c.moment.desc(), articles.c.id.desc())


def _asking(page: Subquery, order: Order, holds: ColumnElement[bool]) -> Select[Any]:
    """Outer, because an article may have lost its text."""
    with_texts = page.outerjoin(texts, texts.c.article_id == page.c.id)
    newest = (page.c.id.desc(),) if order is Order.DISCOVERY else (page.c.moment.desc(), page.c.id.desc())
    return select(page, holds.label("holds")).select_from(with_texts).order_by(*newest)


def _behind(table: Any) -> ColumnElement[bool]:
    """The cursor."""
    place = tuple_(bindparam("moment", type_=Moment), bindparam("id", type_=BigInteger))
    return tuple_(table.c.moment, table.c.id) < place


def _place(cursor: int | None) -> dict[str, datetime | int]:
    if cursor is None:
        return {"moment": _END, "id": 0}
    return {"moment": _EPOCH + timedelta(seconds=cursor >> _ID_BITS), "id": cursor & ((1 << _ID_BITS) - 1)}


def _longer(size: int, found: int, wanted: int) -> int:
    """Of the next span: as long as is likely to hold what is wanted, with more room where that is little."""
    return size * (max(2, (wanted + 60) * 5 // (4 * found)) if found else _STRIDE)


_ROWS = select(articles.c.id, articles.c.source_id, articles.c.moment)
_IN_SPAN = and_(articles.c.id > bindparam("after"), articles.c.id <= bindparam("last"))
_older = articles.alias()
_horizon = (
    select(_older.c.moment)
    .where(_older.c.id <= bindparam("after"), _behind(_older))
    .order_by(_older.c.moment.desc(), _older.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
#: Nothing that was discovered before the span, and lies behind the cursor, is newer. Not by OR: SQLite would work out
#: both sides, and look for what is before everything through the whole index.
_SETTLED = case(
    (bindparam("after", type_=BigInteger) == bindparam("floor", type_=BigInteger), true()),
    else_=articles.c.moment >= func.coalesce(_horizon, literal(_EPOCH, Moment)),
)
