"""What keeping a whole article costs among few and among many: python benchmarks/store_growth.py FEW MANY

FEW and MANY are SQLite files that search.py filled to two sizes. Their articles get what search.py leaves out, made up
by SQL as stories_growth.py does it: 18 hashes, a fingerprint and a sighting each, and a page of 3,000 bytes for each
item. Then both are given the same new articles, items with their page, one of ten a reprint, in batches of 20 and in
turns, so that what else the machine does falls on both alike. Times are milliseconds of CPU an article.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from itertools import islice, pairwise
from statistics import mean, median
from typing import TYPE_CHECKING

from search_corpus import START, Corpus
from sqlalchemy import Connection, text
from store import NOW, _finding

from storage import Store

if TYPE_CHECKING:
    from storage.records import Finding

BATCH, BATCHES = 20, 60


_MADE = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 18)"
    " INSERT INTO neighbours SELECT random() & 9223372036854775807, id FROM articles, n ORDER BY 1",
    "INSERT INTO fingerprints SELECT id, id, zeroblob(1500) FROM articles",
    "INSERT INTO sightings SELECT key, source_id, url, url, title, NULL, seen_at FROM articles",
    "INSERT INTO dictionaries SELECT 1, '', zeroblob(10)",
    "INSERT INTO pages SELECT NULL, id, 0, url, 200, '[]', seen_at, 20000, 1, randomblob(3000) FROM articles"
    " WHERE item",
)


def main(*names: str) -> None:
    stores = {name: Store.open(f"sqlite:///{name}", now=START) for name in names}
    for store in stores.values():
        store._database.write(complete)
    spent = measured(stores)
    for name, times in spent.items():
        spread = sorted(times)
        print(f"{name}: mean {mean(times):.2f}, p50 {median(times):.2f}, p90 {spread[len(spread) * 9 // 10]:.2f} ms")
    for few, many in pairwise(spent.values()):
        print(f"ratio of the means {mean(many) / mean(few):.2f}, of the medians {median(many) / median(few):.2f}")


def complete(connection: Connection) -> None:
    if not connection.scalar(text("SELECT count(*) FROM pages")):
        for statement in _MADE:
            connection.execute(text(statement))


def measured(stores: dict[str, Store]) -> dict[str, list[float]]:
    """Each batch by each store; the first ten warm up."""
    spent: dict[str, list[float]] = {name: [] for name in stores}
    made = (item(number) for number in range(10**9))
    for _ in range(BATCHES + 10):
        batch = list(islice(made, BATCH - BATCH // 10))
        batch += [reprint(one) for one in batch[: BATCH // 10]]
        for name, store in stores.items():
            begun = time.process_time()
            store.keep(batch, now=NOW)
            spent[name].append(1000 * (time.process_time() - begun) / BATCH)
    return {name: times[10:] for name, times in spent.items()}


_CORPUS = Corpus(seed=2).articles()


def item(number: int) -> Finding:
    """A new one, with a match and its page."""
    made = replace(next(_CORPUS), id=10**8 + number, watched=True)
    one = _finding(made)
    assert one.sighting
    source_id = f"s{one.source_id}"
    return replace(one, source_id=source_id, sighting=replace(one.sighting, source_id=source_id))


def reprint(one: Finding) -> Finding:
    key = f"{one.key}?2"
    return replace(one, title=f"转载：{one.title}", key=key, url=f"http://{key}", text=f"{one.text}（责任编辑：张三）")


if __name__ == "__main__":
    main(*sys.argv[1:])
