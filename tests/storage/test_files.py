"""SQLite's file where it is missing, damaged, locked, read-only or on a full disk: one line that says what to do."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from storage import Store, StoreError
from storage.errors import (
    SchemaTooNew,
    StoreDamaged,
    StoreFull,
    StoreLocked,
    StoreMisplaced,
    StoreReadOnly,
)
from world.bystanders import ROOT, bystander, said
from world.disks import small_disk
from world.facts import NOW, finding, matched, page, source


@pytest.fixture
def path(tmp_path: Path, made_file: Path) -> Path:
    """A database with forty articles, closed."""
    path = tmp_path / "fenghuo.db"
    shutil.copy(made_file, path)
    store = Store.open(f"sqlite:///{path}", now=NOW)
    store.add_sources([source()], now=NOW)
    dice = random.Random(3)
    store.keep([matched(finding(number, page=page(dice.randbytes(8000)))) for number in range(1, 41)], now=NOW)
    store.close()
    return path


def opened(path: Path, **how: bool) -> Store:
    return Store.open(f"sqlite:///{path}", now=NOW, **how)


def is_line(error: pytest.ExceptionInfo[StoreError]) -> bool:
    return "\n" not in str(error.value) and len(str(error.value)) < 500


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("", "write sqlite:///path"),
        ("mysql://x/y", "write sqlite:///path"),
        ("fenghuo.db", "write sqlite:///path"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:////nowhere/at/all/fenghuo.db", "no folder /nowhere/at/all"),
        ("sqlite:////tmp", "is a folder"),
        (f"sqlite:////tmp/{'x' * 300}.db", "name another file"),
        ("postgresql://me:secret@127.0.0.1:1/none", "is the server running"),
    ],
)
def test_a_wrong_address_is_told_without_its_password(url: str, remedy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.TRIES", 1)
    with pytest.raises(StoreError, match=remedy) as error:
        Store.open(url, now=NOW)
    assert "secret" not in str(error.value)
    assert is_line(error)


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("zero bytes", lambda content: b""),
        ("half", lambda content: content[: len(content) // 2 // 4096 * 4096]),
        ("a few bytes", lambda content: content[:50]),
        ("not SQLite", lambda content: b"<html>" * 5000),
    ],
)
def test_what_is_no_whole_database_is_refused_and_left_alone(path: Path, name: str, damage: object) -> None:
    content = damage(path.read_bytes())  # type: ignore[operator]
    path.write_bytes(content)
    for read_only in (False, True):
        with pytest.raises(StoreDamaged, match="restore BACKUP") as error:
            opened(path, read_only=read_only)
        assert is_line(error)
    assert path.read_bytes() == content
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("place", [0.2, 0.4, 0.5, 0.6, 0.8])
def test_a_file_damaged_in_the_middle_is_found_out_and_the_rest_can_be_read(path: Path, place: float) -> None:
    with path.open("r+b") as file:
        file.seek(int(path.stat().st_size * place) // 4096 * 4096)
        file.write(b"\xee" * 4096)
    store = opened(path)
    assert not all(check.sound for check in store.check())
    assert len(store.sources()) == 1
    store.close()


def test_damage_that_is_met_says_how_to_go_on(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        [root] = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'articles'").fetchone()
    connection.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xee" * 4096)
    store = opened(path)
    for read in (lambda: store.article(finding(1).url), lambda: store.keep([finding(99)], now=NOW)):
        with pytest.raises(StoreDamaged, match="db restore") as error:
            read()
        assert is_line(error)
    store.close()


def test_a_database_of_a_newer_version_is_refused_and_not_changed(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    content = path.read_bytes()
    with pytest.raises(SchemaTooNew, match="install that version"):
        opened(path)
    assert path.read_bytes() == content


def test_a_database_of_somebody_else_is_refused_and_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE articles (name)")
    connection.close()
    content = path.read_bytes()
    with pytest.raises(StoreMisplaced, match="another program"):
        opened(path)
    assert path.read_bytes() == content


@pytest.fixture
def orphan(path: Path) -> Path:
    """Where a database was whose process was killed: only its journal is left, with commits in it."""
    with bystander("write", f"sqlite:///{path}") as other:
        said(other)
        other.kill()
        other.wait()
    path.unlink()
    return path


def test_no_database_is_made_beside_the_journal_of_another(orphan: Path) -> None:
    journal = orphan.with_name(f"{orphan.name}-wal")
    content = journal.read_bytes()
    for read_only in (False, True):
        with pytest.raises(StoreDamaged, match=r"journal fenghuo\.db-wal is there") as error:
            opened(orphan, read_only=read_only)
        assert is_line(error)
    assert not orphan.exists()
    assert journal.read_bytes() == content


def test_a_restored_database_meets_no_journal_of_the_one_before(orphan: Path, made_file: Path) -> None:
    aside = Store.restore(f"sqlite:///{orphan}", made_file)
    assert aside is not None
    assert aside.name == "fenghuo.db.replaced-1-wal"
    store = opened(orphan)
    assert store.status(now=NOW).articles == 0
    assert all(check.sound for check in store.check())
    store.close()


def test_what_is_put_aside_meets_no_journal_either(orphan: Path, made_file: Path) -> None:
    Store.restore(f"sqlite:///{orphan}", made_file)
    again = Store.restore(f"sqlite:///{orphan}", made_file)
    assert again is not None
    assert again.name == "fenghuo.db.replaced-2"


def test_a_backup_meets_no_journal_of_an_earlier_one(path: Path, made_file: Path, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    shutil.copy(made_file, target)
    with bystander("write", f"sqlite:///{target}") as other:
        said(other)
        other.kill()
        other.wait()
    store = opened(path)
    store.backup(target)
    store.close()
    copy = opened(target)
    assert copy.status(now=NOW).articles == 40
    copy.close()


def test_reading_only_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(StoreMisplaced, match="no such file"):
        opened(tmp_path / "none.db", read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_reading_only_refuses_to_write(path: Path) -> None:
    store = opened(path, read_only=True)
    assert len(store.search("介绍", now=NOW).articles) == 20
    with pytest.raises(StoreReadOnly, match="for reading only"):
        store.keep([finding(99)], now=NOW)
    store.close()


#: Opens, reads and writes as somebody who owns nothing; everything is imported before, because a venv may be root's.
_AS_NOBODY = """
import os, sys
from world.disks import small_disk
from world.facts import NOW, finding
from storage import Store, StoreError
path, how = sys.argv[1:]
warm = Store.open(f"sqlite:///{path}", now=NOW, read_only=True)
warm.search("介绍", now=NOW)
warm.page(finding(1).url)
warm.close()
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    store = Store.open(f"sqlite:///{path}", now=NOW, read_only=how == "read")
    print(len(store.search("介绍", now=NOW).articles), store.page(finding(1).url) is not None)
    store.keep([finding(99)], now=NOW)
