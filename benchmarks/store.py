"""What keeping costs: python benchmarks/store.py DATABASE [--items 2000] [--pages FOLDER]

DATABASE is a new SQLite file or an empty PostgreSQL database by URL. Whole articles are kept as the crawler keeps them
(text, story, index, match, notice, page), singly and in batches; then the calls of a visit are timed with all sources
of a country. FOLDER holds saved pages, ID.html, with a MANIFEST.csv (columns id, site), or each site in a folder of its
own. Times are CPU of this process and wall clock.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import time
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import zstandard
from search_corpus import START, Corpus, Made

from monitors.warc import Archive
from storage import Store, pages
from storage.records import (
    Finding,
    HostClaim,
    Match,
    NoticePlan,
    Outcome,
    RawPage,
    Sighting,
    Source,
    SourceState,
    Visit,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection

    from storage.reports import Kept

BATCHES = (1, 20, 50)
SOURCES = 1371
NOW = START + timedelta(days=1200)
LEASE = timedelta(minutes=5)
#: A page of a site without its text: 20 kB of the same marks on each of its pages.
FRAME = "".join(
    f'<div class="box-{number}"><a href="/list/{number * 37 % 991}.html">{number}</a></div>' for number in range(400)
)


def main() -> None:
    options = _options()
    store = Store.open(options.database, now=NOW)
    store.add_sources([_source(str(number)) for number in range(SOURCES)], now=NOW)
    made = Corpus().articles()
    print(f"{options.database}: {options.items} articles for each batch size")
    for size in BATCHES:
        measure_keeping(store, list(islice(made, options.items // (1 if size > 1 else 10))), size)
    measure_visits(store)
    if options.pages:
        measure_archive(store, options.pages)
    measure_export(store)
    for one in store.stats()[:6]:
        print(f"{one.name:30} {one.rows:10} rows {one.bytes / 1e6:10.1f} MB")
    store.close()


def measure_keeping(store: Store, made: Sequence[Made], size: int) -> None:
    findings = [_finding(one) for one in made]
    times: list[float] = []
    cpu, wall = time.process_time(), time.perf_counter()
    for start in range(0, len(findings), size):
        begun = time.perf_counter()
        store.keep(findings[start : start + size], now=NOW)
        times.append(time.perf_counter() - begun)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(
        f"batches of {size:3}: {len(made) / wall:6.0f} items/s, {cpu / len(made) * 1000:5.2f} ms CPU an item, "
        f"a batch {_share(times, 0.5):6.1f} ms, p99 {_share(times, 0.99):6.1f} ms"
    )


def measure_visits(store: Store) -> None:
    keys = [f"s1.gov.cn/{number}.html" for number in range(30)]
    sightings = [
        Sighting(key=key, url=f"http://{key}", source_id="1", list_url="", title="", seen_at=NOW) for key in keys
    ]
    store.record_sightings(sightings, now=NOW)
    _time("known, 30 keys", lambda: store.known(keys, now=NOW))
    _time("record_sightings, 30 seen before", lambda: store.record_sightings(sightings, now=NOW))
    claims = store.claim_visits(now=NOW, lease=LEASE, hosts=300)
    _time("claim_visits, 1 host of 1371", lambda: store.claim_visits(now=NOW, lease=LEASE, hosts=1))
    leases = iter(claims)
    _time("finish_visit", lambda: _finish(store, next(leases)), times=len(claims) // 2)
    _time("lease_host", lambda: store.lease_host("free.cn", now=NOW, lease=LEASE))
    _time("status", lambda: store.status(now=NOW), times=20)


def measure_archive(store: Store, folder: Path) -> None:
    """Pages alone, into articles that are there; their bytes with what the database adds, against zstd on each page."""
    sites = _sites(folder)
    raw = sum(len(body) for bodies in sites.values() for body in bodies)
    alone = sum(len(zstandard.compress(body, 3)) for bodies in sites.values() for body in bodies)
    todo = [(f"site-{site}", body) for site, bodies in enumerate(sites.values()) for body in bodies]
    store.add_sources([_source(site) for site, _ in dict(todo).items()], now=NOW)
    kept = store.keep([_bare(site, number) for number, (site, _) in enumerate(todo)], now=NOW)
    before = _page_bytes(store)
    cpu = time.process_time()
    store._database.write(lambda connection: _keep_pages(connection, todo, kept))
    cpu = time.process_time() - cpu
    print(
        f"{len(todo)} pages of {len(sites)} sites, {raw / 1e6:.1f} MB: {(_page_bytes(store) - before) / raw:.1%} of it "
        f"on disk, each alone {alone / raw:.1%}; {len(todo) / cpu:.0f} pages a CPU second"
    )


def measure_export(store: Store) -> None:
    """Every kept page as WARC, into nothing."""
    ids = store.articles_with_page(now=NOW)
    cpu = time.process_time()
    with Path(os.devnull).open("wb") as nowhere:
        archive = Archive(nowhere, name="", about={})
        for start in range(0, len(ids), 20):
            for page in store.pages_of(ids[start : start + 20]):
                archive.add(page)
    print(f"export as WARC: {len(ids) / (time.process_time() - cpu):.0f} pages a CPU second")


def _keep_pages(connection: Connection, todo: Sequence[tuple[str, bytes]], kept: Sequence[Kept]) -> None:
    for (site, body), one in zip(todo, kept, strict=True):
        assert one.article_id
        page = RawPage(url=one.key, status=200, headers=(), body=body, fetched_at=NOW)
        pages.keep(connection, one.article_id, site, page)


def _page_bytes(store: Store) -> int:
    return sum(one.bytes for one in store.stats() if one.name in ("pages", "dictionaries"))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("database")
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--pages", type=Path)
    return parser.parse_args()


def _source(id: str) -> Source:
    return Source(id=id, name=id, url=f"http://s{id}.gov.cn/", enabled=True)


def _finding(made: Made) -> Finding:
    key = f"s{made.source}.gov.cn/{made.id}.html"
    url = f"http://{key}"
    body = f"<html><h1>{made.title}</h1>{FRAME}<p>{made.text}</p></html>".encode()
    one = Finding(
        url=url,
        key=key,
        source_id=str(made.source),
        title=made.title,
        text=made.text,
        seen_at=NOW,
        published_at=made.published_at,
        sighting=Sighting(key=key, url=url, source_id=str(made.source), list_url=url, title=made.title, seen_at=NOW),
        page=RawPage(url=url, status=200, headers=(("Content-Type", "text/html"),), body=body, fetched_at=NOW),
    )
    return _matched(one) if made.watched else one


def _matched(one: Finding) -> Finding:
    match = Match(watch="ai", score=3.0, reasons=("标题：算力",), words=("算力",))
    return replace(one, matches=(match,), notices=(NoticePlan(reader="an", watch="ai", kind="alert", due_at=NOW),))


def _bare(source: str, number: int) -> Finding:
    url = f"http://{source}.gov.cn/{number}"
    return Finding(url=url, key=url, source_id=source, title=url, text=url, seen_at=NOW)


def _finish(store: Store, claim: HostClaim) -> None:
    for source, _ in claim.visits:
        visit = Visit(source_id=source.id, started_at=NOW, ended_at=NOW, outcome=Outcome.QUIET)
        after = SourceState(source_id=source.id, next_visit_at=NOW + timedelta(hours=1))
        assert store.finish_visit(visit, after, lease=claim.lease)


def _sites(folder: Path) -> dict[str, list[bytes]]:
    sites: defaultdict[str, list[bytes]] = defaultdict(list)
    manifest = folder / "MANIFEST.csv"
    names = {}
    if manifest.exists():
        with manifest.open(encoding="utf-8", newline="") as rows:
            names = {row["id"]: row["site"] for row in csv.DictReader(rows)}
    for path in _files(folder):
        sites[names.get(path.stem, path.parent.name)].append(path.read_bytes())
    return sites


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.rglob("*.html"))


def _time(name: str, act: Callable[[], object], *, times: int = 100) -> None:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)
    print(f"{name:36} {_share(taken, 0.5):7.2f} ms, p99 {_share(taken, 0.99):7.2f} ms")


def _share(times: Sequence[float], share: float) -> float:
    """In milliseconds."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] * 1000


if __name__ == "__main__":
    sys.exit(main())
