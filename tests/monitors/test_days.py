"""The days of a source."""

from datetime import UTC, date, datetime, timedelta

from monitors.days import Day, days_of
from monitors.workdays import CHINA
from storage.records import Outcome, Visit


def visit(at: datetime, new: int = 0) -> Visit:
    return Visit(source_id="park", started_at=at, ended_at=at, outcome=Outcome.OK, new=new)


def test_a_day_ends_at_midnight_in_shanghai() -> None:
    evening = datetime(2026, 10, 9, 15, 59, tzinfo=UTC)
    visits = [visit(evening, new=2), visit(evening + timedelta(minutes=1)), visit(evening + timedelta(hours=9), new=1)]
    assert days_of(visits, CHINA) == [
        Day(date=date(2026, 10, 9), works=True, new=2, first=23 + 59 / 60),
        Day(date=date(2026, 10, 10), works=True, new=1, first=8 + 59 / 60),  # a Saturday worked in exchange
    ]


def test_a_day_on_which_nobody_looked_is_no_day() -> None:
    start = datetime(2026, 10, 1, 2, tzinfo=UTC)
    seen = days_of([visit(start), visit(start + timedelta(days=4))], CHINA)
    assert [(day.date.day, day.works, day.first) for day in seen] == [(1, False, 24.0), (5, False, 24.0)]
