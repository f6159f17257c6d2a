"""From every schema that was released to today's, whole or not at all."""

from __future__ import annotations

import shutil
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage import Store, schema
from storage.database import Database
from storage.errors import SchemaTooNew, SchemaTooOld
from storage.tables import REVISION, metadata
from world.bystanders import bystander, said
from world.facts import NOW, finding, matched, source

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from world.databases import Databases

#: A step that a later version might bring: it fills a new table for some seconds, then changes an old one.
NEXT = """
import time
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"

def upgrade():
    op.create_table("numbers", sa.Column("id", sa.Integer, primary_key=True))
    for number in range({steps}):
        op.execute(f"INSERT INTO numbers VALUES ({{number}})")
        time.sleep(0.02)
    op.add_column("articles", sa.Column("mood", sa.Text))
    {end}
"""


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of migrations of a version that does not exist yet."""
    folder = tmp_path / "migrations"
    shutil.copytree(Path(schema.__file__).parent / "migrations", folder, ignore=shutil.ignore_patterns("__pycache__"))
    step = folder / "versions" / "9999_next.py"
    step.write_text(NEXT.format(before=REVISION, steps=3, end="pass"))
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    monkeypatch.setattr(schema, "REVISION", "9999")
    return step


@pytest.fixture
def old(url: str) -> str:
    """Of today's schema, with something in it; old for the next version."""
    store = Store.open(url, now=NOW)
    store.add_sources([source()], now=NOW)
    store.keep([matched(finding(number)) for number in range(1, 4)], now=NOW)
    store.close()
    return url


def read(url: str, question: str) -> object:
    database = Database(url)
    try:
        return database.read(lambda connection: connection.exec_driver_sql(question).scalar())
    finally:
        database.close()


def test_the_tables_are_what_the_migrations_make(databases: Databases) -> None:
    url = databases.empty()
    Store.open(url, now=NOW).close()
    database = Database(url)
    assert database.read(_differences) == []
    database.close()
    databases.discard(url)


def _differences(connection: Connection) -> list[object]:
    options = {"include_name": lambda name, kind, _: kind != "table" or name in metadata.tables, "compare_type": True}
    return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)


def test_the_tables_are_of_the_last_migration() -> None:
    assert ScriptDirectory.from_config(schema.configuration()).get_heads() == [REVISION]


def test_an_old_file_is_copied_and_migrated_at_the_start(old: str, next_version: Path) -> None:
    if not old.startswith("sqlite"):
        pytest.skip("on PostgreSQL that is somebody's decision")
    store = Store.open(old, now=NOW)
    assert store.status(now=NOW).articles == 3
    store.close()
    assert read(old, "SELECT version_num FROM alembic_version") == "9999"
    [copy] = Path(old.removeprefix("sqlite:///")).parent.glob("*.before-9999")
    assert read(f"sqlite:///{copy}", "SELECT version_num FROM alembic_version") == REVISION
    assert read(f"sqlite:///{copy}", "SELECT count(*) FROM articles") == 3


def test_an_old_server_is_migrated_when_somebody_says_so(old: str, next_version: Path) -> None:
    if old.startswith("sqlite"):
        pytest.skip("files are migrated at the start")
    with pytest.raises(SchemaTooOld, match="fenghuo db migrate"):
        Store.open(old, now=NOW)
    assert Store.migrate(old, now=NOW) == REVISION
    store = Store.open(old, now=NOW)
    assert store.status(now=NOW).articles == 3
    store.close()
    assert Store.migrate(old, now=NOW) == "9999"


def test_a_new_database_can_be_made_by_migrating(databases: Databases) -> None:
    url = databases.empty()
    assert Store.migrate(url, now=NOW) is None
    assert Store.migrate(url, now=NOW) == REVISION
    databases.discard(url)


def test_an_old_database_is_read_only_after_its_migration(old: str, next_version: Path) -> None:
    with pytest.raises(SchemaTooOld, match="fenghuo db migrate"):
        Store.open(old, now=NOW, read_only=True)
    assert read(old, "SELECT version_num FROM alembic_version") == REVISION


def test_a_newer_database_is_refused_by_the_old_program(
    old: str, next_version: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.migrate(old, now=NOW)
    monkeypatch.setattr(schema, "REVISION", REVISION)
    for attempt in (Store.open, Store.migrate):
        with pytest.raises(SchemaTooNew, match="install that version"):
            attempt(old, now=NOW)
    assert read(old, "SELECT version_num FROM alembic_version") == "9999"


def test_a_migration_that_fails_leaves_the_old_schema(old: str, next_version: Path) -> None:
    next_version.write_text(NEXT.format(before=REVISION, steps=3, end="raise RuntimeError('half-way')"))
    with pytest.raises(RuntimeError, match="half-way"):
        Store.migrate(old, now=NOW)
    assert_old(old)


@pytest.mark.parametrize("seconds", [0.0, 0.2, 0.6])
def test_a_migration_that_is_killed_leaves_the_old_schema(old: str, next_version: Path, seconds: float) -> None:
    next_version.write_text(NEXT.format(before=REVISION, steps=500, end="pass"))
    with bystander("migrate", old, str(next_version.parents[1])) as migrating:
        assert said(migrating) == "begins"
        time.sleep(seconds)
        migrating.kill()
    assert_old(old)
    next_version.write_text(NEXT.format(before=REVISION, steps=3, end="pass"))
    assert Store.migrate(old, now=NOW) == REVISION
    assert read(old, "SELECT count(*) FROM numbers") == 3


def assert_old(url: str) -> None:
    assert read(url, "SELECT version_num FROM alembic_version") == REVISION
    assert read(url, "SELECT count(*) FROM articles") == 3
    database = Database(url)
    assert database.read(_differences) == []
    database.close()


def test_of_two_that_migrate_at_once_one_does_and_the_other_waits(old: str, next_version: Path) -> None:
    next_version.write_text(NEXT.format(before=REVISION, steps=50, end="pass"))
    folder = str(next_version.parents[1])
    with bystander("migrate", old, folder) as one, bystander("migrate", old, folder) as other:
        words = {tuple(said(process) for _ in range(2)) for process in (one, other)}
    assert words == {("begins", f"was {REVISION}"), ("begins", "was 9999")}
    assert read(old, "SELECT count(*) FROM numbers") == 50


def test_the_index_is_made_anew_when_its_terms_change(old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.reindexing.MADE_WITH", "search 2, folding 2")
    monkeypatch.setattr("storage.reindexing.BATCH", 2)
    monkeypatch.setattr("storage.subjects.fold", lambda text: text.replace("介绍", "㗊").casefold())
    store = Store.open(old, now=NOW)
    assert store.meta("index") == "search 2, folding 2"
    assert store.count("㗊情况", now=NOW).number == 3
    assert all(check.sound for check in store.check())
    store.close()


def test_sqlite_itself_finds_nothing_wrong_with_a_new_file(made_file: Path) -> None:
    with sqlite3.connect(made_file) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
