"""When a source is visited next, from how its visits went."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitors.rates import SHANGHAI, learn_rates, typical_rates
from monitors.schedule import PACE, Pace, backoff, interval, lasts, look_again, next_visit, price_for
from monitors.workdays import CHINA
from storage.records import Outcome, Source, SourceState, Visit

HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 11, 2, tzinfo=SHANGHAI)
SOURCE = Source(id="park", name="示例高新区", url="https://park.example/")


def state(**more: object) -> SourceState:
    return SourceState(source_id="park", last_visit_at=MONDAY, **more)  # type: ignore[arg-type]


def visits(*news_hours: int, weeks: int = 3) -> list[Visit]:
    """Hourly visits; each finds two items at these hours of every day."""
    moments = [MONDAY + HOUR * number for number in range(weeks * 168)]
    return [
        Visit(
            source_id="park",
            started_at=at,
            ended_at=at,
            outcome=Outcome.OK if at.hour in news_hours else Outcome.QUIET,
            new=2 if at.hour in news_hours else 0,
        )
        for at in moments
    ]


def wait(now: datetime, seen: list[Visit], **more: object) -> timedelta:
    return next_visit(SOURCE, state(**more), seen, now=now) - now


def test_the_same_question_has_the_same_answer() -> None:
    now = MONDAY + HOUR * 10
    assert wait(now, []) == wait(now, [])


def test_an_unknown_source_is_visited_in_office_hours() -> None:
    assert wait(MONDAY + HOUR * 10, []) < HOUR < wait(MONDAY + HOUR * 23, [])


def test_a_night_owl_is_visited_at_night() -> None:
    owl = visits(22, 23)
    later = MONDAY + timedelta(weeks=3)
    assert wait(later + HOUR * 22, owl) < HOUR / 2 < wait(later + HOUR * 10, owl)


def test_a_public_holiday_counts_as_a_sunday() -> None:
    holiday, workday = datetime(2026, 10, 1, 10, tzinfo=SHANGHAI), datetime(2026, 10, 15, 10, tzinfo=SHANGHAI)
    assert wait(holiday, []) > wait(workday, [])


def test_no_wait_is_longer_than_the_most_or_shorter_than_the_least() -> None:
    assert interval(0.0) == PACE.most
    assert interval(1e9) == PACE.least
    assert all(wait(MONDAY + HOUR * hour, visits()) <= PACE.most for hour in range(0, 168, 5))


def test_trouble_is_looked_at_again_soon_and_then_less_and_less() -> None:
    waits = [backoff(failures, HOUR) for failures in range(1, PACE.dead_after)]
    assert waits[:4] == [HOUR / 4, HOUR / 2, HOUR, 2 * HOUR]
    assert max(waits) == PACE.longest_backoff
    assert wait(MONDAY + HOUR * 10, [], failures=1) < wait(MONDAY + HOUR * 10, [])


def tried(source_interval: timedelta) -> list[Visit]:
    """A site that is away from MONDAY on, visited as planned until it is known to be away for good."""
    run: list[Visit] = []
    at = MONDAY
    while not lasts(run):
        run.append(Visit(source_id="park", started_at=at, ended_at=at, outcome=Outcome.UNREACHABLE))
        at = look_again(run, at + backoff(len(run), source_interval), at)
    return run


@pytest.mark.parametrize(("minutes", "known_by", "most"), [(10, 40, 7), (30, 40, 6), (120, 60, 4), (360, 120, 4)])
def test_it_is_soon_known_whether_trouble_lasts(minutes: int, known_by: int, most: int) -> None:
    run = tried(timedelta(minutes=minutes))
    assert run[-1].started_at - MONDAY <= timedelta(minutes=known_by)
    assert len(run) <= most


def test_who_refuses_us_is_not_asked_sooner() -> None:
    refused = [replace(each, outcome=Outcome.BLOCKED) for each in tried(HOUR)[:2]]
    assert look_again(refused, MONDAY + HOUR * 9, MONDAY) == MONDAY + HOUR * 9


def test_while_our_line_is_down_nobody_is_put_off_for_long() -> None:
    now = MONDAY + HOUR * 10
    assert wait(now, [], failures=9) > timedelta(hours=12)
    due = next_visit(SOURCE, state(failures=9), [], now=now, line_down=True)
    assert PACE.line_retry <= due - now <= 1.5 * PACE.line_retry


def test_the_dead_are_tried_once_a_week() -> None:
    assert backoff(PACE.dead_after, HOUR) == backoff(1000, HOUR) == PACE.revival


def test_first_visits_are_spread() -> None:
    sources = [Source(id=str(number), name="", url="https://a.example/") for number in range(50)]
    dues = {next_visit(source, None, [], now=MONDAY) for source in sources}
    assert len(dues) == 50
    assert MONDAY <= min(dues) <= max(dues) <= MONDAY + timedelta(minutes=10)


def test_after_a_sleep_it_goes_on_from_now() -> None:
    awake = MONDAY + timedelta(days=30)
    assert timedelta(0) < wait(awake, visits(10)) <= PACE.most


def test_after_a_sleep_all_are_not_due_at_once_again() -> None:
    awake = MONDAY + timedelta(days=30, hours=10)
    sources = [Source(id=str(number), name="", url="https://a.example/") for number in range(200)]
    dues = [next_visit(source, state(), [], now=awake) - awake for source in sources]
    assert max(dues) - min(dues) > 0.15 * min(dues)


def test_active_hours_are_kept() -> None:
    shy = Source(id="shy", name="", url="https://a.example/", active_hours="08:00-20:00")
    due = next_visit(shy, state(), [], now=MONDAY + HOUR * 22)
    assert MONDAY + HOUR * 32 <= due <= MONDAY + HOUR * 32 + timedelta(minutes=10)


def test_rates_are_learned_from_visits_that_read_the_list() -> None:
    rates = learn_rates(visits(10), CHINA)
    assert rates.by_hour[9] > 10 * rates.by_hour[15]  # what a visit at 10:00 finds appeared after 9:00
    failed = Visit(source_id="park", started_at=MONDAY, ended_at=MONDAY, outcome=Outcome.BLOCKED)
    assert learn_rates([failed], CHINA) == typical_rates()


def test_a_budget_makes_a_price() -> None:
    rates = [typical_rates()] * 10
    price = price_for(rates, 1500)
    taken = sum(HOUR / interval(rate, Pace(price=price)) for each in rates for rate in each.by_hour)
    assert 1400 < taken <= 1500
