"""Dates as Chinese pages write them, read without ever guessing from the clock.

`now` only rules the future out and gives a yearless date its year; it is never an answer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
EARLIEST = 1990

TIME = r"(?:[\sT　]*[（(]?\s*(?:星期[一二三四五六日天]|周[一二三四五六日天])?\s*[）)]?\s*(?:上午|下午)?\s*(?P<hour>[01]?\d|2[0-3])\s*[:：时點点]\s*(?P<minute>[0-5]\d)(?!\d))?"  # noqa: E501
YEAR = r"(?P<year>(?:19|20)\d\d)"
WHOLE = re.compile(
    rf"(?<![\d.]){YEAR}\s*(?:[-/.·—－]|年)\s*(?P<month>1[0-2]|0?[1-9])\s*(?:[-/.·—－]|月)\s*(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)\s*[日号號]?"
    + TIME
)
SHORT_YEAR = re.compile(
    r"(?<![\d./-])(?P<year>\d\d)(?P<mark>[-/.])(?P<month>1[0-2]|0[1-9])(?P=mark)(?P<day>3[01]|[12]\d|0[1-9])(?![\d./-])"
    + TIME
)
NO_YEAR = re.compile(
    r"(?<![\d./:-])(?:(?P<month>1[0-2]|0?[1-9])[-/.](?P<day>3[01]|[12]\d|0[1-9])|(?P<month2>1[0-2]|0?[1-9])月(?P<day2>3[01]|[12]\d|0?[1-9])日)(?![\d./-])"
)
#: Two boxes, a day of the month beside its year and month: 21 / 2024年02月, 2026-04 / 17.
DAY_THEN_MONTH = re.compile(
    rf"^\W*(?P<day>3[01]|[12]\d|0?[1-9])\s*日?\s+{YEAR}\s*[-/.年]\s*(?P<month>1[0-2]|0?[1-9])\s*月?\W*$"
)
MONTH_THEN_DAY = re.compile(
    rf"^\W*{YEAR}\s*[-/.年]\s*(?P<month>1[0-2]|0?[1-9])\s*月?\s+(?P<day>3[01]|[12]\d|0?[1-9])\s*日?\W*$"
)
#: The head of Xinhua's pages: 2026 04/17 09:30:15.
YEAR_THEN_REST = re.compile(
    rf"^\W*{YEAR}\s*年?\s+(?P<month>1[0-2]|0?[1-9])\s*[-/.月]\s*(?P<day>3[01]|[12]\d|0?[1-9])\s*日?{TIME}(?::\d\d)?\W*$"
)
#: 二〇二六年四月十七日
IN_HAN = re.compile(
    r"([一二][〇○零一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
#: What may stand behind the minute of ISO 8601: seconds, and the zone that the moment is told in.
ZONE = re.compile(r"(?::\d\d)?(?:\.\d+)?\s*(?:(?P<utc>Z)|(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d))(?!\d)")
IN_ADDRESS = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:(?P<month>1[0-2]|0[1-9])(?P<day>3[01]|[12]\d|0[1-9])(?=\D|\d{6,}|$)"
    r"|(?P<mark>[-/_])(?P<month2>1[0-2]|0?[1-9])[-/_]?(?P<day2>3[01]|[12]\d|0?[1-9])(?=[-/_.]|$))"
)

Precision = Literal["minute", "day"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A date found in a text: the moment, how exact it is, where it stood."""

    moment: datetime
    precision: Precision
    start: int = 0
    end: int = 0


def stamps(text: str) -> Iterator[Stamp]:
    """The full dates of a text, in order; impossible ones (2026-02-30) are passed over."""
    for match in WHOLE.finditer(text):
        if stamp := _stamp(match):
            yield stamp


def han_stamps(text: str) -> Iterator[Stamp]:
    """Dates written out in Han numerals."""
    for match in IN_HAN.finditer(text):
        day = _day(match[1].translate(HAN_DIGITS), _han_number(match[2]), _han_number(match[3]))
        if day:
            moment = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
            yield Stamp(moment=moment, precision="day", start=match.start(), end=match.end())


def _han_number(text: str) -> str:
    """二十一 -> 21"""
    tens, mark, ones = text.rpartition("十")
    if not mark:
        return ones.translate(HAN_DIGITS)
    return f"{tens.translate(HAN_DIGITS) or '1'}{ones.translate(HAN_DIGITS) or '0'}"


def short_stamps(text: str) -> Iterator[Stamp]:
    """Dates with a two-digit year, which is 20xx: 13-04-22."""
    for match in SHORT_YEAR.finditer(text):
        if stamp := _stamp(match, century=2000):
            yield stamp


def all_stamps(text: str) -> Iterator[Stamp]:
    """Full dates first, then those with a two-digit year, then those in Han numerals."""
    yield from stamps(text)
    yield from short_stamps(text)
    if "年" in text:
        yield from han_stamps(text)


def boxed_stamp(text: str) -> Stamp | None:
    """The date of a box that shows the day and the month apart, or None."""
    match = DAY_THEN_MONTH.match(text) or MONTH_THEN_DAY.match(text) or YEAR_THEN_REST.match(text)
    return _stamp(match) if match else None


def _stamp(match: re.Match[str], century: int = 0) -> Stamp | None:
    parts = match.groupdict()
    hour = parts.get("hour")
    try:
        moment = datetime(
            int(parts["year"]) + century,
            int(parts["month"]),
            int(parts["day"]),
            int(hour or 0),
            int(parts.get("minute") or 0),
            tzinfo=SHANGHAI,
        )
        if hour and (zone := ZONE.match(match.string, match.end())):
            moment = moment.replace(tzinfo=_zone(zone)).astimezone(SHANGHAI)
    except ValueError:
        return None
    return Stamp(moment=moment, precision="minute" if hour else "day", start=match.start(), end=match.end())


def _zone(match: re.Match[str]) -> timezone:
    if match["utc"]:
        return UTC
    offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"]))
    return timezone(offset if match["sign"] == "+" else -offset)


def address_date(url: str) -> date | None:
    """The day that a CMS wrote into an article's address: t20260417_, /2026/4/17/, /2026-04/17/, or None."""
    path = re.sub(r"^\w+://[^/]*", "", url).partition("?")[0]
    for match in IN_ADDRESS.finditer(path):
        found = _day(match["year"], match["month"] or match["month2"], match["day"] or match["day2"])
        if found:
            return found
    return None


def listed_date(text: str, now: datetime) -> date | None:
    """The date of a list row; without a year it is the latest such day that is not in the future."""
    for stamp in (*stamps(text), *short_stamps(text)):
        return stamp.moment.date()
    if boxed := boxed_stamp(text):
        return boxed.moment.date()
    match = NO_YEAR.search(text)
    if match is None:
        return None
    month, day = match["month"] or match["month2"], match["day"] or match["day2"]
    today = now.astimezone(SHANGHAI).date()
    this_year = _day(str(today.year), month, day)
    return this_year if this_year and this_year <= today + timedelta(days=1) else _day(str(today.year - 1), month, day)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if found.year >= EARLIEST else None


def plausible(moment: datetime, now: datetime) -> bool:
    """Neither before the web nor later than tomorrow (clocks of servers differ by hours)."""
    return moment.year >= EARLIEST and moment <= now + timedelta(days=1)
