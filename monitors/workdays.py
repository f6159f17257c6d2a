"""Which days people in China work: weekends, public holidays and the days worked in exchange for them (调休).

The one door to chinese_calendar, which knows a year once the State Council has announced it (in November of the year
before) and its own release has followed. Until then a year is plain weekdays, or what the operator's file says.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import chinese_calendar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SATURDAY = 5


class CalendarError(ValueError):
    """The operator's calendar cannot be read; the message says which file and what to write."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkCalendar:
    """Working days; what the operator states goes before what chinese_calendar knows."""

    #: Day -> whether it is worked.
    stated: Mapping[date, bool] = field(default_factory=dict)

    def works(self, day: date) -> bool:
        stated = self.stated.get(day)
        if stated is None:
            stated = _announced(day)
        return day.weekday() < SATURDAY if stated is None else stated

    def knows(self, year: int) -> bool:
        """Whether holidays of that year are known; health warns when they are not."""
        return any(day.year == year for day in self.stated) or _announced(date(year, 1, 1)) is not None


CHINA = WorkCalendar()


@cache
def _announced(day: date) -> bool | None:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def read_calendar(path: Path) -> WorkCalendar:
    """A TOML file with two lists of dates: `rest = [2027-01-01, …]` and `work = [2027-02-07, …]`."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        stated = dict.fromkeys(_days(table, "rest"), False) | dict.fromkeys(_days(table, "work"), True)
    except (OSError, ValueError, TypeError) as error:
        raise CalendarError(
            f"{path}: {error}. Write two lists of dates: rest = [2027-01-01] and work = [2027-02-07]"
        ) from error
    return WorkCalendar(stated=stated)


def _days(table: dict[str, object], name: str) -> list[date]:
    days = table.get(name, [])
    if not isinstance(days, list) or not all(type(day) is date for day in days):
        raise TypeError(f"{name} is not a list of dates")
    return days
