"""The grams in PostgreSQL: a tsvector without positions and a GIN index; no extension, any locale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    select,
    text,
)
from sqlalchemy import table as table_clause
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from storage.search_terms import All, AnyOf, Span, Tokens, Without
from storage.tables import articles

if TYPE_CHECKING:
    from collections.abc import Collection

table = table_clause("search_grams", column("article_id", BigInteger), column("grams", TSVECTOR))

#: So many articles that were discovered one after the other share a token: 512.
_BLOCK_BITS = 9
#: A span of more blocks is found without: to join 88 of them took 174 ms.
_BLOCKS = 16

article_id = table.c.article_id
# The sums keep the planner from walking through the ids, which unpacks each tsvector: 130 ms for 4,096 articles, not 3;
# 1.7 s for the order of a rare Han.
holds = and_(
    table.c.grams.op("@@", is_comparison=True)(cast(bindparam("grams", type_=Text), TSQUERY)),
    article_id + 0 > bindparam("after"),
    article_id + 0 <= bindparam("last"),
)
newest = (article_id + 0).desc()
position = func.strpos
# For a common term the planner would read, and unpack, every tsvector: 512 ms instead of 5 at 12,000 articles.
opening = select(func.max(articles.c.id), func.set_config("enable_seqscan", "off", True))


def among(ids: ColumnElement[int]) -> ColumnElement[bool]:
    """One parameter, not a thousand: those take SQLAlchemy and the driver 10 ms."""
    return ids == any_(bindparam("ids", type_=ARRAY(BigInteger)))


def create(connection: Connection) -> None:
    connection.execute(
        text("CREATE TABLE IF NOT EXISTS search_grams (article_id bigint PRIMARY KEY, grams tsvector NOT NULL)")
    )
    connection.execute(text("CREATE INDEX IF NOT EXISTS search_grams_index ON search_grams USING gin (grams)"))


def drop(connection: Connection) -> None:
    connection.execute(text("DROP TABLE search_grams"))


def insert(connection: Connection, article_id: int, tokens: Collection[str]) -> None:
    """`array_to_tsvector` and not the parser, which would cut Han its own way."""
    statement = text(
        "INSERT INTO search_grams (article_id, grams) VALUES (:article_id, array_to_tsvector(CAST(:grams AS text[])))"
    )
    connection.execute(statement, {"article_id": article_id, "grams": [*tokens, _block(article_id)]})


def delete(connection: Connection, article_id: int, tokens: Collection[str]) -> None:
    connection.execute(text("DELETE FROM search_grams WHERE article_id = :article_id"), {"article_id": article_id})


def asked(tokens: Tokens, span: Span) -> dict[str, str | int]:
    """GIN knows no order: the tokens of the blocks keep it from joining what is common through all the years."""
    first, last = (span.after + 1) >> _BLOCK_BITS, span.last >> _BLOCK_BITS
    if last - first < _BLOCKS:
        tokens = All((AnyOf(tuple(f"#{number}" for number in range(first, last + 1))), tokens))
    return {"grams": _render(tokens), "after": span.after, "last": span.last}


def _block(article_id: int) -> str:
    """The token of the articles that were discovered about when this one was; no gram holds its sign."""
    return f"#{article_id >> _BLOCK_BITS}"


def _render(tokens: Tokens) -> str:
    if isinstance(tokens, str):
        return f"'{tokens}'"
    if isinstance(tokens, Without):
        return f"({_render(tokens.wanted)} & !{_render(tokens.unwanted)})"
    joint = " & " if isinstance(tokens, All) else " | "
    return f"({joint.join(map(_render, tokens.parts))})"
