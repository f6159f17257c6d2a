"""A crawl by an older program, whose pages today's program reads again: real sites, real databases."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crawler.demo import serve, sites, sources
from crawler.limits import Limits
from crawler.reading import read_article
from crawler.rereading import FIELDS
from crawler.text import decode
from monitors.rereading import Reread, Rereader, interrupted
from storage import Store
from storage.audience import Reader, Watch
from storage.records import Finding, Match
from world.articles import item, items
from world.bystanders import ROOT
from world.facts import finding, matched, page, source
from world.layouts import html, paragraphs, trs_address, trs_static
from world.rig import Rig
from world.server import Reply, World

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from crawler.workers import Workers

NOW = datetime.now(UTC)
TODAY = NOW.date()
TEXTS = {text.title: text for site in sites(TODAY) for text in site.texts}
DAMAGED = {title for title, text in TEXTS.items() if text.damage}
WATCH = Watch(name="all", rule="云岭 OR 岭", readers=("an",), rhythm="at once")
LIMITS = Limits(workers=1)


@pytest.fixture
def rig(store: Store, drive: Any, workers: Workers) -> Rig:
    """A crawl that stores what the program read before it could repair anything."""
    store.save_reader(Reader(name="an", channels=("mailto:an@reader.example",)), now=NOW)
    store.save_watch(WATCH, now=NOW, by="test")
    return Rig(store=store, drive=drive, workers=workers, judge=lambda finding, source: judged(as_before(finding)))


def as_before(finding: Finding) -> Finding:
    assert finding.page
    read = read_article(decode(finding.page.body, finding.page.content_type).text, finding.page.url)
    return replace(finding, title=read.title or finding.title, text=read.text, repairs=(), lost=0)


def judged(finding: Finding) -> Finding:
    """Everything is wanted, and nobody is told."""
    return replace(finding, matches=(Match(watch=WATCH.name, score=1.0),), notices=())


def look(rig: Rig, query: str = "") -> list[Reread]:
    rereader = Rereader(rig.store, LIMITS, rig.workers)
    return rig.drive(collect(rereader.look(rig.store.articles_with_page(query, now=NOW))))


def write(rig: Rig, query: str = "", *, after: int = 0, most: int = 999) -> list[Reread]:
    """Until it is interrupted after `most` articles."""
    ids = [id for id in rig.store.articles_with_page(query, now=NOW) if id > after]
    return rig.drive(collect(Rereader(rig.store, LIMITS, rig.workers).write(ids, query), most))


async def collect(results: AsyncGenerator[Reread], most: int = 999) -> list[Reread]:
    found = []
    async with aclosing(results):
        async for one in results:
            found.append(one)
            if len(found) == most:
                break
    return found


def stored(store: Store) -> dict[str, tuple[str, str]]:
    return {one.url: (one.title, one.text) for one in store.search("", limit=500, all_articles=True, now=NOW).articles}


@pytest.fixture(scope="module")
def today(
    tmp_path_factory: pytest.TempPathFactory, loop: asyncio.AbstractEventLoop, workers: Workers
) -> dict[str, dict[str, Any]]:
    """What today's program stores of the same sites."""
    store = Store.open(f"sqlite:///{tmp_path_factory.mktemp('today')}/today.db", now=NOW)
    with serve(TODAY) as served:
        Rig(store=store, drive=loop.run_until_complete, workers=workers).visit(served, *sources())
    found = fields(store)
    store.close()
    return found


def fields(store: Store) -> dict[str, dict[str, Any]]:
    return {one.url: {name: getattr(one, name) for name in FIELDS} for one in Rig(store=store, drive=None).articles()}


def test_what_an_earlier_program_stored_damaged_comes_out_as_it_was_written(
    rig: Rig, today: dict[str, dict[str, Any]]
) -> None:
    with serve(TODAY) as served:
        rig.visit(served, *sources())
    store, before = rig.store, stored(rig.store)
    assert not {title for title, _ in before.values()} >= DAMAGED
    told = look(rig)
    assert stored(store) == before
    done = write(rig)
    assert {one.article.url: one.changes for one in done} == {one.article.url: one.changes for one in told}
    after = stored(store)
    assert {title for title, _ in after.values()} == TEXTS.keys()
    assert fields(store) == today
    changed = {one.article.url for one in done if {"title", "text"} & {change.field for change in one.changes}}
    assert len(changed) >= len(DAMAGED)
    for url, (title, text) in before.items():
        assert [(one.title, one.text) for one in store.revisions(url)] == ([(title, text)] if url in changed else [])
    assert look(rig) == [Reread(article=one.article) for one in look(rig)]
    assert all(check.sound for check in store.check())


def test_reprints_find_their_story_and_nobody_is_told(rig: Rig) -> None:
    with serve(TODAY) as served:
        rig.visit(served, *sources())
    changed = {one.article.url for one in write(rig) if one.changes}
    found = {one.title: one.story_id for one in rig.articles()}
    texts = {f"{site.name}/{text.slug}": text for site in sites(TODAY) for text in site.texts}
    pairs = [(text.title, texts[text.reposts].title) for text in texts.values() if text.reposts]
    assert pairs
    assert all(found[one] == found[other] for one, other in pairs)
    assert rig.store.due_notices(now=NOW + timedelta(days=99)) == []
    wanted = {one.url for one in rig.store.search(WATCH.rule, limit=500, all_articles=True, now=NOW).articles}
    assert changed - wanted
    assert {one.url for one in rig.articles() if one.matches} & changed == wanted & changed


