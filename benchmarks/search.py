"""What searching costs: python benchmarks/search.py DATABASE SIZE [SIZE …]

DATABASE is a new SQLite file or an empty PostgreSQL database by URL; it is filled to each SIZE in turn with the
articles of search_corpus.py, in batches of 100, and asked at each. Times are milliseconds of wall clock, and of CPU (of
this process, and of the server's where it is on this machine), which a busy machine falsifies less. What is counted at
the end is held against a scan.
"""

from __future__ import annotations

import os
import random
import sys
import time
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from search_corpus import LEVELS, PROVINCES, SOURCES, START, TOPIC_WORDS, Corpus, Made
from sqlalchemy import Connection, LargeBinary, cast, func, insert, select, text

from storage import Store, lookups, search, upserts
from storage.database import Database
from storage.folding import fold
from storage.query import parse
from storage.subjects import moment
from storage.tables import articles, matches, sources, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

BATCH = 100
ASKED = 150
NOW = START + timedelta(days=4000)
INDEX_BYTES = (
    "SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class WHERE relkind = 'r' AND relname LIKE 'search_grams%'"
)


def main(url: str, sizes: list[int]) -> None:
    url = url if "://" in url else f"sqlite:///{url}"
    Store.open(url, now=START).close()
    database = Database(url)
    made = [source(number) for number in range(SOURCES)]
    database.write(lambda connection: connection.execute(upserts.add(connection, sources), made))
    for size in sizes:
        fill(database, size)
        report_size(database.reader)
        ask(database)


def source(number: int) -> dict[str, Any]:
    words = dict.fromkeys(("family", "fact_origin", "confidence", "notes"), "")
    flags = {"enabled": True, "legacy_tls": False, "verify_tls": True, "allow_private": False, "removed": False}
    place = {"province": PROVINCES[number % len(PROVINCES)], "level": LEVELS[number % len(LEVELS)]}
    return {
        "id": f"s{number}",
        "name": f"第{number}站",
        "url": "",
        "host": "",
        "headers": {},
        **place,
        **words,
        **flags,
    }


def fill(database: Database, size: int) -> None:
    have = database.read(lambda connection: connection.scalar(select(func.count()).select_from(articles))) or 0
    made = islice(Corpus().articles(), have, size)
    spent, since, begun, noted = 0.0, have, time.time(), have
    while batch := list(islice(made, BATCH)):
        cpu, start = database.write(partial(add, batch))
        # With the merges that a transaction is followed by.
        spent += cpu() - start
        since += len(batch)
        if since - noted >= 15_000 or since == size:
            rate = 1000 * spent / (since - noted)
            print(f"{since} articles: {rate:.2f} ms of CPU each to index; {time.time() - begun:.0f} s", flush=True)
            spent, noted = 0.0, since


def add(batch: list[Made], connection: Connection) -> tuple[Callable[[], float], float]:
    """A clock, and what it said before the articles were indexed."""
    write(connection, batch)
    cpu = cpu_clock(connection)
    start = cpu()
    search.index(connection, [one.id for one in batch])
    return cpu, start


def cpu_clock(connection: Connection) -> Callable[[], float]:
    """Seconds of CPU of this process and of the server's that serves it (field 1 of schedstat, nanoseconds)."""
    if connection.dialect.name == "sqlite":
        return time.process_time
    served = Path(f"/proc/{connection.scalar(text('SELECT pg_backend_pid()'))}/schedstat")
    return lambda: time.process_time() + int(served.read_text().split()[0]) / 1e9


def write(connection: Connection, batch: list[Made]) -> None:
    connection.execute(insert(articles), [row(one) for one in batch])
    bodies = [
        {"article_id": one.id, "text": one.text, "attachments": [], "folded_title": fold(one.title)}
        | {"folded_text": fold(one.text)}
        for one in batch
    ]
    connection.execute(insert(texts), bodies)
    watched = [one.id for one in batch if one.watched]
    rows = [{"article_id": id, "watch": "ai" if id % 3 else "park", "score": 1.0} for id in watched]
    connection.execute(
        insert(matches), [one | {"reasons": [], "words": [], "rule_version": 1, "matched_at": START} for one in rows]
    )


