"""One round over chosen sources, now: what `fenghuo crawl` and the demonstration do."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.run import Crawl

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from crawler.run import Parts
    from storage.records import Source, Visit

#: Seconds that visits under way may take to end after Ctrl-C.
GRACE = 5.0


class Round:
    def __init__(self, parts: Parts, *, on_visit: Callable[[Source, Visit], None]) -> None:
        self._parts = replace(parts, on_visit=on_visit)

    async def make(self, only: Collection[str]) -> set[str]:
        """Visit them once; the ids of those that could not be visited. Ctrl-C raises `KeyboardInterrupt`."""
        crawl = Crawl(self._parts)
        crawl.open()
        round_ = asyncio.ensure_future(crawl.make_round(only))
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, round_.cancel)
        try:
            return await round_
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None
        finally:
            await crawl.close(within=GRACE if round_.cancelled() else 0.0)
