"""How unlikely a silence is by a source's own days."""

from datetime import datetime, timedelta
from random import Random

import pytest

from monitors.days import days_of
from monitors.rates import SHANGHAI
from monitors.silence import Silence, silence
from monitors.workdays import CHINA
from storage.records import SOUND, Outcome, Visit

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MONDAY = datetime(2026, 3, 2, tzinfo=SHANGHAI)


def visit(at: datetime, new: int = 0, outcome: Outcome = Outcome.OK) -> Visit:
    return Visit(source_id="park", started_at=at, ended_at=at, outcome=outcome, new=new)


def hourly(days: int, *, news: dict[int, set[int]], start: datetime = MONDAY) -> list[Visit]:
    """Day -> hours at which a visit finds something."""
    return [
        visit(start + DAY * day + HOUR * hour, int(hour in news.get(day, ())))
        for day in range(days)
        for hour in range(24)
    ]


def every_workday(days: int) -> dict[int, set[int]]:
    return {day: {10} for day in range(days) if CHINA.works((MONDAY + DAY * day).date())}


def found_in(visits: list[Visit]) -> Silence | None:
    read = [each for each in visits if each.outcome in SOUND]
    return silence(days_of(read, CHINA), until=read[-1].started_at)


def probability(visits: list[Visit]) -> float:
    found = found_in(visits)
    return found.probability if found else 1.0


def test_a_day_with_news_is_not_silent() -> None:
    assert found_in(hourly(10, news={9: {9}})) is None
    assert silence([], until=MONDAY) is None


def test_a_weekend_is_nothing_and_each_working_day_tells_more() -> None:
    friday = hourly(26, news=every_workday(26))
    after = hourly(10, news={}, start=MONDAY + DAY * 26)
    sunday, monday, tuesday, wednesday = (probability([*friday, *after[: 24 * days]]) for days in (2, 3, 4, 5))
    assert sunday > 0.5
    assert sunday > 10 * monday > 100 * tuesday > 200 * wednesday


def test_a_day_counts_as_far_as_it_is_over() -> None:
    until_monday = [*hourly(26, news=every_workday(26)), *hourly(2, news={}, start=MONDAY + DAY * 26)]
    monday = hourly(1, news={}, start=MONDAY + DAY * 28)
    assert probability([*until_monday, *monday[:9]]) > 0.5
    assert probability([*until_monday, *monday[:12]]) < 0.05


def test_what_could_not_be_visited_was_not_silent() -> None:
    before = hourly(26, news=every_workday(26))
    away = [visit(each.started_at, outcome=Outcome.UNREACHABLE) for each in hourly(9, news={}, start=MONDAY + DAY * 26)]
    assert found_in([*before, *away]) is None


def test_a_public_holiday_is_no_working_day() -> None:
    start = datetime(2026, 8, 31, tzinfo=SHANGHAI)
    working = {day: {10} for day in range(31) if CHINA.works((start + DAY * day).date())}
    national_day = hourly(38, news=working, start=start)  # to October 7
    assert probability(national_day) > 0.1


def test_where_news_is_rare_a_silence_may_be_told_sooner_because_few_begin() -> None:
    """Two columns, of news once a fortnight and once a month, that have been silent for two months."""
    fortnightly, monthly = ({day: {10} for day in range(0, 300, every)} for every in (14, 28))
    silent = hourly(60, news={}, start=MONDAY + DAY * 300)
    assert probability([*hourly(300, news=fortnightly), *silent]) < 0.002
    assert probability([*hourly(300, news=monthly), *silent]) < 0.01


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 0.9])
def test_it_is_wrong_no_more_often_than_it_says(share: float) -> None:
    """Columns that publish on that share of their days by chance: alarms at 1 in 100 a day, over 12,000 days."""
    draw, alarms, judged = Random(7), 0, 0
    for _ in range(100):
        days = [MONDAY + DAY * day + HOUR * 12 for day in range(150)]
        visits = [visit(day, int(draw.random() < share)) for day in days]
        told = False
        for number in range(30, 150):
            found = found_in(visits[: number + 1])
            risky = found is not None and found.probability < 0.01
            alarms, judged, told = alarms + (risky and not told), judged + 1, risky
    assert alarms <= 0.012 * judged
