"""The grams in PostgreSQL: blocks of postings that are read here; no extension, any locale."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Text,
    any_,
    bindparam,
    cast,
    column,
    func,
    text,
    true,
)

from storage import postings, search_blocks, search_merges
from storage.database import AFTERWARDS, AS_BYTES
from storage.search_terms import All, AnyOf, Span, Tokens, Without

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

# Not an array: the driver takes 3 µs to write an element of one.
_ids = cast(bindparam("found", type_=Text), ARRAY(BigInteger))
table = func.unnest(_ids).table_valued(column("article_id", BigInteger)).render_derived()

article_id = table.c.article_id
#: The ids that the lookup found are the table.
holds = true()
newest = article_id.desc()
position = func.strpos
#: An index that is made anew begins with blocks that are merged last; one takes 11 s and 230 MB.
at_once = 4_096

create, drop, delete = search_blocks.create, search_blocks.drop, search_blocks.delete

#: Of a term so many tokens are asked: each costs a row of every block, and the text is asked again.
_OF_WORD = 8
#: So many more than are wanted may be older than what was discovered later, or lack the facts.
_SPARE = 60
_ANYWHERE = Span(0, 2**62)

#: One statement sees no block twice, and none merged away, whatever is written meanwhile.
_ROWS = text(
    f"{AS_BYTES} SELECT b.block, k.number, p.entries, CASE k.number WHEN 1 THEN b.articles END AS articles,"
    " CASE k.number WHEN 1 THEN b.dead END AS dead, b.first, b.last FROM search_grams_blocks b"
    " CROSS JOIN unnest(CAST(:keys AS bytea[])) WITH ORDINALITY AS k(key, number) LEFT JOIN LATERAL"
    " (SELECT entries FROM search_grams_postings WHERE block = b.block AND first <= k.key ORDER BY first DESC LIMIT 1)"
    " p ON true WHERE b.last > :after AND b.first <= :last"
)


def insert(connection: Connection, articles: Iterable[tuple[int, Collection[str]]]) -> None:
    search_blocks.insert(connection, articles)
    if search_merges.is_due(connection):
        connection.info[AFTERWARDS] = search_merges.settle


def among(ids: ColumnElement[int]) -> ColumnElement[bool]:
    """One parameter, not a thousand: those take SQLAlchemy and the driver 10 ms."""
    return ids == any_(bindparam("ids", type_=ARRAY(BigInteger)))


class Lookup:
    """The rows of some tokens: all are read at once, in one snapshot, and unpacked no further back than is asked."""

    def __init__(self, connection: Connection, tokens: Tokens, reach: Span | None) -> None:
        self._tokens = _fewer(tokens)
        within = reach or _ANYWHERE
        sizes = dict.fromkeys(_names(self._tokens), 0)
        keys = [postings.key_of(token) for token in sizes]
        blocks: defaultdict[int, _Block] = defaultdict(lambda: _Block(self._tokens, sizes))
        asked = {"keys": keys, "after": within.after, "last": within.last}
        for block, number, entries, *shape in connection.execute(_ROWS, asked).all():
            if entries is not None:
                blocks[block].rows[keys[number - 1]] = entries
            if number == 1:
                blocks[block].has(*shape)
        #: The newest first.
        self._blocks = sorted(blocks.values(), key=lambda block: -block.last)
        newest = min(within.last, self._blocks[0].last) if self._blocks else within.after
        self.reach = Span(within.after, newest)

    def first_span(self, wanted: int) -> int:
        """How far back so many are found, with some to spare; everything, where there are fewer."""
        found = 0
        for block in self._blocks:
            found += len(block.ids)
            if found >= wanted + _SPARE:
                return max(1, self.reach.last - block.first + 1)
        return self.reach.last - self.reach.after

    def asked(self, span: Span) -> dict[str, Any] | None:
        ids = ",".join(map(str, self._within(span)))
        return {"found": f"{{{ids}}}", "after": span.after, "last": span.last} if ids else None

    def _within(self, span: Span) -> Iterator[int]:
        for block in self._blocks:
            if block.last > span.after and block.first <= span.last:
                yield from (one for one in block.ids if span.after < one <= span.last)


class _Block:
    first: int
    last: int

    def __init__(self, tokens: Tokens, sizes: dict[str, int]) -> None:
        self._tokens, self._sizes = tokens, sizes
        self.rows: dict[bytes, bytes] = {}

    def has(self, articles: bytes, dead: bytes, first: int, last: int) -> None:
        self._articles, self._dead, self.first, self.last = articles, dead, first, last

    @cached_property
    def ids(self) -> Sequence[int]:
        """Of its articles that hold the tokens."""
        positions = self._held(self._tokens)
        if not positions:
            return ()
        ids = postings.unpack_ids(self._articles)
        return [ids[position] for position in positions.difference(postings.unpack_positions(self._dead))]

    def _held(self, tokens: Tokens) -> set[int]:
        if isinstance(tokens, str):
            return set(self._positions(tokens))
        if isinstance(tokens, All):
            return self._met(tokens)
        if isinstance(tokens, AnyOf):
            return set().union(*map(self._held, tokens.parts))
        return found - self._held(tokens.unwanted) if (found := self._held(tokens.wanted)) else found

    def _met(self, tokens: All) -> set[int]:
        """What was rare in the blocks before comes first: it leaves less to read."""
        first, *rest = sorted(tokens.parts, key=self._size)
        found = self._held(first)
        for part in rest:
            if not found:
                break
            found = found.intersection(self._positions(part) if isinstance(part, str) else self._held(part))
        return found

    def _size(self, tokens: Tokens) -> int:
        if isinstance(tokens, str):
            return self._sizes[tokens]
        if isinstance(tokens, Without):
            return self._size(tokens.wanted)
        sizes = map(self._size, tokens.parts)
        return min(sizes) if isinstance(tokens, All) else sum(sizes)

    def _positions(self, token: str) -> Sequence[int]:
        key = postings.key_of(token)
        row = self.rows.get(key)
        posting = postings.posting_of(postings.unpacked(row), key) if row else None
        if posting is None:
            return ()
        self._sizes[token] += len(posting)
        return postings.read(posting)


def _parts(tokens: All) -> Iterator[Tokens]:
    """Those of the terms that are within."""
    for part in map(_fewer, tokens.parts[:_OF_WORD] if tokens.is_of_word else tokens.parts):
        yield from part.parts if isinstance(part, All) else (part,)


def _fewer(tokens: Tokens) -> Tokens:
    if isinstance(tokens, str):
        return tokens
    if isinstance(tokens, Without):
        return Without(_fewer(tokens.wanted), tokens.unwanted)
    if isinstance(tokens, AnyOf):
        return AnyOf(tuple(map(_fewer, tokens.parts)))
    return All(tuple(_parts(tokens)))


def _names(tokens: Tokens) -> set[str]:
    if isinstance(tokens, str):
        return {tokens}
    parts = (tokens.wanted, tokens.unwanted) if isinstance(tokens, Without) else tokens.parts
    return set().union(*map(_names, parts))
