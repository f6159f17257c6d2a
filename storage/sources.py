"""The news columns that are known, their configuration and what is remembered of them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, update

from storage import tables, upserts
from storage.addresses import host_of
from storage.records import Source, SourceState, as_dict
from storage.rows import fact

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

    from storage.records import Level

_CONFIGURED = (*(spec.name for spec in fields(Source) if spec.name not in ("id", "enabled")), "host", "removed")
_REMEMBERED = (*(spec.name for spec in fields(SourceState) if spec.name != "source_id"), "unfinished")

_known = tables.sources.join(tables.states)


def add(connection: Connection, sources: Iterable[Source], *, now: datetime) -> int:
    """Configuration by id; `enabled` counts for new rows only, and an enabled new one is due at once."""
    rows = sorted((_row(source) for source in sources), key=lambda row: str(row["id"]))
    if not rows:
        return 0
    connection.execute(upserts.replace(connection, tables.sources, _CONFIGURED), rows)
    states = [{"source_id": row["id"], "next_visit_at": now if row["enabled"] else None} for row in rows]
    connection.execute(upserts.add(connection, tables.states), states)
    return len(rows)


def find(
    connection: Connection,
    *,
    enabled: bool | None = None,
    ids: Collection[str] | None = None,
    provinces: Collection[str] | None = None,
    levels: Collection[Level] | None = None,
) -> list[Source]:
    query = select(tables.sources).where(~tables.sources.c.removed).order_by(tables.sources.c.id)
    if enabled is not None:
        query = query.where(tables.sources.c.enabled == enabled)
    for column, wanted in (("id", ids), ("province", provinces), ("level", levels)):
        if wanted is not None:
            query = query.where(tables.sources.c[column].in_(list(wanted)))
    return [fact(Source, row) for row in connection.execute(query).mappings()]


def states(connection: Connection, ids: Collection[str] | None = None) -> dict[str, SourceState]:
    query = select(tables.states)
    if ids is not None:
        query = query.where(tables.states.c.source_id.in_(list(ids)))
    return {row["source_id"]: fact(SourceState, row) for row in connection.execute(query).mappings()}


def save_state(connection: Connection, state: SourceState) -> None:
    connection.execute(upserts.replace(connection, tables.states, _REMEMBERED), as_dict(state) | {"unfinished": 0})


def set_enabled(connection: Connection, ids: Collection[str], on: bool, *, now: datetime) -> int:
    """How many changed. What is switched on is due at once."""
    table = tables.sources
    changed = connection.execute(
        update(table).where(table.c.id.in_(list(ids)), table.c.enabled != on, ~table.c.removed).values(enabled=on)
        .returning(table.c.id)
    ).scalars().all()  # fmt: skip
    if on and changed:
        due = update(tables.states).where(tables.states.c.source_id.in_(changed))
        connection.execute(due.values(next_visit_at=now, unfinished=0))
    return len(changed)


def put_off(connection: Connection, source_id: str, until: datetime) -> None:
    waiting = update(tables.states).where(tables.states.c.source_id == source_id)
    connection.execute(waiting.values(next_visit_at=until, unfinished=0))


def remove(connection: Connection, source_id: str) -> bool:
    """Its articles stay, and with them its name."""
    table = tables.sources
    gone = update(table).where(table.c.id == source_id, ~table.c.removed).values(removed=True, enabled=False)
    connection.execute(delete(tables.states).where(tables.states.c.source_id == source_id))
    return connection.execute(gone).rowcount > 0


def counted(connection: Connection, *, now: datetime) -> RowMapping:
    """`known`, `enabled`, `due`, and `next_visit_at` of the enabled ones."""
    on, at = tables.sources.c.enabled, tables.states.c.next_visit_at
    query = select(
        func.count().label("known"),
        func.count().filter(on).label("enabled"),
        func.count().filter(on, (at <= now) | at.is_(None)).label("due"),
        func.min(at).filter(on).label("next_visit_at"),
    )
    return connection.execute(query.select_from(_known).where(~tables.sources.c.removed)).mappings().one()


def _row(source: Source) -> dict[str, Any]:
    return {**as_dict(source), "headers": dict(source.headers), "host": host_of(source.url), "removed": False}
