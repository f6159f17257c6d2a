"""Worker processes that read pages, each task under limits of time and memory: the door to pebble.

Measured: pebble's pool with the spawn start method loses one task for each time-out, memory limit and kill -9,
and costs 0.3 ms of the parent's CPU a call; in `ProcessPoolExecutor` one death breaks its neighbours' tasks, and
fork beside a running reactor copies its locks.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import resource
import signal
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from pebble import ProcessExpired, ProcessPool

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.limits import Limits

Result = TypeVar("Result")

#: A worker is replaced after so many pages, which bounds what a slow leak can hold.
PAGES_PER_WORKER = 5_000


class ReadingFailed(Exception):
    """A page that could not be read within the limits; the message says which of them it broke."""


class Workers:
    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.reading_seconds
        self._pool = ProcessPool(
            max_workers=limits.workers,
            max_tasks=PAGES_PER_WORKER,
            initializer=_prepare,
            initargs=(limits.reading_megabytes << 20,),
            context=multiprocessing.get_context("spawn"),
        )

    async def call(self, read: Callable[..., Result], *arguments: Any) -> Result:
        """`read(*arguments)` in a worker. Raises `ReadingFailed`; exceptions of `read` itself come through."""
        future = self._pool.schedule(read, args=arguments, timeout=self._seconds)
        try:
            return await asyncio.wrap_future(future)
        except TimeoutError as error:
            raise ReadingFailed(f"reading took longer than {self._seconds:g} s") from error
        except MemoryError as error:
            raise ReadingFailed("reading needed more memory than a worker may have") from error
        except ProcessExpired as error:
            raise ReadingFailed(f"the worker that read it died ({error.exitcode})") from error

    def close(self) -> None:
        """Stop at once; what was under way is lost, and repeated by its visit's next turn."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def _prepare(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # The parent decides when to stop: Ctrl-C goes to the whole process group.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A killed parent says nothing, and pebble's workers wait for it for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
