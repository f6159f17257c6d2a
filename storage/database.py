"""The door to SQLAlchemy: engines, transactions that are repeated where that is right, and errors in our own words.

SQLite: WAL, so that readers and the one writer do not wait for each other. `synchronous` is FULL, because with NORMAL
a power cut takes back the last commits, and a "sent" that is taken back is a mail sent twice; in batches it costs
nothing that could be measured (20 items a batch: 718 items/s NORMAL, 850 FULL, the difference is noise). Writers say
`BEGIN IMMEDIATE`: a reading transaction that turns into a writing one is refused at once, whatever the busy timeout
(494 of 800 batches in four processes; 0 of 800 with IMMEDIATE).
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from storage.errors import (
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreLocked,
    StoreMisplaced,
    StoreReadOnly,
    StoreUnavailable,
    StoreUnreachable,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine
    from sqlalchemy.pool import ConnectionPoolEntry

T = TypeVar("T")

#: Seconds that a writer waits for another one.
BUSY_SECONDS = 30
#: Bytes by which SQLite's journal grows before it is written back, and seconds that this waits for writers and readers.
CHECKPOINT_BYTES = 16_000_000
CHECKPOINT_SECONDS = 2
#: A session that holds a transaction open and does nothing is ended by the server after this, and its locks with it.
IDLE_IN_TRANSACTION = "60s"
#: A statement that begins with it has its rows sent in binary: bytes take twice the room as text, and 9 µs of 29 a row.
#: Not all statements, because the inspection of tables reads types that are only known as text.
AS_BYTES = "/* as bytes */"
#: Where a transaction notes, in its connection's `info`, what `Database.write` is to call when it is committed.
AFTERWARDS = "fenghuo afterwards"
#: How often a transaction is tried that met a deadlock or a server that went away; some 6 seconds in all.
TRIES = 6
#: PostgreSQL: serialization failure, deadlock, and shutdowns (class 57P) under which another try is right.
_REPEATABLE = {"40001", "40P01", "57P01", "57P02", "57P03"}

_WRITER_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "wal_autocheckpoint = 0")
_READER_PRAGMAS = ("query_only = ON",)

_write_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


class Database:
    """`read` and `write` run a function in one transaction. Engines are shared by threads, never by processes."""

    def __init__(self, url: str | URL, *, read_only: bool = False) -> None:
        self.url = parse_url(url)
        self.read_only = read_only
        #: Of the SQLite file.
        self.path = Path(self.url.database or "") if self.url.get_backend_name() == "sqlite" else None
        if self.path:
            self.reader = _sqlite_engine(self.path, "ro" if read_only else "rw", writes=False)
            self.writer = _sqlite_engine(self.path, "rw", writes=True)
        else:
            self.reader = self.writer = _postgresql_engine(self.url)
        self._checkpoint_at = CHECKPOINT_BYTES

    def read(self, work: Callable[[Connection], T]) -> T:
        return self._run(self.reader, work)

    def write(self, work: Callable[[Connection], T]) -> T:
        """`work` may be run again from the start where the transaction was undone by others."""
        if self.read_only:
            raise StoreReadOnly(f"{self.name} was opened for reading only")
        done, then = self._run(self.writer, partial(_with_afterwards, work))
        if self.path:
            self._checkpoint(self.path)
        if then:
            # What was to be written is written; whoever writes next tries this again.
            with suppress(StoreError):
                then(self)
        return done

    def alone(self, *statements: str) -> None:
        """Statements that no transaction may hold."""
        options = {"in_transaction": False} if self.path else {"isolation_level": "AUTOCOMMIT"}
        try:
            with self.writer.connect().execution_options(**options) as connection:
                for statement in statements:
                    connection.exec_driver_sql(statement)
        except DBAPIError as error:
            raise explained(error, self.name) from error

    def close(self) -> None:
        self.reader.dispose()
        self.writer.dispose()

    @property
    def name(self) -> str:
        """For people, without the password."""
        return str(self.path) if self.path else self.url.render_as_string(hide_password=True)

    def _run(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        for attempt in range(1, TRIES + 1):
            try:
                with engine.begin() as connection:
                    return work(connection)
            except DBAPIError as error:
                if attempt == TRIES or not _is_repeatable(error):
                    raise explained(error, self.name) from error
            except PoolTimeout as error:
                raise StoreLocked(f"{self.name}: no connection was free for {BUSY_SECONDS} s; try again") from error
            # Two that undid each other must not meet again.
            time.sleep(0.1 * 2**attempt * random.uniform(0.75, 1.25))
        raise AssertionError("every try returns or raises")

    def _checkpoint(self, path: Path) -> None:
        """Write SQLite's journal back into the file when it has grown.

        SQLite's own way, any connection after any commit, is off: before 3.51.3 a checkpoint and a writer that begins
        the journal anew at the same instant can lose frames. This one holds the write lock meanwhile.
        """
        journal = path.with_name(f"{path.name}-wal")
        if not journal.exists() or journal.stat().st_size < self._checkpoint_at:
            return
        with suppress(StoreError):
            self.alone(f"PRAGMA busy_timeout = {CHECKPOINT_SECONDS * 1000}", "PRAGMA wal_checkpoint(TRUNCATE)")
        self.alone(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        # What a long reader holds back is not asked for again after every commit.
        self._checkpoint_at = CHECKPOINT_BYTES + (journal.stat().st_size if journal.exists() else 0)


def url_of(path: Path) -> URL:
    """A SQLite file's, whatever signs its name has."""
    return URL.create("sqlite", database=str(path))