def row(made: Made) -> dict[str, Any]:
    words = dict.fromkeys(
        ("subtitle", "author", "editor", "column", "folded_author", "encoding", "decoded", "signature"), ""
    )
    origin = ("新华社", "本站", "科技日报")[made.id % 3]
    return words | {
        "id": made.id, "story_id": made.id, "relation": "first", "source_id": f"s{made.source}",
        "url": f"https://www.example.gov.cn/xw/202604/t20260417_{made.id}.html", "key": f"example.gov.cn/{made.id}",
        "item": made.watched, "backlog": False, "seen_at": made.seen_at, "published_at": made.published_at,
        "moment": moment(made.published_at, made.seen_at), "title": made.title,
        "origin": origin, "folded_origin": origin,
        "attachment_count": int(made.id % 5 == 0), "repairs": [], "lost": 0, "how": {"title": "meta", "date": "meta"},
    }  # fmt: skip


def report_size(engine: Engine) -> None:
    with engine.connect() as connection:
        signs = func.length(texts.c.text)
        if engine.dialect.name == "sqlite":
            grams = connection.scalar(text("SELECT sum(length(block)) FROM search_grams_data"))
            length = connection.scalar(select(func.sum(func.length(cast(texts.c.text, LargeBinary)))))
        else:
            grams = connection.scalar(text(INDEX_BYTES))
            length = connection.scalar(select(func.sum(func.octet_length(texts.c.text))))
        mean = connection.scalar(select(func.avg(signs)).where(texts.c.article_id < 1000))
    print(f"index {grams / 1e6:.0f} MB = {grams / length:.2f} of the text")
    print(f"text {length / 1e6:.0f} MB, {mean:.0f} signs an article")


def ask(database: Database) -> None:
    with database.reader.connect() as connection:
        questions = dict(questions_of(connection))
        for name, asked in questions.items():
            print(f"{name:34} {measured(connection, asked, find)}", flush=True)
        for name in ("1 term of 2 Han", "2 terms"):
            print(f"count, {name:27} {measured(connection, questions[name], count)}", flush=True)
            print(f"facets, {name:26} {measured(connection, questions[name], facets)}", flush=True)
        print(f"best first, 1 term of 2 Han        {measured(connection, questions['1 term of 2 Han'], best)}")
        print(f"with the articles, 2 terms         {measured(connection, questions['2 terms'], read)}", flush=True)
    if database.path:
        database.reader.dispose()
        forget(database.path)
        with database.reader.connect() as connection:
            mixed = [asked[0] for asked in questions.values()] + [asked[1] for asked in questions.values()]
            print(f"cold, one of each                  {measured(connection, mixed, find)}", flush=True)
    with database.reader.connect() as connection:
        print("recall and precision", agreement(connection, questions), flush=True)


def find(connection: Connection, asked: str) -> int:
    return len(search.find(connection, parse(asked, now=NOW), all_articles=True).articles)


def read(connection: Connection, asked: str) -> int:
    page = lookups.search_page(
        connection, parse(asked, now=NOW), limit=20, after=None, all_articles=True, sort="newest"
    )
    return len(page.articles)


def best(connection: Connection, asked: str) -> int:
    return len(search.find(connection, parse(asked, now=NOW), all_articles=True, sort="best").articles)


def count(connection: Connection, asked: str) -> int:
    return search.count(connection, parse(asked, now=NOW), all_articles=True).number


def facets(connection: Connection, asked: str) -> int:
    return len(search.facets(connection, parse(asked, now=NOW), all_articles=True).day)


def measured(connection: Connection, asked: list[str], call: Callable[[Connection, str], int]) -> str:
    wall, cpu, hits, clock = [], [], 0, cpu_clock(connection)
    for question in asked:
        start, start_cpu = time.perf_counter(), clock()
        hits += call(connection, question)
        wall.append(1000 * (time.perf_counter() - start))
        cpu.append(1000 * (clock() - start_cpu))
    wall.sort()
    cpu.sort()
    middle, last = len(wall) // 2, -1 - len(wall) // 100
    return (
        f"wall p50 {wall[middle]:7.1f} p99 {wall[last]:7.1f}   cpu p50 {cpu[middle]:7.1f} p99 {cpu[last]:7.1f}"
        f"   {hits / len(asked):6.1f} hits"
    )


