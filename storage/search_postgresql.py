"""The grams in PostgreSQL: blocks of postings that are read here; no extension, any locale."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Connection, any_, bindparam, column, func, select, text, true

from storage import postings, search_blocks
from storage.search_terms import All, Span, Tokens, Without
from storage.tables import articles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Row

table = (
    func.unnest(bindparam("found", type_=ARRAY(BigInteger)))
    .table_valued(column("article_id", BigInteger))
    .render_derived()
)

article_id = table.c.article_id
#: The ids that `asked` found are the table.
holds = true()
newest = article_id.desc()
position = func.strpos
opening = select(func.max(articles.c.id))

create, drop, insert, delete = search_blocks.create, search_blocks.drop, search_blocks.insert, search_blocks.delete

#: One statement sees no block twice, and none merged away, whatever is written meanwhile.
_ROWS = text(
    "SELECT b.block, k.number, p.entries, CASE k.number WHEN 1 THEN b.articles END AS articles,"
    " CASE k.number WHEN 1 THEN b.dead END AS dead FROM search_grams_blocks b"
    " CROSS JOIN unnest(CAST(:keys AS bytea[])) WITH ORDINALITY AS k(key, number) LEFT JOIN LATERAL"
    " (SELECT entries FROM search_grams_postings WHERE block = b.block AND first <= k.key ORDER BY first DESC LIMIT 1)"
    " p ON true WHERE b.last > :after AND b.first <= :last"
)


def among(ids: ColumnElement[int]) -> ColumnElement[bool]:
    """One parameter, not a thousand: those take SQLAlchemy and the driver 10 ms."""
    return ids == any_(bindparam("ids", type_=ARRAY(BigInteger)))


def asked(connection: Connection, tokens: Tokens, span: Span) -> dict[str, Any]:
    keys = [postings.key_of(token) for token in sorted(_names(tokens))]
    blocks: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(_ROWS, {"keys": keys, "after": span.after, "last": span.last}):
        blocks[row.block].append(row)
    found = (_found(rows, keys, tokens, span) for rows in blocks.values())
    return {"found": [article_id for some in found for article_id in some], "after": span.after, "last": span.last}


def _found(rows: list[Row[Any]], keys: list[bytes], tokens: Tokens, span: Span) -> Iterator[int]:
    """Of one block."""
    unpack = postings.reader()
    held = {
        keys[row.number - 1]: set(postings.positions_of(unpack(row.entries), keys[row.number - 1]))
        for row in rows
        if row.entries is not None
    }
    [shape] = [row for row in rows if row.number == 1]
    ids = postings.unpack_ids(shape.articles)
    for position in _held(tokens, held).difference(postings.unpack_positions(shape.dead)):
        if span.after < ids[position] <= span.last:
            yield ids[position]


def _held(tokens: Tokens, held: Mapping[bytes, set[int]]) -> set[int]:
    if isinstance(tokens, str):
        return held.get(postings.key_of(tokens), set())
    if isinstance(tokens, Without):
        return _held(tokens.wanted, held) - _held(tokens.unwanted, held)
    parts = [_held(part, held) for part in tokens.parts]
    return set.intersection(*parts) if isinstance(tokens, All) else set().union(*parts)


def _names(tokens: Tokens) -> set[str]:
    if isinstance(tokens, str):
        return {tokens}
    parts = (tokens.wanted, tokens.unwanted) if isinstance(tokens, Without) else tokens.parts
    return set().union(*map(_names, parts))
