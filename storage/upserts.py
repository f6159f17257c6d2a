"""`INSERT … ON CONFLICT`, which both databases know and SQLAlchemy keeps in its dialects.

Rows go to `execute` beside the statement, never into it: a statement that is built once costs a third.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

    Insert = sqlite.Insert | postgresql.Insert


def insert(connection: Connection, table: Table) -> Insert:
    return _insert(connection.dialect.name, table)


def add(connection: Connection, table: Table) -> Insert:
    """What is there already stays."""
    return _add(connection.dialect.name, table)


def replace(connection: Connection, table: Table, columns: tuple[str, ...]) -> Insert:
    """Of what is there already, under the same primary key, these columns change."""
    return _replace(connection.dialect.name, table, columns)


def _insert(dialect: str, table: Table) -> Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _add(dialect: str, table: Table) -> Insert:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _replace(dialect: str, table: Table, columns: tuple[str, ...]) -> Insert:
    inserted = _insert(dialect, table)
    new = {name: inserted.excluded[name] for name in columns}
    return inserted.on_conflict_do_update(index_elements=[*table.primary_key], set_=new)
