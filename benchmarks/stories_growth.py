"""What finding a story costs as articles come in: python benchmarks/stories_growth.py DATABASE [SIZE …]

DATABASE is a new SQLite file or an empty PostgreSQL database by URL. It holds real fingerprints of 200 stories among
made ones of no text (18 hashes and 1,500 bytes each, as an article has), to each SIZE in turn, and reprints of the
stories are placed and taken back; all of them end with the same legal notice.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import text
from stories_corpus import EDITS, several, story

from storage import Store, stories
from storage.database import Database
from storage.fingerprints import Fingerprint, fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

NOW = datetime(2026, 4, 17, tzinfo=UTC)
STORIES = 200
HASHES = 18
#: Made articles have ids from here on.
MADE = 10_000
NOTICE = "\n版权所有，未经书面授权不得转载。本网站由省人民政府办公厅主办，请使用新版浏览器访问。\n"

_FILL = {
    "sqlite": (
        "WITH RECURSIVE made(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM made WHERE i < :last)"
        " INSERT INTO neighbours SELECT random() & 9223372036854775807, i / :hashes FROM made ORDER BY 1",
        "WITH RECURSIVE made(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM made WHERE i < :last)"
        " INSERT INTO fingerprints SELECT i, i, zeroblob(1500) FROM made",
    ),
    "postgresql": (
        "INSERT INTO neighbours SELECT (random() * 9223372036854774784)::bigint, i / :hashes"
        " FROM generate_series(CAST(:first AS bigint), :last) AS i ORDER BY 1 ON CONFLICT DO NOTHING",
        "INSERT INTO fingerprints SELECT i, i, decode(repeat(md5(i::text), 94), 'hex')"
        " FROM generate_series(CAST(:first AS bigint), :last) AS i",
    ),
}


def main(url: str, sizes: list[int]) -> None:
    url = url if "://" in url else f"sqlite:///{url}"
    Store.open(url, now=NOW).close()
    engine = Database(url).writer
    draw = Random(11)
    originals = [story(draw) for _ in range(STORIES)]
    edits = [*EDITS.values(), several]
    reprints = [draw.choice(edits)(draw, told) for told in originals]
    with engine.begin() as connection:
        for number, told in enumerate(originals, 1):
            stories.place(connection, number, fingerprint(told.title, told.text + NOTICE))
    have = 0
    for size in sizes:
        fill(engine, have, size)
        have = size
        measure(engine, [fingerprint(told.title, told.text + NOTICE) for told in reprints], size)


def fill(engine: Engine, have: int, size: int) -> None:
    hashes, prints = _FILL[engine.dialect.name]
    first, last = MADE + have, MADE + size - 1
    with engine.begin() as connection:
        connection.execute(
            text(hashes), {"first": first * HASHES, "last": last * HASHES + HASHES - 1, "hashes": HASHES}
        )
        connection.execute(text(prints), {"first": first, "last": last})
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE neighbours, fingerprints"))


def measure(engine: Engine, prints: list[Fingerprint], size: int) -> None:
    clock = time.process_time if engine.dialect.name == "sqlite" else time.perf_counter
    lookups: list[float] = []
    found = 0
    with engine.begin() as connection:
        for _ in range(2):  # the second time is counted: pages are read
            lookups = []
            found = sum(_placed(connection, print, clock, lookups) for print in prints)
    lookups.sort()
    middle, last = lookups[len(lookups) // 2], lookups[-1 - len(lookups) // 100]
    print(f"{size:8} articles: p50 {1000 * middle:.2f} ms, p99 {1000 * last:.2f} ms; {found} of {len(prints)} found")


def _placed(connection: Connection, print: Fingerprint, clock: Callable[[], float], lookups: list[float]) -> bool:
    savepoint = connection.begin_nested()
    start = clock()
    placed = stories.place(connection, MADE - 1, print)
    lookups.append(clock() - start)
    savepoint.rollback()
    return placed.relation == "same"


if __name__ == "__main__":
    main(sys.argv[1], [int(size) for size in sys.argv[2:]] or [100_000, 1_000_000])
