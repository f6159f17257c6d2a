"""The outbox against a real database and a real mail server that misbehaves."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from monitors.channels import Settings
from monitors.channels.smtp import SmtpSettings
from monitors.mails import Letterhead
from monitors.outbox import open_dispatcher
from storage import Store
from storage.records import State
from world.post_office import PostOffice, Server
from world.told import NOON, finding, furnish, plan, reader, watch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOON = timedelta(seconds=31)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    made = PostOffice()
    with Server(made) as server:
        made.port = server.port
        yield made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path / 'fenghuo.db'}", now=NOON)
    yield made
    made.close()


def settings_of(office: PostOffice, **fields: object) -> Settings:
    smtp = SmtpSettings(host="127.0.0.1", port=office.port, security="none", seconds=1)
    return Settings(letterhead=Letterhead(sender="fenghuo@example.com"), smtp=smtp, **fields)  # type: ignore[arg-type]


class Desk:
    """A dispatcher whose clock stands where the test puts it."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.now = NOON
        self.store, self._settings = store, settings

    def at(self, now: datetime) -> None:
        """One tick at that time, and all that it started."""
        self.now = now
        asyncio.run(self._tick())

    async def _tick(self) -> None:
        dispatcher = open_dispatcher(self.store, self._settings, clock=lambda: self.now)
        try:
            await dispatcher.tick(self.now)
            await dispatcher.idle()
        finally:
            await dispatcher.close(within=0)


def states(store: Store) -> list[State]:
    return [delivery.state for delivery in reversed(store.deliveries())]


def test_an_alert_arrives_once(store: Store, office: PostOffice) -> None:
    furnish(store, [watch(rhythm="at once")], [reader()])
    store.keep([finding(1, plan())], now=NOON)
    desk = Desk(store, settings_of(office))
    for seconds in (0, 31, 62, 4000, 90000):
        desk.at(NOON + timedelta(seconds=seconds))
    assert [mail.to for mail in office.mails] == ["reader@example.com"]
    assert states(store) == [State.SENT]


def test_many_alerts_at_once_are_one_message(store: Store, office: PostOffice) -> None:
    furnish(store, [watch(rhythm="at once")], [reader()])
    store.keep([finding(number, plan(due_at=NOON + number * timedelta(seconds=2))) for number in range(8)], now=NOON)
    desk = Desk(store, settings_of(office))
    desk.at(NOON + timedelta(seconds=20))
    assert not office.mails
    desk.at(NOON + timedelta(seconds=50))
    assert office.mails[0].message["Subject"].startswith("[人工智能] 8 条：")


def test_a_steady_stream_does_not_hold_an_alert_back_for_ever(store: Store, office: PostOffice) -> None:
    furnish(store, [watch(rhythm="at once")], [reader()])
    desk = Desk(store, settings_of(office))
    for number in range(12):
        store.keep([finding(number, plan(due_at=NOON + number * timedelta(seconds=20)))], now=NOON)
        desk.at(NOON + number * timedelta(seconds=20))
    assert len(office.mails) == 1


def test_what_is_over_the_cap_goes_into_the_digest(store: Store, office: PostOffice) -> None:
    furnish(store, [watch(rhythm="at once + daily 18:00", cap=3)], [reader()])
    store.keep([finding(number, plan()) for number in range(5)], now=NOON)
    desk = Desk(store, settings_of(office))
    desk.at(NOON + SOON)
    desk.at(NOON + timedelta(hours=2))
    alert, digest = (mail.message["Subject"] for mail in office.mails)
    assert alert.startswith("[人工智能] 3 条") and digest.startswith("[人工智能] 2 条")
    assert "另有 3 条此前已即时提醒" in office.mails[1].html


def test_nothing_new_is_no_mail(store: Store, office: PostOffice) -> None:
    furnish(store, [watch()], [reader()])
    desk = Desk(store, settings_of(office))
    for day in range(9):
        desk.at(NOON + timedelta(days=day))
    assert not office.mails


def test_who_wants_a_sign_of_life_gets_one_a_week(store: Store, office: PostOffice) -> None:
    furnish(store, [watch(rhythm="daily 08:30")], [reader(weekly_sign=True)])
    desk = Desk(store, settings_of(office))
    for hours in range(0, 24 * 22, 3):
        desk.at(NOON + timedelta(hours=hours))
    assert [mail.message["Subject"] for mail in office.mails] == ["[人工智能] 本周没有新消息，一切正常"] * 3


