"""The grams in SQLite: an FTS5 table without content and positions, .5 of the text's size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, Integer, and_, bindparam, column, func, text
from sqlalchemy import table as table_clause

from storage.search_conditions import everything
from storage.search_terms import All, Span, Tokens, Without

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

table = table_clause("search_grams", column("rowid", Integer), column("search_grams"))

article_id = table.c.rowid
holds = and_(
    table.c.search_grams.op("MATCH", is_comparison=True)(bindparam("grams")),
    article_id > bindparam("after"),
    article_id <= bindparam("last"),
)
newest = article_id.desc()
position = func.instr
at_once = 1_000
#: Where an article is found every few minutes, a common word needs a day of them to be sure of its newest 20.
_SPAN = 512


def among(ids: ColumnElement[int]) -> ColumnElement[bool]:
    return ids.in_(bindparam("ids", expanding=True))


def create(connection: Connection) -> None:
    connection.execute(
        text(
            "CREATE VIRTUAL TABLE IF NOT EXISTS search_grams USING"
            " fts5(grams, content='', columnsize=0, detail=none, tokenize='ascii')"
        )
    )


def drop(connection: Connection) -> None:
    connection.execute(text("DROP TABLE search_grams"))


def insert(connection: Connection, articles: Iterable[tuple[int, Collection[str]]]) -> None:
    statement = text("INSERT INTO search_grams(rowid, grams) VALUES (:article_id, :grams)")
    for article_id, tokens in articles:
        connection.execute(statement, {"article_id": article_id, "grams": " ".join(tokens)})


def delete(connection: Connection, articles: Iterable[tuple[int, Collection[str]]]) -> None:
    """The tokens must be those they were inserted with; others would stay behind."""
    statement = text("INSERT INTO search_grams(search_grams, rowid, grams) VALUES ('delete', :article_id, :grams)")
    for article_id, tokens in articles:
        connection.execute(statement, {"article_id": article_id, "grams": " ".join(tokens)})


class Lookup:
    """FTS5 is asked by the statement of the candidates itself."""

    def __init__(self, connection: Connection, tokens: Tokens, reach: Span | None) -> None:
        self.reach = reach or everything(connection)
        self._grams = _render(tokens)

    def first_span(self, wanted: int) -> int:
        return _SPAN

    def asked(self, span: Span) -> dict[str, str | int] | None:
        return {"grams": self._grams, "after": span.after, "last": span.last}


def _render(tokens: Tokens) -> str:
    if isinstance(tokens, str):
        return f'"{tokens}"'
    if isinstance(tokens, Without):
        return f"({_render(tokens.wanted)} NOT {_render(tokens.unwanted)})"
    joint = " AND " if isinstance(tokens, All) else " OR "
    return f"({joint.join(map(_render, tokens.parts))})"
