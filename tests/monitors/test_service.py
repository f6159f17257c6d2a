"""The service as a process: it crawls what is due, sends what is due, and can be stopped or killed at any moment."""

from __future__ import annotations

import email
import email.policy
import re
import signal
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller

from monitors.exchange import Watched
from storage.audience import Reader, Watch
from storage.records import Outcome
from world.articles import items
from world.layouts import reposting, trs_static
from world.server import World
from world.service import Service, free_port
from world.troubles import slow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOST = "www.shili.example"
MEDIA = "news.shili.example"
READER = "wang@reader.example"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


class Mailbox:
    """Takes every mail, as aiosmtpd's handler."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(envelope.content)
        return "250 taken"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    mailbox = Mailbox()
    port = free_port()  # aiosmtpd cannot choose one by itself
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield mailbox, port
    controller.stop()


def until(condition: Any, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.2)


def soon() -> str:
    """The next minute but one, as a rhythm: far enough for a crawl of a few pages."""
    moment = datetime.now(SHANGHAI) + timedelta(seconds=80)
    return f"daily {moment:%H:%M}"


def today() -> date:
    return datetime.now(SHANGHAI).date()


def test_it_crawls_sends_the_digest_at_its_time_and_stops(tmp_path: Path, mailbox: tuple[Mailbox, int]) -> None:
    inbox, port = mailbox
    news = items(4, today(), industry=True)
    with World(trs_static(HOST, news), reposting(MEDIA, news[:1])) as world:
        service = Service(tmp_path, world.hosts, port)
        watch = Watch(name="all", title="全部", rule="协调会", rhythm=soon(), readers=("wang",))
        sources = (world.source(HOST), world.source(MEDIA))
        reader = Reader(name="wang", channels=(f"mailto:{READER}",))
        service.furnish(Watched(sources=sources, watches=(watch,), readers=(reader,)))
        process = service.start()
        until(lambda: inbox.mails, 200)
        mail = email.message_from_bytes(inbox.mails[0], policy=email.policy.default)
        press_unsubscribe(service, mail)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=40) == 0

    assert len(inbox.mails) == 1
    assert mail["To"] == READER
    assert "全部" in mail["Subject"]
    page = mail.get_body(("html",)).get_content()
    assert all(item.title in "".join(page.split("<")) or item.title in _visible(page) for item in news)
    assert "另有 1 家转载" in _visible(page)
    store = service.store()
    assert [delivery.state.value for delivery in store.deliveries()] == ["sent"]
    assert store.readers()[0].unsubscribed == ("all",)
    store.close()


def press_unsubscribe(service: Service, mail: EmailMessage) -> None:
    """As a mail program does it, but for the proxy with TLS."""
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.search(r"<https://news.shili.example([^>]+)>", mail["List-Unsubscribe"])
    assert link
    with urlopen(f"http://127.0.0.1:{service.web_port}{link[1]}", data=b"List-Unsubscribe=One-Click") as answer:
        assert "已退订" in answer.read().decode()


def _visible(page: str) -> str:
    from bs4 import BeautifulSoup

    return BeautifulSoup(page, "lxml").get_text("")


def test_killed_in_the_middle_of_a_visit_it_takes_up_where_it_was(tmp_path: Path, mailbox: tuple[Mailbox, int]) -> None:
    news = items(12, today())
    with World(slow(trs_static(HOST, news), 0.3)) as world:
        service = Service(tmp_path, world.hosts, mailbox[1])
        service.furnish(Watched(sources=(world.source(HOST),)))
        for _ in range(3):
            process = service.start()
            until(lambda: len(world.asked(HOST)) >= 4, 60)
            process.kill()
            process.wait()
            world.forget()
            time.sleep(5)  # the lease of the dead runs out
        process = service.start()
        until(lambda: visits(service), 90)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=40) == 0
    store = service.store()
    found = store.search("", limit=100, all_articles=True, now=datetime.now(UTC)).articles
    assert sorted(article.title for article in found) == sorted(item.title for item in news)
    assert store.visits()[-1].outcome is Outcome.OK
    store.close()


def visits(service: Service) -> int:
    store = service.store()
    try:
        return len(store.visits())
    finally:
        store.close()
