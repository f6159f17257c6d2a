"""Small facts about the database itself, and notes that other rooms leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from storage import tables, upserts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


def get(connection: Connection, key: str) -> str | None:
    return connection.execute(select(tables.meta.c.value).where(tables.meta.c.key == key)).scalar()


def put_once(connection: Connection, key: str, value: str, *, now: datetime) -> str:
    connection.execute(upserts.add(connection, tables.meta), {"key": key, "value": value, "changed_at": now})
    return get(connection, key) or value


def put(connection: Connection, key: str, value: str, *, now: datetime) -> None:
    row = {"key": key, "value": value, "changed_at": now}
    connection.execute(upserts.replace(connection, tables.meta, ("value", "changed_at")), row)
