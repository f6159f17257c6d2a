"""The running crawl: long-lived Scrapy crawlers in the caller's asyncio loop, fed with claimed hosts.

A crawler per run was measured and rejected: 13.8 ms CPU a source against 2.5 here, and its limits hold only
within one run, so that two runs spoke to one host at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.utils.defer import deferred_f_from_coro_f
from scrapy.utils.reactor import install_reactor
from twisted.internet import task

from crawler.fetching.fetcher import Fetcher, Manners
from crawler.fetching.guard import Guard, GuardedResolver
from crawler.fetching.politeness import HostTurns
from crawler.keeping import Keeper
from crawler.lanes import Lane, lane_of, settings_of
from crawler.limits import Limits
from crawler.patience import Patience
from crawler.pipelines import item_of
from crawler.session import Session, Tools
from crawler.visit import VisitRun
from crawler.workers import Workers
from storage import Store, StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

    from crawler.spiders.news import NewsSpider
    from storage.records import Finding, HostClaim, HostLease, Source, SourceState, Visit
    from storage.reports import Kept

log = logging.getLogger(__name__)
Result = TypeVar("Result")

#: DNS look-ups and the store's writes share this pool.
THREADS = 24
#: Seconds between two looks for a host of a round that somebody else is speaking to.
ROUND_WAIT = 1.0


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a crawl is put together from. The callables come from above; the crawl knows nothing of watches."""

    store: Store
    #: In the User-Agent, so that a site's people can reach us; a crawl without it is refused.
    contact: str
    limits: Limits = field(default_factory=Limits)
    #: Adds the matches, and who is to be told.
    judge: Callable[[Finding, Source], Finding]
    #: When the source is visited next.
    plan: Callable[[Source, SourceState, Visit], datetime]
    #: When a source may be visited, at the earliest the given moment.
    opens: Callable[[Source, datetime], datetime] = lambda source, now: now
    #: Name -> "address:port", as /etc/hosts would say; these may be private.
    hosts: Mapping[str, str] = field(default_factory=dict)
    #: For all sources that name none of their own.
    proxy: str | None = None
    #: Told of every article that was stored and every visit that ended.
    on_kept: Callable[[Finding, Kept], None] = lambda finding, kept: None
    on_visit: Callable[[Source, Visit], None] = lambda source, visit: None


