"""Channels that refuse for good: after three hard refusals in a row nothing more is sent there, and the operator is
told. What the reader misses stays owed; a reader with another channel that works is reached by that one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from monitors.channels import Verdict, masked
from monitors.verdicts import MOST_REFUSALS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from monitors.channels import Answer
    from storage import Store
    from storage.audience import Delivery, Reader

log = logging.getLogger(__name__)


class Refusals:
    """`tell` tells the operator: the name of a reader, and why it is not reached."""

    def __init__(self, store: Store, *, tell: Callable[[str, str], object] | None = None) -> None:
        self._store, self._tell = store, tell

    def open_channels(self, reader: Reader) -> tuple[str, ...]:
        """The reader's channels less those that were given up."""
        return tuple(channel for channel in reader.channels if self._count(reader.name, channel) < MOST_REFUSALS)

    def note(self, delivery: Delivery, answer: Answer, *, now: datetime) -> None:
        """Counts refusals; a message that arrives ends the row."""
        count = self._count(delivery.reader, delivery.channel)
        if answer.verdict in (Verdict.TAKEN, Verdict.ACCEPTED) and count:
            self._write(delivery.reader, delivery.channel, 0, now)
        if answer.verdict is Verdict.REFUSED and count < MOST_REFUSALS:
            self._write(delivery.reader, delivery.channel, count + 1, now)
            if count + 1 == MOST_REFUSALS:
                self._give_up(delivery, answer, now)

    def forgive(self, reader: Reader, *, now: datetime) -> None:
        """The operator saw to it: all channels of the reader are tried again."""
        for channel in reader.channels:
            self._write(reader.name, channel, 0, now)
        self._store.suspend_reader(reader.name, "")

    def _give_up(self, delivery: Delivery, answer: Answer, now: datetime) -> None:
        reason = f"{masked(delivery.channel)} refused {MOST_REFUSALS} messages in a row, the last with: {answer.detail}"
        reader = next((reader for reader in self._store.readers() if reader.name == delivery.reader), None)
        if reader and not self.open_channels(reader):
            # The counts begin anew, so that ending the suspension is all that an operator has to do.
            self.forgive(reader, now=now)
            self._store.suspend_reader(reader.name, reason)
            log.error("reader %s is suspended: %s", delivery.reader, reason)
        else:
            log.error("a channel of reader %s is given up: %s", delivery.reader, reason)
        if self._tell:
            self._tell(delivery.reader, reason)

    def _count(self, reader: str, channel: str) -> int:
        return int(self._store.meta(_key(reader, channel)) or 0)

    def _write(self, reader: str, channel: str, count: int, now: datetime) -> None:
        self._store.set_meta(_key(reader, channel), str(count), now=now)


def _key(reader: str, channel: str) -> str:
    return f"refused:{reader}:{channel}"
