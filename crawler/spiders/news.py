"""One thin spider for all sources: it lends Scrapy's downloader, pipelines and exports to visits.

    scrapy crawl news                   one round over everything that is enabled
    scrapy crawl news -a source=ID      one source, due or not; several with commas

Under `fenghuo run` the same spider lives as long as the service, fed with claimed visits.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from scrapy import Spider
from scrapy.utils.misc import load_object

from crawler.lanes import Lane
from crawler.run import Crawl

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from crawler.run import Parts


class NewsSpider(Spider):
    name = "news"

    def __init__(self, source: str = "", crawl: Crawl | None = None, lane: Lane = Lane.NORMAL, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.only = [name.strip() for name in source.split(",") if name.strip()]
        self._given = crawl
        self.lane = lane
        self.closing = asyncio.Event()

    @property
    def crawl(self) -> Crawl:
        assert self._given is not None, "set when the spider starts"
        return self._given

    async def start(self) -> AsyncIterator[Any]:
        """Lend the downloader out until `closing` is set; on its own, make one round."""
        if self._given:
            self._given.lane_opened(self)
            await self.closing.wait()
        else:
            await self._make_a_round()
        return
        yield  # what makes this an async generator: items go straight to the pipelines

    async def _make_a_round(self) -> None:
        parts: Parts = load_object(self.settings["FENGHUO_PARTS"])()
        self._given = Crawl(parts)
        self._given.open()
        self._given.lane_opened(self)
        try:
            await self._given.make_round(self.only)
        finally:
            await self._given.close()
