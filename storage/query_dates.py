"""Dates as people write them in a query: 2026-11-01, 2026年11月, 7d, 今天, 上周."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo
from unicodedata import normalize

from storage.expressions import ZONE

EXAMPLES = "2026-11-01, 2026-11, 2026-11-01T08:30, 7d, 12h, 今天, 昨天, 本周, 上月"

_DATE = re.compile(
    r"(?P<year>\d{4})(?:[-/.年](?P<month>\d{1,2})(?:[-/.月](?P<day>\d{1,2})"
    r"(?:[日号]?[t ]?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"(?P<zone>z|[+-]\d{2}:?\d{2})?)?)?)?[年月日号]?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_AGO = re.compile(
    r"(?:最近|过去|近)?(\d{1,5}|[半一二两三四五六七八九十])\s*(h|d|w|m|y|个?小时|天|日|周|个?星期|个?月|年)(?:[前内]|以内|之内|以来)?"
)
#: 11月 is November, though of which year nobody said; 近7日 and 3个月 are lengths of time.
_INCOMPLETE = re.compile("[^个近]{1,2}[月日号]")
_NUMERALS = {"半": 0.5, "两": 2.0} | {sign: float(number) for number, sign in enumerate("一二三四五六七八九十", 1)}
_HOURS = {"h": 1, "d": 24, "w": 168, "m": 730, "y": 8766, "时": 1, "天": 24, "日": 24, "周": 168, "期": 168}
_HOURS |= {"月": 730, "年": 8766}
_NAMED = {
    "now": ("now", 0), "现在": ("now", 0),
    "today": ("day", 0), "今天": ("day", 0), "今日": ("day", 0),
    "yesterday": ("day", 1), "昨天": ("day", 1), "昨日": ("day", 1), "前天": ("day", 2),
    "本周": ("week", 0), "这周": ("week", 0), "上周": ("week", 1),
    "本月": ("month", 0), "这个月": ("month", 0), "上月": ("month", 1), "上个月": ("month", 1),
    "今年": ("year", 0), "本年": ("year", 0), "去年": ("year", 1),
}  # fmt: skip


def interval(text: str, *, now: datetime) -> tuple[datetime, datetime]:
    """The first moment of what is meant and the first one after it, in whole seconds; `7d` is one moment.

    Days, weeks (from Monday), months and years are those of China. Raises `ValueError` for what is no date.
    """
    text = " ".join(normalize("NFKC", text).lower().split())
    now = now.astimezone(ZONE).replace(microsecond=0)
    if named := _NAMED.get(text):
        return _named(*named, now)
    if compact := _COMPACT.fullmatch(text):
        text = "-".join(compact.groups())
    if match := _DATE.fullmatch(text):
        numbers = {name: int(value) for name, value in match.groupdict().items() if value and name != "zone"}
        return _written(numbers, datetime.strptime(match["zone"].upper(), "%z").tzinfo if match["zone"] else ZONE)
    if (ago := _AGO.fullmatch(text)) and not _INCOMPLETE.fullmatch(text):
        number = _NUMERALS.get(ago[1]) or int(ago[1])
        return _moment(now - timedelta(hours=number * _HOURS[ago[2][-1]]))
    raise ValueError(f"no date: {text[:40]}")


def _written(numbers: dict[str, int], zone: tzinfo | None) -> tuple[datetime, datetime]:
    if not 1900 <= numbers["year"] <= 2200:
        raise ValueError("a year from 1900 to 2200 is meant")
    start = datetime(**{"month": 1, "day": 1, **numbers}, tzinfo=zone).astimezone(ZONE)
    return start, _next(start, list(numbers)[-1])


def _named(unit: str, back: int, now: datetime) -> tuple[datetime, datetime]:
    if unit == "now":
        return _moment(now)
    start = now.replace(hour=0, minute=0, second=0)
    if unit == "day":
        start -= timedelta(days=back)
    elif unit == "week":
        start -= timedelta(days=now.weekday() + 7 * back)
    elif unit == "month":
        months = now.year * 12 + now.month - 1 - back
        start = start.replace(year=months // 12, month=months % 12 + 1, day=1)
    else:
        start = start.replace(year=now.year - back, month=1, day=1)
    return start, _next(start, unit)


def _next(start: datetime, unit: str) -> datetime:
    if unit == "year":
        return start.replace(year=start.year + 1)
    if unit == "month":
        return (start + timedelta(days=31)).replace(day=1)
    return start + timedelta(**{f"{unit}s": 1})


def _moment(at: datetime) -> tuple[datetime, datetime]:
    return at, at
