"""The program as its users meet it, in a folder of its own."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitors.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


@dataclass(frozen=True)
class Result:
    returncode: int
    stdout: str
    stderr: str


class Fenghuo:
    """The program in one folder; in this process, because starting thirty others takes a minute."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *arguments: str) -> Result:
        self._monkeypatch.chdir(self.folder)
        self._monkeypatch.setattr(sys, "argv", ["fenghuo", *arguments])
        self._capsys.readouterr()
        code = self._run()
        out, error = self._capsys.readouterr()
        return Result(code, out, error)

    def _run(self) -> int:
        try:
            main()
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else int(bool(end.code))
        return 0
