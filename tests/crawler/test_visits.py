"""Visits as the sites see them: right items, right outcomes, right requests, read off the sites' own logs."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crawler.demo.damage import inject_readings
from crawler.limits import Limits
from crawler.run import Crawl, Parts
from monitors.judging import Judge
from storage import Store
from storage.records import Article, Outcome, Source, Visit
from world.articles import items
from world.layouts import (
    dede_gbk,
    html,
    jpaas,
    jpage,
    reposting,
    script_array,
    table_layout,
    trs_address,
    trs_static,
    ucap,
)
from world.server import Fault, Reply, Site, World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.workers import Workers

HOST = "www.shili.example"
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


@dataclass(kw_only=True)
class Rig:
    """A store and a crawl over a world, one round at a time."""

    store: Store
    drive: Any
    workers: Workers
    limits: Limits = field(
        default_factory=lambda: Limits(request_seconds=2, visit_seconds=30, tries=2, retry_seconds=0.05)
    )

    def round(self, world: World, *sources: Source) -> list[Visit]:
        visits: list[Visit] = []
        now = datetime.now(UTC)
        self.store.add_sources(sources, now=now)
        self.store.set_enabled([source.id for source in sources], True, now=now)
        parts = Parts(
            store=self.store,
            contact="https://fenghuo.example/tests",
            limits=self.limits,
            judge=Judge(self.store),
            plan=lambda source, state, visit: visit.ended_at + timedelta(hours=1),
            hosts=world.hosts,
            on_visit=lambda source, visit: visits.append(visit),
        )
        self.drive(self._make(parts, [source.id for source in sources]))
        return visits

    async def _make(self, parts: Parts, ids: list[str]) -> None:
        crawl = Crawl(parts, self.workers)
        crawl.open()
        try:
            assert not await crawl.make_round(ids, patience=10)
        finally:
            await crawl.close()

    def articles(self) -> list[Article]:
        return list(self.store.search("", limit=500, all_articles=True, now=datetime.now(UTC)).articles)


@pytest.fixture
def rig(tmp_path: Path, drive: Any, workers: Workers) -> Iterator[Rig]:
    store = Store.open(f"sqlite:///{tmp_path}/visits.db", now=datetime.now(UTC))
    yield Rig(store=store, drive=drive, workers=workers)
    store.close()


def pages_of(world: World) -> list[str]:
    return [target for target in world.asked(HOST) if target != "/robots.txt"]


@pytest.mark.parametrize("family", [trs_static, jpage, jpaas, ucap, dede_gbk, script_array, table_layout])
def test_every_family_gives_its_articles(rig: Rig, family: Any) -> None:
    news = items(6, TODAY)
    with World(family(HOST, news)) as world:
        (visit,) = rig.round(world, world.source(HOST))
    assert (visit.outcome, visit.new, visit.problems) == (Outcome.OK, 6, 0), visit.detail
    assert {article.title for article in rig.articles()} == {item.title for item in news}
    assert all(article.text for article in rig.articles())


def test_new_articles_without_a_date_or_a_title_of_their_own_are_counted(rig: Rig) -> None:
    news = items(4, TODAY)
    site = ucap(HOST, news)
    bare = html("".join(f"<p>　　{paragraph}</p>" for paragraph in news[0].paragraphs), "<meta charset=utf-8>")
    address = next(path for path in site.pages if path.startswith("/xw/202611/"))
    with World(replace(site, pages=site.pages | {address: Reply(body=bare)})) as world:
        (visit,) = rig.round(world, world.source(HOST))
    assert (visit.new, visit.undated, visit.untitled) == (4, 1, 1)
    assert rig.store.visits()[-1] == visit


def test_an_unchanged_list_costs_one_request(rig: Rig) -> None:
    with World(trs_static(HOST, items(6, TODAY))) as world:
        rig.round(world, world.source(HOST))
        world.forget()
        (visit,) = rig.round(world, world.source(HOST))
        assert pages_of(world) == ["/xw/index.html"]
        assert world.requests[-1].status == 304
    assert visit.outcome is Outcome.UNCHANGED


def test_without_validators_the_same_bytes_are_unchanged_too(rig: Rig) -> None:
    with World(trs_static(HOST, items(6, TODAY), validators=False)) as world:
        rig.round(world, world.source(HOST))
        world.forget()
        (visit,) = rig.round(world, world.source(HOST))
        assert pages_of(world) == ["/xw/index.html"]
    assert visit.outcome is Outcome.UNCHANGED


def test_three_new_articles_cost_four_requests(rig: Rig) -> None:
    with World(trs_static(HOST, items(30, TODAY))) as world:
        rig.round(world, world.source(HOST))
        world.replace(trs_static(HOST, items(3, TODAY + DAY, first=31) + items(30, TODAY)))
        world.forget()
        (visit,) = rig.round(world, world.source(HOST))
        assert len(pages_of(world)) == 4
    assert (visit.outcome, visit.new) == (Outcome.OK, 3)


def test_an_outage_is_caught_up_over_three_pages_and_nothing_twice(rig: Rig) -> None:
    with World(trs_static(HOST, items(30, TODAY - 5 * DAY), a_page=20)) as world:
        rig.round(world, world.source(HOST))
        missed = items(50, TODAY, first=31, a_day=10)
        world.replace(trs_static(HOST, missed + items(30, TODAY - 5 * DAY), a_page=20))
        world.forget()
        (visit,) = rig.round(world, world.source(HOST))
        lists = [target for target in pages_of(world) if "index" in target]
        assert lists == ["/xw/index.html", "/xw/index_1.html", "/xw/index_2.html"]
        assert len(set(pages_of(world))) == len(pages_of(world)) == 3 + 50
    assert visit.new == 50


def test_a_redesign_whose_links_are_gone(rig: Rig) -> None:
    with World(trs_static(HOST, items(12, TODAY))) as world:
        rig.round(world, world.source(HOST))
        bare = html('<div class="banner">欢迎访问示例市人民政府网站。</div>')
        world.replace(Site(host=HOST, column="/xw/index.html", pages={"*": Reply(body=bare)}))
        (visit,) = rig.round(world, world.source(HOST))
    assert visit.outcome is Outcome.LAYOUT_CHANGED
    assert "12 links were usual" in visit.detail


@pytest.mark.parametrize(
    ("reply", "outcome", "words"),
    [
        (Reply(status=521, body=b"<script>document.cookie=('_')+('_')</script>"), Outcome.BLOCKED, "521"),
        (Reply(status=412, body=b"<script>$_ts=window['$_ts']</script>"), Outcome.BLOCKED, "412"),
        (Reply(status=403), Outcome.BLOCKED, "403"),
        (Reply(status=404), Outcome.UNREACHABLE, "404"),
        (Reply(status=500), Outcome.UNREACHABLE, "500"),
        (Reply(status=204), Outcome.UNREACHABLE, "204"),
        (Reply(status=304), Outcome.UNREACHABLE, "304"),
        (Reply(status=429, headers={"Retry-After": "100"}), Outcome.UNREACHABLE, "429"),
        (Reply(fault=Fault.RESET), Outcome.UNREACHABLE, "reset"),
        (Reply(fault=Fault.CUT, body=html("x" * 1000)), Outcome.UNREACHABLE, "cut"),
        (Reply(fault=Fault.HANG), Outcome.UNREACHABLE, "timeout"),
        (Reply(status=302, headers={"Location": "/xw/index.html"}), Outcome.UNREACHABLE, "redirects"),
        (Reply(status=302, headers={"Location": "file:///etc/passwd"}), Outcome.UNREACHABLE, "address"),
        (Reply(status=302), Outcome.UNREACHABLE, "redirects"),
        (Reply(body=html("<p>欢迎光临</p>")), Outcome.EMPTY_LIST, "links"),
        (Reply(headers={"Content-Encoding": "snappy"}, body=b"x"), Outcome.UNREACHABLE, "snappy"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_list_has_an_outcome_with_evidence(rig: Rig, reply: Reply, outcome: Outcome, words: str) -> None:
    site = Site(host=HOST, column="/xw/index.html", pages={"/robots.txt": Reply(status=404), "*": reply})
    with World(site) as world:
        (visit,) = rig.round(world, world.source(HOST))
    assert visit.outcome is outcome, visit.detail
    assert words in visit.detail
    assert not rig.articles()


def test_a_host_that_asked_for_a_pause_is_left_alone(rig: Rig) -> None:
    site = Site(host=HOST, column="/xw/", pages={"*": Reply(status=429, headers={"Retry-After": "1000"})})
    with World(site) as world:
        rig.round(world, world.source(HOST))
    state = rig.store.source_states([world.source(HOST).id])[world.source(HOST).id]
    assert state.next_visit_at
    assert state.next_visit_at >= datetime.now(UTC) + timedelta(seconds=990)
    claims = rig.store.claim_visits(
        now=datetime.now(UTC), lease=timedelta(seconds=60), hosts=5, only=[world.source(HOST).id]
    )
    assert not claims


def test_a_site_that_forbids_it_is_not_asked(rig: Rig) -> None:
    news = trs_static(HOST, items(3, TODAY))
    closed = replace(
        news,
        pages={**news.pages, "/robots.txt": Reply(body=b"User-agent: *\nDisallow: /xw/\n", content_type="text/plain")},
    )
    with World(closed) as world:
        (visit,) = rig.round(world, world.source(HOST))
        assert world.asked(HOST) == ["/robots.txt"]
    assert visit.outcome is Outcome.BLOCKED
    assert "robots.txt forbids" in visit.detail


def test_a_private_address_is_refused_unless_the_source_allows_it(rig: Rig) -> None:
    with World(trs_static(HOST, items(3, TODAY))) as world:
        (visit,) = rig.round(world, world.source(HOST, allow_private=False))
        assert not world.requests
    assert visit.outcome is Outcome.UNREACHABLE
    assert "private" in visit.detail


def test_a_redirect_to_another_private_host_is_refused(rig: Rig) -> None:
    inner = trs_static("intranet.example", items(3, TODAY))
    outer = Site(
        host=HOST,
        column="/",
        pages={"*": Reply(status=302, headers={"Location": "http://intranet.example/xw/index.html"})},
    )
    with World(outer, inner) as world:
        (visit,) = rig.round(world, world.source(HOST))
        assert not world.asked("intranet.example")
    assert "private" in visit.detail


def test_a_certificate_that_is_not_trusted(rig: Rig) -> None:
    site = replace(trs_static(HOST, items(3, TODAY)), tls=True)
    with World(site) as world:
        (visit,) = rig.round(world, world.source(HOST))
        assert visit.outcome is Outcome.UNREACHABLE
        assert visit.detail.startswith("tls: ")
        (visit,) = rig.round(world, world.source(HOST, verify_tls=False))
        assert visit.outcome is Outcome.OK, visit.detail


def test_pages_that_are_no_articles_are_named_and_never_stored(rig: Rig) -> None:
    news = items(4, TODAY)
    site = trs_static(HOST, news)
    gone = next(path for path in site.pages if news[0].slug in path)
    empty = next(path for path in site.pages if news[1].slug in path)
    pages = {
        **site.pages,
        gone: Reply(status=404),
        empty: Reply(body=html("<h1>提示</h1><p>您访问的页面不存在或已删除！</p>")),
    }
    with World(replace(site, pages=pages)) as world:
        (visit,) = rig.round(world, world.source(HOST))
    assert (visit.new, visit.problems) == (2, 2)
    assert visit.outcome is Outcome.OK
    explanation = rig.store.explain(f"http://{HOST}{gone}")
    assert "404" in explanation.problem
    assert explanation.sightings


def test_titles_of_a_first_list_are_mended_by_what_the_first_articles_show(rig: Rig) -> None:
    """園區(qū)試點 alone proves nothing: one reading may be an editor's."""
    sound = items(3, TODAY)
    true = "园区试点工作启动"
    damaged = replace(sound[0], title=inject_readings(true), paragraphs=(inject_readings("产业发展区的创新。" * 9),))
    with World(trs_static(HOST, (damaged, *sound[1:]))) as world:
        rig.round(world, world.source(HOST))
    (sighting,) = rig.store.explain(f"http://{HOST}{trs_address(damaged)}").sightings
    assert inject_readings(true) != true
    assert sighting.title == true


def test_the_same_story_on_two_sites_is_one_story(rig: Rig) -> None:
    news = items(4, TODAY)
    with World(trs_static(HOST, news), reposting("news.shili.example", news[:2])) as world:
        rig.round(world, world.source(HOST))
        rig.round(world, world.source("news.shili.example"))
    articles = rig.articles()
    assert len(articles) == 6
    assert len({article.story_id for article in articles}) == 4


def test_requests_to_a_host_never_overlap(rig: Rig) -> None:
    with World(trs_static(HOST, items(8, TODAY))) as world:
        first = world.source(HOST, delay=0.1)
        second = replace(first, id="another-column", url=f"http://{HOST}/xw/index_1.html")
        rig.round(world, first, second)
        requests = sorted(world.requests, key=lambda request: request.began)
    gaps = [later.began - earlier.ended for earlier, later in itertools.pairwise(requests)]
    assert min(gaps) >= 0.09


def test_every_request_says_whom_to_write_to(rig: Rig) -> None:
    with World(trs_static(HOST, items(1, TODAY))) as world:
        rig.round(world, world.source(HOST))
        assert {request.headers["user-agent"] for request in world.requests} == {
            "fenghuo/0.1 (+https://fenghuo.example/tests)"
        }
