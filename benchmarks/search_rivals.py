"""What else SQLite offers, beside search.py: python benchmarks/search_rivals.py DATABASE NEW_FILE SIZE

DATABASE was filled by search.py; its first SIZE texts go into NEW_FILE under FTS5's own tokenizers, and every way is
asked for the newest 20 of the same terms: cold, with the file's pages forgotten before each length (wall clock), and
warm (CPU). Found: the share of true hits, by a scan, over all terms.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from search import forget

if TYPE_CHECKING:
    from collections.abc import Callable

ASKED = 20


def main(database: str, path: str, size: int) -> None:
    source, rival = sqlite3.connect(database), sqlite3.connect(path)
    rows = source.execute("SELECT article_id, folded_text FROM texts WHERE article_id <= ?", (size,)).fetchall()
    rival.execute("CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT)")
    rival.executemany("INSERT INTO texts VALUES (?, ?)", rows)
    signs = sum(len(text.encode()) for _, text in rows)
    for name in ("trigram", "unicode61"):
        start = time.process_time()
        rival.execute(f"CREATE VIRTUAL TABLE {name} USING fts5(text, content='', tokenize='{name}')")
        rival.executemany(f"INSERT INTO {name}(rowid, text) VALUES (?, ?)", rows)
        rival.commit()
        spent = 1000 * (time.process_time() - start) / size
        stored = rival.execute(f"SELECT sum(length(block)) FROM {name}_data").fetchone()[0]
        print(f"{name}: {spent:.2f} ms an article to index, {stored / signs:.2f} of the text", flush=True)
    rival.close()
    draw = random.Random(7)
    for length in (2, 4, 8):
        terms = [piece(draw, draw.choice(rows)[1], length) for _ in range(ASKED)]
        truth = [{id for id, text in rows if term in text} for term in terms]
        for name, ask in WAYS.items():
            print(f"{length} Han, {name:10} {measured(path, terms, truth, ask)}", flush=True)


def by_like(database: sqlite3.Connection, term: str, limit: int) -> list[int]:
    found = database.execute("SELECT id FROM texts WHERE text LIKE ? ORDER BY id DESC LIMIT ?", (f"%{term}%", limit))
    return [id for (id,) in found]


def by_index(name: str) -> Callable[[sqlite3.Connection, str, int], list[int]]:
    statement = f"SELECT rowid FROM {name} WHERE {name} MATCH ? ORDER BY rowid DESC LIMIT ?"
    return lambda database, term, limit: [id for (id,) in database.execute(statement, (f'"{term}"', limit))]


WAYS = {"LIKE": by_like, "trigram": by_index("trigram"), "unicode61": by_index("unicode61")}


def measured(
    path: str,
    terms: list[str],
    truth: list[set[int]],
    ask: Callable[[sqlite3.Connection, str, int], list[int]],
) -> str:
    forget(Path(path))
    database = sqlite3.connect(path)
    cold = timed(database, terms, ask, time.perf_counter)
    warm = timed(database, terms, ask, time.process_time)
    found = sum(len(true.intersection(ask(database, term, 10**6))) for term, true in zip(terms, truth, strict=True))
    return f"cold {cold}   warm, cpu {warm}   found {found / sum(map(len, truth)):.2f}"


def timed(
    database: sqlite3.Connection,
    terms: list[str],
    ask: Callable[[sqlite3.Connection, str, int], list[int]],
    clock: Callable[[], float],
) -> str:
    spent = []
    for term in terms:
        start = clock()
        ask(database, term, 20)
        spent.append(1000 * (clock() - start))
    spent.sort()
    return f"p50 {spent[len(spent) // 2]:7.2f} p99 {spent[-1]:7.2f}"


def piece(draw: random.Random, body: str, size: int) -> str:
    """A stretch of Han."""
    while True:
        at = draw.randrange(max(1, len(body) - size))
        found = body[at : at + size]
        if len(found) == size and all("一" <= sign <= "鿿" for sign in found):
            return found


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
