"""The blocks of the index in PostgreSQL: every transaction writes one, and those of a size are merged into a larger.

A block never changes, but for its positions whose articles are gone or are indexed anew: these are dead, and left out
when it is merged. So a search reads one statement's snapshot and needs no lock. Whoever merges or marks holds one lock
to the end of the transaction: a mark would be lost in a block that is being merged.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING

from sqlalchemy import text

from storage import postings
from storage.database import SPARSE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlalchemy import Connection

#: So many blocks of a level become one of the next.
FAN = 8
#: A block of this level has 4,096 articles or more, and stays: a larger one has fewer keys an article, but to merge it
#: makes one writer wait for longer, and leaves as much room in the table as it has written.
LAST = 4

_LOCK = 0x66656E6B
#: Articles of a merge after which the room of its blocks is given back at once: left to autovacuum, a third of the
#: table was empty while 75 articles a second came in.
_MANY = 512
#: Rows of one statement.
_ROWS = 500

# A row is under 2 kB, and packed.
_CREATE = (
    "CREATE TABLE IF NOT EXISTS search_grams_blocks (block bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " first bigint NOT NULL, last bigint NOT NULL, size integer NOT NULL,"
    " articles bytea NOT NULL, dead bytea NOT NULL)",
    "CREATE TABLE IF NOT EXISTS search_grams_postings (block bigint, first bytea, entries bytea NOT NULL,"
    " PRIMARY KEY (block, first)) WITH (toast_tuple_target = 8160, vacuum_truncate = off)",
    "ALTER TABLE search_grams_postings ALTER entries SET STORAGE EXTERNAL",
)
_ADD = text(
    "INSERT INTO search_grams_blocks (first, last, size, articles, dead)"
    " VALUES (:first, :last, :size, :articles, '') RETURNING block"
)
_ADD_ROWS = text("INSERT INTO search_grams_postings (block, first, entries) VALUES (:block, :first, :entries)")
_SHAPES = text("SELECT block, size, octet_length(dead) / 2 AS dead FROM search_grams_blocks ORDER BY first, block")
_BLOCK = text("SELECT articles, dead FROM search_grams_blocks WHERE block = :block")
_ENTRIES = text("SELECT entries FROM search_grams_postings WHERE block = :block ORDER BY first")
_DROP = tuple(
    text(f"DELETE FROM {table} WHERE block = ANY(:blocks)")
    for table in ("search_grams_postings", "search_grams_blocks")
)
_HOLDING = text("SELECT block, articles, dead FROM search_grams_blocks WHERE first <= :last AND last >= :first")
_MARK = text("UPDATE search_grams_blocks SET dead = :dead WHERE block = :block")


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    block: int
    #: Articles, and those of them that are gone.
    size: int
    dead: int


def create(connection: Connection) -> None:
    for statement in _CREATE:
        connection.execute(text(statement))


def drop(connection: Connection) -> None:
    connection.execute(text("DROP TABLE search_grams_blocks, search_grams_postings"))


def insert(connection: Connection, articles: Iterable[tuple[int, Collection[str]]]) -> None:
    """A block of them, and a merge where one is due, unless another transaction is at it."""
    ids: list[int] = []
    found: defaultdict[str, list[int]] = defaultdict(list)
    for position, (article_id, tokens) in enumerate(articles):
        ids.append(article_id)
        for token in tokens:
            found[token].append(position)
    if ids:
        # In the order of their keys: UTF-8 sorts as its signs do.
        _write(connection, ids, ((postings.key_of(token), found[token]) for token in sorted(found)))
        _tidy(connection)


def delete(connection: Connection, articles: Iterable[tuple[int, Collection[str]]]) -> None:
    """Their positions are dead."""
    gone = {article_id for article_id, _ in articles}
    if not gone:
        return
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    for row in connection.execute(_HOLDING, {"first": min(gone), "last": max(gone)}).all():
        dead = set(postings.unpack_positions(row.dead))
        ids = postings.unpack_ids(row.articles)
        now = dead.union(position for position, article_id in enumerate(ids) if article_id in gone)
        if len(now) > len(dead):
            connection.execute(_MARK, {"block": row.block, "dead": postings.pack_positions(sorted(now))})


def due(blocks: Sequence[Shape]) -> Sequence[Shape]:
    """What to merge now: as many as make a larger one, or a block of which half is dead."""
    for level in range(LAST):
        same = [one for one in blocks if level_of(one.size) == level]
        if len(same) >= FAN:
            return same[:FAN]
    return [one for one in blocks if 2 * one.dead > one.size][:1]


def level_of(size: int) -> int:
    return min((size.bit_length() - 1) // 3, LAST)


def _tidy(connection: Connection) -> None:
    chosen = due([Shape(**row) for row in connection.execute(_SHAPES).mappings()])
    if not chosen or not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}):
        return
    # Another one may have merged or marked them before the lock was free.
    chosen = due([Shape(**row) for row in connection.execute(_SHAPES).mappings()])
    if chosen:
        _merge(connection, [one.block for one in chosen])


def _merge(connection: Connection, blocks: Sequence[int]) -> None:
    ids: list[int] = []
    streams = []
    for block in blocks:
        row = connection.execute(_BLOCK, {"block": block}).one()
        places = _places(row.articles, row.dead, ids)
        streams.append(_moved(connection.scalars(_ENTRIES, {"block": block}).all(), places))
    if ids:
        _write(connection, ids, _joined(streams))
    for statement in _DROP:
        connection.execute(statement, {"blocks": list(blocks)})
    if len(ids) >= _MANY:
        connection.info[SPARSE] = "search_grams_postings"


def _places(articles: bytes, dead: bytes, ids: list[int]) -> list[int]:
    """Where each position goes, the living ones behind those that are in `ids`; the dead nowhere."""
    gone = set(postings.unpack_positions(dead))
    places = []
    for position, article_id in enumerate(postings.unpack_ids(articles)):
        places.append(-1 if position in gone else len(ids))
        if position not in gone:
            ids.append(article_id)
    return places


def _moved(rows: Iterable[bytes], places: Sequence[int]) -> Iterator[tuple[bytes, list[int]]]:
    unpack = postings.reader()
    is_whole = -1 not in places
    for row in rows:
        for key, positions in postings.entries(unpack(row)):
            moved = list(map(places.__getitem__, positions))
            if is_whole or (moved := [place for place in moved if place >= 0]):
                yield key, moved


def _joined(streams: Iterable[Iterator[tuple[bytes, list[int]]]]) -> Iterator[tuple[bytes, list[int]]]:
    """A prefix at a time: to merge key by key took twice as long, and all at once takes 200 MB."""
    chapters = merge(*(_chapters(stream, number) for number, stream in enumerate(streams)))
    for _, some in groupby(chapters, key=itemgetter(0)):
        joined: dict[bytes, list[int]] = {}
        for key, places in (entry for _, _, entries in some for entry in entries):
            if key in joined:
                joined[key] += places
            else:
                joined[key] = places
        yield from sorted(joined.items())


def _chapters(
    stream: Iterator[tuple[bytes, list[int]]], number: int
) -> Iterator[tuple[bytes, int, list[tuple[bytes, list[int]]]]]:
    for prefix, entries in groupby(stream, key=lambda entry: entry[0][:2]):
        yield prefix, number, list(entries)


def _write(connection: Connection, ids: Sequence[int], held: Iterable[tuple[bytes, Sequence[int]]]) -> None:
    block = connection.scalar(
        _ADD, {"first": min(ids), "last": max(ids), "size": len(ids), "articles": postings.pack_ids(ids)}
    )
    rows = ({"block": block, "first": first, "entries": entries} for first, entries in postings.rows(held))
    while some := list(islice(rows, _ROWS)):
        connection.execute(_ADD_ROWS, some)
