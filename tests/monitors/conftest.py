"""The program in an empty folder."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from monitors.cli.screens import console
from monitors.shipping import ship
from storage import Store
from world.program import Fenghuo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def fenghuo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fenghuo:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(console, "width", 200)
    monkeypatch.setattr("sys.stdin", StringIO())
    return Fenghuo(tmp_path, monkeypatch, capsys)


@pytest.fixture(scope="session")
def shipped_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as an installation begins with it."""
    path = tmp_path_factory.mktemp("shipped") / "fenghuo.db"
    store = Store.open(f"sqlite:///{path}", now=datetime.now(UTC))
    ship(store, now=datetime.now(UTC))
    store.close()
    return path


@pytest.fixture
def begun(fenghuo: Fenghuo, shipped_file: Path) -> Fenghuo:
    """With a database in which nothing was found yet."""
    shutil.copy(shipped_file, fenghuo.folder)
    return fenghuo