except StoreError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "how", "answer"),
    [
        (0o444, 0o555, "write", "StoreReadOnly {path}: the folder {folder} may not be written"),
        (0o666, 0o555, "write", "StoreReadOnly {path}: the folder {folder} may not be written"),
        (0o444, 0o777, "write", "StoreReadOnly {path} may not be written: see its owner and mode"),
        (0o000, 0o777, "read", "StoreReadOnly {path} may not be read"),
        (0o444, 0o555, "read", "20 True\nStoreReadOnly {path} was opened for reading only"),
    ],
)
def test_file_and_folder_that_may_not_be_written(
    path: Path, file_mode: int, folder_mode: int, how: str, answer: str
) -> None:
    folder = Path("/tmp") / f"fenghuo-{os.getpid()}-{file_mode}-{folder_mode}"
    folder.mkdir()
    mine = folder / "mine.db"
    shutil.copy(path, mine)
    mine.chmod(file_mode)
    folder.chmod(folder_mode)
    try:
        command = [sys.executable, "-W", "error", "-c", _AS_NOBODY, str(mine), how]
        environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
        said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert said.stdout.startswith(answer.format(path=mine, folder=folder)), said.stderr
    finally:
        folder.chmod(0o777)
        shutil.rmtree(folder)


def test_a_full_disk_loses_nothing_stored_and_works_again_with_space(tmp_path: Path) -> None:
    with small_disk(tmp_path, megabytes=6) as disk:
        fill_and_free(disk)


def fill_and_free(disk: Path) -> None:
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(1_500_000))
    store = opened(disk / "fenghuo.db")
    store.add_sources([source()], now=NOW)
    kept = 0
    with pytest.raises(StoreFull, match="disk is full") as error:
        for number in range(1, 1000):
            store.keep([matched(finding(number, page=page(os.urandom(20_000))))], now=NOW)
            kept = number
    assert is_line(error)
    assert store.status(now=NOW).articles == kept
    ballast.unlink()
    assert [one.status for one in store.keep([matched(finding(kept + 1))], now=NOW)] == ["new"]
    assert all(check.sound for check in store.check())
    store.close()


def test_a_file_at_its_limit_is_a_full_disk(path: Path) -> None:
    store = opened(path)
    store._database.alone("PRAGMA max_page_count = 1")  # as many as it has
    with pytest.raises(StoreFull):
        for number in range(100, 200):
            store.keep([matched(finding(number, page=page(os.urandom(20_000))))], now=NOW)
    assert store.status(now=NOW).articles >= 40
    assert all(check.sound for check in store.check())
    store.close()


def test_a_lock_held_for_long_is_told_and_nothing_is_lost_after_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.BUSY_SECONDS", 1)
    store = opened(path)
    with bystander("hold", f"sqlite:///{path}", "600") as holder:
        assert said(holder) == "held"
        with pytest.raises(StoreLocked, match="another process has been writing"):
            store.keep([finding(99)], now=NOW)
        assert len(store.search("介绍", now=NOW).articles) == 20
    assert [one.status for one in store.keep([finding(99)], now=NOW)] == ["new"]
    store.close()


def test_a_long_reader_holds_up_no_writer(path: Path) -> None:
    store = opened(path)
    with store._database.reader.begin() as reader:
        count = reader.exec_driver_sql("SELECT count(*) FROM articles")
        before = count.scalar_one()
        store.keep([finding(number) for number in range(100, 120)], now=NOW)
        assert reader.exec_driver_sql("SELECT count(*) FROM articles").scalar_one() == before == 40
    assert store.status(now=NOW).articles == 60
    store.close()


def test_a_new_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("storage.reindexing.reindex", fail)
    with pytest.raises(KeyboardInterrupt):
        opened(tmp_path / "new.db")
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_without_hard_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    opened(tmp_path / "new.db").close()
    store = opened(tmp_path / "new.db")
    assert all(check.sound for check in store.check())
    store.close()
    assert [one.name for one in tmp_path.iterdir()] == ["new.db"]


def test_two_that_make_the_same_file_share_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    with bystander("write-some", url, "0", "0") as one, bystander("write-some", url, "0", "0") as other:
        assert said(one) == said(other) == "done"
    assert all(check.sound for check in opened(tmp_path / "new.db").check())


def test_a_path_with_odd_signs_is_a_path(tmp_path: Path) -> None:
    path = tmp_path / "烽火 100% #1.db"
    store = opened(path)
    store.close()
    assert path.exists()
