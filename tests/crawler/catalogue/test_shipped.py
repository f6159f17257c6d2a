"""What is shipped: every row loads, none is faulty, and there is something to pick everywhere."""

from collections import Counter
from urllib.parse import urlsplit

import pytest

from crawler.catalogue import CONFIDENCES, PROVINCES, check, load, pick
from storage.records import Level, Source

SHIPPED = load()
WITH_COUNTIES = load(counties=True)


def test_no_row_is_faulty() -> None:
    assert check() == ()


def test_there_are_at_least_1100_list_addresses() -> None:
    assert len(pick(SHIPPED, all_rows=True)) >= 1_100


def test_every_province_and_the_corps_has_something_to_pick() -> None:
    assert {source.province for source in pick(SHIPPED)} == set(PROVINCES)
    assert len(PROVINCES) == 1 + 31 + 1


def test_every_level_but_the_county_has_something_to_pick() -> None:
    assert {source.level for source in pick(SHIPPED)} == set(Level) - {Level.COUNTY}
    assert {source.level for source in WITH_COUNTIES[len(SHIPPED) :]} == {Level.COUNTY}


def test_nothing_is_visited_before_somebody_picks_it() -> None:
    assert not any(source.enabled for source in WITH_COUNTIES)


def test_the_seed_site_is_there() -> None:
    assert [source.level for source in SHIPPED if urlsplit(source.url).hostname == "www.achie.org"] == [Level.PORTAL]


def test_loading_again_costs_nothing() -> None:
    assert load() is SHIPPED
    assert WITH_COUNTIES[: len(SHIPPED)] == SHIPPED


def test_ids_tell_the_province() -> None:
    prefixes = {province: set[str]() for province in PROVINCES}
    for source in WITH_COUNTIES:
        prefixes[source.province].add(source.id.partition("-")[0])
    assert all(len(found) == 1 for found in prefixes.values())
    assert len(set.union(*prefixes.values())) == len(PROVINCES)  # 山西 shanxi, 陕西 shaanxi


def source(**fields: str) -> Source:
    return Source(id="a", name="a", url="http://a.example/", province="山西", level=Level.PARK, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("confidence", "picked", "with_all_rows"),
    [
        ("high", True, True),
        ("medium", True, True),
        ("low", False, True),
        ("homepage", False, False),
        ("user", True, True),
    ],
)
def test_picking_goes_by_confidence(confidence: str, picked: bool, with_all_rows: bool) -> None:
    row = source(confidence=confidence)
    assert pick([row]) == ((row,) if picked else ())
    assert pick([row], all_rows=True) == ((row,) if with_all_rows else ())


def test_picking_goes_by_province_and_level() -> None:
    row = source()
    assert pick([row], province="山西", level=Level.PARK) == (row,)
    assert pick([row], province="陕西") == ()
    assert pick([row], level=Level.CITY) == ()


def test_every_confidence_is_in_use() -> None:
    assert set(Counter(row.confidence for row in SHIPPED)) == set(CONFIDENCES)
