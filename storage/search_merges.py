"""Which blocks of PostgreSQL's index are merged, and how: between transactions, by whoever keeps articles.

A search asks every block, so there are to be few; but a merge writes all that it takes anew, and leaves as much room
behind. A merge holds up nobody: while it writes, articles are kept and searches read the old blocks; only at its end it
looks, under the lock, what was marked as dead meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from sqlalchemy import text

from storage import postings, search_blocks
from storage.database import AS_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from storage.database import Database

    Entries = Iterator[tuple[bytes, list[int]]]

#: Blocks below each size are alike, and so many of them become one that is above it. Fewer at a time cost more writing,
#: more at a time more reading: by four from where a crawl's batches begin.
STEPS = ((8, 8), (64, 8), (256, 4), (1_024, 4), (4_096, 4))
#: Larger ones are merged up to this share of all articles, for that is the room that a merge leaves.
_SHARE = 6
#: A block holds no more: positions and lengths have two bytes.
_LARGEST = 65_535
#: The largest of a merge may be this much of it, or a large block would be written again for each small one.
_MOST_OF_IT = 2 / 3

_LOCK = 0x66656E6D
#: Articles of a merge after which the room of its blocks is given back at once: left to autovacuum, a third of the
#: table was empty while 75 articles a second came in.
_MANY = 512
#: Rows that are read at a time.
_ROWS = 200

_SHAPES = text("SELECT block, size, octet_length(dead) / 2 AS dead FROM search_grams_blocks ORDER BY first, block")
_BLOCK = text("SELECT articles, dead FROM search_grams_blocks WHERE block = :block")
_ENTRIES = text(
    f"{AS_BYTES} SELECT first, entries FROM search_grams_postings WHERE block = :block AND first > :after"
    " ORDER BY first LIMIT :most"
)
_DROP = tuple(
    text(f"DELETE FROM {table} WHERE block = ANY(:blocks)")
    for table in ("search_grams_postings", "search_grams_blocks")
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    block: int
    #: Articles, and those of them that are gone.
    size: int
    dead: int


def due(blocks: Sequence[Shape]) -> Sequence[Shape]:
    """What to merge now, of blocks in the order of discovery; one alone is half dead."""
    above = 0
    for below, number in STEPS:
        alike = [one for one in blocks if above <= one.size < below]
        if len(alike) >= number:
            return alike[:number]
        above = below
    dying = [one for one in blocks if 2 * one.dead > one.size]
    return dying[:1] or _neighbours([one for one in blocks if one.size >= above], sum(one.size for one in blocks))


def is_due(connection: Connection) -> bool:
    return bool(due(_shapes(connection)))


def settle(database: Database) -> None:
    """Merge what is due, each in a transaction of its own; of large ones one, because whoever keeps articles waits."""
    while merged := database.write(merge_one):
        if merged >= _MANY:
            # Not waiting for another who does so.
            database.alone("VACUUM (SKIP_LOCKED) search_grams_postings")
            return


def merge_one(connection: Connection) -> int:
    """The articles that were merged; none where nothing is due, or another is at it."""
    if not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}):
        return 0
    chosen = due(_shapes(connection))
    if chosen:
        _merge(connection, [one.block for one in chosen])
    return sum(one.size for one in chosen)


def _shapes(connection: Connection) -> list[Shape]:
    return [Shape(**row) for row in connection.execute(_SHAPES).mappings()]


def _neighbours(blocks: Sequence[Shape], articles: int) -> Sequence[Shape]:
    """Those that fit into one."""
    most = min(_LARGEST, max(2 * STEPS[-1][0], articles // _SHARE))
    for start in range(len(blocks)):
        run: list[Shape] = []
        for one in blocks[start:]:
            if sum(taken.size for taken in run) + one.size > most:
                break
            run.append(one)
        if len(run) > 1 and max(one.size for one in run) <= _MOST_OF_IT * sum(one.size for one in run):
            return run
    return []


def _merge(connection: Connection, blocks: Sequence[int]) -> None:
    ids: list[int] = []
    parts = [_Part(connection, block, ids) for block in blocks]
    joint = search_blocks.write(connection, ids, _joined(part.entries() for part in parts)) if ids else None
    search_blocks.lock(connection)
    dead = [place for part in parts for place in part.died()]
    if joint is not None and dead:
        search_blocks.mark(connection, joint, dead)
    for statement in _DROP:
        connection.execute(statement, {"blocks": list(blocks)})


class _Part:
    """A block that is merged; its living articles are put behind those that are in `ids`."""

    def __init__(self, connection: Connection, block: int, ids: list[int]) -> None:
        self._connection, self._block = connection, block
        row = connection.execute(_BLOCK, {"block": block}).one()
        self._dead = set(postings.unpack_positions(row.dead))
        #: Where each position goes, the dead nowhere.
        self._places: list[int] = []
        for position, article_id in enumerate(postings.unpack_ids(row.articles)):
            self._places.append(-1 if position in self._dead else len(ids))
            if position not in self._dead:
                ids.append(article_id)

    def entries(self) -> Entries:
        places = self._places
        for row in self._rows():
            for key, positions in postings.entries(postings.unpacked(row)):
                moved = list(map(places.__getitem__, positions))
                if not self._dead or (moved := [place for place in moved if place >= 0]):
                    yield key, moved

    def died(self) -> Iterator[int]:
        """The places of those that were marked since."""
        row = self._connection.execute(_BLOCK, {"block": self._block}).one()
        now = set(postings.unpack_positions(row.dead))
        return (self._places[position] for position in now - self._dead)

    def _rows(self) -> Iterator[bytes]:
        asked = {"block": self._block, "after": b"", "most": _ROWS}
        while rows := self._connection.execute(_ENTRIES, asked).all():
            yield from (row.entries for row in rows)
            asked["after"] = rows[-1].first


def _joined(streams: Iterable[Entries]) -> Entries:
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


def _chapters(stream: Entries, number: int) -> Iterator[tuple[bytes, int, list[tuple[bytes, list[int]]]]]:
    for prefix, entries in groupby(stream, key=lambda entry: entry[0][:2]):
        yield prefix, number, list(entries)
