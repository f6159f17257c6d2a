"""Documents cannot rot: the tables are held to the code, the links to the files, the commands to the program."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.limits import Limits
from monitors.configuration import Configuration, Schedule, Smtp, Web, read

if TYPE_CHECKING:
    from pydantic import BaseModel

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
ROW = re.compile(r"^\| `(\w+)` \| `([^`]*)` \| (.*) \|$", re.MULTILINE)


def documented(heading: str) -> dict[str, tuple[str, str]]:
    text = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return {name: (default, sentence) for name, default, sentence in ROW.findall(section)}


@pytest.mark.parametrize(
    ("heading", "model"),
    [
        ("Top of the file", Configuration),
        ("[smtp]", Smtp),
        ("[web]", Web),
        ("[schedule]", Schedule),
        ("[crawl]", Limits),
    ],
)
def test_every_setting_is_documented_as_it_is(heading: str, model: type[BaseModel]) -> None:
    settings = {
        name: (shown(field.get_default(call_default_factory=True)), str(field.description))
        for name, field in model.model_fields.items()
        if name not in ("crawl", "schedule", "smtp", "web")
    }
    assert documented(heading) == settings


def shown(default: object) -> str:
    secret = getattr(default, "get_secret_value", None)
    value = secret() if secret else default
    return "–" if value in ("", None, {}, ()) else str(value)


def test_the_example_of_the_configuration_is_sound() -> None:
    text = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    example = text.partition("```toml\n")[2].partition("```")[0]
    assert read(example, name="example", environment={}).smtp.host == "mail.your.organisation"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:)([^)#]+)", document.read_text(encoding="utf-8"))
    assert not [link for link in links if not (document.parent / link).exists()]


def test_both_readmes_give_the_same_commands() -> None:
    blocks = [
        re.findall(r"```sh\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
        for name in ("README.md", "README.zh-CN.md")
    ]
    assert blocks[0] == blocks[1]
    assert [len(block.splitlines()) for block in blocks[0]] == [1, 1]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_tests_that_a_document_names_are_there(document: Path) -> None:
    files = (file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    there = {name for text in files for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)}
    assert set(re.findall(r"`(test_[a-z]\w*)`", document.read_text(encoding="utf-8"))) <= there
