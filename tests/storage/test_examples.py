"""The examples of docs/storage.md do what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from storage import Store
from world.facts import NOW, finding, matched, source

ROOT = Path(__file__).parents[2]
EXAMPLES = re.findall(r"```python\n(.*?)```", (ROOT / "docs/storage.md").read_text(encoding="utf-8"), re.DOTALL)


def test_there_are_examples() -> None:
    assert EXAMPLES


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_runs(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    store = Store.open("sqlite:///fenghuo.db", now=NOW)
    store.add_sources([source()], now=NOW)
    store.keep([matched(finding(title="山西人工智能大会"))], now=NOW)
    store.close()
    exec(compile(example, "docs/storage.md", "exec"), {})
    assert "山西人工智能大会" in capsys.readouterr().out
