"""The outbox is emptied: messages are claimed, sent and settled, each channel for itself.

`tick` composes and claims and returns; what it started goes on beside it, so that a server that is slow holds up
nobody but its own readers.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from monitors import verdicts
from monitors.channels import Answer, Verdict, masked, scheme_of
from monitors.pacing import Gate
from storage import StoreError
from storage.audience import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from monitors.channels import Channel
    from monitors.composing import Composer
    from monitors.refusals import Refusals
    from storage import Store
    from storage.audience import Delivery

log = logging.getLogger(__name__)

#: Longer than a conversation may last: 120 s up to the dot, 120 s for the last answer.
LEASE: Final = timedelta(minutes=5)
#: Conversations at a time.
WORKERS: Final = 8
#: Messages claimed at a time by one process: so few that the last one begins before its lease ends, even where each
#: conversation before it hangs for the 30 s of a step.
MOST_UNDER_WAY: Final = 8 * WORKERS
#: A yes of the server that cannot be written down would be said again: the database is waited for.
SETTLE_TRIES: Final = 20
SETTLE_PAUSE: Final = 0.5

T = TypeVar("T")


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Dispatcher:
    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        composer: Composer,
        refusals: Refusals,
        *,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._store, self._channels, self._composer, self._clock = store, channels, composer, clock
        self._refusals = refusals
        self._gate = Gate()
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="deliver")
        #: The last task of each channel: messages of one channel go one after the other, in order.
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._under_way = 0
        self._closed = False

    async def tick(self, now: datetime) -> list[int]:
        """Composes what is due and starts sending; the numbers of the messages started. Raises `StoreError`."""
        await asyncio.to_thread(self._composer.compose, now)
        await asyncio.to_thread(self._repeat_alerts, now)
        started: list[int] = []
        while claimed := await self._claim(now):
            started += [delivery.id for delivery in claimed]
            for channel, deliveries in _by_channel(claimed).items():
                self._start(channel, deliveries)
        return started

    async def idle(self) -> None:
        """Until all that was started has ended."""
        while self._lanes:
            await asyncio.wait(self._lanes.values())

    async def close(self, *, within: float) -> None:
        """Gives what is under way `within` seconds; what does not end is settled by its lease."""
        if self._lanes:
            await asyncio.wait(self._lanes.values(), timeout=within)
        self._closed = True
        for lane in self._lanes.values():
            lane.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._hang_up)

    def _hang_up(self) -> None:
        for channel in set(self._channels.values()):
            channel.close()

    async def _claim(self, now: datetime) -> list[Delivery]:
        if self._under_way >= MOST_UNDER_WAY:
            await asyncio.wait(self._lanes.values(), return_when=asyncio.FIRST_COMPLETED)
        room = max(0, MOST_UNDER_WAY - self._under_way)
        return await asyncio.to_thread(self._store.claim_deliveries, now=now, lease=LEASE, limit=room) if room else []

    def _start(self, channel: str, deliveries: list[Delivery]) -> None:
        self._under_way += len(deliveries)
        lane = asyncio.create_task(self._send_all(deliveries, self._lanes.get(channel)))
        self._lanes[channel] = lane
        lane.add_done_callback(partial(self._end, channel))

    def _end(self, channel: str, lane: asyncio.Task[None]) -> None:
        if self._lanes.get(channel) is lane:
            del self._lanes[channel]
        if not self._lanes and not self._closed:
            self._threads.submit(self._hang_up)
        if not lane.cancelled() and (error := lane.exception()):
            log.error("%s: sending ended", masked(channel), exc_info=error)

    async def _send_all(self, deliveries: list[Delivery], before: asyncio.Task[None] | None) -> None:
        if before:
            await asyncio.wait({before})
        for delivery in deliveries:
            try:
                await asyncio.get_running_loop().run_in_executor(self._threads, self._send, delivery)
            finally:
                self._under_way -= 1

    def _send(self, delivery: Delivery) -> None:
        """One try, from the gate to the settlement. In a thread of its own."""
        channel = self._channels[scheme_of(delivery.channel)]
        place = scheme_of(delivery.channel) if channel.shared else delivery.channel
        closed = self._gate.wait(place, channel.pace, now=self._clock())
        if closed:
            self._store.put_back_delivery(delivery.id, delivery.token or "", due_at=closed.until, error=closed.reason)
            return
        answer = channel.send(delivery, partial(self._hand_over, delivery))
        if answer.verdict is Verdict.LATE:
            log.warning("message %d: the lease ended before it was handed over", delivery.id)
            return
        now = self._clock()
        if length := verdicts.pause(answer):
            self._gate.close(place, until=now + length, reason=answer.detail)
        self._settle(delivery, verdicts.settlement(answer, attempts=delivery.attempts, now=now))
        self._refusals.note(delivery, answer, now=now)

    def _hand_over(self, delivery: Delivery) -> bool:
        now = self._clock()
        return self._store.hand_over_delivery(delivery.id, delivery.token or "", now=now, lease=LEASE)

    def _settle(self, delivery: Delivery, settled: verdicts.Settlement) -> None:
        for left in reversed(range(SETTLE_TRIES)):
            try:
                self._write_down(delivery, settled)
            except StoreError:
                if not left:
                    raise
                time.sleep(SETTLE_PAUSE)
            else:
                return

    def _write_down(self, delivery: Delivery, settled: verdicts.Settlement) -> None:
        ours = self._store.settle_delivery(
            delivery.id,
            delivery.token or "",
            state=settled.state,
            now=self._clock(),
            due_at=settled.due_at,
            error=settled.error,
        )
        level = logging.INFO if settled.state in (State.SENT, State.ACCEPTED) else logging.WARNING
        log.log(
            level,
            "message %d to %s by %s: %s%s",
            delivery.id,
            delivery.reader,
            masked(delivery.channel),
            settled.state.value if ours else "settled by another",
            f" ({settled.error})" if settled.error else "",
        )

    def _repeat_alerts(self, now: datetime) -> None:
        self._store.repeat_unknown(kind="alert", times=verdicts.MOST_REPEATS, now=now)


def _by_channel(deliveries: Iterable[Delivery]) -> dict[str, list[Delivery]]:
    lanes: defaultdict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        lanes[delivery.channel].append(delivery)
    return dict(lanes)


def send_now(channel: Channel, delivery: Delivery) -> Answer:
    """One try without the outbox, for a test message."""
    return channel.send(delivery, lambda: True)
