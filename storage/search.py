"""Searching what is stored: the index is kept here, and pages, counts and facets of a query come from here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from storage.expressions import ZONE, wanted
from storage.search_scan import Order, Scan, cursor_of, index_of
from storage.search_terms import tokens_of
from storage.subjects import occurrences
from storage.tables import matches, sources, texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Connection, Select

    from storage.query import Query

#: Raised whenever the same text would get other tokens: the index must then be made anew.
VERSION = 2

#: Counts are exact up to here.
COUNTED = 1_000
#: Facets are those of the hits discovered last, at most this many; with half as many texts asked, 50 µs each.
FACETED = 5_000
#: "Best first" puts so many of the newest hits in order.
RANKED = 500

#: Parameters of one statement.
_CHUNK = 1_000
_MOST = 10_000
#: A word in the title says more about an article than three in its text.
_TITLE_WEIGHT = 3.0
#: BM25's k1 without the length: the second mention counts half as much as the first.
_SATURATION = 1.2


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    #: Ids, in the order that was asked for.
    articles: tuple[int, ...]
    #: Where the next page begins; None = there is none. A page with a cursor may be short: see `search_scan.RECHECKED`.
    after: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    number: int
    #: There are more than that.
    more: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Facets:
    """How many hits have each value, most first; days newest first."""

    province: tuple[tuple[str, int], ...]
    source: tuple[tuple[str, int], ...]
    #: Of China, as 2026-11-23.
    day: tuple[tuple[str, int], ...]
    watch: tuple[tuple[str, int], ...]
    #: Only the latest to be discovered were counted.
    more: bool


def create(connection: Connection) -> None:
    """Make the index, if there is none."""
    index_of(connection).create(connection)


def index(connection: Connection, article_ids: Collection[int]) -> None:
    """Make articles findable; their rows in `articles` and `texts` are written. Cheapest with a whole batch."""
    chosen = index_of(connection)
    for ids in _chunks(sorted(article_ids), chosen.at_once):
        chosen.insert(connection, _tokens(connection, ids))


def remove(connection: Connection, article_ids: Collection[int]) -> None:
    """To be called before rows in `articles` or `texts` change or go: what to take out is read from there."""
    for ids in _chunks(sorted(article_ids)):
        index_of(connection).delete(connection, _tokens(connection, ids))


def rebuild(connection: Connection) -> None:
    """Make the index anew from `texts`, after a change of `VERSION` or `folding.FOLD_VERSION`."""
    index_of(connection).drop(connection)
    create(connection)
    last = 0
    while ids := connection.scalars(_after(last).limit(index_of(connection).at_once)).all():
        index(connection, ids)
        last = ids[-1]


def find(
    connection: Connection,
    query: Query,
    *,
    limit: int = 20,
    after: str | None = None,
    all_articles: bool = False,
    sort: str = "newest",
) -> Found:
    """A page of the articles that match; items only, unless `all_articles`. `sort` is "newest" or "best".

    `after` is the cursor of the page before. Raises `ValueError` for a cursor or sort that is none.
    """
    limit = max(1, min(limit, _MOST))
    if sort == "best":
        return _best(connection, query, limit, after, all_articles)
    if sort != "newest":
        raise ValueError(f"no such order: {sort[:20]}; there are newest and best")
    scan = Scan(connection, query.tree, after=None if after is None else _number(after), all_articles=all_articles)
    rows = scan.first(limit + 1)
    last = cursor_of(rows[limit - 1]) if len(rows) > limit else scan.stopped_at
    return Found(articles=tuple(row.id for row in rows[:limit]), after=None if last is None else str(last))


def count(connection: Connection, query: Query, *, all_articles: bool = False) -> Count:
    scan = Scan(connection, query.tree, all_articles=all_articles, order=Order.DISCOVERY)
    number = len(scan.first(COUNTED + 1))
    return Count(number=min(number, COUNTED), more=number > COUNTED or scan.stopped_at is not None)


def facets(connection: Connection, query: Query, *, all_articles: bool = False) -> Facets:
    scan = Scan(connection, query.tree, all_articles=all_articles, order=Order.DISCOVERY, texts_asked=FACETED // 2)
    rows = scan.first(FACETED + 1)
    more = len(rows) > FACETED or scan.stopped_at is not None
    rows = rows[:FACETED]
    provinces = {row.id: row.province for row in connection.execute(select(sources.c.id, sources.c.province))}
    days = Counter(row.moment.astimezone(ZONE).date().isoformat() for row in rows)
    return Facets(
        province=_most_first(Counter(provinces[row.source_id] for row in rows)),
        source=_most_first(Counter(row.source_id for row in rows)),
        day=tuple(sorted(days.items(), reverse=True)),
        watch=_most_first(_watches(connection, [row.id for row in rows])),
        more=more,
    )


def _tokens(connection: Connection, ids: Sequence[int]) -> Iterator[tuple[int, set[str]]]:
    """In order: FTS5 writes a segment whenever a number is smaller than the one before."""
    chosen = select(texts.c.article_id, texts.c.folded_title, texts.c.folded_text).order_by(texts.c.article_id)
    for row in connection.execute(chosen.where(texts.c.article_id.in_(ids))):
        yield row.article_id, tokens_of(row.folded_title, row.folded_text)


def _after(article_id: int) -> Select[int]:
    return select(texts.c.article_id).where(texts.c.article_id > article_id).order_by(texts.c.article_id)


def _chunks(ids: Sequence[int], size: int = _CHUNK) -> Iterator[Sequence[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _watches(connection: Connection, ids: Sequence[int]) -> Counter[str]:
    counts: Counter[str] = Counter()
    among = index_of(connection).among(matches.c.article_id)
    chosen = select(matches.c.watch, func.count().label("hits")).where(among).group_by(matches.c.watch)
    for chunk in _chunks(ids):
        for row in connection.execute(chosen, {"ids": chunk}):
            counts[row.watch] += row.hits
    return counts


def _most_first(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _number(cursor: str) -> int:
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 22:
        raise ValueError("not a cursor of this search; begin at the first page")
    return int(cursor)


def _best(connection: Connection, query: Query, limit: int, after: str | None, all_articles: bool) -> Found:
    """The cursor names the newest hit of the first page too, so that what comes in meanwhile moves nothing."""
    anchor, _, place = (after or "").partition("-")
    start = _number(place) if after else 0
    scan = Scan(connection, query.tree, after=_number(anchor) + 1 if after else None, all_articles=all_articles)
    rows = scan.first(RANKED)
    scores = _scores(connection, query, [row.id for row in rows])
    ranked = sorted(rows, key=lambda row: (scores[row.id], cursor_of(row)), reverse=True)
    more = start + limit < len(ranked)
    first = anchor or (str(cursor_of(rows[0])) if rows else "")
    ids = tuple(row.id for row in ranked[start : start + limit])
    return Found(articles=ids, after=f"{first}-{start + limit}" if more else None)


def _scores(connection: Connection, query: Query, ids: Sequence[int]) -> dict[int, float]:
    words = list(wanted(query.tree))
    chosen = select(texts.c.article_id, texts.c.folded_title, texts.c.folded_text).where(texts.c.article_id.in_(ids))
    return {
        row.article_id: sum(
            _TITLE_WEIGHT * _weight(word.needle, row.folded_title) + _weight(word.needle, row.folded_text)
            for word in words
        )
        for row in connection.execute(chosen)
    }


def _weight(needle: str, text: str) -> float:
    number = sum(1 for _ in islice(occurrences(needle, text), 20))
    return number * (1 + _SATURATION) / (number + _SATURATION)
