"""When a watch tells: its rhythm, quiet hours and working days, always in the time zone of the watch.

    at once             an alert as soon as the story is stored
    hourly              a digest at every full hour
    daily 08:30         a digest every day
    weekdays 08:30      a digest every working day in China, 调休 included
    weekly mon 08:30    a digest once a week

Several are joined by " + ". What was alerted at once is not told again by a digest of the same watch.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from monitors.workdays import CHINA, WorkCalendar
from storage.records import NoticePlan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from storage.audience import Reader, Watch
    from storage.records import Match

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOUR: Final = timedelta(hours=1)
#: The longest public holiday so far was 9 days (春节 2025 with the days around it); a rhythm that finds no day in this
#: many is asked of a calendar in which nobody works.
HORIZON_DAYS: Final = 60

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class RhythmError(ValueError):
    """A rhythm, quiet hours or a time zone that cannot be understood; the message says what to write."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Beat:
    """One part of a rhythm."""

    #: "at once", "hourly", "daily", "weekdays" or "weekly".
    kind: str
    at: time = time(0)
    #: Monday is 0.
    weekday: int = 0

    def falls_on(self, day: date, calendar: WorkCalendar) -> bool:
        if self.kind == "weekdays":
            return calendar.works(day)
        return self.kind != "weekly" or day.weekday() == self.weekday


@lru_cache(maxsize=256)
def parse_rhythm(text: str) -> tuple[Beat, ...]:
    """The parts of a rhythm. Raises `RhythmError`."""
    return tuple(_parse_beat(part) for part in text.split("+"))


def _parse_beat(text: str) -> Beat:
    match text.lower().split():
        case ["at", "once"]:
            return Beat(kind="at once")
        case ["hourly"]:
            return Beat(kind="hourly")
        case [("daily" | "weekdays") as kind, clock]:
            return Beat(kind=kind, at=_parse_clock(clock, text))
        case ["weekly", day, clock] if day[:3] in WEEKDAYS:
            return Beat(kind="weekly", at=_parse_clock(clock, text), weekday=WEEKDAYS.index(day[:3]))
    raise RhythmError(
        f"rhythm {text.strip()!r} is not known: write at once, hourly, daily 08:30, weekdays 08:30 "
        "or weekly mon 08:30, several joined by +"
    )


def _parse_clock(clock: str, text: str) -> time:
    found = _CLOCK.fullmatch(clock)
    if found is None:
        raise RhythmError(f"{clock!r} in {text.strip()!r} is not a time of day: write it as 08:30")
    return time(int(found[1]), int(found[2]))


@lru_cache(maxsize=256)
def parse_hours(text: str) -> tuple[time, time] | None:
    """ "22:00-07:00" as two times; None for an empty text. Raises `RhythmError`."""
    if not text.strip():
        return None
    start, dash, end = (part.strip() for part in text.partition("-"))
    if not dash:
        raise RhythmError(f"hours {text!r} are not known: write them as 22:00-07:00")
    return _parse_clock(start, text), _parse_clock(end, text)


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise RhythmError(f"time zone {name!r} is not known: write a name such as Asia/Shanghai") from error


def check(watch: Watch) -> None:
    """Raises `RhythmError` when the rhythm, the quiet hours or the time zone cannot be understood."""
    parse_rhythm(watch.rhythm)
    parse_hours(watch.quiet_hours)
    zone(watch.timezone)


def tells_at_once(watch: Watch) -> bool:
    return any(beat.kind == "at once" for beat in parse_rhythm(watch.rhythm))


def next_digest(watch: Watch, now: datetime, *, calendar: WorkCalendar = CHINA) -> datetime | None:
    """The first digest later than `now`, in the watch's time zone; None for a watch that only tells at once."""
    local = now.astimezone(zone(watch.timezone))
    slots = [_next_slot(beat, watch, local, calendar) for beat in parse_rhythm(watch.rhythm)]
    return min((slot for slot in slots if slot is not None), default=None)


def last_digest(watch: Watch, now: datetime, *, calendar: WorkCalendar = CHINA) -> datetime | None:
    """The latest digest at or before `now`: the period that a digest composed now belongs to.

    After a sleep of two days it is the newest of the missed ones, which therefore covers them all.
    """
    local = now.astimezone(zone(watch.timezone))
    slots = [_last_slot(beat, local, calendar) for beat in parse_rhythm(watch.rhythm)]
    return max((slot for slot in slots if slot is not None), default=None)


def period(watch: Watch, now: datetime, *, calendar: WorkCalendar = CHINA) -> str:
    """The name of the digest period that `now` falls into, the same on every call until the next digest."""
    slot = last_digest(watch, now, calendar=calendar)
    return slot.isoformat(timespec="minutes") if slot else ""


