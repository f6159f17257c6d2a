"""When a watch tells. Hours are of Asia/Shanghai, eight before UTC, unless a test says otherwise."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitors import rhythm
from monitors.rhythm import RhythmError, due_alert, due_overflow, last_digest, next_digest, period, plan_notices
from monitors.workdays import WorkCalendar
from storage.audience import Reader, Watch
from storage.records import Match, NoticePlan

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def watch(beat: str, **more: object) -> Watch:
    return Watch(name="ai", rhythm=beat, readers=("li",), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("beat", "now", "following"),
    [
        ("daily 08:30", "2026-11-24 08:29", "2026-11-24 08:30"),
        ("daily 08:30", "2026-11-24 08:30", "2026-11-25 08:30"),
        ("Daily 8:30", "2026-11-24 09:00", "2026-11-25 08:30"),
        ("hourly", "2026-11-24 08:30:59", "2026-11-24 09:00"),
        ("hourly", "2026-11-24 09:00", "2026-11-24 10:00"),
        ("weekly mon 08:30", "2026-11-24 08:00", "2026-11-30 08:30"),
        ("weekly monday 08:30", "2026-11-23 08:00", "2026-11-23 08:30"),
        ("daily 08:30 + daily 17:00", "2026-11-24 09:00", "2026-11-24 17:00"),
        ("at once + daily 08:30", "2026-11-24 09:00", "2026-11-25 08:30"),
        # 2026-02-14 is a Saturday worked in exchange; then 春节 until the 23rd.
        ("weekdays 08:30", "2026-02-13 09:00", "2026-02-14 08:30"),
        ("weekdays 08:30", "2026-02-14 09:00", "2026-02-24 08:30"),
        ("weekdays 08:30", "2026-11-27 09:00", "2026-11-30 08:30"),
        # not announced yet: plain weekdays
        ("weekdays 08:30", "2099-01-01 09:00", "2099-01-02 08:30"),
    ],
)
def test_the_next_digest(beat: str, now: str, following: str) -> None:
    assert next_digest(watch(beat), at(now)) == at(following)


def test_a_watch_that_tells_at_once_has_no_digest() -> None:
    assert next_digest(watch("at once"), at("2026-11-24 09:00")) is None
    assert last_digest(watch("at once"), at("2026-11-24 09:00")) is None


def test_the_operators_calendar_goes_first() -> None:
    calendar = WorkCalendar(stated={at("2026-11-25 00:00").date(): False})
    following = next_digest(watch("weekdays 08:30"), at("2026-11-24 09:00"), calendar=calendar)
    assert following == at("2026-11-26 08:30")


@pytest.mark.parametrize(
    ("beat", "complaint"),
    [
        ("dayly 08:30", "is not known: write at once, hourly"),
        ("daily", "is not known"),
        ("daily 25:00", "is not a time of day: write it as 08:30"),
        ("daily 08:30 +", "rhythm ''"),
        ("weekly 08:30", "weekly mon 08:30"),
        ("weekly foo 08:30", "is not known"),
    ],
)
def test_a_rhythm_that_cannot_be_understood(beat: str, complaint: str) -> None:
    with pytest.raises(RhythmError, match=complaint):
        rhythm.check(watch(beat))


def test_quiet_hours_and_zones_that_cannot_be_understood() -> None:
    with pytest.raises(RhythmError, match="write them as 22:00-07:00"):
        rhythm.check(watch("at once", quiet_hours="22:00"))
    with pytest.raises(RhythmError, match="Asia/Shanghai"):
        rhythm.check(watch("at once", timezone="Mars/Olympus"))


# periods


def test_the_period_stays_the_same_until_the_next_digest() -> None:
    daily = watch("daily 08:30")
    names = {period(daily, at("2026-11-24 08:30") + timedelta(hours=hour)) for hour in range(24)}
    assert len(names) == 1
    assert period(daily, at("2026-11-25 08:30")) not in names


def test_after_two_days_of_sleep_the_newest_period_covers_the_missed_ones() -> None:
    assert last_digest(watch("daily 08:30"), at("2026-11-26 14:00")) == at("2026-11-26 08:30")


def test_a_clock_set_back_falls_into_a_period_that_was_told() -> None:
    daily = watch("daily 08:30")
    assert period(daily, at("2026-11-24 09:00")) == period(daily, at("2026-11-24 08:31"))


def test_a_time_that_the_clocks_skip_comes_an_hour_later_and_once() -> None:
    early = watch("daily 02:30", timezone="Europe/Berlin")
    first = next_digest(early, at("2026-03-28 12:00", BERLIN))
    assert first is not None
    assert first.astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert next_digest(early, first) == at("2026-03-30 02:30", BERLIN)


def test_an_hour_that_is_there_twice_has_one_daily_and_two_hourly_digests() -> None:
    daily, hourly = (watch(beat, timezone="Europe/Berlin") for beat in ("daily 02:30", "hourly"))
    first = next_digest(daily, at("2026-10-25 00:00", BERLIN))
    assert first is not None
    assert next_digest(daily, first) == at("2026-10-26 02:30", BERLIN)
    moment, slots = datetime(2026, 10, 24, 23, 30, tzinfo=UTC), []
    for _ in range(3):
        moment = next_digest(hourly, moment) or moment
        slots.append(moment.astimezone(UTC).hour)
    assert slots == [0, 1, 2]


# quiet hours


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-24 21:59", "2026-11-24 21:59"),
        ("2026-11-24 22:00", "2026-11-25 07:00"),
        ("2026-11-25 03:00", "2026-11-25 07:00"),
        ("2026-11-25 07:00", "2026-11-25 07:00"),
    ],
)
def test_alerts_wait_until_the_quiet_hours_are_over(now: str, due: str) -> None:
    assert due_alert(watch("at once", quiet_hours="22:00-07:00"), at(now)) == at(due)


def test_quiet_hours_within_a_day() -> None:
    noon = watch("at once", quiet_hours="12:00-14:00")
    assert due_alert(noon, at("2026-11-24 13:00")) == at("2026-11-24 14:00")
    assert due_alert(noon, at("2026-11-24 14:30")) == at("2026-11-24 14:30")


def test_hourly_digests_keep_quiet_too_and_daily_ones_come_when_they_were_ordered() -> None:
    night = {"quiet_hours": "22:00-07:00"}
    assert next_digest(watch("hourly", **night), at("2026-11-24 22:10")) == at("2026-11-25 07:00")
    assert next_digest(watch("daily 23:00", **night), at("2026-11-24 22:10")) == at("2026-11-24 23:00")


def test_what_is_over_the_cap_goes_to_the_digest_or_to_the_next_hour() -> None:
    assert due_overflow(watch("at once + daily 08:30"), at("2026-11-24 09:10")) == at("2026-11-25 08:30")
    assert due_overflow(watch("at once"), at("2026-11-24 09:10")) == at("2026-11-24 10:00")


# notices

LI, WANG = Reader(name="li"), Reader(name="wang")
NOW = at("2026-11-24 23:00")


def plans(*watches: Watch, backlog: bool = False) -> tuple[NoticePlan, ...]:
    matches = [Match(watch=each.name, score=1.0) for each in watches]
    return plan_notices(matches, watches, [LI, WANG], backlog=backlog, now=NOW)


def test_an_alert_where_the_watch_tells_at_once_else_a_place_in_the_digest() -> None:
    assert [plan.kind for plan in plans(watch("at once + daily 08:30"))] == ["alert"]
    assert plans(watch("daily 08:30")) == (
        NoticePlan(reader="li", watch="ai", kind="digest", due_at=at("2026-11-25 08:30")),
    )


def test_one_plan_for_each_reader_of_each_watch_that_matched() -> None:
    both = Watch(name="both", readers=("li", "wang", "li"), rhythm="at once")
    assert [(plan.watch, plan.reader) for plan in plans(both, watch("hourly"))] == [
        ("both", "li"),
        ("both", "wang"),
        ("ai", "li"),
    ]


def test_backlog_strangers_and_watches_that_are_off_get_no_plan() -> None:
    assert plans(watch("at once"), backlog=True) == ()
    assert plans(Watch(name="x", readers=("nobody",), rhythm="at once")) == ()
    assert plans(watch("at once", enabled=False)) == ()