def test_a_daily_digest_is_one_mail_a_day(store: Store, office: PostOffice) -> None:
    furnish(store, [watch(rhythm="daily 18:00")], [reader()])
    six = NOON.replace(hour=10, minute=0)
    store.keep([finding(1, plan(kind="digest", due_at=six))], now=NOON)
    desk = Desk(store, settings_of(office))
    desk.at(six)
    store.keep([finding(2, plan(kind="digest", due_at=six))], now=NOON)
    desk.at(six + MINUTE)
    desk.at(six + timedelta(hours=5))
    assert len(office.mails) == 1
    desk.at(six + timedelta(days=1))
    assert len(office.mails) == 2


def test_each_reader_gets_a_message_of_its_own(store: Store, office: PostOffice) -> None:
    readers = [reader("mailto:a@example.com", name="a"), reader("mailto:b@example.com", name="b", language="en")]
    furnish(store, [watch(rhythm="at once", readers=("a", "b"))], readers)
    store.keep([finding(1, plan("a"), plan("b"))], now=NOON)
    Desk(store, settings_of(office)).at(NOON + SOON)
    assert [mail.message["To"] for mail in sorted(office.mails, key=lambda mail: mail.to)] == [
        "a@example.com",
        "b@example.com",
    ]


def test_greylisted_is_sent_later_the_same_bytes_once(store: Store, office: PostOffice) -> None:
    furnish(store, [watch(rhythm="at once")], [reader("mailto:greylist@example.com")])
    store.keep([finding(1, plan())], now=NOON)
    desk = Desk(store, settings_of(office))
    desk.at(NOON + SOON)
    assert states(store) == [State.PENDING]
    assert "451" in store.deliveries()[0].error
    desk.at(NOON + SOON + MINUTE / 2)
    assert not office.mails
    desk.at(NOON + SOON + 2 * MINUTE)
    assert len(office.mails) == 1 and states(store) == [State.SENT]


def test_one_of_three_recipients_refused(store: Store, office: PostOffice) -> None:
    names = ("ok", "refuse", "full")
    furnish(
        store,
        [watch(rhythm="at once", readers=names)],
        [reader(f"mailto:{name}@example.com", name=name) for name in names],
    )
    store.keep([finding(1, *map(plan, names))], now=NOON)
    desk = Desk(store, settings_of(office))
    for minutes in range(1, 60):
        desk.at(NOON + minutes * MINUTE)
    assert [mail.to for mail in office.mails] == ["ok@example.com"]
    assert {one.reader: one.state for one in store.deliveries()} == {
        "ok": State.SENT,
        "refuse": State.DEAD,
        "full": State.PENDING,
    }
    assert office.tried["refuse@example.com"] == 1
    assert 3 <= office.tried["full@example.com"] <= 8


@pytest.mark.parametrize("local", ["cut", "silent"])
def test_an_alert_that_may_have_arrived_is_repeated_byte_for_byte(store: Store, office: PostOffice, local: str) -> None:
    furnish(store, [watch(rhythm="at once")], [reader(f"mailto:{local}@example.com")])
    store.keep([finding(1, plan())], now=NOON)
    desk = Desk(store, settings_of(office))
    desk.at(NOON + SOON)
    assert states(store) == [State.UNKNOWN]
    for minutes in range(2, 60):
        desk.at(NOON + minutes * MINUTE)
    assert len(office.mails) == 4
    assert len({mail.content for mail in office.mails}) == 1
    assert store.deliveries()[0].unknowns == 4
    assert states(store) == [State.UNKNOWN]


def test_a_digest_that_may_have_arrived_waits_for_a_person(store: Store, office: PostOffice) -> None:
    furnish(store, [watch()], [reader("mailto:cut@example.com")])
    store.keep([finding(1, plan(kind="digest"))], now=NOON)
    desk = Desk(store, settings_of(office))
    for minutes in range(5):
        desk.at(NOON + minutes * MINUTE)
    assert len(office.mails) == 1 and states(store) == [State.UNKNOWN]
    assert store.retry_delivery(store.deliveries()[0].id, now=NOON)
    desk.at(NOON + 6 * MINUTE)
    assert office.mails[0].content == office.mails[1].content


def test_refused_content_is_dead_with_the_servers_words(store: Store, office: PostOffice) -> None:
    furnish(store, [watch(rhythm="at once")], [reader("mailto:content@example.com")])
    store.keep([finding(1, plan())], now=NOON)
    desk = Desk(store, settings_of(office))
    for minutes in range(1, 20):
        desk.at(NOON + minutes * MINUTE)
    (dead,) = store.deliveries(state=State.DEAD)
    assert dead.error == "554 5.7.1 message refused" and office.tried["content@example.com"] == 1


def test_a_server_that_is_down_is_waited_for(store: Store, office: PostOffice) -> None:
    furnish(store, [watch(rhythm="at once")], [reader()])
    store.keep([finding(1, plan())], now=NOON)
    port = office.port
    office.port = 1
    desk = Desk(store, settings_of(office))
    desk.at(NOON + SOON)
    assert "cannot be reached" in store.deliveries()[0].error
    office.port = port
    Desk(store, settings_of(office)).at(NOON + 10 * MINUTE)
    assert len(office.mails) == 1 and states(store) == [State.SENT]


