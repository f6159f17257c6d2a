"""What a visit does its work with: asking for pages, and having them read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

from crawler.fetching.fetcher import Errand
from crawler.mending import mend_article, mend_list, mend_title, raw_page
from crawler.reading import read_attachment

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from crawler.fetching.fetcher import Fetched, Fetcher
    from crawler.limits import Limits
    from crawler.mending import ArticlePage, ListPage
    from crawler.patience import Patience
    from crawler.reading import Ask, AttachmentText, Link
    from crawler.workers import Workers
    from storage import Store
    from storage.records import Finding, Source, SourceState
    from storage.reports import Kept


@dataclass(frozen=True, kw_only=True, slots=True)
class Tools:
    """What a visit works with. `keep` stores a finding, with what the watches say of it."""

    fetcher: Fetcher
    workers: Workers
    store: Store
    #: Asks the store.
    patience: Patience
    keep: Callable[[Finding, Source], Awaitable[Kept | None]]
    limits: Limits


@dataclass(kw_only=True, slots=True)
class Session:
    """One source, asked on behalf of one visit. What fetches raises `Trouble`, what reads `ReadingFailed`."""

    tools: Tools
    source: Source
    #: As the last visit left it.
    state: SourceState
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    #: Of `time.monotonic`.
    deadline: float = 0.0
    #: The evidence of text damage that the source's pages gave; mends short texts, which give none.
    damage: str | None = None

    def begin(self) -> None:
        self.deadline = monotonic() + self.tools.limits.visit_seconds
        self.damage = self.state.damage

    @property
    def is_over(self) -> bool:
        return monotonic() > self.deadline

    async def fetch(self, url: str, headers: Mapping[str, str] | None = None, *, tries: int | None = None) -> Fetched:
        errand = Errand(url=url, source=self.source, headers=headers or {}, deadline=self.deadline, tries=tries)
        return await self.tools.fetcher.fetch(errand)

    async def ask(self, ask: Ask) -> Fetched:
        errand = Errand(
            url=ask.url,
            source=self.source,
            method=ask.method,
            body=(ask.body or "").encode(),
            headers=ask.headers,
            deadline=self.deadline,
        )
        return await self.tools.fetcher.fetch(errand)

    async def read_list(self, fetched: Fetched) -> ListPage:
        page = await self.tools.workers.call(mend_list, raw_page(fetched, self.source, self.damage))
        self.damage = page.mended.damage or self.damage
        return page

    async def read_article(self, fetched: Fetched) -> ArticlePage:
        page = await self.tools.workers.call(mend_article, raw_page(fetched, self.source, self.damage))
        self.damage = page.mended.damage or self.damage
        return page

    async def read_attachment(self, fetched: Fetched, kind: str) -> AttachmentText:
        return await self.tools.workers.call(read_attachment, fetched.body, kind)

    def mended(self, link: Link) -> Link:
        """A link whose title is mended by what the source's pages showed so far."""
        return replace(link, title=mend_title(link.title, self.damage))
