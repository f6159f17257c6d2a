"""The program in an empty folder."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest

from monitors.cli.screens import console
from world.program import Fenghuo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def fenghuo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fenghuo:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(console, "width", 200)
    monkeypatch.setattr("sys.stdin", StringIO())
    return Fenghuo(tmp_path, monkeypatch, capsys)
