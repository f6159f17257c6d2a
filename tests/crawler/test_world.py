"""The simulated sites that are peculiar, crawled by the real spider: right items, right outcomes, right requests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from storage import Store
from storage.records import Outcome
from world import layouts, troubles
from world.articles import item, items
from world.rig import Rig
from world.server import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.workers import Workers

HOST = "www.a.example"
TODAY = datetime.now(UTC).date()
TWELVE = items(12, TODAY - timedelta(days=1), a_day=6)


@pytest.fixture
def rig(tmp_path: Path, drive: Any, workers: Workers) -> Iterator[Rig]:
    store = Store.open(f"sqlite:///{tmp_path}/world.db", now=datetime.now(UTC))
    yield Rig(store=store, drive=drive, workers=workers)
    store.close()


def asked(world: World, host: str = HOST) -> list[str]:
    return [target for target in world.asked(host) if target != "/robots.txt"]


@pytest.mark.parametrize(
    "layout",
    [layouts.ucap_feed, layouts.cut_titles, troubles.frame_shell, troubles.meta_refresh],
    ids=lambda layout: layout.__name__,
)
def test_every_article_is_stored_under_its_whole_title(rig: Rig, layout: Any) -> None:
    with World(layout(HOST, TWELVE)) as world:
        (visit,) = rig.visit(world, world.source(HOST))
    assert (visit.outcome, visit.new, visit.problems) == (Outcome.OK, 12, 0), visit.detail
    assert {article.title for article in rig.articles()} == {entry.title for entry in TWELVE}
    assert {article.text for article in rig.articles()} == {entry.text for entry in TWELVE}


def test_days_without_a_year_are_the_last_that_can_be_meant(rig: Rig) -> None:
    with World(layouts.dede_gbk(HOST, TWELVE)) as world:
        rig.visit(world, world.source(HOST))
    found = {article.title: article.published_at for article in rig.articles()}
    for entry in TWELVE:
        assert _day(found[entry.title]) == entry.day


def _day(moment: datetime | None) -> date | None:
    return moment and (moment + timedelta(hours=8)).date()


def test_a_pinned_old_row_does_not_hide_what_is_new(rig: Rig) -> None:
    old = item(900, TODAY - timedelta(days=500))
    with World(layouts.pinned(HOST, TWELVE, old)) as world:
        rig.visit(world, world.source(HOST))
        world.replace(layouts.pinned(HOST, (item(13, TODAY), *TWELVE), old))
        world.forget()
        (visit,) = rig.visit(world, world.source(HOST))
        assert len(asked(world)) == 2
    assert (visit.outcome, visit.new) == (Outcome.OK, 1)


def test_a_redesign_is_read_on_without_asking_for_known_articles(rig: Rig) -> None:
    before = layouts.trs_static(HOST, TWELVE)
    with World(before) as world:
        rig.visit(world, world.source(HOST))
        newer = (item(13, TODAY), *TWELVE)
        world.replace(troubles.redesigned(before, newer))
        world.forget()
        (visit,) = rig.visit(world, world.source(HOST))
        assert asked(world) == ["/xw/index.html", layouts.trs_address(newer[0])]
    assert (visit.outcome, visit.new) == (Outcome.OK, 1)


def test_a_redesign_that_only_a_browser_draws_is_reported(rig: Rig) -> None:
    before = layouts.trs_static(HOST, TWELVE)
    with World(before) as world:
        rig.visit(world, world.source(HOST))
        world.replace(troubles.emptied(before))
        (visit,) = rig.visit(world, world.source(HOST))
    assert visit.outcome is Outcome.LAYOUT_CHANGED, visit.detail
    assert "12 links were usual" in visit.detail


def test_a_notice_that_is_only_a_pdf_is_found_by_its_words(rig: Rig) -> None:
    with World(troubles.pdf_only(HOST, TWELVE[:2])) as world:
        rig.visit(world, world.source(HOST))
    found = rig.articles()
    assert {article.title for article in found} == {entry.title for entry in TWELVE[:2]}
    assert all("of the park" in article.attachments[0].text for article in found)


@pytest.mark.parametrize("make", [troubles.challenge_521, troubles.challenge_412])
def test_a_challenged_site_is_asked_little_and_reported(rig: Rig, make: Any) -> None:
    with World(make(HOST)) as world:
        (visit,) = rig.visit(world, world.source(HOST))
        assert len(world.requests) <= 3
    assert visit.outcome is Outcome.BLOCKED, visit.detail


def test_a_column_that_is_gone_is_not_a_list(rig: Rig) -> None:
    with World(troubles.soft_404(HOST)) as world:
        (visit,) = rig.visit(world, world.source(HOST))
    assert visit.outcome is Outcome.UNREACHABLE
    assert "soft-404" in visit.detail


def test_a_slow_site_holds_up_no_other(rig: Rig) -> None:
    late = troubles.slow(layouts.trs_static("slow.example", items(3, TODAY)), 0.8)
    with World(layouts.trs_static(HOST, TWELVE), late) as world:
        visits = rig.visit(world, world.source("slow.example"), world.source(HOST))
        ends = {host: max(r.ended for r in world.requests if r.host == host) for host in (HOST, "slow.example")}
        assert ends[HOST] < ends["slow.example"]
    assert [visit.outcome for visit in visits] == [Outcome.OK, Outcome.OK]


def test_an_expired_certificate_is_refused_by_its_reason(rig: Rig) -> None:
    site = troubles.self_signed_tls(layouts.trs_static(HOST, TWELVE), expired=True)
    with World(site) as world:
        (visit,) = rig.visit(world, world.source(HOST))
    assert visit.outcome is Outcome.UNREACHABLE
    assert visit.detail.startswith("tls: ")
