"""The database fails under a crawl: it waits and goes on, or ends with a reason; nothing is lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.engine import make_url

from crawler.limits import Limits
from storage import Store
from storage.audience import Watch
from storage.errors import StoreDamaged, StoreLocked
from world.articles import items
from world.bystanders import ROOT, bystander, said
from world.disks import small_disk
from world.layouts import trs_static
from world.rig import Rig
from world.server import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler.workers import Workers
    from storage.records import Finding, Source
    from world.databases import Postgresql

HOST = "www.a.example"
TODAY = datetime.now(UTC).date()
NEWS = items(12, TODAY)
LIMITS = Limits(request_seconds=5, visit_seconds=60, tries=2, retry_seconds=0.05, delay=0.02, workers=1)


@pytest.fixture
def rig(store: Store, drive: Any, workers: Workers) -> Rig:
    return Rig(store=store, drive=drive, workers=workers, limits=LIMITS)


def when(rig: Rig, number: int, act: Callable[[], object]) -> Rig:
    """The rig of a crawl that meets `act`, in a thread, when it is about to store this many articles."""
    met: list[Finding] = []

    def judge(finding: Finding, source: Source) -> Finding:
        met.append(finding)
        if len(met) == number:
            act()
        return finding

    return replace(rig, judge=judge)


def articles_asked(world: World) -> list[str]:
    return [path for path in world.asked(HOST) if "/t" in path]


def assert_all_once(rig: Rig, world: World) -> None:
    assert sorted(one.title for one in rig.articles()) == sorted(item.title for item in NEWS)
    asked = articles_asked(world)
    assert len(asked) == len(set(asked)) == len(NEWS)
    assert all(check.sound for check in rig.store.check())


def test_a_lock_held_for_longer_than_writers_wait_only_delays_the_crawl(
    rig: Rig, url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    if not url.startswith("sqlite"):
        pytest.skip("PostgreSQL locks rows, not files")
    with bystander("wait-and-hold", url, "3") as holder, World(trs_static(HOST, NEWS)) as world:
        assert said(holder) == "waits"
        slowed = when(rig, 4, lambda: seize(holder))
        monkeypatch.setattr("storage.database.BUSY_SECONDS", 0)
        rig.store._database.writer.dispose()  # the connections of before wait longer
        [visit] = slowed.visit(world, world.source(HOST))
        assert visit.new == len(NEWS)
        assert_all_once(rig, world)
    assert "the crawl waits and tries again" in caplog.text


def seize(holder: subprocess.Popen[str]) -> None:
    holder.stdin.write("hold\n")  # type: ignore[union-attr]
    holder.stdin.flush()  # type: ignore[union-attr]
    assert said(holder) == "held"


def test_a_lock_that_never_ends_is_told_and_the_next_crawl_fetches_the_rest(
    rig: Rig, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not url.startswith("sqlite"):
        pytest.skip("PostgreSQL locks rows, not files")
    short = replace(rig, limits=LIMITS.model_copy(update={"store_seconds": 1, "lease_seconds": 1}))
    with World(trs_static(HOST, NEWS)) as world:
        with bystander("wait-and-hold", url, "600") as holder:
            assert said(holder) == "waits"
            monkeypatch.setattr("storage.database.BUSY_SECONDS", 0)
            rig.store._database.writer.dispose()
            with pytest.raises(StoreLocked, match="another process has been writing"):
                when(short, 4, lambda: seize(holder)).visit(world, world.source(HOST))
            assert len(rig.articles()) == 3
        rig.visit(world, world.source(HOST))
        assert len(rig.articles()) == len(NEWS)
        asked = articles_asked(world)
        assert len(asked) == len(NEWS) + 1  # the one that could not be stored


@contextmanager
def apart(act: Callable[[], object], seconds: float = 0.0) -> Iterator[threading.Thread]:
    thread = threading.Thread(target=lambda: (time.sleep(seconds), act()))
    yield thread
    thread.join()


def test_a_server_that_restarts_only_delays_the_crawl(rig: Rig, url: str, server: Postgresql) -> None:
    if url.startswith("sqlite"):
        pytest.skip("there is no server")
    if not server.can_restart:
        pytest.skip("the server is somebody else's")
    with World(trs_static(HOST, NEWS)) as world, apart(server.restart) as restart:
        [visit] = when(rig, 4, restart.start).visit(world, world.source(HOST))
        assert visit.new == len(NEWS)
        assert_all_once(rig, world)


def test_sessions_that_are_ended_only_delay_the_crawl(rig: Rig, url: str, server: Postgresql) -> None:
    if url.startswith("sqlite"):
        pytest.skip("there are no sessions")
    name = make_url(url).database
    end = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    with World(trs_static(HOST, NEWS)) as world:
        [visit] = when(rig, 4, lambda: server.command(end)).visit(world, world.source(HOST))
        assert visit.new == len(NEWS)
        assert_all_once(rig, world)


def test_a_file_that_is_damaged_meanwhile_ends_the_crawl_with_the_way_to_restore(
    rig: Rig, url: str, tmp_path: Path
) -> None:
    if not url.startswith("sqlite"):
        pytest.skip("PostgreSQL looks after its own files")
    backup = tmp_path / "backup.db"
    rig.store.backup(backup)
    with World(trs_static(HOST, NEWS)) as world:
        with pytest.raises(StoreDamaged, match="db restore"):
            when(rig, 4, lambda: damage(rig, url)).visit(world, world.source(HOST))
        rig.store.close()
        Store.restore(url, backup)
        mended = replace(rig, store=Store.open(url, now=datetime.now(UTC)))
        mended.visit(world, world.source(HOST))
        assert len(mended.articles()) == len(NEWS)
        mended.store.close()


def damage(rig: Rig, url: str) -> None:
    """The table of articles is overwritten on the disk, and nobody has it in memory."""
    path = url.removeprefix("sqlite:///")
    rig.store._database.close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [root] = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'articles'").fetchone()
    connection.close()
    with Path(path).open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xee" * 4096)


def fill(ballast: Path) -> None:
    """All but some 200 kB."""
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    os.truncate(ballast, ballast.stat().st_size - 200_000)


class TestDisk:
    """`fenghuo crawl` on a disk that fills."""

    def crawl(self, folder: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from monitors.cli import main; main()", "crawl"]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    def test_a_full_disk_ends_the_crawl_and_with_space_it_goes_on(self, tmp_path: Path) -> None:
        with small_disk(tmp_path, megabytes=6) as disk, World(trs_static(HOST, NEWS)) as world:
            self.furnish(disk, world)
            ballast = disk / "ballast"
            fill(ballast)
            told = self.crawl(disk)
            assert told.returncode == 2
            assert "the disk is full; free some space and go on" in told.stderr.splitlines()[-1]
            assert "Traceback" not in told.stderr
            before = self.count(disk)
            assert before < len(NEWS)
            ballast.unlink()
            time.sleep(1.1)  # the lease
            assert self.crawl(disk).returncode == 0
            assert self.count(disk) == len(NEWS)

    def furnish(self, folder: Path, world: World) -> None:
        hosts = "\n".join(f'"{name}" = "{address}"' for name, address in world.hosts.items())
        (folder / "fenghuo.toml").write_text(
            f'contact = "ops@shili.example"\n[hosts]\n{hosts}\n'
            "[crawl]\ndelay = 0.02\nlease_seconds = 1\nstore_seconds = 1\nworkers = 1\n"
        )
        store = Store.open(f"sqlite:///{folder}/fenghuo.db", now=datetime.now(UTC))
        store.add_sources([replace(world.source(HOST), enabled=True)], now=datetime.now(UTC))
        store.save_watch(Watch(name="all", rule="协调会"), now=datetime.now(UTC), by="test")
        store.close()

    def count(self, folder: Path) -> int:
        store = Store.open(f"sqlite:///{folder}/fenghuo.db", now=datetime.now(UTC))
        found = store.status(now=datetime.now(UTC)).articles
        assert all(check.sound for check in store.check())
        store.close()
        return found
