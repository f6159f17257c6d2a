"""The outbox against a real database and a real mail server that misbehaves."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from monitors.channels import Settings
from monitors.channels.http import Reach
from monitors.channels.smtp import SmtpSettings
from monitors.channels.wecom import WeCom
from monitors.mails import Letterhead
from monitors.outbox import open_dispatcher
from storage import Store
from storage.audience import State
from world.endpoint import Endpoint
from world.post_office import PostOffice, Server, certified
from world.told import NOON, PAPER, finding, furnish, plan, reader, watch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOON = timedelta(seconds=31)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
WEB = Settings(reach=Reach(seconds=1, private=frozenset({"127.0.0.1"})))


@pytest.fixture
def office() -> Iterator[PostOffice]:
    made = PostOffice()
    with Server(made) as server:
        made.port = server.port
        yield made


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as made:
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


def test_asleep_for_two_days_it_tells_one_digest_of_the_newest_period(store: Store, office: PostOffice) -> None:
    furnish(store, [watch(rhythm="daily 18:00")], [reader()])
    six = NOON.replace(hour=10, minute=0)
    for day in range(3):
        due = six + timedelta(days=day)
        store.keep([finding(day + 1, plan(kind="digest", due_at=due))], now=NOON)
    desk = Desk(store, settings_of(office))
    awake = six + timedelta(days=2, hours=3)
    for minutes in (0, 1, 60):
        desk.at(awake + minutes * MINUTE)
    (mail,) = office.mails
    assert mail.message["Subject"].startswith("[人工智能] 3 条")
    (digest,) = store.deliveries()
    assert digest.period.startswith(f"{awake.date()}T18:00")
    store.keep([finding(9, plan(kind="digest", due_at=six + timedelta(days=3)))], now=awake)
    desk.at(six + timedelta(days=3))
    assert len(office.mails) == 2


def test_a_clock_that_jumps_back_and_forth_tells_each_period_once(store: Store, office: PostOffice) -> None:
    furnish(store, [watch(rhythm="daily 18:00")], [reader()])
    six = NOON.replace(hour=10, minute=0)
    desk = Desk(store, settings_of(office))
    for number, jump in enumerate((0, -3, 2, -1, 26, 1, 25)):
        store.keep([finding(number + 1, plan(kind="digest", due_at=six - timedelta(days=1)))], now=NOON)
        desk.at(six + timedelta(hours=jump))
    periods = [delivery.period for delivery in store.deliveries()]
    assert len(periods) == len(set(periods)) == len(office.mails)
    assert len(periods) <= 3


def test_what_was_planned_by_a_clock_a_year_ahead_is_told_when_it_is_right_again(
    store: Store, office: PostOffice
) -> None:
    furnish(store, [watch(rhythm="daily 18:00")], [reader()])
    store.keep([finding(1, plan(kind="digest", due_at=NOON + timedelta(days=365)))], now=NOON)
    Desk(store, settings_of(office)).at(NOON)
    assert len(office.mails) == 1


def test_two_services_send_one_digest(store: Store, office: PostOffice, tmp_path: Path) -> None:
    furnish(store, [watch(rhythm="daily 18:00")], [reader()])
    six = NOON.replace(hour=10, minute=0)
    other = Store.open(f"sqlite:///{tmp_path / 'fenghuo.db'}", now=NOON)
    desks = [Desk(one, settings_of(office)) for one in (store, other)]
    for number in range(4):
        store.keep([finding(number + 1, plan(kind="digest", due_at=six))], now=NOON)
        desks[number % 2].at(six + number * MINUTE)
    other.close()
    assert len(office.mails) == 1


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


def test_a_server_that_is_down_for_two_days_loses_nothing(store: Store, office: PostOffice) -> None:
    """What waits because another message found the server away has not been tried."""
    names = tuple(f"reader{number}" for number in range(5))
    everybody = [reader(f"mailto:{name}@example.com", name=name) for name in names]
    furnish(store, [watch(rhythm="at once", readers=names)], everybody)
    store.keep([finding(1, *map(plan, names))], now=NOON)
    down = settings_of(replace(office, port=1))
    ticking(store, down, [NOON + minutes * MINUTE for minutes in range(1, 60)])
    ticking(store, down, [NOON + hours * timedelta(hours=1) for hours in range(1, 49)])
    assert set(states(store)) == {State.PENDING}
    ticking(store, settings_of(office), [NOON + timedelta(hours=hours) for hours in (53, 54)])
    assert len(office.mails) == 5


def test_thirty_slow_readers_do_not_stop_the_loop(store: Store, office: PostOffice) -> None:
    names = tuple(f"slow+{number}" for number in range(30))
    everybody = [reader(f"mailto:{name}@example.com", name=name) for name in names]
    furnish(store, [watch(rhythm="at once", readers=names)], everybody)
    store.keep([finding(1, *map(plan, names))], now=NOON)
    turns = []

    async def send_while_others_work() -> None:
        dispatcher = open_dispatcher(store, settings_of(office), clock=lambda: NOON + SOON)
        await dispatcher.tick(NOON + SOON)
        sending = asyncio.create_task(dispatcher.idle())
        while not sending.done():
            turns.append(len(office.mails))
            await asyncio.sleep(0.01)
        await dispatcher.close(within=0)

    asyncio.run(send_while_others_work())
    assert len(office.mails) == 30
    assert len(turns) > 30 and len(set(turns)) > 2, "the loop turned while mails went out"


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


@pytest.mark.parametrize(("name", "suspended"), [("large", False), ("stuffed", True)])
def test_messages_that_are_too_large_suspend_nobody(
    store: Store, office: PostOffice, name: str, suspended: bool
) -> None:
    furnish(store, [watch(rhythm="at once")], [reader(f"mailto:{name}@example.com")])
    desk = Desk(store, settings_of(office))
    for number in range(3):
        moment = NOON + number * 10 * MINUTE
        store.keep([finding(number, plan(due_at=moment))], now=moment)
        desk.at(moment + SOON)
    assert [one.state for one in store.deliveries()] == [State.DEAD] * 3
    assert bool(store.readers()[0].suspended) is suspended


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


def test_a_wrong_password_is_one_login_an_hour(store: Store, office: PostOffice, tmp_path: Path) -> None:
    names = tuple(f"reader{number}" for number in range(5))
    everybody = [reader(f"mailto:{name}@example.com", name=name) for name in names]
    furnish(store, [watch(rhythm="at once", readers=names)], everybody)
    store.keep([finding(1, *map(plan, names))], now=NOON)
    context, authority = certified(tmp_path)
    with Server(office, tls_context=context, authenticator=office.check_login) as server:
        smtp = SmtpSettings(host="localhost", port=server.port, user="me", password="no", authority=authority)
        settings = Settings(smtp=smtp, letterhead=Letterhead(sender="f@example.com"))
        ticking(store, settings, [NOON + minute * MINUTE for minute in range(1, 60)])
    assert len(office.logins) == 1
    assert set(states(store)) == {State.PENDING}
    assert all("535" in one.error for one in store.deliveries())


def ticking(store: Store, settings: Settings, moments: list[datetime]) -> None:
    """One service that ticks at these moments."""
    clock = [moments[0]]

    async def tick() -> None:
        dispatcher = open_dispatcher(store, settings, clock=lambda: clock[0])
        for clock[0] in moments:
            await dispatcher.tick(clock[0])
            await dispatcher.idle()
        await dispatcher.close(within=0)

    asyncio.run(tick())


def test_a_webhook_that_asks_for_a_pause_gets_it_and_then_the_message_once(store: Store, endpoint: Endpoint) -> None:
    furnish(store, [watch(rhythm="at once")], [reader(f"{endpoint.base}/hook#secret")])
    store.keep([finding(1, plan())], now=NOON)
    endpoint.replies = [(429, {"Retry-After": "90"}, "{}"), (200, {}, "{}")]
    desk = Desk(store, WEB)
    desk.at(NOON + SOON)
    desk.at(NOON + SOON + 80 * SECOND)
    assert len(endpoint.posted) == 1
    desk.at(NOON + SOON + 91 * SECOND)
    desk.at(NOON + SOON + 10 * MINUTE)
    first, second = endpoint.posted
    assert first.body == second.body and states(store) == [State.SENT]
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]


@pytest.mark.parametrize("fault", ["cut", "silent"])
def test_a_webhook_that_may_have_it_gets_the_same_key_again(store: Store, endpoint: Endpoint, fault: str) -> None:
    furnish(store, [watch(rhythm="at once")], [reader(f"{endpoint.base}/hook#secret")])
    store.keep([finding(1, plan())], now=NOON)
    endpoint.replies = [fault, (200, {}, "{}")]
    desk = Desk(store, WEB)
    desk.at(NOON + SOON)
    assert states(store) == [State.UNKNOWN]
    for minutes in range(2, 30):
        desk.at(NOON + minutes * MINUTE)
    assert states(store) == [State.SENT] and store.deliveries()[0].unknowns == 1
    assert len(endpoint.posted) == 2
    assert len({(posted.body, posted.headers["Idempotency-Key"]) for posted in endpoint.posted}) == 1


def test_a_webhook_with_a_wrong_signature_is_asked_once_an_hour(store: Store, endpoint: Endpoint) -> None:
    topics = [watch(name=f"watch{number}", rhythm="at once") for number in range(5)]
    furnish(store, topics, [reader(f"{endpoint.base}/hook")])
    store.keep([finding(number, plan(watch=topic.name)) for number, topic in enumerate(topics)], now=NOON)
    endpoint.replies = [(200, {}, '{"errcode":310000,"errmsg":"sign not match"}')]
    ticking(store, WEB, [NOON + minute * MINUTE for minute in range(1, 60)])
    assert len(endpoint.posted) == 1 and set(states(store)) == {State.PENDING}
    assert all("sign not match" in one.error for one in store.deliveries())


def test_what_goes_through_apprise_is_accepted_once(store: Store, endpoint: Endpoint) -> None:
    furnish(store, [watch(rhythm="at once")], [reader(f"apprise:json://127.0.0.1:{endpoint.port}/hook")])
    store.keep([finding(1, plan())], now=NOON)
    endpoint.replies = [(429, {"Retry-After": "90"}, ""), (200, {}, "")]
    desk = Desk(store, replace(WEB, reach=replace(WEB.reach, seconds=10)))
    for seconds in (31, 100, 122, 4000):
        desk.at(NOON + seconds * SECOND)
    assert len(endpoint.posted) == 2 and states(store) == [State.ACCEPTED]
    assert store.deliveries()[0].sent_at == NOON + 122 * SECOND


def test_fifty_messages_to_a_robot_keep_its_pace_and_none_is_lost(
    store: Store, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitors.channels.settings.WeCom", partial(WeCom, base=endpoint.base))
    topics = [watch(name=f"watch{number}", rhythm="at once") for number in range(50)]
    furnish(store, topics, [reader("wecom://token-1")])
    store.keep([finding(number, plan(watch=topic.name)) for number, topic in enumerate(topics)], now=NOON)
    clock, sent_by_minute = [NOON + SOON], []

    async def for_four_minutes() -> None:
        dispatcher = open_dispatcher(store, WEB, clock=lambda: clock[0])
        for _ in range(4):
            await dispatcher.tick(clock[0])
            await dispatcher.idle()
            sent_by_minute.append(len(endpoint.posted))
            clock[0] += MINUTE
        await dispatcher.close(within=0)

    asyncio.run(for_four_minutes())
    assert sent_by_minute == [20, 40, 50, 50]
    assert len({posted.body for posted in endpoint.posted}) == 50


def test_a_deleted_webhook_is_given_up_with_a_clear_message(store: Store, endpoint: Endpoint) -> None:
    furnish(store, [watch(rhythm="at once")], [reader(f"{endpoint.base}/hook/TOKEN")])
    endpoint.replies = [(404, {}, "{}")]
    desk = Desk(store, WEB)
    for number in range(6):
        moment = NOON + number * 10 * MINUTE
        store.keep([finding(number, plan(due_at=moment))], now=moment)
        desk.at(moment + SOON)
    assert len(endpoint.posted) == 3
    assert "refused 3 messages in a row, the last with: 404" in store.readers()[0].suspended
    assert "TOKEN" not in store.readers()[0].suspended


def test_a_channel_that_cannot_be_used_holds_up_no_other(store: Store, office: PostOffice) -> None:
    furnish(store, [watch(rhythm="at once")], [reader("pigeon://coop", "mailto:a b@c.d", "mailto:ok@example.com")])
    store.keep([finding(1, plan())], now=NOON)
    Desk(store, settings_of(office)).at(NOON + SOON)
    assert [mail.to for mail in office.mails] == ["ok@example.com"]


def test_a_digest_too_long_for_a_chat_comes_in_parts_in_order_each_story_once(
    store: Store, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitors.channels.settings.WeCom", partial(WeCom, base=endpoint.base))
    furnish(store, [watch()], [reader("wecom://token-1")])
    store.keep([finding(number, plan(kind="digest")) for number in range(120)], now=NOON)
    desk = Desk(store, WEB)
    for seconds in range(6):
        desk.at(NOON + seconds * SECOND)
    texts = [posted.json["markdown"]["content"] for posted in endpoint.posted]
    assert 2 <= len(texts) <= 4 and all(len(text.encode()) <= 4096 for text in texts)
    assert [f"第 {part} 封，共 {len(texts)} 封" in text for part, text in enumerate(texts, 1)] == [True] * len(texts)
    links = [link for text in texts for link in re.findall(r"\((https://[^)]+)\)", text)]
    assert len(links) == len(set(links)) == 120


def test_a_story_told_across_midnight_restarts_and_edits_is_told_once(store: Store, office: PostOffice) -> None:
    furnish(store, [watch(rhythm="at once + daily 18:00")], [reader()])
    late = NOON.replace(hour=15, minute=59)
    store.keep([finding(1, plan(due_at=late))], now=late)
    for minutes in range(0, 3 * 24 * 60, 47):
        Desk(store, settings_of(office)).at(late + minutes * MINUTE)
        store.save_watch(watch(rhythm="at once + daily 18:00", rule=f"项目 -第{minutes}号"), now=late, by="test")
        store.keep([finding(1, plan(due_at=late), source=PAPER)], now=late)
    assert len(office.mails) == 1


def test_an_edited_article_is_not_told_again(store: Store, office: PostOffice) -> None:
    furnish(store, [watch(rhythm="at once")], [reader()])
    desk = Desk(store, settings_of(office))
    for number, title in enumerate(("大模型项目1号开工", "大模型项目1号正式开工", "【更新】大模型项目1号正式开工")):
        now = NOON + number * 10 * MINUTE
        store.keep([finding(1, plan(due_at=now), title=title)], now=now)
        desk.at(now + SOON)
    assert len(office.mails) == 1


def test_a_database_that_is_busy_when_the_server_said_yes_is_waited_for(
    store: Store, office: PostOffice, tmp_path: Path
) -> None:
    furnish(store, [watch(rhythm="at once")], [reader()])
    store.keep([finding(1, plan())], now=NOON)
    lock = sqlite3.connect(tmp_path / "fenghuo.db", check_same_thread=False, isolation_level=None)
    release = threading.Timer(1.0, lock.rollback)

    def hold(mail: object) -> None:
        lock.execute("BEGIN IMMEDIATE")
        release.start()

    office.on_mail = hold
    Desk(store, settings_of(office)).at(NOON + SOON)
    release.join()
    lock.close()
    assert len(office.mails) == 1 and states(store) == [State.SENT]


def test_a_digest_sent_early_does_not_use_up_the_one_of_the_day(store: Store, office: PostOffice) -> None:
    furnish(store, [watch(rhythm="daily 18:00")], [reader()])
    six = NOON.replace(hour=10, minute=0)
    desk = Desk(store, settings_of(office))
    for number, early in enumerate([six - MINUTE, six + MINUTE, six + 2 * MINUTE]):
        store.keep([finding(number, plan(kind="digest", due_at=six + timedelta(days=1)))], now=NOON)
        ids = [one.id for one in store.due_notices(now=six + timedelta(days=2))]
        store.postpone_notices(ids, kind="early", due_at=early)
        desk.at(early)
    store.keep([finding(3, plan(kind="digest", due_at=six + 3 * MINUTE))], now=NOON)
    desk.at(six + 4 * MINUTE)
    assert len(office.mails) == 4
