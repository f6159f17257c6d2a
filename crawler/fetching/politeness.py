"""One request a host at a time, a delay between two, across all processes on one database.

Within a process a host's requests wait for one lock; between processes the right to speak to a host is a lease
in the database, which carries the earliest time of the next request with it. Redirects and articles on other
hosts take the same door, so no path leads around it.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from crawler.patience import Patience
from crawler.trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from crawler.limits import Limits
    from storage.records import HostLease

#: Seconds between two looks at a host that another process is speaking to.
WAIT = 1.0


class LeaseBook(Protocol):
    """The part of the Store that keeps the leases."""

    def lease_host(self, host: str, *, now: datetime, lease: timedelta) -> HostLease | None: ...
    def extend_host(self, held: HostLease, *, now: datetime, lease: timedelta) -> HostLease | None: ...
    def release_host(self, held: HostLease, *, now: datetime, next_request_at: datetime) -> bool: ...


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    lease: HostLease | None = None
    #: Monotonic time before which no request may start.
    next_at: float = 0.0
    #: Visits that work at this host; an idle lease is given back.
    users: int = 0


class HostTurns:
    """The turns of all hosts that this process speaks to."""

    def __init__(self, book: LeaseBook, limits: Limits) -> None:
        self._book, self._limits = book, limits
        self._term = timedelta(seconds=limits.lease_seconds)
        self._patience = Patience(limits.store_seconds)
        self._turns: dict[str, _Turn] = {}

    def adopt(self, lease: HostLease) -> None:
        """Take over a lease that was claimed together with due visits."""
        turn = self._turns.setdefault(lease.host, _Turn())
        turn.users += 1
        self._take(turn, lease)

    def lease(self, host: str) -> HostLease | None:
        turn = self._turns.get(host)
        return turn.lease if turn else None

    @asynccontextmanager
    async def turn(self, host: str, *, delay: float, deadline: float) -> AsyncIterator[None]:
        """Hold the host for one request, when its time has come. `deadline` is monotonic.

        Raises `Trouble` where the turn cannot come before the deadline.
        """
        turn = self._turns.setdefault(host, _Turn())
        async with turn.lock:
            await self._come(turn, host, deadline)
            try:
                yield
            finally:
                turn.next_at = max(turn.next_at, monotonic() + self._vary(delay))

    async def _come(self, turn: _Turn, host: str, deadline: float) -> None:
        """Wait for the host's time first and look after the lease then: a long pause outlives a lease."""
        while True:
            await _sleep_until(turn.next_at, deadline, host)
            await self._ensure_lease(turn, host, deadline)
            if turn.next_at <= monotonic():
                return

    async def keep(self, host: str) -> None:
        """Renew the lease of a host on which work goes on without requests."""
        turn = self._turns.get(host)
        if turn and turn.lease and self._is_old(turn.lease):
            await self._renew(turn)

    def postpone(self, host: str, seconds: float) -> None:
        """No request at `host` for so many seconds (Retry-After)."""
        turn = self._turns.setdefault(host, _Turn())
        turn.next_at = max(turn.next_at, monotonic() + seconds)

    async def release(self, host: str) -> None:
        """The visits that claimed `host` are over."""
        self._turns[host].users -= 1
        await self.give_back_idle()

    async def give_back_idle(self) -> None:
        """Let other processes speak to the hosts at which no visit works."""
        hosts = [host for host, turn in self._turns.items() if not turn.users and not turn.lock.locked()]
        idle = [self._turns.pop(host) for host in hosts]  # at once: what is asked for meanwhile begins anew
        for turn in idle:
            await self._give_back(turn)

    async def _give_back(self, turn: _Turn) -> None:
        if turn.lease:
            now = datetime.now(UTC)
            next_request_at = now + timedelta(seconds=max(0.0, turn.next_at - monotonic()))
            await asyncio.to_thread(self._book.release_host, turn.lease, now=now, next_request_at=next_request_at)

    async def _ensure_lease(self, turn: _Turn, host: str, deadline: float) -> None:
        if turn.lease and self._is_old(turn.lease):
            await self._renew(turn)
        while turn.lease is None:
            lease = await self._patience(self._book.lease_host, host, now=datetime.now(UTC), lease=self._term)
            if lease:
                self._take(turn, lease)
            elif monotonic() + WAIT > deadline:
                raise Trouble("busy", f"another process is speaking to {host}", passing=True)
            else:
                await asyncio.sleep(WAIT)

    async def _renew(self, turn: _Turn) -> None:
        assert turn.lease is not None
        turn.lease = await self._patience(self._book.extend_host, turn.lease, now=datetime.now(UTC), lease=self._term)

    def _is_old(self, lease: HostLease) -> bool:
        return lease.until - datetime.now(UTC) < self._term / 2

    def _take(self, turn: _Turn, lease: HostLease) -> None:
        turn.lease = lease
        turn.next_at = max(turn.next_at, monotonic() + (lease.next_request_at - datetime.now(UTC)).total_seconds())

    def _vary(self, delay: float) -> float:
        # Only ever longer: a configured gap is a promise.
        return delay * (1 + random.uniform(0, self._limits.jitter))


async def _sleep_until(moment: float, deadline: float, host: str) -> None:
    pause = moment - monotonic()
    if moment > deadline:
        raise Trouble("busy", f"{host} asked for a pause of {pause:.0f} s", retry_after=pause)
    if pause > 0:
        await asyncio.sleep(pause)


def read_retry_after(value: str | None, *, now: datetime, most: float) -> float | None:
    """Seconds that a Retry-After header asks for, capped at `most`; None where it says nothing sensible."""
    if not value:
        return None
    if value.strip().isdecimal():
        return min(float(value.strip()[:12]), most)
    try:
        seconds = (parsedate_to_datetime(value) - now).total_seconds()
    except (ValueError, TypeError):  # TypeError: a date without a zone
        return None
    return min(max(seconds, 0.0), most)
