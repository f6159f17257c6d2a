"""Which days people in China work: weekends, public holidays and the days worked in exchange for them (调休).

The one door to chinese_calendar, which knows a year once the State Council has announced it (in November of the year
before) and its own release has followed. Until then a year is plain weekdays, or what the operator's file says.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import chinese_calendar

from monitors.lines import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SATURDAY = 5
LISTS = ("rest", "work")
WRITE = "Write two lists of dates: rest = [2027-01-01] and work = [2027-02-07]"


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


#: What the operator's file states, for the whole process, as what chinese_calendar knows is.
_STATED: dict[date, bool] = {}
CHINA = WorkCalendar(stated=_STATED)


def follow(path: Path | None) -> None:
    """Let the operator's file, if there is one, go before what is known, in the place of the one followed so far.

    Raises `CalendarError`.
    """
    stated = read_calendar(path).stated if path else {}
    _STATED.clear()
    _STATED.update(stated)


@cache
def _announced(day: date) -> bool | None:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def read_calendar(path: Path) -> WorkCalendar:
    """A TOML file with two lists of dates: `rest = [2027-01-01, …]` and `work = [2027-02-07, …]`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        table = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise CalendarError(f"{path}: it is not UTF-8; save it as UTF-8. {WRITE}") from error
    except OSError as error:
        raise CalendarError(f"{path}: {error.strerror}. {WRITE}") from error
    except ValueError as error:
        raise CalendarError(f"{path}: {error}. {WRITE}") from error
    if faults := [f"{path}:{line_of(text, where) or 1}: {words}. {WRITE}" for where, words in _faults(table)]:
        raise CalendarError("\n".join(faults))
    return WorkCalendar(stated=dict.fromkeys(table.get("rest", ()), False) | dict.fromkeys(table.get("work", ()), True))


def _faults(table: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, days in table.items():
        if name not in LISTS:
            yield (name,), f"{name} is not known"
        elif not isinstance(days, list) or not all(type(day) is date for day in days):
            yield (name,), f"{name} is not a list of dates"
        elif name == "work" and (both := set(days) & set(table.get("rest", ()))):
            yield (name,), f"{min(both)} is in rest and in work"
