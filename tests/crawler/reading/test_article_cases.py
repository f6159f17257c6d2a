"""Articles of each make, one page a trap: cases/articles/NAME.html; NAME.json has what a careful reader sees."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.reading import Article, read_article

CASES = sorted((Path(__file__).parent / "cases" / "articles").glob("*.html"))
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def told(article: Article) -> dict[str, object]:
    """The article as the cases write it."""
    return {
        "title": article.title,
        "subtitle": article.subtitle,
        "published_at": article.published_at and article.published_at.isoformat(),
        "precision": article.precision,
        "origin": article.origin,
        "author": article.author,
        "editor": article.editor,
        "column": article.column,
        "text": article.text.split("\n"),
        "image": article.image,
        "language": article.language,
        "script": article.script,
        "attachments": [[file.name, file.url, file.kind] for file in article.attachments],
        "next_page": article.next_page,
        "how_published_at": article.how.get("published_at"),
        "problem": article.problem and article.problem.kind,
    }


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_article_is_read_as_a_reader_would(path: Path) -> None:
    case = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    seen = told(read_article(path.read_text(encoding="utf-8"), case["url"], now=NOW))
    assert {field: seen[field] for field in case["want"]} == case["want"]
