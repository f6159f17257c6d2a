"""The service: a clock that ticks, a crawl that is fed, an outbox that is emptied, in one asyncio loop.

APScheduler only ticks. The schedule itself is columns in the database (`next_visit_at`, `due_at`), claimed with
leases, so that two services on one database share the work and a kill -9 costs one lease time: a job a source was
measured to stall the loop for 2.9 s at 1,000 jobs.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from crawler.run import Crawl
from monitors.alarms import Lookout
from monitors.configuration import Configuration, ConfigurationError
from monitors.judging import Judge
from monitors.metrics import Endpoint, Metrics
from monitors.outgoing import dispatcher, settings
from monitors.parts import parts, purse
from monitors.subscriptions import key_of
from monitors.web.server import Pages
from monitors.web.unsubscribing import Desk
from storage import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage import Store
    from storage.records import Source, Visit

log = logging.getLogger(__name__)

CRAWL_SECONDS = 2
TELL_SECONDS = 5
REFRESH_SECONDS = 15
HEALTH_SECONDS = 600
PRUNE_HOURS = 24
#: Visits and messages under way may take so long to end after SIGTERM.
GRACE = 30.0


class Service:
    def __init__(self, configuration: Configuration, store: Store) -> None:
        self._configuration, self._store = configuration, store
        self._judge = Judge(store)
        self._metrics = Metrics(store, clock=lambda: datetime.now(UTC))
        self._crawl = Crawl(replace(parts(configuration, store, self._judge), on_visit=self._visited))
        self._purse = purse(configuration, store)
        self._lookout = Lookout(store)
        self._dispatcher = dispatcher(configuration, store)
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Until SIGTERM or SIGINT; what is under way then is finished, or taken up by the next start."""
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._stop.set)
        served = self._serve()
        self._crawl.open()
        clock = self._clock()
        clock.start()
        log.info("running; stop with Ctrl-C or SIGTERM")
        try:
            await self._stop.wait()
        finally:
            log.info("stopping: what is under way has %.0f s to end", GRACE)
            clock.shutdown(wait=False)
            await asyncio.gather(self._crawl.close(within=GRACE), self._dispatcher.close(within=GRACE))
            for pages in served:
                pages.close()
            log.info("stopped")

    def _serve(self) -> list[Endpoint | Pages]:
        """What answers over HTTP, each from a thread of its own."""
        wanted: dict[str, Callable[[str], Endpoint | Pages]] = {
            self._configuration.listen: lambda address: Endpoint(self._metrics, address),
            self._configuration.web.listen: lambda address: Pages(self._desk(), address),
        }
        served = []
        for address, serve in wanted.items():
            try:
                served += [serve(address)] if address else []
            except OSError as error:
                raise ConfigurationError(f"listen: {address} cannot be served: {error.strerror}") from error
        return served

    def _desk(self) -> Desk:
        key = key_of(self._store, now=datetime.now(UTC))
        return Desk(self._store, key, prefix=urlsplit(self._configuration.web.address).path)

    def _visited(self, source: Source, visit: Visit) -> None:
        self._metrics.visited(source, visit)
        log_visit(source, visit)

    def _clock(self) -> AsyncIOScheduler:
        clock = AsyncIOScheduler(timezone=UTC)
        for tick, seconds in (
            (self._visit, CRAWL_SECONDS),
            (self._tell, TELL_SECONDS),
            (self._refresh, REFRESH_SECONDS),
            (self._look_after, HEALTH_SECONDS),
            (self._prune, PRUNE_HOURS * 3600),
        ):
            clock.add_job(
                tick, "interval", seconds=seconds, next_run_time=datetime.now(UTC), coalesce=True, max_instances=1
            )
        return clock

    async def _visit(self) -> None:
        self._metrics.ticked()
        await self._guarded(self._visit_within_budget())

    async def _visit_within_budget(self) -> None:
        if not await asyncio.to_thread(self._purse.is_spent, datetime.now(UTC)):
            await self._crawl.visit_due()

    async def _tell(self) -> None:
        await self._guarded(self._dispatcher.tick(datetime.now(UTC)))

    async def _refresh(self) -> None:
        await self._guarded(asyncio.to_thread(self._judge.refresh))

    async def _look_after(self) -> None:
        told = settings(self._configuration)
        await self._guarded(asyncio.to_thread(self._lookout.tell, told, now=datetime.now(UTC)))

    async def _prune(self) -> None:
        days = self._configuration.keep_days
        await self._guarded(asyncio.to_thread(self._store.prune, now=datetime.now(UTC), keep_days=days))

    async def _guarded(self, work: object) -> None:
        """A database that is away for a while is waited for: the next tick tries again."""
        try:
            await work  # type: ignore[misc]
        except StoreError as error:
            log.error("%s; trying again", error)


def log_visit(source: Source, visit: Visit) -> None:
    detail = f" ({visit.detail})" if visit.detail else ""
    log.info("%s: %s, %d new, %d matched%s", source.id, visit.outcome.value, visit.new, visit.matched, detail)
