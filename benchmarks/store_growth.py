"""What keeping a whole article costs among few and among many: python benchmarks/store_growth.py FEW MANY

FEW and MANY are SQLite files that search.py filled to two sizes. Their articles get what search.py leaves out
(fingerprints, neighbours, sightings, pages of items), then both are given the same new articles, whole as the crawler
keeps them, in turns, so that what else the machine does falls on both alike. Times are milliseconds of CPU an article.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from itertools import islice, pairwise
from statistics import mean, median
from typing import TYPE_CHECKING

from search_corpus import START, Corpus
from sqlalchemy import Connection, func, insert, select
from store import FRAME, NOW, _finding

from storage import Store, pages, stories
from storage.fingerprints import fingerprint
from storage.records import RawPage
from storage.tables import articles, fingerprints, sightings, texts

if TYPE_CHECKING:
    from storage.records import Finding

BATCH, BATCHES = 20, 60
FILLED_AT_ONCE = 500


def main(*names: str) -> None:
    stores = {name: Store.open(f"sqlite:///{name}", now=START) for name in names}
    for name, store in stores.items():
        while number := store._database.write(complete):
            if number % (20 * FILLED_AT_ONCE) == 0:
                print(f"{name}: {number} completed", flush=True)
    spent = measured(stores)
    for name, times in spent.items():
        spread = sorted(times)
        print(f"{name}: mean {mean(times):.2f}, p50 {median(times):.2f}, p90 {spread[len(spread) * 9 // 10]:.2f} ms")
    for few, many in pairwise(spent.values()):
        print(f"ratio of the means {mean(many) / mean(few):.2f}, of the medians {median(many) / median(few):.2f}")


def complete(connection: Connection) -> int:
    """The next articles that have no fingerprint; how many have one now, 0 = all had."""
    done = connection.scalar(select(func.max(fingerprints.c.article_id))) or 0
    chosen = select(articles, texts.c.text).join(texts).where(articles.c.id > done).order_by(articles.c.id)
    rows = connection.execute(chosen.limit(FILLED_AT_ONCE)).all()
    for row in rows:
        stories.place(connection, row.id, fingerprint(row.title, row.text))
        seen = {"key": row.key, "source_id": row.source_id, "url": row.url, "list_url": row.url, "title": row.title}
        connection.execute(insert(sightings), seen | {"seen_at": row.seen_at})
        if row.item:
            body = f"<html><h1>{row.title}</h1>{FRAME}<p>{row.text}</p></html>".encode()
            page = RawPage(url=row.url, status=200, headers=(), body=body, fetched_at=NOW)
            pages.keep(connection, row.id, row.source_id, page)
    return done + len(rows) if rows else 0


def measured(stores: dict[str, Store]) -> dict[str, list[float]]:
    """Each batch by each store; the first ten warm up."""
    spent: dict[str, list[float]] = {name: [] for name in stores}
    made = (item(number) for number in range(10**9))
    for _ in range(BATCHES + 10):
        batch = list(islice(made, BATCH))
        for name, store in stores.items():
            begun = time.process_time()
            store.keep(batch, now=NOW)
            spent[name].append(1000 * (time.process_time() - begun) / BATCH)
    return {name: times[10:] for name, times in spent.items()}


_MADE = Corpus(seed=2).articles()


def item(number: int) -> Finding:
    """A new one, with a match and its page."""
    one = _finding(replace(next(_MADE), id=10**8 + number, watched=True))
    assert one.sighting
    source_id = f"s{one.source_id}"
    return replace(one, source_id=source_id, sighting=replace(one.sighting, source_id=source_id))


if __name__ == "__main__":
    main(*sys.argv[1:])
