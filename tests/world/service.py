"""`fenghuo run` as a process, in a folder of its own, over a world of sites and a mail server."""

from __future__ import annotations

import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from monitors.exchange import write_text
from storage import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitors.exchange import Watched

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
PROGRAM = "from monitors.cli import main; main()"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


class Service:
    def __init__(self, folder: Path, hosts: Mapping[str, str], smtp_port: int, *, program: str = PROGRAM) -> None:
        """`program` is what Python runs in place of the entry point."""
        self.folder, self._program, self.web_port = folder, program, free_port()
        names = "\n".join(f'"{name}" = "{address}"' for name, address in hosts.items())
        (folder / "fenghuo.toml").write_text(
            f'contact = "ops@shili.example"\n[hosts]\n{names}\n[crawl]\ndelay = 0.05\nlease_seconds = 5\n'
            f'[web]\naddress = "https://news.shili.example/fenghuo"\nlisten = "127.0.0.1:{self.web_port}"\n'
            f'[smtp]\nhost = "127.0.0.1"\nport = {smtp_port}\nsecurity = "none"\nsender = "fenghuo@shili.example"\n',
            encoding="utf-8",
        )

    def furnish(self, watched: Watched) -> None:
        (self.folder / "watched.toml").write_text(write_text(watched), encoding="utf-8")
        subprocess.run(self._command("config", "import", "watched.toml"), cwd=self.folder, env=ENVIRONMENT, check=True)

    def start(self) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(self._command("run"), cwd=self.folder, env=ENVIRONMENT, stderr=log)

    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def store(self) -> Store:
        return Store.open(f"sqlite:///{self.folder}/fenghuo.db", now=datetime.now(UTC))

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-c", self._program, *arguments]