def questions_of(connection: Connection) -> Iterator[tuple[str, list[str]]]:
    draw = random.Random(7)
    last = connection.scalar(select(func.max(articles.c.id))) or 0
    ids = draw.sample(range(1, last + 1), ASKED)
    read = select(texts.c.folded_title, texts.c.folded_text).where(texts.c.article_id.in_(ids))
    rows = connection.execute(read).all()
    newest = START + timedelta(minutes=3 * last)
    since = f"{newest - timedelta(days=7):%Y-%m-%d}"
    term = lambda body, size: piece(draw, body, size)  # noqa: E731
    two = [term(row.folded_text, 2) for row in rows]
    some = [[term(row.folded_text, draw.choice((2, 2, 3, 4))) for _ in range(4)] for row in rows]
    # 与和且或非 alone are operators.
    yield "1 Han", [next(sign for sign in one + "新" if sign not in "与和且或非") for one in two]
    yield "1 term of 2 Han", two
    yield "1 term of 4 Han", [term(row.folded_text, 4) for row in rows]
    yield "1 phrase of 8 Han", [term(row.folded_text, 8) for row in rows]
    yield "1 word of the trade", [draw.choice(TOPIC_WORDS) for _ in rows]
    for number in (2, 3, 4):
        yield f"{number} terms", [" ".join(terms[:number]) for terms in some]
    yield "2 terms that never meet", [f"{term(a.folded_text, 4)} {term(b.folded_text, 4)}" for a, b in pairs(rows)]
    yield "1 term, province:", [f"{one} province:{draw.choice(PROVINCES)}" for one in two]
    yield "1 term, source:", [f"{one} source:s{draw.randrange(SOURCES)}" for one in two]
    yield "1 term, level: and origin:", [f"{one} level:park origin:科技" for one in two]
    yield "1 term, a week in the past", [f"{one} since:2024-01-20 until:2024-01-26" for one in two]
    yield "1 term, since: the last week", [f"{one} since:{since}" for one in two]
    yield "1 term, watch: has:", [f"{one} watch:park has:attachment" for one in two]
    yield "NOT", [f"{terms[0]} -{terms[1]}" for terms in some]
    yield "NOT alone", [f"-{terms[0]}" for terms in some]
    yield "OR", [f"{terms[0]} OR {terms[1]} OR {terms[2]}" for terms in some]
    yield "OR, AND, NOT", [f"({terms[0]} OR {terms[1]}) ({terms[2]} OR 发展) -{terms[3]}" for terms in some]
    yield "title: 2 Han", [f"title:{term(row.folded_title, 2)}" for row in rows]
    yield "title: 4 Han", [f"title:{term(row.folded_title, 4)}" for row in rows]
    yield "text: 2 Han", [f"text:{one}" for one in two]
    yield "province: alone", [f"province:{draw.choice(PROVINCES)}" for _ in rows]
    yield "source: alone", [f"source:s{draw.randrange(SOURCES)}" for _ in rows]
    yield "term OR province:", [f"{one} OR province:{draw.choice(PROVINCES)}" for one in two]


def pairs(rows: Any) -> Iterator[tuple[Any, Any]]:
    return zip(rows, [*rows[1:], rows[0]], strict=True)


def piece(draw: random.Random, body: str, size: int) -> str:
    """A stretch of Han."""
    while True:
        at = draw.randrange(max(1, len(body) - size))
        found = body[at : at + size]
        if len(found) == size and all("一" <= sign <= "鿿" for sign in found):
            return found


def agreement(connection: Connection, questions: dict[str, list[str]]) -> str:
    missed = extra = told = 0
    for name in ("1 Han", "1 term of 2 Han", "1 term of 4 Han", "1 phrase of 8 Han", "2 terms", "title: 4 Han"):
        for asked in questions[name][:4]:
            found, true = everything(connection, asked), scanned(connection, asked)
            missed, extra, told = missed + len(true - found), extra + len(found - true), told + len(true)
    return f"{told} hits, {missed} missed, {extra} too many"


def everything(connection: Connection, asked: str) -> set[int]:
    found: set[int] = set()
    page = search.find(connection, parse(asked, now=NOW), all_articles=True, limit=10_000)
    while page.after:
        found.update(page.articles)
        page = search.find(connection, parse(asked, now=NOW), all_articles=True, limit=10_000, after=page.after)
    return found.union(page.articles)


def scanned(connection: Connection, asked: str) -> set[int]:
    position = func.instr if connection.dialect.name == "sqlite" else func.strpos
    statement = select(texts.c.article_id)
    for term in asked.split():
        field, _, word = term.rpartition(":")
        place = position(texts.c.folded_title, word)
        statement = statement.where(place > 0 if field else place + position(texts.c.folded_text, word) > 0)
    return set(connection.scalars(statement))


def forget(path: Path) -> None:
    """What the system remembers of the file's pages."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


if __name__ == "__main__":
    main(sys.argv[1], [int(size) for size in sys.argv[2:]])