def test_three_hard_refusals_suspend_the_reader_and_the_operator_is_told(store: Store, office: PostOffice) -> None:
    furnish(store, [watch(rhythm="at once")], [reader("mailto:refuse@example.com")])
    desk = Desk(store, settings_of(office, operator="mailto:operator@example.com"))
    for number in range(5):
        moment = NOON + number * 10 * MINUTE
        store.keep([finding(number, plan(due_at=moment))], now=moment)
        desk.at(moment + SOON)
    desk.at(NOON + timedelta(hours=3))
    assert office.tried["refuse@example.com"] == 3
    assert "550 5.1.1 no such user" in store.readers()[0].suspended
    assert [mail.to for mail in office.mails] == ["operator@example.com"]
    store.save_reader(replace(store.readers()[0], channels=("mailto:new@example.com",), suspended=""), now=NOON)
    desk.at(NOON + timedelta(hours=4))
    assert "2 条" in office.to("new@example.com")[0].message["Subject"], "what was missed is owed"


def test_a_refused_channel_does_not_hold_up_the_other(store: Store, office: PostOffice) -> None:
    furnish(store, [watch(rhythm="at once")], [reader("mailto:refuse@example.com", "mailto:ok@example.com")])
    desk = Desk(store, settings_of(office))
    for number in range(6):
        moment = NOON + number * 10 * MINUTE
        store.keep([finding(number, plan(due_at=moment))], now=moment)
        desk.at(moment + SOON)
    assert len(office.to("ok@example.com")) == 6
    assert office.tried["refuse@example.com"] == 3
    assert not store.readers()[0].suspended


def test_a_slow_reader_holds_up_no_other(store: Store, office: PostOffice) -> None:
    names = ("hang", "ok")
    furnish(
        store,
        [watch(rhythm="at once", readers=names)],
        [reader(f"mailto:{name}@example.com", name=name) for name in names],
    )
    store.keep([finding(1, *map(plan, names))], now=NOON)
    settings, arrived = settings_of(office), threading.Event()
    office.on_mail = lambda mail: arrived.set()

    async def while_one_hangs() -> None:
        dispatcher = open_dispatcher(store, settings, clock=lambda: NOON + SOON)
        await dispatcher.tick(NOON + SOON)
        await asyncio.to_thread(arrived.wait, 10)
        assert State.SENDING in states(store)
        await dispatcher.idle()
        await dispatcher.close(within=0)

    asyncio.run(while_one_hangs())
    assert sorted(states(store)) == [State.PENDING, State.SENT]


def test_two_services_on_one_database_send_once(store: Store, office: PostOffice, tmp_path: Path) -> None:
    names = tuple(f"reader{number}" for number in range(10))
    furnish(
        store,
        [watch(rhythm="at once", readers=names)],
        [reader(f"mailto:{name}@example.com", name=name) for name in names],
    )
    store.keep([finding(number, *map(plan, names)) for number in range(3)], now=NOON)
    other = Store.open(f"sqlite:///{tmp_path / 'fenghuo.db'}", now=NOON)
    now = NOON + SOON

    async def both() -> None:
        dispatchers = [open_dispatcher(one, settings_of(office), clock=lambda: now) for one in (store, other)]
        await asyncio.gather(*(dispatcher.tick(now) for dispatcher in dispatchers))
        await asyncio.gather(*(dispatcher.tick(now) for dispatcher in dispatchers))
        for dispatcher in dispatchers:
            await dispatcher.idle()
            await dispatcher.close(within=0)

    asyncio.run(both())
    other.close()
    assert sorted(mail.to for mail in office.mails) == sorted(f"{name}@example.com" for name in names)


def test_a_late_worker_says_nothing(store: Store, office: PostOffice) -> None:
    """A process that slept through its lease finds that another has the message, and does not finish its sentence."""
    furnish(store, [watch(rhythm="at once")], [reader("mailto:slow@example.com")])
    store.keep([finding(1, plan())], now=NOON)

    async def sleep_while_sending() -> None:
        clock = [NOON + SOON]
        dispatcher = open_dispatcher(store, settings_of(office), clock=lambda: clock[0])
        await dispatcher.tick(NOON + SOON)
        clock[0] = NOON + timedelta(hours=1)
        await dispatcher.idle()
        await dispatcher.close(within=0)

    asyncio.run(sleep_while_sending())
    assert not office.mails
    Desk(store, settings_of(office)).at(NOON + timedelta(hours=2))
    assert len(office.mails) == 1 and states(store) == [State.SENT]
