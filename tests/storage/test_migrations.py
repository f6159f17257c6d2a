"""From every schema that was released to today's, whole or not at all."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zstandard
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage import Store, schema
from storage.database import Database
from storage.errors import SchemaTooNew, SchemaTooOld
from storage.fingerprints import VERSION
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

revision = "{number}"
down_revision = "{before}"

def upgrade():
    op.create_table("numbers", sa.Column("id", sa.Integer, primary_key=True))
    for number in range({steps}):
        op.execute(f"INSERT INTO numbers VALUES ({{number}})")
        time.sleep(0.02)
    op.add_column("articles", sa.Column("mood", sa.Text))
    {end}
"""
NUMBER = f"{int(REVISION) + 1:04}"


def write_step(step: Path, *, steps: int = 3, end: str = "pass") -> None:
    step.write_text(NEXT.format(number=NUMBER, before=REVISION, steps=steps, end=end))


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of migrations of a version that does not exist yet."""
    folder = tmp_path / "migrations"
    shutil.copytree(Path(schema.__file__).parent / "migrations", folder, ignore=shutil.ignore_patterns("__pycache__"))
    step = folder / "versions" / f"{NUMBER}_next.py"
    write_step(step)
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    monkeypatch.setattr(schema, "REVISION", NUMBER)
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
    assert read(old, "SELECT version_num FROM alembic_version") == NUMBER
    [copy] = Path(old.removeprefix("sqlite:///")).parent.glob(f"*.before-{NUMBER}")
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
    assert Store.migrate(old, now=NOW) == NUMBER


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
    assert read(old, "SELECT version_num FROM alembic_version") == NUMBER


def test_a_migration_that_fails_leaves_the_old_schema(old: str, next_version: Path) -> None:
    write_step(next_version, end="raise RuntimeError('half-way')")
    with pytest.raises(RuntimeError, match="half-way"):
        Store.migrate(old, now=NOW)
    assert_old(old)


@pytest.mark.parametrize(
    "seconds", [0.0, 0.2, 0.6, *(pytest.param(number / 10, marks=pytest.mark.slow) for number in range(3, 20))]
)
def test_a_migration_that_is_killed_leaves_the_old_schema(old: str, next_version: Path, seconds: float) -> None:
    write_step(next_version, steps=500)
    with bystander("migrate", old, str(next_version.parents[1]), NUMBER) as migrating:
        assert said(migrating) == "begins"
        time.sleep(seconds)
        migrating.kill()
    assert_old(old)
    write_step(next_version)
    assert Store.migrate(old, now=NOW) == REVISION
    assert read(old, "SELECT count(*) FROM numbers") == 3


def assert_old(url: str) -> None:
    assert read(url, "SELECT version_num FROM alembic_version") == REVISION
    assert read(url, "SELECT count(*) FROM articles") == 3
    database = Database(url)
    assert database.read(_differences) == []
    database.close()


def test_of_two_that_migrate_at_once_one_does_and_the_other_waits(old: str, next_version: Path) -> None:
    write_step(next_version, steps=50)
    folder = str(next_version.parents[1])
    with bystander("migrate", old, folder, NUMBER) as one, bystander("migrate", old, folder, NUMBER) as other:
        words = {tuple(said(process) for _ in range(2)) for process in (one, other)}
    assert words == {("begins", f"was {REVISION}"), ("begins", f"was {NUMBER}")}
    assert read(old, "SELECT count(*) FROM numbers") == 50


def test_the_index_is_made_anew_when_its_terms_change(old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.reindexing.MADE_WITH", "search 2, folding 99")
    monkeypatch.setattr("storage.reindexing.BATCH", 2)
    monkeypatch.setattr("storage.subjects.fold", lambda text: text.replace("介绍", "㗊").casefold())
    store = Store.open(old, now=NOW)
    assert store.meta("index") == "search 2, folding 99"
    assert store.count("㗊情况", now=NOW).number == 3
    assert all(check.sound for check in store.check())
    store.close()


def test_a_reprint_joins_its_story_after_the_fingerprints_were_made_anew(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr("storage.fingerprints.VERSION", VERSION - 1)
        earlier.setattr("storage.reindexing.MADE_WITH", "earlier")
        with closing(Store.open(url, now=NOW)) as store:
            store.add_sources([source()], now=NOW)
            first = store.keep([finding(number) for number in (1, 2)], now=NOW)[1]
    with closing(Store.open(url, now=NOW)) as store:
        reprint = replace(finding(2), url="http://elsewhere.cn/9.html", key="elsewhere.cn/9.html")
        (kept,) = store.keep([reprint], now=NOW)
    assert (kept.story_id, kept.relation) == (first.story_id, "same")


def test_sqlite_itself_finds_nothing_wrong_with_a_new_file(made_file: Path) -> None:
    with sqlite3.connect(made_file) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


@pytest.fixture
def released(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database as version 0001 left it, with an article and its page."""
    url = databases.empty()
    monkeypatch.setattr(schema, "REVISION", "0001")
    Store.migrate(url, now=NOW)
    monkeypatch.undo()
    database = Database(url)
    database.write(_fill_released)
    database.close()
    return url


def _fill_released(connection: Connection) -> None:
    body = zstandard.compress(b"page").hex()
    written = f"X'{body}'" if connection.dialect.name == "sqlite" else f"decode('{body}', 'hex')"
    for statement in RELEASED.replace("BODY", written).split(";"):
        connection.exec_driver_sql(statement)


#: What the program of 0001 wrote, without the index; in SQL, because the code knows today's columns.
RELEASED = """
INSERT INTO sources (id, name, url, host, province, family, enabled, headers, legacy_tls, verify_tls, allow_private,
 fact_origin, confidence, notes) VALUES ('shanxi', 'n', 'http://shanxi.gov.cn/', 'shanxi.gov.cn', '', '', true, '{}',
 false, true, false, '', 'user', '');
INSERT INTO articles (id, story_id, relation, url, key, source_id, item, backlog, seen_at, moment, title, subtitle,
 origin, author, editor, "column", folded_origin, folded_author, attachment_count, encoding, decoded, repairs, lost,
 how, signature) VALUES (1, 1, 'first', 'http://shanxi.gov.cn/1', 'shanxi.gov.cn/1', 'shanxi', true, false,
 '2026-11-20 04:00:00.000000', '2026-11-20 04:00:00.000000', '算力', '', '', '', '', '', '', '', 0, '', '', '[]', 0,
 '{}', '');
INSERT INTO texts VALUES (1, '全文', '[]', '算力', '全文');
INSERT INTO dictionaries (id, source_id, body) VALUES (1, 'shanxi', BODY);
INSERT INTO pages (id, article_id, url, status, headers, fetched_at, size, dictionary_id, body) VALUES (1, 1,
 'http://shanxi.gov.cn/1', 200, '[["Content-Type", "text/html"]]', '2026-11-20 04:00:00.000000', 4, 1, BODY);
DELETE FROM meta
"""


def test_what_0001_stored_is_there_after_the_migration(released: str) -> None:
    assert Store.migrate(released, now=NOW) == "0001"
    store = Store.open(released, now=NOW)
    assert [article.title for article in store.search("全文", now=NOW).articles] == ["算力"]
    page = store.page("http://shanxi.gov.cn/1")
    assert page is not None
    assert (page.body, page.content_type) == (b"page", "text/html")
    assert all(check.sound for check in store.check())
    store.close()
