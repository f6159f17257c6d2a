"""Making the tables and moving old ones on, with Alembic. A database of any released version comes to this one."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from storage import search
from storage.errors import SchemaTooNew, SchemaTooOld, StoreMisplaced
from storage.folding import FOLD_VERSION
from storage.tables import REVISION, meta
from storage.upserts import insert

if TYPE_CHECKING:
    from datetime import datetime

    from alembic.config import Config
    from sqlalchemy import Connection

    from storage.database import Database

#: What the full-text index was made with.
INDEX = f"{search.VERSION}.{FOLD_VERSION}"

#: Any number that nobody else locks; one process migrates, the others wait.
_LOCK = 0x66656E67


def prepare(database: Database, *, now: datetime) -> None:
    """Create the tables, or see that they are ours. Raises `SchemaMismatch`.

    An old SQLite file is copied to `NAME.before-REVISION` and migrated; on PostgreSQL others may still be at work with
    the old program, so that is somebody's decision.
    """
    _check_place(database)
    found = database.read(revision)
    _refuse_newer(database, found)
    if found not in (None, REVISION) and (database.read_only or not database.is_sqlite):
        raise SchemaTooOld(
            f"{database.name} is of version {found}, this program needs {REVISION}: `fenghuo db migrate`"
        )
    if found != REVISION:
        migrate(database, now=now)


def migrate(database: Database, *, now: datetime) -> str | None:
    """Bring the database to `REVISION`, in one transaction; the revision it had."""
    found = database.read(revision)
    _refuse_newer(database, found)
    if found is None:
        _make_wal(database)
    if found not in (None, REVISION) and database.path:
        copy(database.path, database.path.with_name(f"{database.path.name}.before-{REVISION}"))
    return database.write(lambda connection: _upgrade(connection, now))


def revision(connection: Connection) -> str | None:
    """None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        _refuse_foreign(connection)
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def configuration() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def copy(source: Path, target: Path) -> None:
    """A whole copy of a database that others may be writing; an unfinished one never bears the name."""
    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(source)) as one, contextlib.closing(sqlite3.connect(unfinished)) as other:
        one.backup(other)
    unfinished.replace(target)


def set_meta(connection: Connection, key: str, value: str, *, now: datetime) -> None:
    row = {"key": key, "value": value, "changed_at": now}
    saved = insert(connection, meta).values(row)
    connection.execute(saved.on_conflict_do_update(index_elements=["key"], set_=row))


def _upgrade(connection: Connection, now: datetime) -> str | None:
    from alembic import command

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    found = revision(connection)
    if found != REVISION:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, REVISION)
        search.create(connection)
        set_meta(connection, "index", INDEX, now=now)
    return found


def _refuse_newer(database: Database, found: str | None) -> None:
    # Revisions are numbers of four digits: they sort.
    if found is not None and found > REVISION:
        raise SchemaTooNew(
            f"{database.name} was made by a newer version ({found}; this program knows {REVISION}): "
            "install that version; the database was not changed"
        )


def _refuse_foreign(connection: Connection) -> None:
    tables = set(inspect(connection).get_table_names())
    if "articles" in tables or "sources" in tables:
        raise StoreMisplaced("this database has tables of the same names that are not ours: use one of its own")


def _check_place(database: Database) -> None:
    path = database.path
    if path is None:
        return
    if not path.absolute().parent.is_dir():
        raise StoreMisplaced(f"{path}: there is no folder {path.absolute().parent}; make it or name another one")
    if path.is_dir():
        raise StoreMisplaced(f"{path} is a folder: name a file in it")


def _make_wal(database: Database) -> None:
    if database.path:
        with contextlib.closing(sqlite3.connect(database.path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
