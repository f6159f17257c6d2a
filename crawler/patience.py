"""Waiting for a database that is locked, restarted or out of room: the work at hand waits, and nothing is lost.

A visit asks the store one thing at a time, so while it waits it fetches nothing: the crawl pauses by itself, with one
finding a visit in memory, and goes on where it was.
"""

from __future__ import annotations

import asyncio
import logging
from itertools import chain, repeat
from time import monotonic
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from storage.errors import StoreFull, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)
Result = TypeVar("Result")
P = ParamSpec("P")

#: Seconds before the second, third … try; then the last of them again and again.
PAUSES: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)


class Patience:
    """Asks the store in a thread, and again while it can pass. Raises `StoreError` after so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def __call__(self, ask: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
        ends = monotonic() + self._seconds
        for pause in chain(PAUSES, repeat(PAUSES[-1])):
            try:
                return await asyncio.to_thread(ask, *args, **kwargs)
            except (StoreUnavailable, StoreFull) as error:
                if monotonic() + pause > ends:
                    raise
                log.error("%s; the crawl waits and tries again in %.3g s", error, pause)
            await asyncio.sleep(pause)
        raise AssertionError("the pauses never end")