def test_a_query_chooses_what_is_read(rig: Rig) -> None:
    with serve(TODAY) as served:
        rig.visit(served, *sources())
    done = write(rig, "source:demo-lanjiang")
    assert done
    assert {one.article.source.id for one in done} == {"demo-lanjiang"}


def test_a_page_that_is_no_article_to_todays_program_stays_as_it_is(rig: Rig) -> None:
    store = rig.store
    store.add_sources([source()], now=NOW)
    gone = page(b"<html><head><title>404</title></head><body><p>404 Not Found</p></body></html>")
    store.keep([matched(replace(finding(), page=gone))], now=NOW)
    [one] = write(rig)
    assert (one.changes, bool(one.problem)) == ((), True)
    assert store.article(finding().url) is not None


def further(number: int, of: int) -> str:
    return trs_address(item(1, TODAY)).replace(".html", f"_{number}.html") if 0 < number < of else ""


def paged() -> World:
    """An article of three pages."""
    entry = item(1, TODAY)
    site = trs_static("www.a.example", (entry, *items(4, TODAY, first=10)))
    pages = {}
    for number, part in enumerate((1, 301, 302)):
        following = further(number + 1, 3)
        pager = f'<div class="page"><a href="{following}">下一页</a></div>' if following else ""
        meta = f'<meta name="ArticleTitle" content="{entry.title}"/><meta name="PubDate" content="{TODAY} 09:30"/>'
        body = f'<h1>{entry.title}</h1><div class="TRS_Editor">{paragraphs(item(part, TODAY))}</div>{pager}'
        pages[further(number, 3) or trs_address(entry)] = Reply(body=html(body, meta))
    return World(replace(site, pages=dict(site.pages) | pages))


class TestFurtherPages:
    @pytest.fixture
    def rig(self, store: Store, drive: Any, workers: Workers) -> Rig:
        """A crawl by today's program."""
        return Rig(store=store, drive=drive, workers=workers, judge=lambda finding, source: judged(finding))

    def test_they_are_read_again_with_the_first(self, rig: Rig) -> None:
        with paged() as world:
            rig.visit(world, world.source("www.a.example"))
        write(rig)
        whole = "\n".join(item(number, TODAY).text for number in (1, 301, 302))
        assert whole in {one.text for one in rig.articles()}
        assert [one.changes for one in look(rig)] == [()] * 5

    def test_an_article_whose_further_pages_were_not_kept_is_left_alone(self, rig: Rig) -> None:
        kept = rig.judge
        lossy = replace(rig, judge=lambda finding, source: replace(kept(finding, source), further=()))
        with paged() as world:
            lossy.visit(world, world.source("www.a.example"))
        problems = [one.problem for one in write(rig) if one.problem]
        assert problems == ["it has 3 pages, and only the first was kept"]


def test_one_that_is_interrupted_goes_on(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitors.rereading.BATCH", 2)
    with serve(TODAY) as served:
        rig.visit(served, *sources())
    before = stored(rig.store)
    write(rig, most=len(before) // 2)
    at = interrupted(rig.store, "")
    assert at
    assert interrupted(rig.store, "source:demo-gxt") is None
    assert half_done(before, stored(rig.store))
    write(rig, after=at.after)
    assert interrupted(rig.store, "") is None
    assert_done_once(rig.store, before)


def half_done(before: dict[str, tuple[str, str]], now: dict[str, tuple[str, str]]) -> bool:
    titles = {title for title, _ in now.values()}
    return now != before and now.keys() == before.keys() and not titles >= DAMAGED


def assert_done_once(store: Store, before: dict[str, tuple[str, str]]) -> None:
    after = stored(store)
    assert {title for title, _ in after.values()} == TEXTS.keys()
    for url, old in before.items():
        said = [(one.title, one.text) for one in store.revisions(url)]
        assert said == ([old] if after[url] != old else [])
    assert all(check.sound for check in store.check())


#: `fenghuo reprocess` that waits after each batch of two, so that it can be killed in the middle.
SLOW = """
import time
from monitors import rereading
from monitors.cli import main
rereading.BATCH = 2
note = rereading.Rereader._note
rereading.Rereader._note = lambda *a: (note(*a), time.sleep(0.3))
main()
"""


@pytest.mark.slow
def test_one_that_is_killed_goes_on_and_nothing_is_lost_or_twice(rig: Rig, url: str, tmp_path: Path) -> None:
    with serve(TODAY) as served:
        rig.visit(served, *sources())
    store, before = rig.store, stored(rig.store)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "FENGHUO_DATABASE": url}
    process = subprocess.Popen([sys.executable, "-c", SLOW, "reprocess"], cwd=tmp_path, env=environment)
    ends = time.monotonic() + 60
    while not ((at := interrupted(store, "")) and at.after > len(before) / 2) and time.monotonic() < ends:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert interrupted(store, "")
    assert half_done(before, stored(store))
    again = subprocess.run(
        [sys.executable, "-c", "from monitors.cli import main; main()", "reprocess"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "going on where it was interrupted" in again.stderr
    assert interrupted(store, "") is None
    assert_done_once(store, before)
