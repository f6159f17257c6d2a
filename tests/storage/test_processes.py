"""Several processes on one database, killed and stopped at the wrong moment."""

from __future__ import annotations

import random
import signal
import sqlite3
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from storage import Store
from storage.records import SourceState
from world.bystanders import bystander, said
from world.facts import HOUR, NOW, finding, source, visit


@pytest.fixture(autouse=True)
def sources(store: Store) -> None:
    store.add_sources([source(), *(source(f"s{number}") for number in range(6))], now=NOW)


def acknowledged(url: str, seconds: float, begin: int) -> int:
    """The last article a writer was told is stored before it was killed."""
    with bystander("write", url, str(begin)) as writer:
        last = int(said(writer))
        time.sleep(seconds)
        writer.kill()
        rest = writer.communicate()[0].split()
    return int(rest[-1]) if rest else last


@pytest.mark.parametrize("kills", [4, pytest.param(100, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])])
def test_kill_9_loses_nothing_acknowledged_and_leaves_nothing_half(store: Store, url: str, kills: int) -> None:
    dice = random.Random(11)
    last = 0
    for _ in range(kills):
        last = acknowledged(url, dice.random() * 0.3, begin=(last + 4) // 5)
    status = store.status(now=NOW)
    assert status.articles >= last
    # Whole batches only, each article with its text, match, notice and page, and found.
    assert status.articles % 5 == 0
    assert status.items == status.articles
    assert len(store.due_notices(now=NOW)) == status.stories == status.articles
    assert sum(1 for _ in store.pages(limit=100_000)) == status.articles
    found = store.count("介绍情况", now=NOW)
    assert found.number == min(status.articles, 1000)
    assert all(check.sound for check in store.check())


def test_what_a_killed_visitor_had_claimed_is_claimed_after_its_lease(store: Store, url: str) -> None:
    with bystander("claim", url) as visitor:
        hosts = said(visitor).split()
        visitor.kill()
    assert len(hosts) == 7
    soon = store.claim_visits(now=NOW + HOUR / 120, lease=HOUR, hosts=99)
    assert soon == []
    assert len(store.claim_visits(now=NOW + HOUR / 60, lease=HOUR, hosts=99)) == 7


def test_two_that_claim_at_once_share_the_hosts(store: Store, url: str) -> None:
    with ExitStack() as stack:
        visitors = [stack.enter_context(bystander("claim", url)) for _ in range(4)]
        claimed = [host for visitor in visitors for host in said(visitor).split()]
    assert len(claimed) == len(set(claimed)) == 7


def test_one_that_stalls_past_its_lease_has_its_late_word_refused(store: Store, url: str) -> None:
    with bystander("claim", url) as stalled:
        said(stalled)
        stalled.send_signal(signal.SIGSTOP)
        for claim in store.claim_visits(now=NOW + HOUR, lease=HOUR, hosts=99):
            for one, _ in claim.visits:
                assert store.finish_visit(visit(one.id), SourceState(source_id=one.id), lease=claim.lease)
        stalled.send_signal(signal.SIGCONT)
        words, _ = stalled.communicate("go on\n")
    assert words.split() == ["False"] * 7
    assert len(store.visits()) == 7


def test_processes_that_write_at_once_wait_for_each_other(store: Store, url: str) -> None:
    with ExitStack() as stack:
        writers = [stack.enter_context(bystander("write-some", url, str(n * 100), "20")) for n in range(4)]
        assert [said(writer) for writer in writers] == ["done"] * 4
    assert store.status(now=NOW).articles == 4 * 20 * 5


def test_processes_that_find_the_same_keep_it_once(store: Store, url: str) -> None:
    with ExitStack() as stack:
        writers = [stack.enter_context(bystander("write-some", url, "0", "20")) for _ in range(3)]
        assert [said(writer) for writer in writers] == ["done"] * 3
    status = store.status(now=NOW)
    assert (status.articles, status.stories) == (100, 100)


def test_a_lock_held_for_a_while_is_waited_for(store: Store, url: str) -> None:
    with bystander("hold", url, "2") as holder:
        assert said(holder) == "held"
        assert [one.status for one in store.keep([finding()], now=NOW)] == ["new"]


def test_a_journal_that_was_lost_costs_what_was_not_written_back(url: str, store: Store) -> None:
    if not url.startswith("sqlite"):
        pytest.skip("PostgreSQL looks after its own journal")
    with bystander("write", url) as writer:
        said(writer)
        writer.kill()
    store.close()
    path = url.removeprefix("sqlite:///")
    for ending in ("-wal", "-shm"):
        Path(path + ending).unlink(missing_ok=True)
    again = Store.open(url, now=NOW)
    assert all(check.sound for check in again.check())
    again.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