def parse_url(url: str | URL) -> URL:
    """Raises `StoreMisplaced`."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None
    backend = parsed.get_backend_name() if parsed else ""
    if parsed is None or backend not in ("sqlite", "postgresql"):
        raise StoreMisplaced("the database address is not known: write sqlite:///path or postgresql://user@host/name")
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise StoreMisplaced("the database address names no file: write sqlite:///fenghuo.db")
    return parsed if backend == "sqlite" else parsed.set(drivername="postgresql+psycopg")


def _sqlite_engine(path: Path, mode: str, *, writes: bool) -> Engine:
    # One writing connection a process: threads then queue fairly here instead of polling the file's lock.
    size = {"pool_size": 1, "max_overflow": 0} if writes else {"pool_size": 4, "max_overflow": 12}
    engine = create_engine(
        "sqlite://",
        creator=lambda: connect(path, mode),
        poolclass=QueuePool,
        json_serializer=_write_json,
        pool_timeout=BUSY_SECONDS,
        **size,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver must not begin or commit by itself
        for pragma in _WRITER_PRAGMAS if writes else _READER_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("in_transaction", True):
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """`mode` is "rw" or "ro"; neither makes a file. Raises `sqlite3.Error`."""
    wal = path.with_name(f"{path.name}-wal")
    if mode == "ro" and not wal.exists() and not os.access(path.absolute().parent, os.W_OK):
        mode = "ro&immutable=1"  # SQLite wants to make the -shm file even for reading
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)


def _with_afterwards(work: Callable[[Connection], T], connection: Connection) -> tuple[T, Any]:
    return work(connection), connection.info.pop(AFTERWARDS, None)


def _cursor() -> type[Any]:
    import psycopg

    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, *given: Any, **named: Any) -> Any:
            return super().execute(query, *given, binary=str(query).startswith(AS_BYTES), **named)

    return Cursor


def _postgresql_engine(url: URL) -> Engine:
    try:
        return create_engine(
            url,
            connect_args={
                "application_name": "fenghuo",
                "connect_timeout": 10,
                "cursor_factory": _cursor(),
                "options": f"-c timezone=UTC -c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION}",
            },
            json_serializer=_write_json,
            pool_pre_ping=True,
            pool_size=5,
            max_overflow=5,
            pool_timeout=BUSY_SECONDS,
        )
    except ModuleNotFoundError as error:
        raise StoreMisplaced("PostgreSQL needs its driver: pip install 'fenghuo[postgresql]'") from error


def _is_repeatable(error: DBAPIError) -> bool:
    """Undone by a deadlock, or by a server that went away or does not answer."""
    if isinstance(error.orig, sqlite3.Error):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return (
        error.connection_invalidated or state in _REPEATABLE or (state is None and isinstance(error, OperationalError))
    )


def explained(error: SQLAlchemyError, name: str) -> StoreError:
    """What a driver's error means, in one line that says what to do. What nobody expects stays what it is: a bug."""
    original: Any = getattr(error, "orig", None)
    if isinstance(original, sqlite3.Error):
        return explain_sqlite(original, name)
    if getattr(error, "orig", None) is not None:
        return _explain_postgresql(original, name)
    raise error


def explain_sqlite(error: sqlite3.Error, name: str) -> StoreError:
    code = (getattr(error, "sqlite_errorname", None) or "").split("_")
    match code[1] if len(code) > 1 else "":
        case "BUSY" | "LOCKED":
            return StoreLocked(f"{name}: another process has been writing for {BUSY_SECONDS} s; try again")
        case "FULL":
            return StoreFull(f"{name}: the disk is full; free some space and go on, nothing stored is lost")
        case "READONLY":
            return StoreReadOnly(f"{name}: may not be written; SQLite needs to write the file and its folder")
        case "CORRUPT" | "NOTADB":
            return StoreDamaged(
                f"{name}: the file is damaged or no database ({error}); it is left as it is: "
                "`fenghuo db restore BACKUP` puts a backup in its place"
            )
        case "CANTOPEN" | "PERM" | "AUTH":
            return StoreMisplaced(
                f"{name}: cannot be opened; is there a folder {Path(name).parent}, may it be written?"
            )
        case "IOERR":
            return StoreUnavailable(f"{name}: the disk could not be read or written ({error}); is it full or failing?")
    raise error


def _explain_postgresql(error: Any, name: str) -> StoreError:
    state = getattr(error, "sqlstate", None) or ""
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    match state[:2]:
        case "53" if state == "53100":
            return StoreFull(f"{name}: the server's disk is full; free some space and go on, nothing stored is lost")
        case "53" | "57" | "08" | "55" | "40":
            return StoreUnreachable(f"{name}: {reason}; try again")
        case "25" | "42" if state in ("25006", "42501"):
            return StoreReadOnly(f"{name}: {reason}; this role needs to own its tables and to write")
        case "28" | "3D":
            return StoreMisplaced(f"{name}: {reason}")
        case "XX" if state in ("XX001", "XX002"):
            return StoreDamaged(f"{name}: {reason}; restore a backup")
        case "":
            return StoreUnreachable(f"{name}: {reason}; is the server running, are address and password right?")
    raise error
