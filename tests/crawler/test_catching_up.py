"""What a list holds behind its first page, and an article behind its own: units, interruptions, further pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crawler.limits import Limits
from storage import Store
from storage.records import Outcome
from world.articles import item, items
from world.layouts import html, jpaas, jpage, paragraphs, trs_address, trs_static, ucap_feed
from world.rig import Rig
from world.server import Fault, Reply, World
from world.troubles import pdf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.workers import Workers

HOST = "www.a.example"
TODAY = datetime.now(UTC).date()
BEFORE = items(20, TODAY - timedelta(days=5))


@pytest.fixture
def rig(tmp_path: Path, drive: Any, workers: Workers) -> Iterator[Rig]:
    store = Store.open(f"sqlite:///{tmp_path}/catching-up.db", now=datetime.now(UTC))
    yield Rig(store=store, drive=drive, workers=workers)
    store.close()


def asked(world: World) -> list[str]:
    return [target for target in world.asked(HOST) if target != "/robots.txt"]


@pytest.mark.parametrize(("family", "missed", "lists"), [(jpaas, 20, 3), (jpage, 50, 2)])
def test_units_are_asked_for_their_further_pages(rig: Rig, family: Any, missed: int, lists: int) -> None:
    with World(family(HOST, BEFORE)) as world:
        rig.visit(world, world.source(HOST))
        news = items(missed, TODAY, first=100, a_day=20)
        world.replace(family(HOST, news + BEFORE))
        world.forget()
        (visit,) = rig.visit(world, world.source(HOST))
        assert len(asked(world)) == missed + lists
    assert (visit.outcome, visit.new) == (Outcome.OK, missed), visit.detail


def test_a_unit_that_changed_behind_an_unchanged_shell_is_seen(rig: Rig) -> None:
    shell = jpaas(HOST, BEFORE)
    fixed = replace(shell.pages[shell.column], headers={"Last-Modified": "Mon, 02 Nov 2026 00:00:00 GMT"})
    with World(replace(shell, pages=dict(shell.pages) | {shell.column: fixed})) as world:
        rig.visit(world, world.source(HOST))
        later = jpaas(HOST, (item(500, TODAY), *BEFORE))
        world.replace(replace(later, pages=dict(later.pages) | {shell.column: fixed}))
        (visit,) = rig.visit(world, world.source(HOST))
        assert visit.new == 1
        world.forget()
        (again,) = rig.visit(world, world.source(HOST))
        assert len(asked(world)) == 2
    assert again.outcome is Outcome.UNCHANGED


def test_an_outage_that_one_visit_cannot_catch_up_is_caught_up_by_the_next(rig: Rig) -> None:
    small = replace(rig, limits=Limits(request_seconds=2, visit_seconds=30, articles=15, retry_seconds=0))
    with World(trs_static(HOST, BEFORE)) as world:
        for _ in range(2):
            small.visit(world, world.source(HOST))
        world.replace(trs_static(HOST, items(40, TODAY, first=100, a_day=20) + BEFORE))
        visits = [small.visit(world, world.source(HOST))[0] for _ in range(3)]
    assert [visit.new for visit in visits] == [15, 15, 10]
    assert len(rig.articles()) == 60


def test_a_visit_that_is_killed_leaves_nothing_behind_what_it_stored(rig: Rig) -> None:
    """Oldest first, on one page too: else new rows push what was not reached behind a page of known ones."""
    with World(trs_static(HOST, BEFORE)) as world:
        rig.visit(world, world.source(HOST))
        assert asked(world)[1] == trs_address(BEFORE[0]), "a first visit begins with the newest"
        news = items(5, TODAY, first=100)
        world.replace(trs_static(HOST, news + BEFORE))
        world.forget()
        rig.visit(world, world.source(HOST))
        assert asked(world)[1:] == [trs_address(one) for one in reversed(news)]


def test_a_further_page_that_fails_is_taken_up_by_the_next_visit(rig: Rig) -> None:
    with World(trs_static(HOST, BEFORE)) as world:
        rig.visit(world, world.source(HOST))
        after = trs_static(HOST, items(30, TODAY, first=100, a_day=20) + BEFORE)
        broken = {"/xw/index_1.html": Reply(fault=Fault.RESET)}
        world.replace(replace(after, pages=dict(after.pages) | broken))
        (cut,) = rig.visit(world, world.source(HOST))
        assert cut.new == 20
        assert "page 2 of the list" in cut.detail
        world.replace(after)
        (visit,) = rig.visit(world, world.source(HOST))
    assert visit.new == 10


def test_a_feed_in_json_costs_one_request_while_it_is_unchanged(rig: Rig) -> None:
    with World(ucap_feed(HOST, BEFORE)) as world:
        rig.visit(world, world.source(HOST))
        world.forget()
        (visit,) = rig.visit(world, world.source(HOST))
        assert len(asked(world)) == 1
    assert visit.outcome is Outcome.UNCHANGED


def test_a_source_that_came_due_too_late_waits_for_its_active_hours(rig: Rig) -> None:
    opening = datetime.now(UTC) + timedelta(hours=8)
    with World(trs_static(HOST, BEFORE)) as world:
        assert not replace(rig, opens=lambda source, now: opening).visit(world, world.source(HOST))
        assert not world.requests
        state = rig.store.source_states()[world.source(HOST).id]
    assert state.next_visit_at == opening
    assert state.last_visit_at is None


def test_links_to_ever_new_hosts_are_not_followed(rig: Rig) -> None:
    site = trs_static(HOST, BEFORE[:6])
    rows = "".join(
        f"<li><a href='http://h{n}.example.org/xw/202611/t20261120_{n}00001.html'>分站新闻第{n}条标题</a>"
        f"<span>{TODAY}</span></li>"
        for n in range(6)
    )
    trap = dict(site.pages) | {site.column: Reply(body=html(f"<ul>{rows}</ul>"))}
    with World(replace(site, pages=trap)) as world:
        (visit,) = rig.visit(world, world.source(HOST))
        assert asked(world) == [site.column]
    assert visit.outcome is Outcome.NOT_ARTICLES
    assert "other sites" in visit.detail


def further(number: int, of: int) -> str:
    return trs_address(item(1, TODAY)).replace(".html", f"_{number}.html") if 0 < number < of else ""


def test_the_further_pages_of_an_article_are_joined(rig: Rig) -> None:
    entry = item(1, TODAY)
    site = trs_static(HOST, (entry, *BEFORE[:4]))
    parts = [replace(entry, paragraphs=item(number, TODAY).paragraphs) for number in (1, 301, 302)]
    pages = {}
    for number, part in enumerate(parts):
        following = further(number + 1, 3)
        pager = f'<div class="page"><a href="{following}">下一页</a></div>' if following else ""
        meta = f'<meta name="ArticleTitle" content="{entry.title}"/><meta name="PubDate" content="{TODAY} 09:30"/>'
        body = html(f'<h1>{entry.title}</h1><div class="TRS_Editor">{paragraphs(part)}</div>{pager}', meta)
        pages[further(number, 3) or trs_address(entry)] = Reply(body=body)
    with World(replace(site, pages=dict(site.pages) | pages)) as world:
        rig.visit(world, world.source(HOST))
    (article,) = [one for one in rig.articles() if one.title == entry.title]
    assert article.text == "\n".join(part.text for part in parts)


def test_a_short_notice_holds_the_words_of_its_attachment(rig: Rig) -> None:
    entry = item(1, TODAY)
    site = trs_static(HOST, (entry, *BEFORE[:4]))
    body = html(
        f'<h1>{entry.title}</h1><div class="TRS_Editor"><p>　　现将有关事项予以公布，请见附件，请遵照执行。</p>'
        f'<p>附件：<a href="/P020261120.pdf">公告.pdf</a></p></div>',
        f'<meta name="ArticleTitle" content="{entry.title}"/><meta name="PubDate" content="{TODAY} 09:30"/>',
    )
    file = Reply(body=pdf("Notice of the park about computing power"), content_type="application/pdf")
    pages = {trs_address(entry): Reply(body=body), "/P020261120.pdf": file}
    with World(replace(site, pages=dict(site.pages) | pages)) as world:
        rig.visit(world, world.source(HOST))
    (article,) = [one for one in rig.articles() if one.title == entry.title]
    assert "computing power" in article.attachments[0].text
    assert rig.store.count("computing", all_articles=True, now=datetime.now(UTC))
