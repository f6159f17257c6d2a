"""The blocks of PostgreSQL's index hold what was kept, whoever merges, gives up, deletes or looks on meanwhile."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from storage import Store, search, search_blocks, search_merges
from storage.query import parse
from storage.search_merges import Shape, due
from world.databases import Databases, Postgresql
from world.facts import DAY, NOW, finding, matched, source

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from storage.database import Database
    from storage.records import Finding


#: So many blocks of one article become one.
FAN = search_merges.STEPS[0][1]


@pytest.fixture
def databases(server: Postgresql, tmp_path: Path, made_file: Path) -> Databases:
    return Databases(kind="postgresql", folder=tmp_path, server=server, template=made_file)


@pytest.fixture(autouse=True)
def sources(store: Store) -> None:
    store.add_sources([source()], now=NOW)


def article(number: int, text: str = "算力", **more: object) -> Finding:
    return matched(replace(finding(number), title=f"第{number}", text=text, **more))  # type: ignore[arg-type]


def keep_each(store: Store, numbers: range) -> None:
    """In a transaction of its own."""
    for number in numbers:
        store.keep([article(number)], now=NOW)


def alone(store: Store, number: int) -> Database:
    """So many blocks of one article each, which nobody has merged."""
    with store._database.writer.begin() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": search_merges._LOCK})
        keep_each(store, range(number))
    assert sizes(store) == [1] * number
    return store._database


def sizes(store: Store) -> list[int]:
    asked = text("SELECT size FROM search_grams_blocks ORDER BY block")
    return store._database.read(lambda connection: list(connection.scalars(asked)))


def found(connection: Connection, query: str = "算力") -> list[str]:
    ids = search.find(connection, parse(query, now=NOW), limit=500, all_articles=True).articles
    titles = {row.id: row.title for row in connection.execute(text("SELECT id, title FROM articles"))}
    return sorted(titles[id] for id in ids)


def names(numbers: range) -> list[str]:
    return sorted(f"第{number}" for number in numbers)


def test_eight_blocks_become_one(store: Store) -> None:
    keep_each(store, range(FAN - 1))
    assert sizes(store) == [1] * (FAN - 1)
    keep_each(store, range(FAN - 1, FAN))
    assert sizes(store) == [FAN]
    assert store._database.read(found) == names(range(FAN))


def test_random_articles_are_found_through_merges_revisions_and_retention(store: Store) -> None:
    draw = random.Random(5)
    said: dict[int, str] = {}
    for _ in range(60):
        some = {number: "".join(draw.choices("算力电网氢能A ", k=12)) for number in draw.sample(range(200), 7)}
        said |= some
        store.keep([article(number, body) for number, body in some.items()], now=NOW)
    assert max(sizes(store)) > 4 * FAN
    for query in ("算", "力电", "网氢能", "a", "算力 -电", "title:第1"):
        tree = parse(query, now=NOW)
        stored = [one for number in said if (one := store.article(finding(number).key))]
        expected = sorted(one.title for one in stored if tree.matches(one))
        assert store._database.read(lambda connection, asked=query: found(connection, asked)) == expected, query


def test_what_one_merges_another_finds_before_and_after(store: Store) -> None:
    """Also between the statements of one search: the blocks are read by one."""
    database = alone(store, FAN)
    with database.reader.begin() as looking:
        assert found(looking) == names(range(FAN))
        with database.writer.begin() as merging:
            assert search_merges.merge_one(merging) == FAN
            assert found(looking) == found(merging) == names(range(FAN))
        assert found(looking) == names(range(FAN))


def test_while_one_merges_others_keep(store: Store) -> None:
    database = alone(store, FAN)
    with database.writer.begin() as merging:
        search_merges.merge_one(merging)
        keep_each(store, range(FAN, FAN + 2))
    assert sizes(store) == [FAN, 1, 1]
    assert database.read(found) == names(range(FAN + 2))


def test_what_dies_during_a_merge_is_dead_behind_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    database = alone(store, FAN)
    locked = search_blocks.lock

    def another_first(connection: Connection) -> None:
        monkeypatch.setattr(search_blocks, "lock", locked)
        store.keep([article(3, "储能")], now=NOW)
        locked(connection)

    monkeypatch.setattr(search_blocks, "lock", another_first)
    assert database.write(search_merges.merge_one) == FAN
    assert sorted(sizes(store)) == [1, FAN]
    assert database.read(found) == names(range(FAN))[:3] + names(range(FAN))[4:]
    assert database.read(lambda connection: found(connection, "储能")) == names(range(3, 4))


def test_a_merge_that_is_undone_leaves_the_blocks(store: Store) -> None:
    database = alone(store, FAN)
    with pytest.raises(ZeroDivisionError), database.writer.begin() as connection:
        assert search_merges.merge_one(connection) == FAN
        raise ZeroDivisionError
    assert sizes(store) == [1] * FAN
    assert database.read(found) == names(range(FAN))


def test_who_finds_another_merging_leaves_it_to_the_next(store: Store) -> None:
    keep_each(store, range(FAN - 1))
    with store._database.writer.begin() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": search_merges._LOCK})
        keep_each(store, range(FAN - 1, FAN + 1))
        assert sizes(store) == [1] * (FAN + 1)
    keep_each(store, range(FAN + 1, FAN + 2))
    assert sizes(store) == [1, 1, FAN]
    assert store._database.read(found) == names(range(FAN + 2))


def test_a_block_of_which_half_is_dead_is_written_anew(store: Store) -> None:
    many = [article(number) for number in range(20)]
    store.keep(
        [replace(one, matches=(), notices=()) if number < 15 else one for number, one in enumerate(many)], now=NOW
    )
    assert store.prune(now=NOW + 31 * DAY, keep_days=30) == 15
    assert (sizes(store), store._database.read(found)) == ([20], names(range(15, 20)))
    keep_each(store, range(20, 21))
    assert (sizes(store), store._database.read(found)) == ([1, 5], names(range(15, 21)))


def test_a_block_without_a_living_article_goes(store: Store) -> None:
    store.keep([article(1)], now=NOW)
    store.keep([article(1, "储能")], now=NOW)
    store.keep([article(2, "储能")], now=NOW)
    assert sizes(store) == [1, 1]
    assert store._database.read(found) == []
    assert store._database.read(lambda connection: found(connection, "储能")) == ["第1", "第2"]


def test_a_vacuum_leaves_everything_to_be_found(store: Store) -> None:
    keep_each(store, range(FAN + 3))
    store.vacuum()
    assert store._database.read(found) == names(range(FAN + 3))


def test_the_index_of_the_version_before_goes_and_the_same_is_found(store: Store, url: str) -> None:
    keep_each(store, range(FAN + 1))
    for statement in (
        "DROP TABLE search_grams_blocks, search_grams_postings",
        "CREATE TABLE search_grams (article_id bigint PRIMARY KEY, grams tsvector NOT NULL)",
        "UPDATE alembic_version SET version_num = '0004'",
    ):
        store._database.write(lambda connection, asked=statement: connection.execute(text(asked)))
    assert Store.migrate(url, now=NOW) == "0004"
    with closing(Store.open(url, now=NOW)) as migrated:
        assert migrated._database.read(found) == names(range(FAN + 1))
        assert all(check.sound for check in migrated.check())
        gone = text("SELECT to_regclass('search_grams')")
        assert migrated._database.read(lambda connection: connection.scalar(gone)) is None


def shapes(*blocks: int) -> list[Shape]:
    return [Shape(block=number, size=size, dead=0) for number, size in enumerate(blocks)]


def test_what_is_due_are_the_first_of_a_size() -> None:
    ones = shapes(*[1] * 9)
    assert due(ones[:7]) == []
    assert due(ones) == ones[:8]
    assert due(shapes(500, 100, 300, 800)) == []
    assert [one.size for one in due(shapes(500, 100, 300, 800, 900))] == [500, 300, 800, 900]


def test_of_large_blocks_eight_stay() -> None:
    assert due(shapes(*[6_400] * 8)) == []
    nine = shapes(*[6_400] * 9)
    assert due(nine) == nine[:2]
    grown = shapes(*[12_800] * 7, 6_400, 6_400)
    assert due(grown) == grown[-2:]


def test_a_large_block_is_not_written_again_for_a_small_one() -> None:
    assert due(shapes(*[40_000, 6_400] * 5)) == []


def test_no_block_is_larger_than_its_numbers_can_say() -> None:
    assert due(shapes(*[40_000] * 20)) == []


def test_a_block_of_which_half_is_dead_is_due() -> None:
    dying = Shape(block=20, size=5_000, dead=2_501)
    assert due([*shapes(*[5_000] * 9), dying]) == [dying]
