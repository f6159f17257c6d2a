"""Kept pages at the command line: shown, exported, read again."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from warcio.archiveiterator import ArchiveIterator

from storage import Store
from storage.records import RawPage
from world.facts import NOW, finding, matched, source

if TYPE_CHECKING:
    from world.program import Fenghuo

URL = finding(1).url
SOURCE = '<html><head><meta charset="gb2312"></head><body><h1>第1号项目的消息</h1>\x1b[31m\x07<p>算力</p></body></html>'
PAGE = RawPage(
    url=URL,
    status=200,
    headers=(("Content-Type", "text/html"), ("X-Evil", "\x1b]0;owned\x07")),
    body=SOURCE.encode("gb18030"),
    fetched_at=NOW,
)


@pytest.fixture
def kept(fenghuo: Fenghuo) -> Fenghuo:
    """A folder whose database holds a page, and an article without one."""
    store = Store.open(f"sqlite:///{fenghuo.folder}/fenghuo.db", now=NOW)
    store.add_sources([source()], now=NOW)
    store.keep([matched(replace(finding(1), page=PAGE)), replace(finding(2), page=PAGE)], now=NOW)
    store.close()
    return fenghuo


def test_a_page_is_shown_with_what_was_said_about_it(kept: Fenghuo) -> None:
    shown = kept("page", URL)
    assert shown.returncode == 0
    for words in (URL, "2026-11-20 12:00", "200 OK", "Content-Type: text/html", "gb2312", "<p>算力</p>"):
        assert words in shown.stdout
    assert kept("page", "--headers", URL).stdout in shown.stdout
    assert kept("page", URL, "--text").stdout.startswith("<html>")


def test_nothing_of_a_page_reaches_the_terminal_as_a_command(kept: Fenghuo) -> None:
    for arguments in (["page", URL], ["page", URL, "--text"], ["page", URL, "--headers"], ["page", URL, "--json"]):
        assert not set(kept(*arguments).stdout) & {"\x1b", "\x07"}


def test_its_bytes_come_out_as_they_were_received(kept: Fenghuo) -> None:
    assert base64.b64decode(json.loads(kept("page", URL, "--json").stdout)["body"]) == PAGE.body
    assert kept("page", URL, "--output", "page.html").returncode == 0
    assert (kept.folder / "page.html").read_bytes() == PAGE.body


@pytest.mark.parametrize("arguments", [["page", URL, "--output", "there"], ["page", "export", "--warc", "there"]])
def test_a_file_that_is_there_is_replaced_only_on_demand(kept: Fenghuo, arguments: list[str]) -> None:
    there = kept.folder / "there"
    there.write_text("mine")
    refused = kept(*arguments)
    assert (refused.returncode, "--force" in refused.stderr) == (2, True)
    assert there.read_text() == "mine"
    assert kept(*arguments, "--force").returncode == 0
    assert there.read_bytes() != b"mine"
    assert sorted(path.name for path in kept.folder.iterdir() if "fenghuo.db" not in path.name) == ["there"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["page", finding(2).url], "no page is kept"),
        (["page", finding(3).url], "is not stored"),
        (["page", "no address"], "is not stored"),
        (["page", "ftp://x/"], "http"),
        (["page", URL, "--text", "--json"], "choose one"),
        (["page", "export"], "--warc FILE"),
        (["page", "export", "(", "--warc", "x.warc.gz"], "character 2"),
        (["page", "export", "--warc", "no/folder/x.warc.gz"], "No such file or directory"),
        (["reprocess", "--level", "planet"], "level"),
    ],
)
def test_wrong_input_gets_one_clear_line_and_exit_code_2(kept: Fenghuo, arguments: list[str], words: str) -> None:
    result = kept(*arguments)
    assert result.returncode == 2
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert words in result.stderr


def test_pages_are_exported_as_warc(kept: Fenghuo) -> None:
    told = kept("page", "export", "号", "--warc", "pages.warc.gz").stdout
    assert "wrote 1 pages of 1 articles to pages.warc.gz" in told
    with (kept.folder / "pages.warc.gz").open("rb") as file:
        bodies = [one.raw_stream.read() for one in ArchiveIterator(file) if one.rec_type == "response"]
    assert bodies == [PAGE.body]


def test_where_no_page_is_asked_for_no_file_is_written(kept: Fenghuo) -> None:
    assert "nothing was written" in kept("page", "export", "没有的", "--warc", "x.warc.gz").stdout
    assert not (kept.folder / "x.warc.gz").exists()


def test_what_would_change_is_shown_and_not_written(kept: Fenghuo) -> None:
    shown = kept("reprocess", "--dry-run")
    assert "1 articles read again: 1 would change, 0 left as they are" in shown.stdout
    for words in ("Before", "After", URL, "text", "算力"):
        assert words in shown.stdout
    [said] = map(json.loads, kept("reprocess", "--dry-run", "--json").stdout.splitlines())
    before = {change["field"]: change["before"] for change in said["changes"]}
    assert (said["url"], before["text"]) == (URL, finding(1).text)
    assert "1 articles read again: 1 changed" in kept("reprocess").stdout
    assert "1 articles read again: 0 changed" in kept("reprocess").stdout


def test_the_story_that_a_mended_article_comes_into_is_shown(kept: Fenghuo) -> None:
    store = Store.open(f"sqlite:///{kept.folder}/fenghuo.db", now=NOW)
    [sound] = store.keep([matched(finding(3, title="第1号项目的消息", text="[31m\n算力"))], now=NOW)
    store.close()
    for arguments in (["reprocess", "--dry-run", "--json"], ["reprocess", "--json"]):
        [said] = map(json.loads, kept(*arguments).stdout.splitlines())
        assert said["changes"][-1] == {"field": "story", "before": 1, "after": sound.story_id}
