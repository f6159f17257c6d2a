"""Columns that are rebuilt, moved, cut down or shut, by the real spider: none of it may pass for a quiet day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from storage import Store
from storage.records import Outcome
from world import layouts, troubles
from world.articles import item, items
from world.rig import Rig
from world.server import Reply, World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.workers import Workers

HOST = "www.a.example"
TODAY = datetime.now(UTC).date()
TWELVE = items(12, TODAY - timedelta(days=1), a_day=3)
COLUMN = layouts.trs_static(HOST, TWELVE)
NEXT = item(13, TODAY)


@pytest.fixture
def rig(tmp_path: Path, drive: Any, workers: Workers) -> Iterator[Rig]:
    store = Store.open(f"sqlite:///{tmp_path}/redesigns.db", now=datetime.now(UTC))
    yield Rig(store=store, drive=drive, workers=workers)
    store.close()


@pytest.fixture
def world(rig: Rig) -> Iterator[World]:
    """After a first visit to the column."""
    with World(COLUMN) as world:
        assert look(rig, world) == (Outcome.OK, 12)
        yield world


def look(rig: Rig, world: World) -> tuple[Outcome, int]:
    (visit,) = rig.visit(world, world.source(HOST))
    return visit.outcome, visit.new


def test_a_template_with_half_as_many_rows_is_read_on(rig: Rig, world: World) -> None:
    world.replace(troubles.listing(COLUMN, (NEXT, *TWELVE[:5])))
    assert look(rig, world) == (Outcome.OK, 1)


def test_a_box_that_was_left_of_the_list_is_reported_until_it_goes_on(rig: Rig, world: World) -> None:
    world.replace(troubles.listing(COLUMN, TWELVE[3:7]))
    assert [look(rig, world) for _ in range(4)] == [(Outcome.LAYOUT_CHANGED, 0)] * 4
    world.replace(troubles.listing(COLUMN, (NEXT, *TWELVE[3:6])))
    assert look(rig, world) == (Outcome.OK, 1)
    assert look(rig, world) == (Outcome.UNCHANGED, 0)


def test_a_list_that_begins_anew_with_the_year_is_followed_after_a_while(rig: Rig, world: World) -> None:
    world.replace(troubles.listing(COLUMN, (NEXT,)))
    assert [look(rig, world) for _ in range(3)] == [(Outcome.LAYOUT_CHANGED, 0)] * 3
    assert look(rig, world) == (Outcome.OK, 1)


def test_another_content_system_is_read_on_and_named_once(rig: Rig, world: World) -> None:
    world.replace(troubles.listing(COLUMN, (NEXT, *TWELVE[:11]), troubles.new_address))
    (visit,) = rig.visit(world, world.source(HOST))
    assert (visit.outcome, visit.new) == (Outcome.LAYOUT_CHANGED, 12)
    assert "no address of the list was known" in visit.detail
    assert look(rig, world) == (Outcome.UNCHANGED, 0)
    stored = rig.store.search("", limit=50, all_articles=True, now=datetime.now(UTC)).articles
    assert len({article.story_id for article in stored}) == 13


def test_a_column_that_leads_to_the_home_page_has_moved(rig: Rig, world: World) -> None:
    home = troubles.listing(COLUMN, (NEXT, *TWELVE[:6])).pages[COLUMN.column]
    away = Reply(status=302, headers={"Location": "/"})
    world.replace(replace(COLUMN, pages=dict(COLUMN.pages) | {COLUMN.column: away, "/": home}))
    (visit,) = rig.visit(world, world.source(HOST))
    assert (visit.outcome, visit.new) == (Outcome.UNREACHABLE, 0)
    assert visit.detail.startswith("moved: ")


def test_articles_behind_a_challenge_are_blocked_and_asked_for_again(rig: Rig, world: World) -> None:
    open_ = troubles.listing(COLUMN, (*items(5, TODAY, first=13), *TWELVE[:7]))
    shut = {path: Reply(status=412) for path in layouts.articles(items(5, TODAY, first=13), layouts.trs_address)}
    world.replace(replace(open_, pages=dict(open_.pages) | shut))
    world.forget()
    assert [look(rig, world) for _ in range(2)] == [(Outcome.BLOCKED, 0)] * 2
    assert sum(target in shut for target in world.asked(HOST)) == 2 * 3
    world.replace(open_)
    assert look(rig, world) == (Outcome.OK, 5)


def test_three_pages_that_stay_shut_do_not_hide_the_others(rig: Rig, world: World) -> None:
    new = items(6, TODAY, first=13)
    rebuilt = troubles.listing(COLUMN, (*new, *TWELVE[:6]))
    shut = {path: Reply(status=403) for path in layouts.articles(new[-3:], layouts.trs_address)}
    world.replace(replace(rebuilt, pages=dict(rebuilt.pages) | shut))
    looks = [look(rig, world) for _ in range(3)]
    assert looks == [(Outcome.BLOCKED, 0), (Outcome.OK, 3), (Outcome.UNCHANGED, 0)]


def test_one_page_that_is_shut_is_not_asked_for_at_every_visit(rig: Rig, world: World) -> None:
    rebuilt = troubles.listing(COLUMN, (NEXT, *TWELVE))
    shut = layouts.trs_address(NEXT)
    world.replace(replace(rebuilt, pages=dict(rebuilt.pages) | {shut: Reply(status=403)}))
    world.forget()
    assert [look(rig, world) for _ in range(2)] == [(Outcome.QUIET, 0), (Outcome.UNCHANGED, 0)]
    assert world.asked(HOST).count(shut) == 1


def test_links_that_never_were_articles_are_named_on_every_visit(rig: Rig) -> None:
    column = troubles.listing(COLUMN, TWELVE[:6])
    gone = {layouts.trs_address(one): Reply(status=404) for one in TWELVE[:3]}
    login = Reply(body=layouts.html("<form><input type='password'></form>", "<title>登录</title>"))
    closed = {layouts.trs_address(one): login for one in TWELVE[3:6]}
    with World(replace(column, pages=dict(column.pages) | gone | closed)) as world:
        assert [look(rig, world) for _ in range(3)] == [(Outcome.NOT_ARTICLES, 0)] * 3
        world.replace(troubles.listing(column, (NEXT, *TWELVE[:5])))
        assert look(rig, world) == (Outcome.OK, 1)
