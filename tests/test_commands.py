"""Every command that README.md and docs/ show is run in a copy of a folder that watches the demonstration's sites."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler import demo
from monitors.exchange import Watched, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
#: What stands for something of the reader's own in a document.
OWN = {
    "ID": "demo-lanjiang",
    "LIST": "http://www.ylnews.example/ylxw/xwzx_list.shtml",
    "FILE": "page.html",
    "FILE.toml": "watched.toml",
    "ADDRESS": "wang@reader.example",
}
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "COLUMNS": "150"}
FENGHUO = [sys.executable, "-c", "from monitors.cli import main; main()"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def shown() -> list[str]:
    """The commands in the documents' code blocks, without prompts and comments."""
    blocks = (re.findall(r"^```\w*\n(.*?)^```", path.read_text(encoding="utf-8"), re.M | re.S) for path in DOCUMENTS)
    lines = (line.removeprefix("$ ").strip() for found in blocks for block in found for line in block.splitlines())
    return sorted({line.partition("  #")[0].strip() for line in lines if line.startswith(("fenghuo ", "scrapy "))})


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Sources, a first crawl, a page, a file: what the documents take for granted."""
    folder = tmp_path_factory.mktemp("furnished")
    with demo.serve(date.today()) as served:
        hosts = "\n".join(f'"{name}" = "{address}"' for name, address in served.hosts.items())
        (folder / "fenghuo.toml").write_text(f'contact = "ops@reader.example"\n[hosts]\n{hosts}\n', encoding="utf-8")
        (folder / "scrapy.cfg").write_text("[settings]\ndefault = crawler.settings\n", encoding="utf-8")
        (folder / "page.html").write_text("<p>產(chǎn)業(yè)發(fā)展與創(chuàng)新</p>", encoding="utf-8")
        sources = tuple(replace(source, delay=0.0) for source in demo.sources() if source.url != OWN["LIST"])
        (folder / "watched.toml").write_text(write_text(Watched(sources=sources)), encoding="utf-8")
        for arguments in (["config", "import", "watched.toml"], ["crawl"]):
            subprocess.run([*FENGHUO, *arguments], cwd=folder, env=ENVIRONMENT, check=True, timeout=120)
        yield folder


def command(line: str, folder: Path) -> list[str]:
    found = subprocess.run(
        [*FENGHUO, "query", "--json"], cwd=folder, env=ENVIRONMENT, check=True, capture_output=True, text=True
    )
    own = OWN | {"URL": json.loads(found.stdout.splitlines()[0])["url"]}
    program, *words = [own.get(word, word).replace("source=ID", f"source={OWN['ID']}") for word in shlex.split(line)]
    return [*FENGHUO, *words] if program == "fenghuo" else [sys.executable, "-m", "scrapy", *words]


@pytest.mark.parametrize("line", shown())
def test_the_commands_of_the_documents_run(line: str, furnished: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(furnished, folder)
    words = command(line, folder)
    if line == "fenghuo init":
        (folder / "fenghuo.toml").unlink()
        words += ["--contact", "ops@reader.example"]
    if "LIST" in line:
        words.append("--allow-private")
    process = subprocess.Popen(words, cwd=folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL)
    if line == "fenghuo run":
        time.sleep(8)
        assert process.poll() is None
        os.kill(process.pid, signal.SIGTERM)
    assert process.wait(timeout=120) == 0
