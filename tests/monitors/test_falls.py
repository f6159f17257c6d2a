"""How unlikely it is that a source publishes so much less."""

from datetime import date, timedelta
from math import exp, lgamma, log
from random import Random

import pytest

from monitors.days import Day
from monitors.falls import chance, clump, fall

MONDAY = date(2026, 3, 2)


def days(*new: int, start: date = MONDAY) -> list[Day]:
    """The first day of a past is hardly seen whole, so one goes before them."""
    before = Day(date=start - timedelta(days=1), works=True)
    return [before, *(Day(date=start + timedelta(days=n), works=True, new=one) for n, one in enumerate(new))]


def probability(*new: int) -> float:
    found = fall(days(*new))
    return found.probability if found else 1.0


def test_a_quarter_of_what_is_usual_is_told_within_two_weeks() -> None:
    usual = [4, 6, 5, 3, 7] * 6
    found = fall(days(*usual, *[1, 2, 0, 1, 2, 1, 1, 2, 0, 1]))
    assert found is not None
    assert (found.since, found.days, found.new, found.usual) == (MONDAY + timedelta(days=30), 10, 11, 50.0)
    assert found.probability < 0.0001


def test_half_of_what_is_usual_is_no_reason_to_look() -> None:
    assert fall(days(*[40] * 60, *[20] * 20)) is None


def test_a_short_past_says_nothing() -> None:
    assert fall(days(*[9] * 19, *[1] * 5)) is None
    assert fall([]) is None


def test_free_days_are_left_out() -> None:
    rest = [Day(date=MONDAY + timedelta(days=n), works=False) for n in range(40, 60)]
    assert fall([*days(*[5] * 40), *rest]) is None


def test_a_column_of_irregular_days_must_fall_for_longer() -> None:
    even, uneven = [6] * 40, [0, 1, 16, 2, 11] * 8
    late = [1, 2, 0, 3, 1, 2, 1]
    assert probability(*even, *late) < 0.01 * probability(*uneven, *late)


def test_a_column_of_busy_and_slack_weeks_must_fall_for_longer() -> None:
    assert clump([5] * 40) == 1
    assert clump([*[1] * 5, *[9] * 5] * 4) == pytest.approx(5 * clump([1, 9] * 20), rel=0.2)


@pytest.mark.parametrize(("new", "usual"), [(0, 3), (2, 20), (9, 20), (40, 100)])
def test_the_chance_is_no_less_than_that_of_a_poisson_process(new: int, usual: int) -> None:
    exact = sum(exp(number * log(usual) - usual - lgamma(number + 1)) for number in range(new + 1))
    assert exact <= chance(new, usual) < 10 * exact


@pytest.mark.parametrize("counts", [(0, 1, 1, 2, 3), (0, 0, 2, 5, 9), (4, 5, 5, 6, 6)])
def test_it_is_seldom_wrong(counts: tuple[int, ...]) -> None:
    """Columns whose days are drawn from these: falls told at a chance of 1 in 1,000, over 8,000 days."""
    draw, alarms, judged = Random(11), 0, 0
    for _ in range(80):
        drawn, told = days(*(draw.choice(counts) for _ in range(130))), False
        for number in range(30, 131):
            found = fall(drawn[:number])
            risky = found is not None and found.probability < 0.001
            alarms, judged, told = alarms + (risky and not told), judged + 1, risky
    assert alarms <= 0.001 * judged
