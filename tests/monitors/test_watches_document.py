"""The examples of docs/watches.md are read as they stand."""

import re
import tomllib
from datetime import date
from pathlib import Path

from monitors import profiles, rhythm
from monitors.matching import Matcher
from monitors.workdays import read_calendar
from storage.audience import Watch

DOCUMENT = Path(__file__).parents[2] / "docs/watches.md"
WATCH, HOLIDAYS, PROFILE = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)


def test_the_watch() -> None:
    (row,) = tomllib.loads(WATCH)["watch"]
    watch = Watch(**row | {"readers": tuple(row["readers"])})
    rhythm.check(watch)
    assert Matcher([watch])


def test_the_holidays(tmp_path: Path) -> None:
    path = tmp_path / "holidays.toml"
    path.write_text(HOLIDAYS, encoding="utf-8")
    calendar = read_calendar(path)
    assert not calendar.works(date(2027, 1, 1))
    assert calendar.works(date(2027, 2, 6))


def test_the_profile(tmp_path: Path) -> None:
    path = tmp_path / "vinegar.toml"
    path.write_text(PROFILE, encoding="utf-8")
    assert [group.name for group in profiles.read(path).groups] == ["醋", "产业"]
