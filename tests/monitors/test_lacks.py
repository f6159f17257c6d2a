"""Articles that lack something, against the source's own past."""

from datetime import UTC, datetime, timedelta
from math import isclose

from monitors.lacks import Read, find_lack, tail

START = datetime(2026, 11, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def reads(*lacking: int, articles: int = 1) -> list[Read]:
    """Of visits in the order of time; the newest first, as it is asked for."""
    return [Read(at=START + HOUR * 6 * n, lacking=one, articles=articles) for n, one in enumerate(lacking)][::-1]


def test_a_past_is_not_asked_for_while_all_is_in_order() -> None:
    asked = iter(reads(*[0] * 50))
    assert find_lack(asked, risk=0.001) is None
    assert len(list(asked)) == 47


def test_three_that_lack_what_fifty_had() -> None:
    found = find_lack(reads(*[0] * 50, 1, 1, 1), risk=0.001)
    assert found is not None
    assert (found.since, found.lacking, found.articles, found.usual) == (START + HOUR * 300, 3, 3, 0.0)


def test_two_are_chance_and_so_are_some_of_a_source_that_often_lacks_it() -> None:
    assert find_lack(reads(*[0] * 50, 1, 1), risk=0.001) is None
    assert find_lack(reads(*[0, 1] * 25, 1, 1, 1, 1), risk=0.001) is None
    assert find_lack(reads(*[1] * 50), risk=0.001) is None
    assert find_lack([], risk=0.001) is None


def test_it_keeps_its_beginning_until_some_in_a_row_are_in_order() -> None:
    past = [0] * 50
    begun = START + HOUR * 300
    for late in ([1, 1, 1], [1, 1, 1, 0, 1, 1], [1, 1, 1, 0, 0, 1, 1, 1, 1]):
        found = find_lack(reads(*past, *late), risk=0.001)
        assert found is not None
        assert found.since == begun
    assert find_lack(reads(*past, 1, 1, 1, 0, 0, 0), risk=0.001) is None


def test_a_short_past_says_little() -> None:
    assert find_lack(reads(0, 0, 1, 1, 1), risk=0.001) is None


def test_the_tail_is_a_probability() -> None:
    assert isclose(tail(0, 7, 3, 20), 1.0)
    assert tail(3, 3, 0, 50) < tail(3, 3, 5, 50) < tail(3, 3, 40, 50) < 1
    assert isclose(tail(1, 1, 0, 0), 0.5)
