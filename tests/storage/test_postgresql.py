"""A real server that is stopped, full, restarted, or meets two that want the same."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import text

from storage import Store
from storage.database import Database
from storage.errors import StoreMisplaced, StoreUnreachable
from world.bystanders import bystander, said
from world.databases import Databases, Postgresql
from world.facts import HOUR, NOW, finding, matched, source

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def databases(server: Postgresql, tmp_path: Path, made_file: Path) -> Databases:
    return Databases(kind="postgresql", folder=tmp_path, server=server, template=made_file)


@pytest.fixture(autouse=True)
def sources(store: Store) -> None:
    store.add_sources([source()], now=NOW)


def end_sessions(server: Postgresql, url: str) -> None:
    name = url.rpartition("?")[0].rpartition("/")[2] or url.rpartition("/")[2]
    server.command(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")


def test_sessions_that_are_ended_are_begun_again(store: Store, server: Postgresql, url: str) -> None:
    for number in range(1, 6):
        end_sessions(server, url)
        assert [one.status for one in store.keep([finding(number)], now=NOW)] == ["new"]
    assert store.status(now=NOW).articles == 5


def test_a_transaction_whose_session_is_ended_is_repeated(store: Store, server: Postgresql, url: str) -> None:
    tries = []

    def work(connection: object) -> int:
        connection.execute(text("INSERT INTO meta VALUES ('x', 'y', now())"))  # type: ignore[attr-defined]
        tries.append(1)
        if len(tries) == 1:
            end_sessions(server, url)
        return connection.execute(text("SELECT count(*) FROM meta WHERE key = 'x'")).scalar_one()  # type: ignore[attr-defined]

    assert store._database.write(work) == 1
    assert len(tries) == 2


def test_writers_outlive_a_restart_of_the_server(databases: Databases, url: str, server: Postgresql) -> None:
    if not server.can_restart:
        pytest.skip("the server is somebody else's")
    with bystander("write-some", url, "0", "40") as writer:
        time.sleep(2)
        server.restart()
        assert said(writer) == "done"
    store = Store.open(url, now=NOW)
    assert store.status(now=NOW).articles == 200
    store.close()


def test_a_deadlock_is_tried_again(store: Store, url: str) -> None:
    """Two that lock two rows in opposite order."""
    store.set_meta("a", "0", now=NOW)
    store.set_meta("b", "0", now=NOW)
    meeting = threading.Barrier(2)
    met = [False, False]

    def work(first: str, second: str, who: int) -> None:
        def steps(connection: object) -> None:
            connection.execute(text(f"UPDATE meta SET value = value || '{who}' WHERE key = '{first}'"))  # type: ignore[attr-defined]
            if not met[who]:
                met[who] = True
                meeting.wait(10)
            connection.execute(text(f"UPDATE meta SET value = value || '{who}' WHERE key = '{second}'"))  # type: ignore[attr-defined]

        store._database.write(steps)

    threads = [threading.Thread(target=work, args=(*pair, who)) for who, pair in enumerate(("ab", "ba"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    values = {store.meta("a"), store.meta("b")}
    assert len(values) == 1
    assert sorted(values.pop() or "") == ["0", "0", "1"]


def test_two_that_keep_the_same_in_opposite_order_keep_it_once(store: Store) -> None:
    findings = [matched(finding(number)) for number in range(1, 30)]
    kept: list[list[str]] = [[], []]

    def work(who: int) -> None:
        order = findings if who else findings[::-1]
        for start in range(0, len(order), 5):
            kept[who] += [one.status for one in store.keep(order[start : start + 5], now=NOW)]

    threads = [threading.Thread(target=work, args=(who,)) for who in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(kept[0] + kept[1]) == ["known"] * 29 + ["new"] * 29
    assert len(store.due_notices(now=NOW)) == 29


def test_one_that_stalls_inside_a_transaction_loses_it(url: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.IDLE_IN_TRANSACTION", "500ms")
    stalled = Database(url)
    tries = []

    def stall(connection: object) -> None:
        connection.execute(text("SELECT pg_advisory_xact_lock(6710632)"))  # type: ignore[attr-defined]
        tries.append(1)
        if len(tries) == 1:
            time.sleep(1.5)

    thread = threading.Thread(target=stalled.write, args=(stall,))
    thread.start()
    time.sleep(0.2)
    assert [one.status for one in store.keep([finding()], now=NOW)] == ["new"]
    thread.join(30)
    assert len(tries) == 2
    stalled.close()


def test_a_server_without_a_free_place_is_told(
    server: Postgresql, url: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.TRIES", 2)
    role = f"few_{url.rpartition('_')[2][:8]}"
    server.command(f"CREATE ROLE {role} LOGIN SUPERUSER CONNECTION LIMIT 0 PASSWORD 'x'")
    server.command(f"ALTER ROLE {role} NOSUPERUSER")
    try:
        with pytest.raises(StoreUnreachable, match="too many connections"):
            Store.open(url.replace("postgres@", f"{role}@").replace("postgres:@", f"{role}:x@"), now=NOW)
    finally:
        server.command(f"DROP ROLE {role}")


def test_a_database_that_is_not_there_is_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.TRIES", 1)
    with pytest.raises(StoreUnreachable, match="does not exist"):
        Store.open(url.replace("fenghuo_test_", "fenghuo_none_"), now=NOW)


def test_a_database_that_cannot_hold_chinese_is_refused(server: Postgresql) -> None:
    server.command("CREATE DATABASE fenghuo_test_latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    server.made.append("fenghuo_test_latin")
    with pytest.raises(StoreMisplaced, match="UTF8"):
        Store.open(server.url("fenghuo_test_latin"), now=NOW)
    server.drop("fenghuo_test_latin")


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "en_US.UTF-8"])
def test_any_locale_will_do(server: Postgresql, locale: str) -> None:
    try:
        name = server.create(locale=locale)
    except psycopg.errors.WrongObjectType as error:
        pytest.skip(f"the server does not know it: {error}")
    store = Store.open(server.url(name), now=NOW)
    store.add_sources([source()], now=NOW)
    store.keep([matched(finding(title="Café 5G 产业園"))], now=NOW)
    assert len(store.search("产业园 5g café", now=NOW + HOUR).articles) == 1
    store.close()
    server.drop(name)


def test_no_extension_is_asked_for(store: Store) -> None:
    found = store._database.read(lambda connection: connection.execute(text("SELECT extname FROM pg_extension")).all())
    assert [name for (name,) in found] == ["plpgsql"]


def test_a_wrong_driver_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreMisplaced, match=r"pip install 'fenghuo\[postgresql\]'"):
        Store.open("postgresql://x@127.0.0.1/x", now=NOW)
