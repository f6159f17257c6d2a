"""Working days, with what the operator states before what is announced."""

from datetime import date
from pathlib import Path

import pytest

from monitors.workdays import CHINA, CalendarError, follow, read_calendar


def test_holidays_and_the_days_worked_in_exchange() -> None:
    assert not CHINA.works(date(2026, 10, 1))
    assert CHINA.works(date(2026, 2, 14))
    assert not CHINA.works(date(2026, 11, 28))


def test_a_year_that_is_not_announced_is_plain_weekdays() -> None:
    assert not CHINA.knows(2099)
    assert CHINA.works(date(2099, 1, 1))
    assert not CHINA.works(date(2099, 1, 3))


def test_the_operators_file(tmp_path: Path) -> None:
    path = tmp_path / "2099.toml"
    path.write_text("rest = [2099-01-01]\nwork = [2099-01-03]\n", encoding="utf-8")
    calendar = read_calendar(path)
    assert calendar.knows(2099)
    assert not calendar.works(date(2099, 1, 1))
    assert calendar.works(date(2099, 1, 3))


BROKEN = (
    "rest = 2099-01-01",
    'rest = ["2099-01-01"]',
    "rest = [2099-13-01]",
    "rest = [",
    "resst = [2099-01-01]",
)


@pytest.mark.parametrize("text", BROKEN)
def test_a_file_that_cannot_be_read_says_what_to_write(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CalendarError, match=r"broken.toml.*Write two lists of dates"):
        read_calendar(path)


def test_a_day_is_one_or_the_other_and_the_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "2099.toml"
    path.write_text("rest = [2099-01-01]\n\nwork = [2099-01-01]\n", encoding="utf-8")
    with pytest.raises(CalendarError, match=r"2099\.toml:3: 2099-01-01 is in rest and in work"):
        read_calendar(path)


def test_a_file_that_is_followed_counts_everywhere_until_it_is_not(tmp_path: Path) -> None:
    path = tmp_path / "2099.toml"
    path.write_text("rest = [2099-01-01]\n", encoding="utf-8")
    follow(path)
    assert not CHINA.works(date(2099, 1, 1))
    assert CHINA.knows(2099)
    follow(None)
    assert CHINA.works(date(2099, 1, 1))
    assert not CHINA.knows(2099)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CalendarError, match=r"nowhere\.toml"):
        read_calendar(tmp_path / "nowhere.toml")
