"""One click ends a watch for a reader: over HTTP, beside a real store and a real mail server."""

from __future__ import annotations

import asyncio
import http.client
import re
import socket
import time
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

import pytest

from monitors.channels import Settings
from monitors.exchange import Watched, read_text, take_in, write_text
from monitors.mails import Letterhead
from monitors.outbox import open_dispatcher
from monitors.subscriptions import key_of, token
from monitors.web import server as module
from monitors.web.server import MOST_BYTES, Pages
from monitors.web.unsubscribing import Desk
from storage import Store
from storage.audience import State
from world.told import NOON, finding, furnish, plan, reader, watch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ONE_CLICK = b"List-Unsubscribe=One-Click"
MULTIPART = b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path / 'fenghuo.db'}", now=NOON)
    both = [reader(name="li"), reader("mailto:wang@example.com", name="wang", language="en")]
    furnish(made, [watch(rhythm="at once", readers=("li", "wang")), watch(name="b", readers=("li",))], both)
    yield made
    made.close()


@pytest.fixture
def pages(store: Store) -> Iterator[Pages]:
    made = Pages(Desk(store, key_of(store, now=NOON), prefix="/fenghuo"), "127.0.0.1:0")
    yield made
    made.close()


def path_for(store: Store, name: str, about: str = "ai", verb: str = "unsubscribe") -> str:
    return f"/fenghuo/{verb}/{token(name, about, key_of(store, now=NOON))}"


def ask(pages: Pages, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str, Any]:
    line = http.client.HTTPConnection("127.0.0.1", pages.port, timeout=10)
    try:
        line.request(method, path, body=body, headers=headers)
        answer = line.getresponse()
        return answer.status, answer.read().decode(), answer.headers
    finally:
        line.close()


def ended(store: Store) -> dict[str, tuple[str, ...]]:
    return {one.name: one.unsubscribed for one in store.readers() if one.unsubscribed}


def tell(store: Store, tmp_path: Path, number: int) -> list[str]:
    """A new story is stored and told; who has got mails since the beginning."""
    now = NOON + number * 10 * MINUTE
    plans = [plan("li", due_at=now), plan("wang", due_at=now)]
    store.keep([finding(number, *plans)], now=now)
    settings = Settings(folder=tmp_path / "mails", letterhead=Letterhead(web="https://x.example/fenghuo", key=b"k"))

    async def tick() -> None:
        dispatcher = open_dispatcher(store, settings, clock=lambda: now + MINUTE)
        await dispatcher.tick(now + MINUTE)
        await dispatcher.idle()
        await dispatcher.close(within=0)

    asyncio.run(tick())
    mails = [message_from_bytes(file.read_bytes(), policy=default) for file in (tmp_path / "mails").glob("*.eml")]
    return sorted(str(mail["To"]) for mail in mails)


def test_looking_ends_nothing_and_pressing_does(store: Store, pages: Pages) -> None:
    path = path_for(store, "li")
    for method in ("GET", "HEAD"):
        assert ask(pages, method, path)[0] == 200
    assert not ended(store)
    form = re.search(r'<form method="post" action="([^"]+)"><button>退订', ask(pages, "GET", path)[1])
    assert form and form[1] == path
    status, said, _ = ask(pages, "POST", form[1], b"", **FORM)
    assert status == 200 and "已退订“人工智能”" in said
    assert ended(store) == {"li": ("ai",)}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (ONE_CLICK, "application/x-www-form-urlencoded"),
        (MULTIPART, "multipart/form-data; boundary=x"),
        (b"", "text/plain"),
    ],
)
def test_the_button_of_a_mail_program_needs_no_other_question(
    store: Store, pages: Pages, body: bytes, kind: str
) -> None:
    for _ in range(3):
        status, _, headers = ask(pages, "POST", path_for(store, "li"), body, **{"Content-Type": kind})
        assert status == 200 and headers["Set-Cookie"] is None
    assert ended(store) == {"li": ("ai",)}


def test_it_can_be_taken_back(store: Store, pages: Pages) -> None:
    _, said, _ = ask(pages, "POST", path_for(store, "wang"), ONE_CLICK, **FORM)
    undo = re.search(r'action="([^"]+)"><button class="quiet">Subscribe again', said)
    assert undo and "You no longer get" in said, "in the reader's language"
    assert ask(pages, "GET", undo[1])[0] == 200 and ended(store), "looking changes nothing here either"
    assert "You get “人工智能” again" in ask(pages, "POST", undo[1], b"", **FORM)[1]
    assert not ended(store)


def test_who_has_unsubscribed_gets_no_more_and_others_do(store: Store, pages: Pages, tmp_path: Path) -> None:
    assert tell(store, tmp_path, 1) == ["reader@example.com", "wang@example.com"]
    ask(pages, "POST", path_for(store, "li"), ONE_CLICK, **FORM)
    assert tell(store, tmp_path, 2).count("reader@example.com") == 1
    ask(pages, "POST", path_for(store, "li", verb="resubscribe"), b"", **FORM)
    assert tell(store, tmp_path, 3).count("reader@example.com") == 2
    assert tell(store, tmp_path, 4).count("wang@example.com") == 4


