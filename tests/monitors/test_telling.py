"""Which notices go into which message, and what becomes of a message after a try."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitors.channels import Answer, Pace, Verdict
from monitors.pacing import Gate
from monitors.telling import HOUR, over_cap, owes_sign, tellings
from monitors.verdicts import MOST_ATTEMPTS, pause, settlement
from storage.audience import Notice, Reader, State, Watch
from world.told import NOON

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
WATCH = Watch(name="ai", rhythm="at once + daily 18:00", cap=3)
READER = Reader(name="reader", channels=("mailto:a@example.com",))


def notice(id: int, **fields: Any) -> Notice:
    values = {"reader": "reader", "watch": "ai", "kind": "alert", "due_at": NOON, "story_id": id, "article_id": id}
    return Notice(id=id, **{**values, **fields})


def told(*notices: Notice, now: Any = NOON + MINUTE, reader: Reader = READER, watch: Watch = WATCH) -> Any:
    return [
        (one.kind, one.period, [notice.id for notice in one.notices])
        for one in tellings(notices, {"ai": watch}, {"reader": reader}, now=now)
    ]


def test_alerts_of_a_reader_and_a_watch_are_one_message() -> None:
    assert told(notice(2), notice(1)) == [("alert", "alert 1", [2, 1])]


def test_an_alert_and_a_digest_are_two() -> None:
    found = told(notice(1), notice(2, kind="digest"))
    assert found == [("alert", "alert 1", [1]), ("digest", "2026-11-23T18:00+08:00", [2])]


def test_what_is_sent_early_is_no_digest_of_the_rhythm() -> None:
    assert told(notice(1, kind="early")) == [("digest", "early 2026-11-24T08:31:00", [1])]


def test_a_watch_without_digests_tells_its_overflow_by_the_hour() -> None:
    watch = Watch(name="ai", rhythm="at once")
    assert told(notice(1, kind="digest"), watch=watch) == [("digest", "2026-11-24T08", [1])]


@pytest.mark.parametrize(
    "reader",
    [
        Reader(name="reader", channels=("mailto:a@example.com",), suspended="refused"),
        Reader(name="reader"),
        Reader(name="other", channels=("mailto:a@example.com",)),
    ],
)
def test_who_cannot_be_told_is_owed(reader: Reader) -> None:
    assert tellings([notice(1)], {"ai": WATCH}, {reader.name: reader}, now=NOON + MINUTE) == []


def test_alerts_wait_for_others_but_not_for_ever() -> None:
    assert not told(notice(1), now=NOON + 29 * SECOND)
    assert told(notice(1), now=NOON + 30 * SECOND)
    stream = [notice(number, due_at=NOON + number * 20 * SECOND) for number in range(20)]
    assert not told(*stream[:7], now=NOON + 125 * SECOND)
    assert told(*stream[:10], now=NOON + 181 * SECOND)


@pytest.mark.parametrize(("before", "over"), [(0, [4, 5]), (2, [2, 3, 4, 5]), (9, [1, 2, 3, 4, 5])])
def test_over_the_cap_are_the_newest(before: int, over: list[int]) -> None:
    (one,) = tellings([notice(id) for id in range(1, 6)], {"ai": WATCH}, {"reader": READER}, now=NOON + HOUR)
    assert [notice.id for notice in over_cap(one, before)] == over


def test_a_sign_of_life_is_owed_after_a_week_at_a_digest_time() -> None:
    watch = Watch(name="ai", rhythm="daily 16:30")
    assert not owes_sign(watch, last_told=NOON, now=NOON + timedelta(days=6, hours=23))
    assert owes_sign(watch, last_told=NOON, now=NOON + timedelta(days=7))
    assert not owes_sign(Watch(name="ai", rhythm="at once"), last_told=NOON, now=NOON + timedelta(days=30))


def answer(verdict: Verdict, **fields: Any) -> Answer:
    return Answer(verdict=verdict, detail="words", **fields)


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (Verdict.TAKEN, State.SENT),
        (Verdict.UNKNOWN, State.UNKNOWN),
        (Verdict.REFUSED, State.DEAD),
        (Verdict.UNFIT, State.DEAD),
        (Verdict.LATER, State.PENDING),
        (Verdict.AWAY, State.PENDING),
        (Verdict.BROKEN, State.PENDING),
    ],
)
def test_an_answer_decides_the_state(verdict: Verdict, state: State) -> None:
    assert settlement(answer(verdict), attempts=1, now=NOON).state is state


def test_tries_come_at_growing_distances_for_three_days_and_then_end() -> None:
    now, waits = NOON, []
    for attempts in range(1, MOST_ATTEMPTS):
        settled = settlement(answer(Verdict.LATER), attempts=attempts, now=now)
        assert settled.due_at is not None
        waits.append(settled.due_at - now)
        now = settled.due_at
    assert waits == sorted(waits) and waits[0] == MINUTE
    assert timedelta(days=2.5) < now - NOON < timedelta(days=4)
    last = settlement(answer(Verdict.LATER), attempts=MOST_ATTEMPTS, now=now)
    assert last.state is State.DEAD and last.error == "given up after 24 tries: words"


def test_a_server_that_names_a_time_is_heard() -> None:
    after = timedelta(seconds=2)
    assert settlement(answer(Verdict.LATER, after=after), attempts=5, now=NOON).due_at == NOON + after
    assert pause(answer(Verdict.LATER, after=after)) == after


def test_wrong_settings_are_tried_once_an_hour() -> None:
    assert settlement(answer(Verdict.BROKEN), attempts=1, now=NOON).due_at == NOON + HOUR
    assert pause(answer(Verdict.BROKEN)) == HOUR


def test_a_gate_keeps_its_pace() -> None:
    gate, pace = Gate(), Pace(messages=20, seconds=60)
    assert [gate.wait("robot", pace, now=NOON) for _ in range(20)] == [None] * 20
    closed = gate.wait("robot", pace, now=NOON + 5 * SECOND)
    assert closed is not None and closed.until == NOON + MINUTE
    assert gate.wait("another", pace, now=NOON) is None
    assert gate.wait("robot", pace, now=NOON + MINUTE) is None


def test_a_closed_gate_opens_again() -> None:
    gate = Gate()
    gate.close("mailto", until=NOON + MINUTE, reason="down")
    closed = gate.wait("mailto", None, now=NOON)
    assert closed is not None and closed.reason == "waits: down"
    assert gate.wait("mailto", None, now=NOON + MINUTE) is None
