"""The one rule of direction: monitors -> crawler -> storage."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {"storage": set[str](), "crawler": {"storage"}, "monitors": {"crawler", "storage"}}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_nothing_points_back_up(package: str) -> None:
    allowed = MAY_IMPORT[package] | {package}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in (ROOT / package).rglob("*.py")
        for name in imported(path)
        if name in MAY_IMPORT.keys() - allowed
    ]
    assert not wrong


#: What a process loads at its start -> what it must not wait for (each takes 0.05 to 0.4 s of CPU).
LEAN = {
    "monitors.__main__": {"typer"},
    "monitors.cli": {"sqlalchemy", "scrapy", "twisted", "pebble", "bs4"},
    "crawler.run": {"bs4", "selectolax", "docx", "openpyxl", "pypdfium2", "aiohttp", "tldextract"},
    "crawler.reading.articles, crawler.reading.listing, crawler.text.markup": {"sqlalchemy", "scrapy", "docx"},
}


@pytest.mark.parametrize("modules", LEAN)
def test_a_process_loads_what_it_needs(modules: str) -> None:
    program = f"import sys, {modules}; print(*{LEAN[modules]!r} & sys.modules.keys())"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout.strip() == b""
