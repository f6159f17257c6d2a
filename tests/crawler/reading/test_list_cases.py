"""Lists of each family, one page a trap: cases/lists/NAME.* with its links in NAME.json."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.reading import ListReading, read_article, read_listing

CASES = sorted((Path(__file__).parent / "cases" / "lists").glob("*.json"))
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def told(reading: ListReading) -> dict[str, object]:
    """The reading as the cases write it."""
    return {
        "links": [[link.url, link.title, link.date and link.date.isoformat()] for link in reading],
        "next": [[ask.method, ask.url, ask.kind] for ask in reading.next_requests],
        "next_body": reading.next_requests[0].body if reading.next_requests else None,
        "family": reading.family,
        "problem": reading.problem and reading.problem.kind,
    }


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_list_is_read_whole_and_nothing_else(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    text = (path.parent / case["file"]).read_text(encoding="utf-8")
    seen = told(read_listing(text, case["url"], now=NOW))
    assert {field: seen[field] for field in case["want"]} == case["want"]


@pytest.mark.parametrize("path", [path for path in CASES if path.stem.startswith("html-")], ids=lambda path: path.stem)
def test_a_list_is_no_article(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    problem = read_article((path.parent / case["file"]).read_text(encoding="utf-8"), case["url"], now=NOW).problem
    assert problem is not None
    assert problem.kind == "list", problem.evidence
