"""The shipped profile on labelled articles, which go the way of a page: repaired, then matched."""

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawler.reading import read_article
from crawler.text import decode, evidence, repair, repair_page
from monitors.matching import Matcher
from monitors.profiles import shipped_watch
from storage.records import Finding

ARTICLES = Path(__file__).parent / "labelled/articles.jsonl"
PAGES = Path(__file__).parents[2] / "../shared/data/pages/pages"
SEEDS = Path(__file__).parents[2] / "../shared/data/seeds"
#: Precision and recall by set and half. Of the half "report" only totals were looked at; docs/watches.md tells them.
FLOORS = {
    ("first", "tune"): (0.98, 0.98),
    ("a b", "tune"): (0.97, 0.97),
    ("c e", "tune"): (0.97, 0.96),
    ("hard", "tune"): (0.85, 0.45),
    ("a b", "report"): (0.91, 0.93),
    ("d f", "report"): (0.96, 0.96),
    # What is aimed at, on all articles that were not tuned on.
    ("a b d f", "report"): (0.92, 0.95),
}

MATCHER = Matcher([shipped_watch()])


def hit(title: str, text: str) -> bool:
    seen = evidence(f"{title}\n{text}")
    title, text = repair(title, seen).text, repair(text, seen).text
    page = Finding(url="", key="", source_id="", title=title, text=text, seen_at=datetime(2026, 11, 24, tzinfo=UTC))
    return bool(MATCHER.match(page))


@cache
def articles() -> list[dict[str, Any]]:
    return [json.loads(line) for line in ARTICLES.read_text(encoding="utf-8").splitlines()]


def test_the_set_is_large_balanced_and_has_every_writing() -> None:
    relevant = sum(row["relevant"] for row in articles())
    assert len(articles()) >= 200
    assert 0.4 <= relevant / len(articles()) <= 0.6
    assert {row["writing"] for row in articles()} == {"plain", "traditional", "readings", "full width", "spaced"}
    assert {row["half"] for row in articles()} == {"tune", "report"}


@pytest.mark.parametrize(("name", "half"), FLOORS)
def test_precision_and_recall(name: str, half: str) -> None:
    precision, recall = measured(name, half)
    least_precision, least_recall = FLOORS[name, half]
    assert precision >= least_precision
    assert recall >= least_recall


def measured(name: str, half: str) -> tuple[float, float]:
    rows = [row for row in articles() if row["set"] in name.split() and row["half"] == half]
    told = [(row["relevant"], hit(row["title"], row["text"])) for row in rows]
    right = sum(relevant and found for relevant, found in told)
    return right / sum(found for _, found in told), right / sum(relevant for relevant, _ in told)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="needs ../shared/data/seeds")
def test_the_damaged_seeds_match() -> None:
    assert all(hit("", path.read_text(encoding="utf-8")) for path in SEEDS.glob("*.txt"))


@pytest.mark.slow
@pytest.mark.skipif(not PAGES.is_dir(), reason="needs ../shared/data/pages")
def test_of_saved_pages_two_about_chips_match_and_one_about_smart_factories() -> None:
    matching = {path.stem for path in PAGES.glob("*.html") if page_matches(path.read_bytes())}
    assert matching == {"a83c3fd8e2c", "a52bf8c4224", "aa3ad665237"}


def page_matches(body: bytes) -> bool:
    page = decode(body).text
    article = read_article(repair_page(page, evidence(page)).text, "https://www.example.gov.cn/")
    return hit(article.title, article.text)
