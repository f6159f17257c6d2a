"""`fenghuo demo` as a newcomer runs it: twice in an empty folder."""

from __future__ import annotations

import email
import email.policy
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler import demo
from monitors.cli.demo import page_of
from storage import Store
from storage.records import Article, Outcome

ROOT = Path(__file__).parents[2]


def run(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", "from monitors.cli import main; main()", "demo", *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    ).stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def first(folder: Path) -> str:
    return run(folder)


@pytest.fixture(scope="module")
def articles(folder: Path, first: str) -> list[Article]:
    store = Store.open(f"sqlite:///{folder}/fenghuo-demo.db", now=datetime.now(UTC))
    try:
        return list(store.search("", limit=200, all_articles=True, now=datetime.now(UTC)).articles)
    finally:
        store.close()


def test_it_shows_what_was_found_and_mended(first: str) -> None:
    assert "全省算力网络建设推进会在澜州召开" in first
    assert "also on 云岭新闻网" in first
    assert "injected readings" in first
    assert "gb18030" in first
    assert "瑞数" in first
    assert "before" in first
    assert "the digest as a mail" in first


def test_every_article_reads_as_it_was_written(articles: list[Article]) -> None:
    """The sites' texts are damaged by code; what is stored is what they were before."""
    titles = {text.title for site in demo.sites(datetime.now(UTC).date()) for text in site.texts}
    assert articles
    assert {article.title for article in articles} <= titles
    assert not [article.title for article in articles if "(" in article.title or "�" in article.text]


def test_the_kinds_of_damage_are_all_there(articles: list[Article]) -> None:
    kinds = {repair.what for article in articles for repair in article.repairs}
    assert "injected readings" in kinds
    assert any("windows-1252" in kind for kind in kinds)
    assert {"gb18030", "utf-8"} <= {article.encoding for article in articles}


def test_the_digest_is_a_mail_and_a_page(folder: Path, first: str) -> None:
    (mail,) = (folder / "fenghuo-demo-mail").glob("*.eml")
    message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    assert message["To"] == "reader@fenghuo.example"
    assert "人工智能产业" in message["Subject"]
    plain = message.get_body(("plain",))
    assert plain
    assert "另有 1 家转载" in plain.get_content()
    page = page_of(mail.read_bytes())
    assert mail.with_suffix(".html").read_text(encoding="utf-8").split() == page.split()
    assert "cid:" not in page


def test_a_second_run_finds_nothing_new_and_sends_nothing(folder: Path, first: str) -> None:
    again = run(folder)
    assert "0 new" in again
    assert "unchanged" in again
    assert len(list((folder / "fenghuo-demo-mail").glob("*.eml"))) == 1
    store = Store.open(f"sqlite:///{folder}/fenghuo-demo.db", now=datetime.now(UTC))
    outcomes = [visit.outcome for visit in store.visits()]
    store.close()
    assert outcomes.count(Outcome.BLOCKED) == 2
    assert outcomes.count(Outcome.UNCHANGED) == 4


def test_fresh_begins_again(folder: Path, first: str) -> None:
    assert "the digest as a mail" in run(folder, "--fresh")