def due_alert(watch: Watch, now: datetime) -> datetime:
    """When an alert of `now` may go out: at once, or when the quiet hours are over."""
    hours = parse_hours(watch.quiet_hours)
    local = now.astimezone(zone(watch.timezone))
    if hours is None or not within(local.time(), hours):
        return now
    end = _at(local.date(), hours[1], local)
    return end if end > now else _at(local.date() + timedelta(days=1), hours[1], local)


def due_overflow(watch: Watch, now: datetime, *, calendar: WorkCalendar = CHINA) -> datetime:
    """When an alert over the cap is told instead: with the next digest, without one at the next full hour."""
    due = next_digest(watch, now, calendar=calendar)
    return due or due_alert(watch, _next_hour(now.astimezone(zone(watch.timezone))))


def plan_notices(
    matches: Sequence[Match],
    watches: Sequence[Watch],
    readers: Sequence[Reader],
    *,
    backlog: bool,
    now: datetime,
    calendar: WorkCalendar = CHINA,
) -> tuple[NoticePlan, ...]:
    """Who is to be told of a story with these matches, how and when; nobody of backlog.

    One plan for a reader and a watch: an alert where the watch tells at once, else a place in its next digest. Readers
    that do not exist or have unsubscribed get none; suspended ones do, because what they missed is owed to them.
    """
    if backlog:
        return ()
    ended = {reader.name: reader.unsubscribed for reader in readers}
    by_name = {watch.name: watch for watch in watches if watch.enabled}
    return tuple(
        _plan(by_name[match.watch], name, now, calendar)
        for match in matches
        if match.watch in by_name
        for name in dict.fromkeys(by_name[match.watch].readers)
        if name in ended and match.watch not in ended[name]
    )


def plan_digest(watch: Watch, readers: Sequence[Reader], *, now: datetime) -> tuple[NoticePlan, ...]:
    """A place in the next digest for each of its readers, whatever its rhythm; none where it is switched off."""
    known = {reader.name for reader in readers} if watch.enabled else set()
    due = due_overflow(watch, now)
    names = (name for name in dict.fromkeys(watch.readers) if name in known)
    return tuple(NoticePlan(reader=name, watch=watch.name, kind="digest", due_at=due) for name in names)


def _plan(watch: Watch, reader: str, now: datetime, calendar: WorkCalendar) -> NoticePlan:
    if tells_at_once(watch):
        return NoticePlan(reader=reader, watch=watch.name, kind="alert", due_at=due_alert(watch, now))
    due = due_overflow(watch, now, calendar=calendar)
    return NoticePlan(reader=reader, watch=watch.name, kind="digest", due_at=due)


def _next_slot(beat: Beat, watch: Watch, local: datetime, calendar: WorkCalendar) -> datetime | None:
    if beat.kind == "at once":
        return None
    if beat.kind == "hourly":
        return due_alert(watch, _next_hour(local))
    days = _days_from(local.date(), step=1)
    slots = (_at(day, beat.at, local) for day in days if beat.falls_on(day, calendar))
    return next((slot for slot in slots if slot > local.astimezone(UTC)), None)


def _last_slot(beat: Beat, local: datetime, calendar: WorkCalendar) -> datetime | None:
    if beat.kind == "at once":
        return None
    if beat.kind == "hourly":
        return _full_hour(local)
    days = _days_from(local.date(), step=-1)
    slots = (_at(day, beat.at, local) for day in days if beat.falls_on(day, calendar))
    return next((slot for slot in slots if slot <= local.astimezone(UTC)), None)


def _days_from(day: date, *, step: int) -> Iterator[date]:
    return (day + timedelta(days=step * count) for count in range(HORIZON_DAYS))


def _full_hour(local: datetime) -> datetime:
    """The full hour at or before, reckoned in UTC because an hour of the wall clock may be there twice."""
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return (local.astimezone(UTC) - past).astimezone(local.tzinfo)


def _next_hour(local: datetime) -> datetime:
    return (_full_hour(local).astimezone(UTC) + HOUR).astimezone(local.tzinfo)


def _at(day: date, clock: time, local: datetime) -> datetime:
    """A time of day; where the clocks skip it, the moment an hour later that the clocks do show."""
    moment = datetime.combine(day, clock, tzinfo=local.tzinfo)
    return moment.astimezone(UTC).astimezone(local.tzinfo)


def within(clock: time, hours: tuple[time, time]) -> bool:
    start, end = hours
    return start <= clock < end if start <= end else clock >= start or clock < end
