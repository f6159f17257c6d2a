"""Politeness as the sites see it: two crawl processes on one database, 40 sources on 4 hosts and 200 on 20."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage import Store
from world.articles import Item, item
from world.layouts import ROBOTS, UTF8, articles, html, rows, trs_address
from world.server import Answer, Reply, Request, Site, World

if TYPE_CHECKING:
    from storage.records import Source

ROOT = Path(__file__).parents[2]
COLUMNS = 10
#: Seconds between two requests at a host, of every source.
DELAY = 0.05
#: This host asks for more, and closes its last column.
SLOW_HOST = "h03.example"
CRAWL_DELAY = 0.2
SLOW_ROBOTS = Reply(body=b"User-agent: *\nDisallow: /c9/\nCrawl-delay: 0.2\n", content_type="text/plain")
#: This one is asked too much for a moment, by the first who comes to its first column.
BUSY_HOST = "h02.example"
RETRY_AFTER = 2
BUSY = Reply(status=429, headers={"Retry-After": str(RETRY_AFTER)})
TODAY = datetime.now(UTC).date()


def name(host: int) -> str:
    return f"h{host:02}.example"


def entries(host: int, column: int) -> tuple[Item, Item]:
    first = 2 * (host * COLUMNS + column) + 1
    return item(first, TODAY), item(first + 1, TODAY)


def site(host: int) -> Site:
    pages: dict[str, Answer] = {"/robots.txt": SLOW_ROBOTS if name(host) == SLOW_HOST else ROBOTS}
    for column in range(COLUMNS):
        listed = entries(host, column)
        pages[f"/c{column}/"] = Reply(body=html(f"<ul>{rows(listed, trs_address)}</ul>", UTF8))
        pages |= articles(listed, trs_address)
    if name(host) == BUSY_HOST:
        pages["/c0/"] = BUSY
    return Site(host=name(host), column="/c0/", pages=pages)


def columns_of(world: World, host: int) -> list[Source]:
    source = world.source(name(host), delay=DELAY)
    return [
        replace(source, id=f"h{host}-c{column}", name=f"h{host} c{column}", url=f"http://{name(host)}/c{column}/")
        for column in range(COLUMNS)
    ]


@pytest.fixture(scope="module", params=[4, pytest.param(20, marks=pytest.mark.slow)])
def hosts(request: pytest.FixtureRequest) -> int:
    count: int = request.param
    return count


@pytest.fixture(scope="module")
def log(hosts: int, tmp_path_factory: pytest.TempPathFactory) -> list[Request]:
    """All requests of the two processes."""
    url = f"sqlite:///{tmp_path_factory.mktemp('two')}/two.db"
    with World(*(site(host) for host in range(hosts))) as world:
        store = Store.open(url, now=datetime.now(UTC))
        sources = [source for host in range(hosts) for source in columns_of(world, host)]
        store.add_sources(sources, now=datetime.now(UTC))
        store.set_enabled([source.id for source in sources], True, now=datetime.now(UTC) - timedelta(seconds=1))
        store.close()
        started = [begin(url, world, name=f"process-{number}") for number in (1, 2)]
        try:
            assert [process.wait(timeout=110) for process in started] == [0, 0]
        finally:
            for process in started:
                process.kill()
        return sorted(world.requests, key=lambda request: request.began)


def begin(url: str, world: World, *, name: str) -> subprocess.Popen[bytes]:
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    command = [sys.executable, "-m", "world.crawl_due", url, json.dumps(world.hosts), name]
    return subprocess.Popen(command, env=os.environ | {"PYTHONPATH": path})


def test_every_list_and_article_was_asked_for_once(log: list[Request], hosts: int) -> None:
    asked = Counter((request.host, request.target) for request in log if request.target != "/robots.txt")
    assert set(asked.values()) == {1}
    # But for the closed column and its two articles, and those of the column whose host was busy.
    assert len(asked) == hosts * COLUMNS * 3 - 3 - 2


def test_both_processes_took_their_share(log: list[Request], hosts: int) -> None:
    if hosts < 20:
        pytest.skip("on a loaded machine four hosts are done before the second process has started")
    assert len({request.headers["user-agent"] for request in log}) == 2


def test_a_host_is_never_asked_twice_at_once_and_its_gap_is_kept(log: list[Request], hosts: int) -> None:
    for host in range(hosts):
        here = [request for request in log if request.host == name(host)]
        gaps = [later.began - earlier.began for earlier, later in pairwise(here)]
        # The sites' clock starts when a request has arrived, ours when it was sent.
        assert min(gaps) >= DELAY * 0.8, name(host)


def test_crawl_delay_is_kept_where_it_asks_for_more(log: list[Request]) -> None:
    here = [request for request in log if request.host == SLOW_HOST and request.target != "/robots.txt"]
    gaps = [later.began - earlier.began for earlier, later in pairwise(here)]
    assert min(gaps) >= CRAWL_DELAY * 0.9


def test_a_host_that_is_asked_too_much_is_left_alone_by_both(log: list[Request]) -> None:
    here = [request for request in log if request.host == BUSY_HOST]
    refused = next(request for request in here if request.status == 429)
    later = [request.began for request in here if request.began > refused.began]
    assert later
    assert min(later) - refused.ended >= RETRY_AFTER * 0.95


def test_a_closed_column_is_never_asked_for(log: list[Request]) -> None:
    assert not [request for request in log if request.host == SLOW_HOST and request.target.startswith("/c9/")]
