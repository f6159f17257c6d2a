"""docs/sources.md says about the data what the data says."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from crawler.catalogue import CONFIDENCES, PROVINCES, load, pick
from storage.records import Level, Outcome, Source

PAGE = (Path(__file__).parents[3] / "docs/sources.md").read_text(encoding="utf-8")
SHIPPED = load()
COUNTIES = load(counties=True)[len(SHIPPED) :]


def table(first_head: str) -> dict[str, list[str]]:
    """The rows of the table whose first heading is this, by their first cell; the heading is a row too."""
    start = PAGE.index(f"| {first_head} |")
    lines = PAGE[start:].split("\n\n", 1)[0].splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0].strip("`"): row[1:] for row in cells}


@pytest.mark.parametrize("province", PROVINCES)
def test_the_counts_of_a_province(province: str) -> None:
    rows = table("province")
    found = Counter(source.level for source in SHIPPED if source.province == province)
    levels = [Level(name) for name in rows["province"][:-3]]
    counted = [
        *(found[level] for level in levels),
        found.total(),
        len(pick(SHIPPED, province=province)),
        sum(source.province == province for source in COUNTIES),
    ]
    assert [int(cell) for cell in rows[province]] == counted


def test_the_sums_of_the_counts() -> None:
    rows = table("province")
    columns = zip(*(rows[province] for province in PROVINCES), strict=True)
    assert [sum(map(int, column)) for column in columns] == [int(cell) for cell in rows["together"]]


@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_the_counts_of_a_confidence(confidence: str) -> None:
    counted = [sum(source.confidence == confidence for source in rows) for rows in (SHIPPED, COUNTIES)]
    assert [int(cell) for cell in table("confidence")[confidence][-2:]] == counted


def test_every_outcome_is_explained() -> None:
    assert table("outcome").keys() >= set(Outcome)


def test_every_override_is_a_field_of_a_source() -> None:
    named = {name.strip(" `") for row in table("field") for name in row.split(",")} - {"field", "---"}
    assert named <= set(Source.__dataclass_fields__)


def test_every_family_is_named() -> None:
    assert all(source.family in PAGE for source in (*SHIPPED, *COUNTIES))


def test_the_examples_are_sources() -> None:
    examples = [part.split("```")[0] for part in PAGE.split("```toml\n")[1:]]
    for example in examples:
        for row in tomllib.loads(example)["source"]:
            assert Source(**row | {"level": Level(row["level"])}).province in PROVINCES
