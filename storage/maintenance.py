"""Looking after the database: checks, sizes, copies, and giving unused space back."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import func, select, table, text

from storage import files, meta, outbox, pages, reindexing, schema, tables
from storage.audience import State
from storage.database import CHECKPOINT_BYTES, Database, explain_sqlite, url_of
from storage.errors import SchemaTooNew, StoreDamaged, StoreError, StoreMisplaced
from storage.reports import Check, TableSize

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection, TextClause

#: https://sqlite.org/changes.html
_RACE_FIXED = (3, 51, 3)
_OLDEST_POSTGRESQL = 14

#: A journal of so many times the size at which it is written back is told.
_LONG_JOURNAL = 10

#: The full-text index; SQLite keeps it in several tables.
_INDEX = "search_grams"
_SIZES = {
    "sqlite": "SELECT m.tbl_name, sum(d.pgsize) FROM dbstat AS d JOIN sqlite_schema AS m ON m.name = d.name GROUP BY 1",
    "postgresql": (
        "SELECT relname, pg_total_relation_size(oid) FROM pg_class "
        "WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
    ),
}


def check(database: Database) -> list[Check]:
    """All that can be looked at while others work; may take minutes on a large file."""
    found = [_schema(database), *_look(database, "search index", _index)]
    if database.path:
        found += [_sqlite(), _file_system(database.path), _journal(database.path)]
        found += [*_look(database, "pages", _integrity), *_full_text(database)]
    else:
        found += _look(database, "server", _server)
    return [*found, *_look(database, "pages as received", _received), *_look(database, "troubles", _troubles)]


def _look(database: Database, name: str, at: Callable[[Connection], list[Check]]) -> list[Check]:
    """What is too damaged to be looked at is a finding too."""
    try:
        return database.read(at)
    except StoreDamaged as error:
        return [Check(name=name, sound=False, detail=str(error))]


def stats(database: Database) -> list[TableSize]:
    """The largest table first, each with its indexes."""
    return sorted(database.read(_sizes), key=lambda one: -one.bytes)


def vacuum(database: Database) -> None:
    """Give unused space back. SQLite needs as much free space as the file has, and keeps writers waiting."""
    if database.path:
        database.write(lambda connection: connection.execute(_fts("optimize")))
        database.alone("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA optimize")
    else:
        database.alone("VACUUM (ANALYZE)")


def backup(database: Database, target: Path) -> None:
    """A copy that is whole, whatever is being written meanwhile. Raises `StoreError`."""
    if database.path is None:
        raise StoreMisplaced(
            f"backups of PostgreSQL are made by its own tools: pg_dump -Fc -f {target} '{database.name}'"
        )
    _refuse_target(database.path, target)
    try:
        if target.exists() and (fault := files.fault(target)):
            raise StoreMisplaced(f"{target} {fault}, so it is no earlier backup: name another file")
        files.copy(database.path, target)
    except sqlite3.Error as error:
        raise explain_sqlite(error, str(database.path)) from error
    except OSError as error:
        raise StoreMisplaced(f"{target}: {error.strerror}") from error


def _refuse_target(path: Path, target: Path) -> None:
    folder = target.absolute().parent
    if target.is_dir():
        raise StoreMisplaced(f"{target} is a folder: name a file in it")
    if target.exists() and target.samefile(path):
        raise StoreMisplaced(f"{target} is the database itself: name another file")
    if not folder.is_dir():
        raise StoreMisplaced(f"{target}: there is no folder {folder}; make it or name another one")
    if not os.access(folder, os.W_OK):
        raise StoreMisplaced(f"{target}: the folder {folder} may not be written; name another one")


def restore(database: Database, source: Path) -> Path | None:
    """Put a backup in the place of the database, which must not be in use; where the old file went."""
    if database.path is None:
        raise StoreMisplaced(
            f"backups of PostgreSQL are put back by its own tools: pg_restore -d '{database.name}' {source}"
        )
    _refuse_foreign(source)
    try:
        return files.restore(source, database.path)
    except sqlite3.Error as error:
        raise explain_sqlite(error, str(source)) from error


def _refuse_foreign(source: Path) -> None:
    files.examine(source, read_only=True)
    backup = Database(url_of(source), read_only=True)
    try:
        found = backup.read(schema.revision)
    finally:
        backup.close()
    if found is None:
        raise StoreMisplaced(f"{source} is no database of Fenghuo")
    if found > tables.REVISION:
        raise SchemaTooNew(f"{source} was made by a newer version ({found}): install that version")


def _schema(database: Database) -> Check:
    found = database.read(schema.revision)
    return Check(name="schema", sound=found == tables.REVISION, detail=found or "none")


def _index(connection: Connection) -> list[Check]:
    made_with = meta.get(connection, reindexing.KEY) or "nothing"
    return [Check(name="search index", sound=made_with == reindexing.MADE_WITH, detail=f"made with {made_with}")]


def _sqlite() -> Check:
    known = "" if sqlite3.sqlite_version_info >= _RACE_FIXED else (
        ": before 3.51.3 two processes that write and check-point at the same instant can lose pages; "
        "Fenghuo locks writers out meanwhile, other programs should not write to this file"
    )  # fmt: skip
    return Check(name="SQLite", sound=True, detail=f"{sqlite3.sqlite_version}{known}")


def _file_system(path: Path) -> Check:
    kind = files.network_of(path)
    said = f"{path} is on {kind}, where SQLite's locks do not hold: move it to a local disk" if kind else "local"
    return Check(name="file system", sound=not kind, detail=said)


def _integrity(connection: Connection) -> list[Check]:
    found = connection.execute(text("PRAGMA integrity_check(5)")).scalars().all()
    dangling = len(connection.execute(text("PRAGMA foreign_key_check")).all())
    return [
        Check(name="pages", sound=found == ["ok"], detail="; ".join(map(str, found))),
        Check(name="references", sound=not dangling, detail=f"{dangling} dangling" if dangling else "ok"),
    ]


def _full_text(database: Database) -> list[Check]:
    """FTS5 is asked by writing to it."""
    if database.read_only:
        return []
    try:
        database.write(lambda connection: connection.execute(_fts("integrity-check")))
    except StoreError as error:
        return [Check(name="full-text index", sound=False, detail=str(error))]
    return [Check(name="full-text index", sound=True, detail="ok")]


def _journal(path: Path) -> Check:
    """It grows for as long as somebody reads without an end."""
    journal = path.with_name(f"{path.name}-wal")
    size = journal.stat().st_size if journal.exists() else 0
    held = size > _LONG_JOURNAL * CHECKPOINT_BYTES
    why = ": a reader that has been at work for long holds it back; find and end it" if held else ""
    return Check(name="journal", sound=not held, detail=f"{size / 1e6:.1f} MB not written back{why}")


def _received(connection: Connection) -> list[Check]:
    number, bad = pages.proven(connection)
    named = f", {len(bad)} cannot be unpacked, the first of article {bad[0]}" if bad else ""
    return [Check(name="pages as received", sound=not bad, detail=f"{number}{named}")]


def _fts(command: str) -> TextClause:
    return text(f"INSERT INTO {_INDEX}({_INDEX}) VALUES ('{command}')")


def _server(connection: Connection) -> list[Check]:
    settings = "SELECT current_setting('server_version_num')::int, version(), current_setting('server_encoding')"
    number, version, encoding = connection.execute(text(settings)).one()
    return [
        Check(name="PostgreSQL", sound=number >= _OLDEST_POSTGRESQL * 10_000, detail=version),
        Check(name="encoding", sound=encoding == "UTF8", detail=encoding),
    ]


def _troubles(connection: Connection) -> list[Check]:
    aside = select(func.count()).where(tables.misreadings.c.kind == "set aside")
    number = connection.execute(aside).scalar_one()
    counts = outbox.counted(connection)
    open_ends = {state: counts.get(state, 0) for state in (State.UNKNOWN, State.DEAD)}
    said = ", ".join(f"{number} {state}" for state, number in open_ends.items())
    return [
        Check(name="set aside", sound=True, detail=f"{number} articles could not be stored"),
        Check(name="messages", sound=True, detail=said),
    ]


def _sizes(connection: Connection) -> list[TableSize]:
    rows = {name: _count(connection, name) for name in tables.metadata.tables}
    rows[_INDEX] = rows["texts"]
    sizes: Counter[str] = Counter()
    for name, size in connection.execute(text(_SIZES[connection.dialect.name])):
        sizes[_INDEX if name.startswith(_INDEX) else name] += int(size)
    return [TableSize(name=name, rows=number, bytes=sizes[name]) for name, number in rows.items()]


def _count(connection: Connection, name: str) -> int:
    return connection.execute(select(func.count()).select_from(table(name))).scalar_one()
