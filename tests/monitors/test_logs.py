"""What stands in the log, and what never does."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest

from monitors.logs import set_up

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def test_a_line_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(logging.INFO)
    logging.getLogger("monitors.service").info("%s: ok, %d new", "shili-park", 3)
    assert capsys.readouterr().err.endswith("Z INFO monitors.service: shili-park: ok, 3 new\n")


def test_an_object_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(logging.INFO, as_json=True)
    logging.getLogger("monitors.service").warning("烽火")
    line = json.loads(capsys.readouterr().err)
    assert (line["level"], line["logger"], line["event"]) == ("warning", "monitors.service", "烽火")


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize(
    "words",
    [
        "postgresql://fenghuo:hunter2@db.example/news cannot be reached",
        "POST https://oapi.dingtalk.example/robot/send?access_token=hunter2&sign=hunter2",
        "https://open.feishu.example/open-apis/bot/v2/hook/hunter2",
        "https://qyapi.wecom.example/cgi-bin/webhook/send?key=hunter2",
    ],
)
def test_secrets_are_hidden_in_lines_and_in_tracebacks(
    capsys: pytest.CaptureFixture[str], words: str, as_json: bool
) -> None:
    set_up(logging.INFO, as_json=as_json)
    try:
        raise ValueError(words)
    except ValueError:
        logging.getLogger("monitors").exception(words)
    said = capsys.readouterr().err
    assert "hunter2" not in said
    assert "***" in said


def test_libraries_are_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(logging.INFO)
    logging.getLogger("scrapy.core.engine").info("Spider opened")
    assert not capsys.readouterr().err
