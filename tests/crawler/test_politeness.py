"""Turns at a host: one at a time, with the gap that is asked for, by lease."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest

from crawler.fetching.politeness import HostTurns, read_retry_after
from crawler.limits import Limits
from crawler.trouble import Trouble
from storage.records import HostLease

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LIMITS = Limits(jitter=0, lease_seconds=60)


class Book:
    """Leases in memory, so that these tests are about turns; tests/storage has the real book and two processes."""

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self.released: dict[str, datetime] = {}

    def lease_host(self, host: str, *, now: datetime, lease: timedelta) -> HostLease | None:
        if host in self.taken:
            return None
        self.taken.add(host)
        return HostLease(host=host, token="t", until=now + lease, next_request_at=now)

    def extend_host(self, held: HostLease, *, now: datetime, lease: timedelta) -> HostLease | None:
        return HostLease(host=held.host, token="t", until=now + lease, next_request_at=now)

    def release_host(self, held: HostLease, *, now: datetime, next_request_at: datetime) -> bool:
        self.taken.discard(held.host)
        self.released[held.host] = next_request_at
        return True


def test_requests_to_one_host_wait_for_each_other_and_for_the_gap() -> None:
    spans: list[tuple[float, float]] = []

    async def ask(turns: HostTurns) -> None:
        async with turns.turn("a.example", delay=0.05, deadline=monotonic() + 5):
            start = monotonic()
            await asyncio.sleep(0.01)
            spans.append((start, monotonic()))

    async def main() -> None:
        turns = HostTurns(Book(), LIMITS)
        await asyncio.gather(*(ask(turns) for _ in range(4)))

    asyncio.run(main())
    gaps = [later[0] - earlier[1] for earlier, later in itertools.pairwise(spans)]
    assert min(gaps) >= 0.05


def test_a_host_that_another_process_holds_is_waited_for_and_then_given_up() -> None:
    async def main() -> None:
        book = Book()
        book.taken.add("a.example")
        turns = HostTurns(book, LIMITS)
        with pytest.raises(Trouble, match="another process"):
            async with turns.turn("a.example", delay=0, deadline=monotonic() + 0.5):
                pytest.fail("the turn was given")

    asyncio.run(main())


def test_a_pause_longer_than_the_visit_is_no_wait() -> None:
    async def main() -> None:
        turns = HostTurns(Book(), LIMITS)
        turns.postpone("a.example", 3600)
        with pytest.raises(Trouble, match="pause"):
            async with turns.turn("a.example", delay=0, deadline=monotonic() + 5):
                pytest.fail("the turn was given")

    asyncio.run(main())


def test_a_lease_is_given_back_with_the_time_of_the_next_request() -> None:
    book = Book()

    async def main() -> None:
        turns = HostTurns(book, LIMITS)
        now = datetime.now(UTC)
        turns.adopt(HostLease(host="a.example", token="t", until=now + timedelta(seconds=60), next_request_at=now))
        async with turns.turn("a.example", delay=10, deadline=monotonic() + 5):
            pass
        await turns.release("a.example")

    asyncio.run(main())
    pause = book.released["a.example"] - datetime.now(UTC)
    assert timedelta(seconds=9) < pause <= timedelta(seconds=10)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("99999999999999999999", 600),
        ("Mon, 23 Nov 2026 12:05:00 GMT", 300),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("-5", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert read_retry_after(header, now=NOW, most=600) == seconds
