"""What a round over 1,000 unchanged sources costs, beside a bare Scrapy spider that fetches the same lists.

    python benchmarks/unchanged_sources.py [SOURCES]

Both obey robots.txt and fetch from the same simulated hosts (a process of their own; 20 sources a host, no pauses,
lists of 24 KB without validators), 16 at a time. Printed is the CPU time of the round alone, start-up left out.

November 2026, 2 busy cores, five pairs in turn: bare 2.5 ms a source, ours 3.0, median ratio 1.18 (1.10 to 1.42).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from storage import Store  # noqa: E402
from storage.records import Source  # noqa: E402
from world.articles import items  # noqa: E402
from world.layouts import ROBOTS, UTF8, articles, html, rows, trs_address  # noqa: E402
from world.server import Answer, Reply, Site, World  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

A_HOST = 20
#: Both are measured so often, in turn: what else the machine does changes within a minute.
PAIRS = 5
TODAY = date(2026, 11, 20)


def site(number: int) -> Site:
    """A host with 20 columns, each of one article."""
    pages: dict[str, Answer] = {"/robots.txt": ROBOTS}
    for column in range(A_HOST):
        own = items(1, TODAY, first=1 + number * A_HOST + column)
        body = html(f"<ul>{rows(own, trs_address)}</ul><div>{'填充' * 4_000}</div>", UTF8)
        pages |= {f"/c{column}/": Reply(body=body)} | articles(own, trs_address)
    return Site(host=f"h{number}.example", column="/c0/", pages=pages)


def serve(count: int) -> None:
    """Until its standard input closes."""
    with World(*(site(number) for number in range(count // A_HOST))) as world:
        print(json.dumps(world.hosts), flush=True)
        sys.stdin.read()


def sources(hosts: dict[str, str]) -> Iterator[Source]:
    for host in hosts:
        for column in range(A_HOST):
            yield Source(
                id=f"{host}-{column}".replace(".", "-"),
                name=host,
                url=f"http://{host}/c{column}/",
                enabled=True,
                allow_private=True,
                delay=0.0,
            )


def measure_ours(hosts: dict[str, str]) -> None:
    from crawler.limits import Limits
    from crawler.run import Crawl, Parts, run
    from world.rig import CONTACT, unjudged

    outcomes: list[str] = []

    async def rounds() -> float:
        parts = Parts(
            store=store,
            contact=CONTACT,
            limits=Limits(jitter=0.0),
            judge=unjudged,
            plan=lambda source, state, visit: visit.ended_at + timedelta(hours=1),
            hosts=hosts,
            on_visit=lambda source, visit: outcomes.append(visit.outcome),
        )
        crawl = Crawl(parts)
        crawl.open()
        await crawl.make_round()
        outcomes.clear()
        begun = process_time()
        await crawl.make_round()
        spent = process_time() - begun
        await crawl.close()
        return spent

    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/unchanged.db", now=datetime.now(UTC))
        store.add_sources(list(sources(hosts)), now=datetime.now(UTC))
        spent = run(rounds)
        store.close()
    print(json.dumps({"cpu": spent, "seen": {name: outcomes.count(name) for name in sorted(set(outcomes))}}))


def measure_bare(hosts: dict[str, str]) -> None:
    from scrapy import Request, Spider
    from scrapy.crawler import AsyncCrawlerProcess

    figures: dict[str, Any] = {"pages": 0}

    class Bare(Spider):
        name = "bare"

        async def start(self) -> Any:
            figures["begun"] = process_time()
            for source in sources(hosts):
                host, _, path = source.url.removeprefix("http://").partition("/")
                # The hosts stand on one port; their robots.txt is that of the first.
                yield Request(f"http://{hosts[host]}/{path}", headers={"Host": host}, dont_filter=True)

        def parse(self, response: Any) -> None:
            figures["pages"] += 1

        def closed(self, reason: str) -> None:
            figures["cpu"] = process_time() - figures["begun"]

    process = AsyncCrawlerProcess(
        {
            "ROBOTSTXT_OBEY": True,
            "CONCURRENT_REQUESTS": 16,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
            "DOWNLOAD_DELAY": 0,
            "LOG_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(Bare)
    process.start()
    print(json.dumps({"cpu": figures["cpu"], "seen": figures["pages"]}))


def main(count: int) -> None:
    serving = subprocess.Popen(
        [sys.executable, __file__, "serve", str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert serving.stdout and serving.stdin
    hosts = serving.stdout.readline()
    ratios = []
    for _ in range(PAIRS):
        bare, ours = (measured(who, hosts, count) for who in ("bare", "ours"))
        ratios.append(ours / bare)
        print(f"bare {bare:5.2f} ms CPU a source, ours {ours:5.2f}, ratio {ours / bare:.2f}", flush=True)
    serving.stdin.close()
    serving.wait()
    print(f"median {median(ratios):.2f}, worst {max(ratios):.2f}")


def measured(who: str, hosts: str, count: int) -> float:
    """Milliseconds of CPU a source, in a process of its own."""
    done = subprocess.run([sys.executable, __file__, who, hosts], stdout=subprocess.PIPE, text=True, check=True)
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["seen"] in (count, {"unchanged": count}), figures
    return float(figures["cpu"]) / count * 1000


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", count]:
            serve(int(count))
        case ["ours", hosts]:
            measure_ours(json.loads(hosts))
        case ["bare", hosts]:
            measure_bare(json.loads(hosts))
        case rest:
            main(int(rest[0]) if rest else 1_000)
