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
    select,
    text,
    true,
)

from storage import postings, search_blocks
from storage.search_terms import All, AnyOf, Span, Tokens, Without
from storage.tables import articles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Row

# Not an array: the driver takes 3 µs to write an element of one.
_ids = cast(bindparam("found", type_=Text), ARRAY(BigInteger))
table = func.unnest(_ids).table_valued(column("article_id", BigInteger)).render_derived()

article_id = table.c.article_id
#: The ids that the lookup found are the table.
holds = true()
newest = article_id.desc()
position = func.strpos
#: An index that is made anew is of blocks that stay, and leaves no room behind; one takes 11 s and 230 MB.
at_once = 4_096
opening = select(func.max(articles.c.id))

create, drop, insert, delete = search_blocks.create, search_blocks.drop, search_blocks.insert, search_blocks.delete

#: Of a term so many tokens are asked: each costs a row of every block, and the text is asked again.
_OF_WORD = 8
#: So many more than are wanted may be older than what was discovered later, or lack the facts.
_SPARE = 60

#: One statement sees no block twice, and none merged away, whatever is written meanwhile.
_ROWS = text(
    "SELECT b.block, k.number, p.entries, CASE k.number WHEN 1 THEN b.articles END AS articles,"
    " CASE k.number WHEN 1 THEN b.dead END AS dead, b.first, b.last FROM search_grams_blocks b"
    " CROSS JOIN unnest(CAST(:keys AS bytea[])) WITH ORDINALITY AS k(key, number) LEFT JOIN LATERAL"
    " (SELECT entries FROM search_grams_postings WHERE block = b.block AND first <= k.key ORDER BY first DESC LIMIT 1)"
    " p ON true"
)


def among(ids: ColumnElement[int]) -> ColumnElement[bool]:
    """One parameter, not a thousand: those take SQLAlchemy and the driver 10 ms."""
    return ids == any_(bindparam("ids", type_=ARRAY(BigInteger)))


class Lookup:
    """The rows of some tokens: all are read at once, in one snapshot, and unpacked no further back than is asked."""

    def __init__(self, connection: Connection, tokens: Tokens) -> None:
        self._tokens = _fewer(tokens)
        self._keys = [postings.key_of(token) for token in sorted(_names(self._tokens))]
        blocks: defaultdict[int, list[Row[Any]]] = defaultdict(list)
        for row in connection.execute(_ROWS, {"keys": self._keys}):
            blocks[row.block].append(row)
        #: The newest first.
        self._blocks = sorted(map(self._block, blocks.values()), key=lambda block: -block.last)

    def first_span(self, last: int, wanted: int) -> int:
        """How far back so many are found, with some to spare; everything, where there are fewer."""
        found = 0
        for block in self._blocks:
            found += len(block.ids)
            if found >= wanted + _SPARE:
                return max(1, last - block.first + 1)
        return last

    def asked(self, span: Span) -> dict[str, Any] | None:
        ids = ",".join(map(str, self._within(span)))
        return {"found": f"{{{ids}}}", "after": span.after, "last": span.last} if ids else None

    def _within(self, span: Span) -> Iterator[int]:
        for block in self._blocks:
            if block.last > span.after and block.first <= span.last:
                yield from (one for one in block.ids if span.after < one <= span.last)

    def _block(self, rows: list[Row[Any]]) -> _Block:
        [shape] = [row for row in rows if row.number == 1]
        entries = {self._keys[row.number - 1]: row.entries for row in rows if row.entries is not None}
        return _Block(self._tokens, shape, entries)


class _Block:
    def __init__(self, tokens: Tokens, shape: Row[Any], entries: Mapping[bytes, bytes]) -> None:
        self.first, self.last = shape.first, shape.last
        self._tokens, self._shape, self._entries = tokens, shape, entries

    @cached_property
    def ids(self) -> list[int]:
        """Of its articles that hold the tokens."""
        positions = _held(self._tokens, self._entries)
        if not positions:
            return []
        ids = postings.unpack_ids(self._shape.articles)
        return [ids[position] for position in positions.difference(postings.unpack_positions(self._shape.dead))]


def _fewer(tokens: Tokens) -> Tokens:
    if isinstance(tokens, str):
        return tokens
    if isinstance(tokens, Without):
        return Without(_fewer(tokens.wanted), tokens.unwanted)
    if isinstance(tokens, AnyOf):
        return AnyOf(tuple(map(_fewer, tokens.parts)))
    return All(tokens.parts[:_OF_WORD] if tokens.is_of_word else tuple(map(_fewer, tokens.parts)))


def _held(tokens: Tokens, entries: Mapping[bytes, bytes]) -> set[int]:
    if isinstance(tokens, str):
        key = postings.key_of(tokens)
        return set(postings.positions_of(postings.unpacked(entries[key]), key)) if key in entries else set()
    if isinstance(tokens, AnyOf):
        return set().union(*(_held(part, entries) for part in tokens.parts))
    first, *rest = (tokens.wanted, tokens.unwanted) if isinstance(tokens, Without) else tokens.parts
    found = _held(first, entries)
    for part in rest:
        if not found:  # then there is nothing to unpack for
            break
        held = _held(part, entries)
        found = found - held if isinstance(tokens, Without) else found & held
    return found


def _names(tokens: Tokens) -> set[str]:
    if isinstance(tokens, str):
        return {tokens}
    parts = (tokens.wanted, tokens.unwanted) if isinstance(tokens, Without) else tokens.parts
    return set().union(*map(_names, parts))
