"""What a database needs besides being used: moving on to a new version, copies, checks, and forgetting."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from storage import maintenance, retention, schema
from storage.database import Database

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from storage.reports import Check, TableSize


class Upkeep:
    """The part of `Store` that looks after the database itself."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read, self._write = database.read, database.write

    @classmethod
    def migrate(cls, url: str, *, now: datetime) -> str | None:
        """Bring an old database to this version; the revision that it had, None for a new one."""
        with closing(Database(url)) as database:
            return schema.migrate(database, now=now)

    @classmethod
    def restore(cls, url: str, backup: Path) -> Path | None:
        """Put a backup in the place of a SQLite database that nobody uses; where the old file went."""
        with closing(Database(url)) as database:
            return maintenance.restore(database, backup)

    def prune(self, *, now: datetime, keep_days: int) -> int:
        """Forget the texts of articles that matched nothing; how many. In small transactions, beside other writers."""
        self._write(lambda connection: retention.forget_visits(connection, now=now))
        before, forgotten = now - timedelta(days=keep_days), 0
        while batch := self._write(lambda connection: retention.forget_texts(connection, before=before)):
            forgotten += batch
        return forgotten

    def check(self) -> list[Check]:
        return maintenance.check(self._database)

    def backup(self, path: Path) -> None:
        """While others read and write."""
        maintenance.backup(self._database, path)

    def vacuum(self) -> None:
        maintenance.vacuum(self._database)

    def stats(self) -> list[TableSize]:
        return maintenance.stats(self._database)
