"""Sites without an end, and pages that would lead somewhere else: what they cost, and that nothing leaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from storage import Store
from storage.records import Outcome
from world import layouts
from world.articles import item, items
from world.rig import Rig
from world.server import Reply, Site, World

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from crawler.workers import Workers

HOST = "www.a.example"
TODAY = datetime.now(UTC).date()


@pytest.fixture
def rig(tmp_path: Path, drive: Any, workers: Workers) -> Iterator[Rig]:
    store = Store.open(f"sqlite:///{tmp_path}/traps.db", now=datetime.now(UTC))
    yield Rig(store=store, drive=drive, workers=workers)
    store.close()


def test_pages_that_never_end_are_turned_to_the_limit(rig: Rig) -> None:
    numbers = count(1)

    def page(target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        if not target.startswith("/xw/index"):
            return Reply(body=layouts.meta_article(item(int(target[-11:-5]), TODAY)))
        rows = [item(next(numbers), TODAY) for _ in range(8)]
        links = "".join(f'<li><a href="/a/{one.slug}.html">{one.title}</a><span>{one.day}</span></li>' for one in rows)
        return Reply(body=layouts.html(f'<ul>{links}</ul><a href="/xw/index_{next(numbers)}.html">下一页</a>'))

    limited = replace(rig, limits=rig.limits.model_copy(update={"list_pages": 3, "articles": 20}))
    with World(Site(host=HOST, column="/xw/index.html", pages={"/robots.txt": layouts.ROBOTS, "*": page})) as world:
        for lists, articles in ((1, 8), (3, 20), (3, 20)):
            world.forget()
            limited.visit(world, world.source(HOST))
            turned = [target for target in world.asked(HOST) if target.startswith("/xw/")]
            assert (len(turned), len(world.asked(HOST)) - len(turned)) == (lists, articles + 1)


def test_a_session_in_every_address_costs_no_article_twice(rig: Rig) -> None:
    rows, sessions = items(6, TODAY), count(1)

    def column(target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        mark = f";jsessionid={next(sessions):032X}"
        return Reply(body=layouts.html(f"<ul>{layouts.rows(rows, lambda one: layouts.trs_address(one) + mark)}</ul>"))

    def article(target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        return Reply(body=layouts.meta_article(next(one for one in rows if one.slug in target)))

    pages = {"/robots.txt": layouts.ROBOTS, "/xw/": column, "*": article}
    with World(Site(host=HOST, column="/xw/", pages=pages)) as world:
        rig.visit(world, world.source(HOST))
        world.forget()
        (visit,) = rig.visit(world, world.source(HOST))
        assert world.asked(HOST)[1:] == ["/xw/"]
    assert (visit.outcome, visit.new) == (Outcome.QUIET, 0)


def test_links_into_the_private_network_are_never_asked_for(rig: Rig) -> None:
    before = layouts.trs_static(HOST, items(3, TODAY))
    with World(before) as world, World(layouts.trs_static("inner.example", items(3, TODAY))) as inner:
        port = inner.hosts["inner.example"].partition(":")[2]
        # Three links to one host make it a source's second home (crawler.neighbours): the guard is what is left.
        hosts = ("127.0.0.1",) * 3 + ("2130706433",) * 3 + ("127.1", "0x7f000001", "[::1]", "localhost")
        links = [f"http://{host}:{port}/xw/{n}.html" for n, host in enumerate(hosts)]
        links += ["file:///etc/passwd", "javascript:go()"]
        away = "".join(
            f'<li><a href="{link}">园区召开第{n}次推进会</a><span>{TODAY}</span></li>' for n, link in enumerate(links)
        )
        body = layouts.html(f"<ul>{layouts.rows(items(3, TODAY), layouts.trs_address)}{away}</ul>")
        world.replace(replace(before, pages=dict(before.pages) | {before.column: Reply(body=body)}))
        (visit,) = rig.visit(world, world.source(HOST))
        assert not inner.requests
        assert (visit.new, visit.problems) == (3, 6), visit.detail


def test_cookies_of_one_page_are_not_sent_to_the_next(rig: Rig) -> None:
    before = layouts.trs_static(HOST, items(3, TODAY))
    jar = {"Set-Cookie": "session=1; Path=/; Domain=example"}
    pages = {path: replace(page, headers=jar) for path, page in before.pages.items() if isinstance(page, Reply)}
    with World(replace(before, pages=pages)) as world:
        rig.visit(world, world.source(HOST))
        assert len(world.requests) == 5
        assert not [request for request in world.requests if "cookie" in request.headers]
