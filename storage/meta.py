"""Small facts about the database itself, and notes that other rooms leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from storage import tables
from storage.upserts import insert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


def get(connection: Connection, key: str) -> str | None:
    return connection.execute(select(tables.meta.c.value).where(tables.meta.c.key == key)).scalar()


def put(connection: Connection, key: str, value: str, *, now: datetime) -> None:
    row = {"key": key, "value": value, "changed_at": now}
    saved = insert(connection, tables.meta).values(row)
    connection.execute(saved.on_conflict_do_update(index_elements=["key"], set_=row))