class Crawl:
    """Open it, submit claims or make rounds, close it."""

    def __init__(self, parts: Parts, workers: Workers | None = None) -> None:
        """`workers` are lent: who lends them closes them. Without them the crawl has its own."""
        if not parts.contact:
            raise ValueError("a crawl needs a contact for its User-Agent")
        self.parts = parts
        self._patience = Patience(parts.limits.store_seconds)
        self.keeper = Keeper(parts.store, self._patience)
        self._guard = Guard(parts.hosts)
        self._turns = HostTurns(parts.store, parts.limits)
        self._manners = Manners(limits=parts.limits, user_agent=user_agent(parts.contact), proxy=parts.proxy)
        self._lanes: dict[Lane, asyncio.Future[NewsSpider]] = {}
        self._fetchers: dict[Lane, Fetcher] = {}
        self._serving: dict[str, asyncio.Task[None]] = {}
        self._runners: list[AsyncCrawlerRunner] = []
        #: Why visits were put off since the last round began.
        self._fault: StoreError | None = None
        self._own_workers = workers is None
        self._workers = workers or Workers(parts.limits)

    def open(self) -> None:
        from twisted.internet import reactor

        self._resolver = reactor.nameResolver
        reactor.installNameResolver(GuardedResolver(self._resolver, self._guard))
        reactor.suggestThreadPoolSize(THREADS)

    async def close(self, *, within: float = 0.0) -> None:
        """Let visits under way finish for so many seconds, then give up the rest: their leases run out."""
        from twisted.internet import reactor

        if self._serving and within:
            await asyncio.wait(self._serving.values(), timeout=within)
        for serving in list(self._serving.values()):
            serving.cancel()
        await asyncio.gather(*self._serving.values(), return_exceptions=True)
        with suppress(StoreError):
            await self._turns.give_back_idle()
        await self._close_lanes()
        if self._own_workers:
            await asyncio.to_thread(self._workers.close)
        reactor.installNameResolver(self._resolver)

    async def _close_lanes(self) -> None:
        for lane in self._lanes.values():
            if lane.done():
                lane.result().closing.set()
        for runner in self._runners:
            await runner.join()

    @property
    def free(self) -> int:
        """How many more hosts can be taken."""
        return self.parts.limits.hosts - len(self._serving)

    def submit(self, claim: HostClaim) -> None:
        """Begin the visits of a claimed host."""
        host = claim.lease.host
        serving = asyncio.create_task(self._serve(claim), name=f"visits at {host}")
        self._serving[host] = serving
        serving.add_done_callback(self._served)

    def _served(self, serving: asyncio.Task[None]) -> None:
        self._serving = {host: task for host, task in self._serving.items() if task is not serving}
        if not serving.cancelled() and (error := serving.exception()):
            log.critical("a bug: %s ended with %r", serving.get_name(), error, exc_info=error)

    async def idle(self) -> None:
        """Return when one of the hosts under way is done, or at once where there is none."""
        if self._serving:
            await asyncio.wait(self._serving.values(), return_when=asyncio.FIRST_COMPLETED)

    async def make_round(self, only: Collection[str] = (), *, patience: float = 60.0) -> set[str]:
        """Visit these sources (all that are enabled if none is named), due or not, once.

        Returns the ids of those that could not be visited because their host was taken or had asked for a pause
        for longer than `patience` seconds. Raises `StoreError` where the store failed a visit: no other is begun then.
        """
        self._fault = None
        enabled = {source.id for source in await asyncio.to_thread(self.parts.store.sources, enabled=True)}
        waiting = set(only) or enabled
        quiet_since = asyncio.get_running_loop().time()
        while waiting and not self._fault and asyncio.get_running_loop().time() - quiet_since < patience:
            if claims := await self._claim(waiting) if self.free else ():
                quiet_since = asyncio.get_running_loop().time()
                waiting -= {source.id for claim in claims for source, _ in claim.visits}
            elif self._serving:
                await self.idle()
                quiet_since = asyncio.get_running_loop().time()
            else:
                await asyncio.sleep(ROUND_WAIT)
        while self._serving:
            await self.idle()
        if self._fault:
            raise self._fault
        return waiting

    async def visit_due(self) -> int:
        """Claim what is due, as far as there is room; the number of hosts that were begun."""
        return len(await self._claim(None)) if self.free > 0 else 0

    async def _claim(self, only: Collection[str] | None) -> Sequence[HostClaim]:
        ask = asyncio.to_thread if only is None else self._patience  # a tick comes again by itself
        claims = await ask(
            self.parts.store.claim_visits,
            now=datetime.now(UTC),
            lease=timedelta(seconds=self.parts.limits.lease_seconds),
            hosts=self.free,
            only=only,
        )
        for claim in claims:
            self.submit(claim)
        return claims

    async def _serve(self, claim: HostClaim) -> None:
        self._turns.adopt(claim.lease)
        left = deque(claim.visits)
        try:
            while left:
                await self._visit_safely(claim.lease.host, *left[0])
                left.popleft()
        except StoreError as error:
            await self._put_off(claim.lease, [source for source, _ in left], error)
        finally:
            with suppress(StoreError):
                await self._turns.release(claim.lease.host)

    async def _put_off(self, lease: HostLease, sources: Sequence[Source], error: StoreError) -> None:
        """They come again when the lease is over; that they were not finished is not their fault."""
        log.error("visits at %s are put off: %s", lease.host, error)
        self._fault = error
        with suppress(StoreError):
            for source in sources:
                await asyncio.to_thread(self.parts.store.put_off, source.id, lease.until)

    async def session(self, source: Source, state: SourceState) -> Session:
        """A source ready to be asked, for a visit or for a look that stores nothing."""
        if source.allow_private:
            self._guard.allow_private(urlsplit(source.url).hostname or "")
        return Session(tools=await self._tools(source), source=source, state=state)

    async def _visit_safely(self, host: str, source: Source, state: SourceState) -> None:
        """A bug that one source brings to light does not cost the others their visits."""
        try:
            await self._visit(host, source, state)
        except StoreError:
            raise
        except Exception:
            log.critical("a bug: the visit to %s ended with", source.id, exc_info=True)

    async def _visit(self, host: str, source: Source, state: SourceState) -> None:
        now = datetime.now(UTC)
        if (opens := self.parts.opens(source, now)) > now:
            await self._patience(self.parts.store.put_off, source.id, opens)
            log.warning("%s is put off until %s: these are not its active hours", source.id, opens)
            return
        run = VisitRun(await self.session(source, state))
        visit = await run.run()
        await self._turns.keep(host)
        if not await self._patience(self._finish, run, visit, self._turns.lease(host)):
            log.warning("the visit to %s took too long: another process has its host", source.id)
            return
        self.parts.on_visit(source, visit)

    def _finish(self, run: VisitRun, visit: Visit, lease: HostLease | None) -> bool:
        """Write how it ended and when the next visit is; False where another process has the host."""
        after = run.planned(self.parts.plan(run.session.source, run.state, visit))
        return lease is not None and self.parts.store.finish_visit(visit, after, lease=lease)

    async def _tools(self, source: Source) -> Tools:
        lane = lane_of(source)
        spider = await self._lane(lane)
        return Tools(
            fetcher=self._fetchers[lane],
            workers=self._workers,
            store=self.parts.store,
            patience=self._patience,
            keep=lambda finding, of: self._keep(spider, finding, of),
            limits=self.parts.limits,
        )

    async def _keep(self, spider: NewsSpider, finding: Finding, source: Source) -> Kept | None:
        """Through Scrapy's item pipelines, so that exports and statistics see it."""
        item = item_of(self.parts.judge(finding, source))
        engine = spider.crawler.engine
        assert engine is not None
        await engine.scraper.start_itemproc_async(item, response=None)
        if item.failure:
            raise item.failure
        if item.kept:
            self.parts.on_kept(item.finding, item.kept)
        return item.kept

    async def _lane(self, lane: Lane) -> NewsSpider:
        if lane not in self._lanes:
            self._lanes[lane] = asyncio.get_running_loop().create_future()
            self._start(lane)
        return await asyncio.shield(self._lanes[lane])

    def _start(self, lane: Lane) -> None:
        runner = AsyncCrawlerRunner(settings_of(lane))
        runner.crawl("news", crawl=self, lane=lane)
        self._runners.append(runner)

    def lane_opened(self, spider: NewsSpider) -> None:
        """Called by the spider when its downloader is ready."""
        self._fetchers[spider.lane] = Fetcher(spider.crawler, self._turns, self._guard, self._manners)
        opened = self._lanes.setdefault(spider.lane, asyncio.get_running_loop().create_future())
        opened.set_result(spider)


def user_agent(contact: str) -> str:
    return f"fenghuo/0.1 (+{contact})"


def run(main: Callable[[], Awaitable[Result]]) -> Result:
    """Run `main` in an asyncio loop that Twisted shares. Once a process: a reactor does not start again."""
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    results: list[Result] = []
    errors: list[BaseException] = []

    async def keep_result(_reactor: object) -> None:
        try:
            results.append(await main())
        except BaseException as error:
            errors.append(error)

    with suppress(SystemExit):
        task.react(deferred_f_from_coro_f(keep_result))
    if errors:
        raise errors[0]
    return results[0]
