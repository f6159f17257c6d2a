"""The blocks of the index in PostgreSQL: every transaction writes one, and `search_merges` makes few of many.

A block never changes, but for its positions whose articles are gone or are indexed anew: these are dead, and left out
when it is merged. So a search reads one statement's snapshot and needs no lock. Whoever marks, or drops what was
merged, holds one lock to the end of the transaction: a mark would be lost in a block that goes.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import text

from storage import postings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Connection

    from storage.postings import Posting

_LOCK = 0x66656E6B
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
_HOLDING = text("SELECT block, articles, dead FROM search_grams_blocks WHERE first <= :last AND last >= :first")
_MARK = text("UPDATE search_grams_blocks SET dead = :dead WHERE block = :block")


def create(connection: Connection) -> None:
    for statement in _CREATE:
        connection.execute(text(statement))


def drop(connection: Connection) -> None:
    connection.execute(text("DROP TABLE search_grams_blocks, search_grams_postings"))


def insert(connection: Connection, articles: Iterable[tuple[int, Collection[str]]]) -> None:
    """A block of them."""
    ids: list[int] = []
    found: defaultdict[str, list[int]] = defaultdict(list)
    for position, (article_id, tokens) in enumerate(articles):
        ids.append(article_id)
        for token in tokens:
            found[token].append(position)
    if ids:
        # In the order of their keys: UTF-8 sorts as its signs do.
        write(connection, ids, ((postings.key_of(token), postings.write(found[token])) for token in sorted(found)))


def delete(connection: Connection, articles: Iterable[tuple[int, Collection[str]]]) -> None:
    """Their positions are dead."""
    gone = {article_id for article_id, _ in articles}
    if not gone:
        return
    lock(connection)
    for row in connection.execute(_HOLDING, {"first": min(gone), "last": max(gone)}).all():
        dead = set(postings.unpack_positions(row.dead))
        ids = postings.unpack_ids(row.articles)
        now = dead.union(position for position, article_id in enumerate(ids) if article_id in gone)
        if len(now) > len(dead):
            mark(connection, row.block, now)


def lock(connection: Connection) -> None:
    """Nobody else marks, or drops blocks, until this transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def mark(connection: Connection, block: int, dead: Collection[int]) -> None:
    connection.execute(_MARK, {"block": block, "dead": postings.pack_positions(sorted(dead))})


def write(connection: Connection, ids: Sequence[int], held: Iterable[tuple[bytes, Posting]]) -> int:
    """The number of the new block."""
    shape = {"first": min(ids), "last": max(ids), "size": len(ids), "articles": postings.pack_ids(ids)}
    block: int = connection.execute(_ADD, shape).scalar_one()
    rows = ({"block": block, "first": first, "entries": entries} for first, entries in postings.rows(held))
    while some := list(islice(rows, _ROWS)):
        connection.execute(_ADD_ROWS, some)
    return block
