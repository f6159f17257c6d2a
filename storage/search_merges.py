"""Which blocks of PostgreSQL's index are merged, and how: between transactions, by whoever keeps articles.

A search asks every block, so there are to be few; but a merge writes all that it takes anew, and leaves as much room
behind. A merge holds up nobody: while it writes, articles are kept and searches read the old blocks; only at its end it
looks, under the lock, what was marked as dead meanwhile.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import chain, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from sqlalchemy import text

from storage import postings, search_blocks
from storage.database import AS_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from storage.database import Database
    from storage.postings import Posting

#: Blocks below each size are alike, and so many of them become one that is above it. Fewer at a time cost more writing,
#: more at a time more reading: by four from where a crawl's batches begin.
STEPS = ((8, 8), (64, 8), (256, 4), (1_024, 4), (4_096, 4))
#: Of larger ones so many stay, and two neighbours become one when there is one more: a merge for each 6,400 articles.
#: With six, reckoned to 102,400, an article is merged 1.5 times, not 1.0, and a merge leaves a fifth as room, not an
#: eighth.
_LARGE = 8
#: A block holds no more: positions and lengths have two bytes.
_LARGEST = 65_535
#: The larger of two may be this much of both, or a large block would be written again for each small one.
_MOST_OF_BOTH = 2 / 3

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
    return dying[:1] or _neighbours([one for one in blocks if one.size >= above])


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
    return _size(chosen)


def _shapes(connection: Connection) -> list[Shape]:
    return [Shape(**row) for row in connection.execute(_SHAPES).mappings()]


def _neighbours(blocks: Sequence[Shape]) -> Sequence[Shape]:
    """The two that cost least, the oldest of them."""
    pairs = [pair for pair in pairwise(blocks) if _fit(*pair)] if len(blocks) > _LARGE else []
    return list(min(pairs, key=_size, default=()))


def _fit(*pair: Shape) -> bool:
    return max(one.size for one in pair) <= _MOST_OF_BOTH * _size(pair) and _size(pair) <= _LARGEST


def _size(blocks: Iterable[Shape]) -> int:
    return sum(one.size for one in blocks)


def _merge(connection: Connection, blocks: Sequence[int]) -> None:
    ids: list[int] = []
    parts = [_Part(connection, block, ids) for block in blocks]
    joint = search_blocks.write(connection, ids, _joined(parts)) if ids else None
    search_blocks.lock(connection)
    dead = [place for part in parts for place in part.died()]
    if joint is not None and dead:
        search_blocks.mark(connection, joint, dead)
    for statement in _DROP:
        connection.execute(statement, {"blocks": list(blocks)})


class _Part:
    """A block that is merged; its living articles are put behind those that are in `ids`."""

    def __init__(self, connection: Connection, block: int, ids: list[int]) -> None:
        self._connection, self._block, self.offset = connection, block, len(ids)
        row = connection.execute(_BLOCK, {"block": block}).one()
        self._dead = set(postings.unpack_positions(row.dead))
        #: Where each position goes among the living, the dead nowhere.
        self._places: list[int] = []
        for position, article_id in enumerate(postings.unpack_ids(row.articles)):
            self._places.append(-1 if position in self._dead else len(ids) - self.offset)
            if position not in self._dead:
                ids.append(article_id)
        self._ahead: list[tuple[bytes, Posting]] = []
        self._after = b""

    def look_ahead(self) -> bytes | None:
        """The last key of those that were read and not taken; None at the end."""
        if not self._ahead:
            self._ahead = self._read()
        return self._ahead[-1][0] if self._ahead else None

    def take(self, last: bytes) -> list[tuple[bytes, Posting]]:
        """Up to this key, of those that were read."""
        number = bisect_right(self._ahead, last, key=itemgetter(0))
        taken, self._ahead = self._ahead[:number], self._ahead[number:]
        return taken

    def died(self) -> Iterator[int]:
        """The places of those that were marked since."""
        row = self._connection.execute(_BLOCK, {"block": self._block}).one()
        now = set(postings.unpack_positions(row.dead))
        return (self.offset + self._places[position] for position in now - self._dead)

    def _read(self) -> list[tuple[bytes, Posting]]:
        asked = {"block": self._block, "after": self._after, "most": _ROWS}
        rows = self._connection.execute(_ENTRIES, asked).all()
        if not rows:
            return []
        self._after = rows[-1].first
        found = chain.from_iterable(postings.postings(postings.unpacked(row.entries)) for row in rows)
        return list(self._living(found) if self._dead else found) or self._read()

    def _living(self, found: Iterable[tuple[bytes, Posting]]) -> Iterator[tuple[bytes, Posting]]:
        for key, posting in found:
            if places := [place for position in postings.read(posting) if (place := self._places[position]) >= 0]:
                yield key, postings.write(places)


def _joined(parts: Sequence[_Part]) -> Iterator[tuple[bytes, Posting]]:
    """As many keys at a time as all parts have read: to merge key by key took twice as long."""
    while ends := [end for part in parts if (end := part.look_ahead()) is not None]:
        joint: dict[bytes, Posting] = {}
        for part in parts:
            _join(joint, part.take(min(ends)), part.offset)
        yield from sorted(joint.items())


def _join(joint: dict[bytes, Posting], taken: Iterable[tuple[bytes, Posting]], offset: int) -> None:
    for key, posting in taken:
        if key in joint:
            joint[key] = postings.joined(joint[key], posting, offset)
        else:
            joint[key] = postings.moved(posting, offset) if offset else posting
