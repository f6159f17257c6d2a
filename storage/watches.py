"""What is looked for, who reads it, and who changed what when."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from storage import tables, upserts
from storage.audience import ProfileText, Reader, State, Watch
from storage.records import as_dict
from storage.reports import WatchChange
from storage.rows import fact

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from storage.reports import Rematched

_watches, _readers, _notices = tables.watches.c, tables.readers.c, tables.notices.c
_deliveries = tables.deliveries.c

#: A change of these makes another rule of it.
_RULE = ("rule", "profile", "threshold")
#: What of a message can still be held back.
_WAITING = (State.PENDING, State.UNKNOWN)
_SAID = tuple(spec.name for spec in fields(Watch) if spec.name != "name")


def save(connection: Connection, watch: Watch, *, now: datetime, by: str) -> Watch:
    """Under its next version, where it asks for something else than before."""
    before = find(connection, watch.name)
    watch = replace(watch, version=_version(before, watch))
    if watch != before:
        connection.execute(upserts.replace(connection, tables.watches, _SAID), _row(watch))
        _record(connection, watch.name, before, watch, now=now, by=by)
    return watch


def find(connection: Connection, name: str) -> Watch | None:
    row = connection.execute(select(tables.watches).where(_watches.name == name)).mappings().one_or_none()
    return fact(Watch, row) if row else None


def everything(connection: Connection) -> list[Watch]:
    return [fact(Watch, row) for row in connection.execute(select(tables.watches).order_by(_watches.name)).mappings()]


def remove(connection: Connection, name: str, *, now: datetime, by: str) -> bool:
    """What it was told for stays told; what waits to be told goes with it."""
    before = find(connection, name)
    if before is None:
        return False
    connection.execute(delete(tables.watches).where(_watches.name == name))
    connection.execute(delete(tables.notices).where(_notices.watch == name, _notices.delivery_id.is_(None)))
    _record(connection, name, before, None, now=now, by=by)
    return True


def note_application(
    connection: Connection, watch: Watch, *, since: datetime, rematched: Rematched, now: datetime, by: str
) -> None:
    counts = {"applied_since": since, "added": len(rematched.added), "dropped": len(rematched.dropped)}
    _record(connection, watch.name, watch, watch, now=now, by=by, **counts)


def changes(connection: Connection, name: str) -> list[WatchChange]:
    """The oldest first."""
    table = tables.watch_changes
    rows = connection.execute(select(table).where(table.c.watch == name).order_by(table.c.id)).mappings()
    return [
        WatchChange(
            watch=row["watch"],
            changed_at=row["changed_at"],
            by=row["by"],
            before=fact(Watch, row["before"]) if row["before"] else None,
            after=fact(Watch, row["after"]) if row["after"] else None,
            applied_since=row["applied_since"],
            added=row["added"],
            dropped=row["dropped"],
        )
        for row in rows
    ]


def save_profile(connection: Connection, profile: ProfileText, *, now: datetime, by: str) -> bool:
    """Whether it says something new; then the watches that use it ask for something else, under a next version."""
    known = {one.name: one for one in profiles(connection)}
    if known.get(profile.name) == profile:
        return False
    connection.execute(insert(tables.profiles), as_dict(profile) | {"changed_at": now})
    for watch in everything(connection):
        if watch.profile == profile.name:
            after = replace(watch, version=watch.version + 1)
            connection.execute(upserts.replace(connection, tables.watches, _SAID), _row(after))
            _record(connection, watch.name, watch, after, now=now, by=by)
    return True


def profiles(connection: Connection, *, at: datetime | None = None) -> list[ProfileText]:
    """As they are, or were at a moment."""
    table = tables.profiles.c
    query = select(table.name, table.text).order_by(table.id)
    rows = connection.execute(query if at is None else query.where(table.changed_at <= at)).mappings()
    newest = {row["name"]: fact(ProfileText, row) for row in rows}
    return [newest[name] for name in sorted(newest)]


def save_reader(connection: Connection, reader: Reader) -> Reader:
    """What a reader who is known already has ended stays ended."""
    columns = tuple(spec.name for spec in fields(reader) if spec.name not in ("name", "unsubscribed"))
    connection.execute(upserts.replace(connection, tables.readers, columns), as_dict(reader))
    return reader


def readers(connection: Connection) -> list[Reader]:
    return [fact(Reader, row) for row in connection.execute(select(tables.readers).order_by(_readers.name)).mappings()]


def suspend_reader(connection: Connection, name: str, reason: str) -> bool:
    return connection.execute(update(tables.readers).where(_readers.name == name).values(suspended=reason)).rowcount > 0


def unsubscribe(connection: Connection, name: str, watch: str) -> bool:
    """What waits to be told goes with it; False where the reader is not there."""
    if not _set_unsubscribed(connection, name, lambda ended: (*ended, watch)):
        return False
    untold = (_notices.reader == name, _notices.watch == watch, _notices.delivery_id.is_(None))
    connection.execute(delete(tables.notices).where(*untold))
    waiting = (_deliveries.reader == name, _deliveries.watch == watch, _deliveries.state.in_(_WAITING))
    ended = {"state": State.DEAD, "error": "the reader has unsubscribed"}
    connection.execute(update(tables.deliveries).where(*waiting).values(ended))
    return True


def resubscribe(connection: Connection, name: str, watch: str) -> bool:
    """From the next story on; False where the reader is not there."""
    return _set_unsubscribed(connection, name, lambda ended: tuple(other for other in ended if other != watch))


def _set_unsubscribed(connection: Connection, name: str, change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> bool:
    row = connection.execute(select(tables.readers).where(_readers.name == name).with_for_update()).mappings().first()
    if row is None:
        return False
    ended = list(dict.fromkeys(change(fact(Reader, row).unsubscribed)))
    connection.execute(update(tables.readers).where(_readers.name == name).values(unsubscribed=ended))
    return True


def remove_reader(connection: Connection, name: str) -> bool:
    connection.execute(delete(tables.notices).where(_notices.reader == name, _notices.delivery_id.is_(None)))
    return connection.execute(delete(tables.readers).where(_readers.name == name)).rowcount > 0


def _version(before: Watch | None, watch: Watch) -> int:
    if before is None:
        return watch.version
    return before.version + any(getattr(before, name) != getattr(watch, name) for name in _RULE)


def _row(watch: Watch) -> dict[str, Any]:
    return as_dict(watch) | {"readers": list(watch.readers)}


def _record(
    connection: Connection, name: str, before: Watch | None, after: Watch | None, *, now: datetime, by: str, **more: Any
) -> None:
    row: dict[str, Any] = {"watch": name, "changed_at": now, "by": by, **more}
    row |= {"before": before and _row(before), "after": after and _row(after)}
    connection.execute(insert(tables.watch_changes), row)
