"""Making the tables and moving old ones on, with Alembic. A database of any released version comes to this one."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from storage import files, reindexing
from storage.database import Database, explain_sqlite, url_of
from storage.errors import SchemaTooNew, SchemaTooOld, StoreMisplaced, StoreMissing
from storage.tables import REVISION

if TYPE_CHECKING:
    from datetime import datetime

    from alembic.config import Config
    from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"

log = logging.getLogger(__name__)

#: Any number that nobody else locks; one process migrates, the others wait.
_LOCK = 0x66656E67


def prepare(database: Database, *, now: datetime, make: bool = True) -> None:
    """Create the tables, or see that they are ours. Raises `SchemaMismatch`, and `StoreMissing` where none may be made.

    An old SQLite file is copied to `NAME.before-REVISION` and migrated; on PostgreSQL others may still be at work with
    the old program, so that is somebody's decision.
    """
    if make:
        _make_file(database, now)
    elif not _has_file(database):
        raise _missing(database)
    _warn_of_network(database)
    found = database.read(revision)
    if found is None and not make:
        raise _missing(database)
    if found != REVISION:
        _refuse_newer(database, found)
        if found is not None and (database.read_only or not database.path):
            raise SchemaTooOld(f"{database.name} is of version {found} and needs {REVISION}: `fenghuo db migrate`")
        _migrate(database, now)
    if not database.read_only and database.read(reindexing.is_needed):
        database.write(lambda connection: reindexing.reindex(connection, now=now))


def migrate(database: Database, *, now: datetime) -> str | None:
    """Bring the database to `REVISION`, in one transaction; the revision that it had, None for a new one."""
    if _make_file(database, now):
        return None
    _refuse_newer(database, database.read(revision))
    return _migrate(database, now)


def revision(connection: Connection) -> str | None:
    """None for an empty database. Raises `StoreMisplaced` for one with tables of somebody else."""
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables or "sightings" not in tables:
        if tables & {"articles", "sources", "alembic_version", "meta"}:
            raise StoreMisplaced("this database belongs to another program: give Fenghuo one of its own")
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def configuration() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _make_file(database: Database, now: datetime) -> bool:
    """Whether there was none. Raises `StoreError` where what is there cannot be used."""
    if database.path is None or _has_file(database):
        return False
    files.make(database.path, lambda path: _fill(path, now))
    return True


def _has_file(database: Database) -> bool:
    """True of a server's. Raises `StoreError` where what is there cannot be used."""
    return database.path is None or files.examine(database.path, read_only=database.read_only)


def _missing(database: Database) -> StoreMissing:
    where = database.path.absolute() if database.path else database.name
    return StoreMissing(f"there is no database at {where}: is this the right folder? `fenghuo init` begins a new one")


def _warn_of_network(database: Database) -> None:
    if database.path and (kind := files.network_of(database.path)):
        log.warning(
            "%s is on %s, where SQLite's locks do not hold between machines: use a local disk, or PostgreSQL",
            database.path,
            kind,
        )


def _fill(path: Path, now: datetime) -> None:
    with closing(Database(url_of(path))) as database:
        _migrate(database, now)


def _migrate(database: Database, now: datetime) -> str | None:
    return database.write(lambda connection: _upgrade(connection, database.path, now))


def _upgrade(connection: Connection, path: Path | None, now: datetime) -> str | None:
    from alembic import command

    if path is None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        _refuse_encoding(connection)
    found = revision(connection)
    if found == REVISION:  # another process was first
        return found
    if path and found:
        _copy_before(path)
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, REVISION)
    reindexing.reindex(connection, now=now)
    return found


def _refuse_encoding(connection: Connection) -> None:
    encoding = connection.execute(text("SELECT current_setting('server_encoding')")).scalar_one()
    if encoding != "UTF8":
        raise StoreMisplaced(
            f"this database is in {encoding}, which does not hold Chinese: "
            "CREATE DATABASE fenghuo TEMPLATE template0 ENCODING 'UTF8'"
        )


def _copy_before(path: Path) -> None:
    try:
        files.copy(path, path.with_name(f"{path.name}.before-{REVISION}"))
    except sqlite3.Error as error:
        raise explain_sqlite(error, str(path)) from error


def _refuse_newer(database: Database, found: str | None) -> None:
    # Revisions are numbers of four digits: they sort.
    if found is not None and found > REVISION:
        raise SchemaTooNew(
            f"{database.name} was made by a newer version ({found}; this program knows {REVISION}): "
            "install that version; the database was not changed"
        )
