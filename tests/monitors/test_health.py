"""What is wrong with which source, from its visits."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitors.health import REMEDY, Incident, Kind, examine, examine_all, hour_of, hours_down, is_line_down
from monitors.rates import SHANGHAI
from monitors.workdays import CHINA, WorkCalendar
from storage.records import Outcome, Visit
from storage.reports import HourOfVisits

HOUR = timedelta(hours=1)
START = datetime(2026, 11, 2, tzinfo=SHANGHAI)
NOW = START + timedelta(weeks=3, hours=12)


def visit(
    at: datetime, outcome: Outcome = Outcome.OK, *, source: str = "park", seconds: float = 2, **more: int
) -> Visit:
    ended = at + timedelta(seconds=seconds)
    return Visit(source_id=source, started_at=at, ended_at=ended, outcome=outcome, detail="why", requests=1, **more)


def healthy(until: datetime = NOW, source: str = "park") -> list[Visit]:
    """Hourly visits; an item each hour from 9 to 17 on working days."""
    moments = [START + HOUR * number for number in range(int((until - START) / HOUR))]
    busy = [CHINA.works(at.date()) and 9 <= at.hour <= 17 for at in moments]
    return [visit(at, source=source, new=int(new)) for at, new in zip(moments, busy, strict=True)]


def hours(visits: Mapping[str, Sequence[Visit]]) -> list[HourOfVisits]:
    """As the store counts them."""
    visited, unreached = defaultdict[datetime, set[str]](set), defaultdict[datetime, set[str]](set)
    for source, each in visits.items():
        for one in each:
            visited[hour_of(one)].add(source)
            if one.outcome is Outcome.UNREACHABLE:
                unreached[hour_of(one)].add(source)
    return [
        HourOfVisits(hour=hour, visited=len(names), unreached=len(unreached[hour])) for hour, names in visited.items()
    ]


def check(
    visits: Mapping[str, Sequence[Visit]], *, now: datetime, calendar: WorkCalendar = CHINA
) -> tuple[Incident, ...]:
    down = hours_down(hours(visits))
    single = [one for source, each in visits.items() for one in examine(source, each, down=down, calendar=calendar)]
    return (*examine_all(down, now=now, calendar=calendar), *single)


def incidents(visits: Sequence[Visit], now: datetime = NOW) -> tuple[Incident, ...]:
    return check({"park": visits}, now=now)


def kinds(visits: Sequence[Visit], now: datetime = NOW) -> list[Kind]:
    return [incident.kind for incident in incidents(visits, now)]


def test_a_source_in_order_has_no_incident() -> None:
    assert kinds(healthy()) == []
    assert kinds([]) == []


def failures(*minutes_ago: int, source: str = "park") -> list[Visit]:
    return [visit(NOW - timedelta(minutes=minutes), Outcome.UNREACHABLE, source=source) for minutes in minutes_ago]


def test_one_failure_says_nothing_and_half_an_hour_of_them_does() -> None:
    assert kinds([*healthy(NOW - HOUR), *failures(50)]) == []
    (incident,) = incidents([*healthy(NOW - HOUR), *failures(50, 40, 20, 5)])
    assert (incident.kind, incident.since) == (Kind.UNREACHABLE, NOW - timedelta(minutes=50))
    assert incident.evidence == "4 visits in a row: why"


def test_a_site_that_is_away_for_minutes_is_not_told() -> None:
    assert kinds([*healthy(NOW - HOUR), *failures(20, 15, 10, 5)]) == []


@pytest.mark.parametrize("minutes_ago", [(55, 25, 15, 5), (40, 30, 15, 0)])
def test_a_span_that_hangs_on_one_visit_says_nothing(minutes_ago: tuple[int, ...]) -> None:
    assert kinds([*healthy(NOW - HOUR), *failures(*minutes_ago)]) == []


@pytest.mark.parametrize("outcome", [Outcome.BLOCKED, Outcome.EMPTY_LIST, Outcome.LAYOUT_CHANGED, Outcome.NOT_ARTICLES])
def test_two_in_a_row_of_the_sure_signs(outcome: Outcome) -> None:
    troubles = [visit(NOW - HOUR, outcome), visit(NOW - HOUR / 2, outcome)]
    assert kinds([*healthy(NOW - HOUR), *troubles]) == [Kind(outcome)]


def test_a_site_that_fails_now_so_now_so_is_told_once() -> None:
    outcomes = [Outcome.BLOCKED, Outcome.BLOCKED, Outcome.UNREACHABLE, Outcome.BLOCKED, Outcome.UNREACHABLE]
    troubles = [visit(NOW - HOUR + timedelta(minutes=10 * n), outcome) for n, outcome in enumerate(outcomes)]
    keys = {incidents([*healthy(NOW - HOUR), *troubles[:count]])[0].key for count in (2, 4, 5)}
    assert [key.split()[1] for key in keys] == ["blocked"]


def test_an_incident_keeps_its_key_and_closes_with_the_first_good_visit() -> None:
    before, troubles = healthy(NOW - HOUR * 3), [visit(NOW - HOUR * at, Outcome.BLOCKED) for at in (3, 2, 1)]
    assert incidents([*before, *troubles[:2]])[0].key == incidents([*before, *troubles])[0].key
    assert kinds([*before, *troubles, visit(NOW - HOUR / 2)]) == []


def test_articles_that_cannot_be_read_any_more() -> None:
    unread = [replace(each, new=0, problems=each.new) for each in healthy()[-10:]]
    assert kinds([*healthy()[:-10], *unread]) == [Kind.UNREADABLE]


@pytest.mark.parametrize("field", ["undated", "untitled"])
def test_articles_that_lost_a_field(field: str) -> None:
    lost = [replace(each, **{field: each.new}) for each in healthy()[-10:]]
    (incident,) = incidents([*healthy()[:-10], *lost])
    assert (incident.kind, incident.since) == (Kind.FIELDS_MISSING, next(each for each in lost if each.new).started_at)
    assert incident.evidence.startswith(f"{sum(each.new for each in lost)} of the last")


def test_articles_that_never_had_a_date_are_in_order() -> None:
    assert kinds([replace(each, undated=each.new) for each in healthy()]) == []


def test_a_source_that_became_slow() -> None:
    slow = [visit(NOW - HOUR * (6 - number), seconds=30) for number in range(6)]
    assert kinds([*healthy(NOW - HOUR * 6), *slow]) == [Kind.SLOW]
    assert kinds([*healthy(NOW - HOUR * 6), *slow[:5], visit(NOW - HOUR / 2)]) == []
    longer = [*slow, visit(NOW, seconds=40)]
    assert incidents([*healthy(NOW - HOUR * 6), *longer])[0].key == incidents([*healthy(NOW - HOUR * 6), *slow])[0].key


def test_a_source_that_went_quiet_is_told_after_working_days_not_after_a_weekend() -> None:
    def silent_for(hours: int) -> list[Visit]:
        after = [visit(NOW + HOUR * number, Outcome.QUIET) for number in range(hours)]
        return [*healthy(), *after]

    weekend = datetime(2026, 11, 30, 8, tzinfo=SHANGHAI)
    friday_evening = healthy(datetime(2026, 11, 27, 18, tzinfo=SHANGHAI))
    assert kinds(friday_evening, weekend) == []
    assert kinds(silent_for(24 * 4), NOW + timedelta(days=4)) == [Kind.QUIET]


def test_a_source_that_publishes_a_quarter_of_what_it_did() -> None:
    start = datetime(2026, 8, 3, tzinfo=SHANGHAI)
    moments = [start + HOUR * number for number in range(24 * 112)]
    before = datetime(2026, 11, 9, tzinfo=SHANGHAI)
    busy = [CHINA.works(at.date()) and at.hour in ((9, 11, 14, 16) if at < before else (11,)) for at in moments]
    visits = [visit(at, new=int(new)) for at, new in zip(moments, busy, strict=True)]
    (incident,) = incidents(visits)
    assert (incident.kind, incident.since) == (Kind.FEWER, before)
    assert incident.evidence == "10 new on 10 working days; usual 40"


def many(count: int, failing: int) -> dict[str, Sequence[Visit]]:
    gone = [NOW - timedelta(minutes=minutes) for minutes in (50, 40, 20, 5)]
    return {
        str(number): [
            *healthy(NOW - HOUR, str(number)),
            *(visit(at, Outcome.UNREACHABLE if number < failing else Outcome.OK, source=str(number)) for at in gone),
        ]
        for number in range(count)
    }


def test_many_that_break_together_are_told_as_one() -> None:
    (incident,) = check(many(10, 8), now=NOW)
    assert (incident.kind, incident.source_id) == (Kind.LINE, "")
    assert incident.evidence.startswith("8 of 10 sources")


def test_a_few_that_break_are_told_one_by_one() -> None:
    assert [each.kind for each in check(many(10, 2), now=NOW)] == [Kind.UNREACHABLE] * 2


def test_a_failure_is_ours_when_most_others_fail_too() -> None:
    assert is_line_down([failures(5, source=str(number))[0] for number in range(8)])
    assert not is_line_down(failures(50, 40, 30, 20, 5))
    back = [visit(NOW, source=str(number)) for number in range(8)]
    assert not is_line_down([*(failures(5, source=str(number))[0] for number in range(8)), *back])


def test_failures_of_our_own_line_are_not_held_against_a_source_afterwards() -> None:
    assert check(many(10, 8), now=NOW + HOUR * 4) == ()


def test_a_year_without_known_holidays_is_told() -> None:
    later = datetime(2099, 3, 2, tzinfo=SHANGHAI)
    assert [each.kind for each in check({}, now=later)] == [Kind.CALENDAR]


def test_the_next_year_is_asked_for_two_weeks_before_it_begins() -> None:
    assert check({}, now=datetime(2098, 12, 1, tzinfo=SHANGHAI))[0].evidence.startswith("the holidays of 2098")
    assert check({}, now=datetime(2098, 12, 30, tzinfo=SHANGHAI))[0].evidence.startswith("the holidays of 2099")
    known = WorkCalendar(stated={datetime(2099, 1, 1, tzinfo=SHANGHAI).date(): False})
    assert check({}, now=datetime(2098, 12, 30, tzinfo=SHANGHAI), calendar=known) == ()


def test_every_kind_has_a_remedy() -> None:
    assert set(REMEDY) == set(Kind)
