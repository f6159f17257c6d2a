"""The item pipeline: what a spider found is stored before anything else sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

if TYPE_CHECKING:
    from datetime import datetime

    from scrapy.crawler import Crawler

    from crawler.keeping import Keeper
    from storage.records import Finding
    from storage.reports import Kept


@dataclass(kw_only=True, slots=True)
class NewsItem:
    """An article as Scrapy's exports and signals see it; `kept` is set by the pipeline."""

    finding: Finding
    url: str
    title: str
    published_at: datetime | None
    origin: str
    author: str
    text: str
    source: str
    story: int | None = None
    matches: tuple[str, ...] = ()
    kept: Kept | None = None
    failure: Exception | None = None


def item_of(finding: Finding) -> NewsItem:
    return NewsItem(
        finding=finding,
        url=finding.url,
        title=finding.title,
        published_at=finding.published_at,
        origin=finding.origin,
        author=finding.author,
        text=finding.text,
        source=finding.source_id,
        matches=tuple(match.watch for match in finding.matches),
    )


class KeepPipeline:
    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> KeepPipeline:
        return cls(crawler)

    async def process_item(self, item: NewsItem) -> NewsItem:
        keeper: Keeper = self._crawler.spider.crawl.keeper  # type: ignore[union-attr]
        try:
            item.kept = await keeper.keep(item.finding)
        except Exception as error:  # Scrapy logs and forgets what a pipeline raises; the visit has to know
            item.failure = error
            raise DropItem(f"not stored: {error}", log_level="DEBUG") from error
        item.story = item.kept.story_id
        return item