def test_what_waits_to_be_told_and_sent_is_held_back(store: Store) -> None:
    store.keep([finding(1, plan("li"), plan("li", watch="b"))], now=NOON)
    store.unsubscribe("li", "ai")
    assert [(notice.reader, notice.watch) for notice in store.due_notices(now=NOON)] == [("li", "b")]


def test_a_message_that_was_not_taken_yet_is_given_up(store: Store, tmp_path: Path) -> None:
    store.save_reader(replace(reader(name="li"), channels=("https://127.0.0.1:1/hook",)), now=NOON)
    store.keep([finding(1, plan("li"))], now=NOON)
    dispatcher = open_dispatcher(store, Settings(folder=tmp_path), clock=lambda: NOON + MINUTE)

    async def tick() -> None:
        await dispatcher.tick(NOON + MINUTE)
        await dispatcher.idle()
        await dispatcher.close(within=0)

    asyncio.run(tick())
    assert [one.state for one in store.deliveries()] == [State.PENDING]
    store.unsubscribe("li", "ai")
    assert [(one.state, one.error) for one in store.deliveries()] == [(State.DEAD, "the reader has unsubscribed")]


def test_importing_the_same_file_again_subscribes_nobody_anew(store: Store) -> None:
    text = write_text(Watched(watches=tuple(store.watches()), readers=tuple(store.readers())))
    store.unsubscribe("li", "ai")
    take_in(store, read_text(text, name="file", now=NOON), now=NOON, by="test")
    assert ended(store) == {"li": ("ai",)}
    assert 'unsubscribed = ["ai"]' in write_text(Watched(readers=tuple(store.readers())))


@pytest.mark.parametrize(
    "path",
    [
        "/fenghuo/unsubscribe/" + "0" * 32,
        "/fenghuo/unsubscribe/li",
        "/fenghuo/unsubscribe/../../etc/passwd",
        "/fenghuo/",
        "/" + "x" * 5000,
    ],
)
def test_a_guess_ends_nothing(store: Store, pages: Pages, path: str) -> None:
    for method in ("GET", "POST"):
        status, said, _ = ask(pages, method, path, **{"Accept-Language": "en-GB,en;q=0.5"})
        assert status == 404 and "This link leads nowhere" in said
    assert not ended(store)


def test_a_token_says_neither_who_nor_what_and_stays_the_same(store: Store) -> None:
    key = key_of(store, now=NOON)
    assert key_of(store, now=NOON + MINUTE) == key and len(key) == 32
    tokens = {token(name, about, key) for name in ("li", "wang") for about in ("ai", "b")}
    assert len(tokens) == 4 and all(re.fullmatch("[0-9a-f]{32}", one) for one in tokens)
    assert token("a", "b\0c", key) != token("a\0b", "c", key)


def test_the_address_is_handed_to_nobody(store: Store, pages: Pages) -> None:
    _, said, headers = ask(pages, "GET", path_for(store, "li"))
    assert headers["Referrer-Policy"] == "no-referrer" and headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"] and "Python" not in headers["Server"]
    assert "li" not in re.sub(r"<[^>]*>|\{.*\}", "", said), "the page names no reader"
    assert not re.search(r"(?:src|href)=|url\(|<script", said)


def test_a_body_is_bounded(store: Store, pages: Pages) -> None:
    assert ask(pages, "POST", path_for(store, "li"), b"x" * (MOST_BYTES + 1))[0] == 413
    assert ask(pages, "POST", path_for(store, "li"), **{"Content-Length": "-1"})[0] == 413
    assert not ended(store)


def test_other_methods_are_not_known(store: Store, pages: Pages) -> None:
    assert ask(pages, "DELETE", path_for(store, "li"))[0] == 501


def test_who_dawdles_is_hung_up_on(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST", 0.2)
    with socket.create_connection(("127.0.0.1", pages.port), timeout=10) as line:
        line.sendall(b"POST /fenghuo/unsubscribe/")
        assert line.recv(100) == b""


def test_too_many_at_once_are_turned_away_and_then_served_again(
    store: Store, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [socket.create_connection(("127.0.0.1", pages.port), timeout=10) for _ in range(module.MOST_CONNECTIONS)]
    for line in lines:
        line.sendall(b"GET /")
    with socket.create_connection(("127.0.0.1", pages.port), timeout=10) as late:
        assert late.recv(100) == b""
    for line in lines:
        line.close()
    assert any(is_served(pages, path_for(store, "li")) for _ in range(200))


def is_served(pages: Pages, path: str) -> bool:
    try:
        return ask(pages, "GET", path)[0] == 200
    except (OSError, http.client.HTTPException):
        time.sleep(0.01)
        return False
