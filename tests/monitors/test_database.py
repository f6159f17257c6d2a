"""fenghuo db: the database looked after, sound or not."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

import pytest

from storage import Store
from world.facts import NOW, finding, matched, page, source

if TYPE_CHECKING:
    from pathlib import Path

    from world.program import Fenghuo


@pytest.fixture
def kept(begun: Fenghuo) -> Fenghuo:
    """A folder with a database of an article, shipped watches and all."""
    store = Store.open(f"sqlite:///{path_of(begun)}", now=NOW)
    store.add_sources([source()], now=NOW)
    store.keep([matched(finding(page=page(b"<p>x</p>")))], now=NOW)
    store.close()
    return begun


def path_of(fenghuo: Fenghuo) -> Path:
    return fenghuo.folder / "fenghuo.db"


def damage(path: Path, table: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [root] = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    connection.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xee" * 4096)


def is_line(text: str) -> bool:
    return len(text.strip().splitlines()) == 1


def test_the_check_names_sqlite_and_what_is_known_of_it(kept: Fenghuo) -> None:
    checked = kept("db", "check")
    assert checked.returncode == 0
    assert sqlite3.sqlite_version in checked.stdout
    if sqlite3.sqlite_version_info < (3, 51, 3):
        assert "before 3.51.3" in checked.stdout


@pytest.mark.parametrize("table", ["watches", "pages", "deliveries"])
def test_of_a_damaged_file_the_sound_part_can_be_read(kept: Fenghuo, table: str) -> None:
    damage(path_of(kept), table)
    checked = kept("db", "check")
    assert (checked.returncode, "WRONG" in checked.stdout) == (1, True)
    assert finding().url in kept("query", "--csv", "号").stdout
    refused = kept("db", "backup", "copy.db")
    assert (refused.returncode, is_line(refused.stderr)) == (2, True)
    assert "damaged" in refused.stderr
    assert not (kept.folder / "copy.db").exists()


def test_nothing_is_crawled_into_a_damaged_file(kept: Fenghuo) -> None:
    damage(path_of(kept), "watches")
    refused = kept("crawl")
    assert (refused.returncode, is_line(refused.stderr)) == (2, True)
    assert "fenghuo db restore" in refused.stderr


def test_a_backup_takes_the_place_of_a_damaged_file(kept: Fenghuo) -> None:
    assert kept("db", "backup", "copy.db").returncode == 0
    damage(path_of(kept), "articles")
    assert kept("query", "号").returncode == 2
    assert "what was there is in" in kept("db", "restore", "copy.db").stdout
    assert kept("db", "check").returncode == 0
    assert finding().url in kept("query", "--csv", "号").stdout
    assert (kept.folder / "fenghuo.db.replaced-1").exists()


def test_a_backup_takes_the_place_of_an_earlier_one_and_of_nothing_else(kept: Fenghuo) -> None:
    assert kept("db", "backup", "copy.db").returncode == kept("db", "backup", "copy.db").returncode == 0
    (kept.folder / "report.txt").write_text("mine")
    refused = kept("db", "backup", "report.txt")
    assert (refused.returncode, is_line(refused.stderr)) == (2, True)
    assert (kept.folder / "report.txt").read_text() == "mine"


READING = (
    "status", "health", "watch list", "watch show ai-industry", "watch history ai-industry", "watch backtest 号",
    "sources list", "sources show shanxi", "sources export", "readers list", "deliveries list", "config export",
    "query 号", "db check", "db stats",
)  # fmt: skip


def test_what_only_reads_needs_no_right_to_write(kept: Fenghuo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)  # root may always write
    results = {command: kept(*command.split()) for command in READING}
    assert {command: result.stderr for command, result in results.items() if result.returncode} == {}
    assert "may not be written" in kept("watch", "remove", "ai-industry").stderr
    assert "may not be written" in kept("db", "backup", "copy.db").stderr


def test_the_rest_of_the_group(kept: Fenghuo) -> None:
    assert "articles" in kept("db", "stats").stdout
    assert kept("db", "vacuum").returncode == 0
    assert "is the newest" in kept("db", "migrate").stdout
    assert kept("db", "restore", "nothing.db").returncode == 2
    assert finding().url in kept("query", "--csv", "号").stdout
