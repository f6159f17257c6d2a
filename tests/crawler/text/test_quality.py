"""The floor under the quality on a folder of damaged pages, where there is one: a change cannot lower it unseen."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from crawler.text import decode, repair, simplify

SHARED = (Path(__file__).parents[3] / "../shared").resolve()
DATA = SHARED / "data" / "text"

pytestmark = [
    pytest.mark.skipif(not DATA.exists(), reason="needs ../shared/data/text"),
    # The scorer leaves a file to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def score() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_text", SHARED / "score" / "text.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_charset(score: ModuleType) -> None:
    figures = score.charset(DATA / "charset", decode).figures()
    floors = {
        "CHINESE": 0.985,
        "other": 0.97,
        "derived_meta_wrong": 0.99,
        "derived_header_meta_disagree": 0.99,
        "derived_truncated_tail": 0.99,
        "derived_short_title": 0.98,
        "derived_gb2312_but_wider": 0.98,
        "derived_mixed": 0.97,
    }
    assert {kind: figures[kind]["ok"] for kind, floor in floors.items() if figures[kind]["ok"] < floor} == {}


def test_mojibake(score: ModuleType) -> None:
    figures = score.mojibake(DATA / "mojibake", repair).figures()
    floors = {"RECOVERABLE": 0.99, "PARTLY": 0.95, "LOST": 1.0, "NEGATIVE": 1.0}
    assert {kind: figures[kind]["ok"] for kind, floor in floors.items() if figures[kind]["ok"] < floor} == {}


def test_readings(score: ModuleType) -> None:
    figures = score.pinyin(DATA / "pinyin", repair, simplify).figures()
    floors = {"derived": 1.0, "derived/byte-damaged": 0.8, "real": 1.0, "real/byte-damaged": 1.0, "NEGATIVE": 1.0}
    assert {kind: figures[kind]["ok"] for kind, floor in floors.items() if figures[kind]["ok"] < floor} == {}
    assert figures["derived/byte-damaged"]["cer"] < 0.001
