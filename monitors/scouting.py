"""A look at a page that may become a source: read as a list and as an article, storing nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from crawler.lists import ListWalk
from crawler.mending import Mended, Raw, mend_article, mend_list, mend_page, raw_page
from crawler.reading import Article, ListReading, Overrides
from crawler.trouble import Trouble
from crawler.workers import ReadingFailed
from storage.records import Source, SourceState

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.run import Crawl

#: A list of fewer links is more likely a menu.
LEAST_LINKS = 3
#: Columns of a home page that are tried.
MOST_COLUMNS = 3
#: Names of columns that hold a site's own news, the likelier first.
COLUMNS = (
    re.compile(r"要闻|今日.{2,4}$|时政"),
    re.compile(r"(?:政务|工作|园区|高新|产业|经开|企业)(?:动态|要闻|新闻|资讯)"),
    re.compile(r"新闻(?:中心|动态|资讯)?$|动态$|资讯$"),
)
#: Columns of others' news, and such as are no text.
OTHERS = re.compile(r"上级|国务院|中央|部门|镇街|乡镇|媒体|专题|图片|视频|回应|发布会|更多")


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What a page was found to be."""

    source: Source
    mended: Mended
    listing: ListReading
    article: Article
    #: Where the source's address led to, if elsewhere.
    led_to: str = ""

    @property
    def is_list(self) -> bool:
        return len(self.listing) >= LEAST_LINKS


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    name: str
    url: str


async def look(crawl: Crawl, source: Source) -> Look:
    """Ask for the page as a visit would. Raises `Trouble` and `ReadingFailed`."""
    session = await crawl.session(source, SourceState(source_id=source.id))
    session.begin()
    step = await ListWalk(session).first()
    assert step is not None, "nothing is remembered that could be unchanged"
    raw = raw_page(step.fetched, source, None)
    workers = session.tools.workers
    return Look(
        source=source,
        mended=await workers.call(mend_page, raw),
        listing=step.page.reading,
        article=(await workers.call(mend_article, raw)).article,
        led_to=step.fetched.url if step.fetched.url != source.url else "",
    )


def look_at_file(path: Path, source: Source) -> Look:
    """The same for a saved page; its links are resolved against the source's address."""
    raw = Raw(
        url=source.url,
        body=path.read_bytes(),
        content_type=None,
        encoding=source.encoding,
        damage=None,
        overrides=Overrides(),
    )
    return Look(source=source, mended=mend_page(raw), listing=mend_list(raw).reading, article=mend_article(raw).article)


async def find_column(crawl: Crawl, first: Look) -> Look:
    """The page itself where it is a list, else the likeliest column that it leads to and that is one."""
    if first.is_list and urlsplit(first.source.url).path.strip("/"):
        return first
    session = await crawl.session(first.source, SourceState(source_id=first.source.id))
    named = await session.tools.workers.call(columns, first.mended.text, first.source.url)
    for column in named[:MOST_COLUMNS]:
        try:
            found = await look(crawl, replace(first.source, url=column.url))
        except (Trouble, ReadingFailed):
            continue
        if found.is_list:
            return found
    return first


def columns(html: str, url: str) -> list[Column]:
    """The columns of news that a page leads to on its own site, the likeliest first. For workers: it parses."""
    from crawler.reading.tree import plant

    host = urlsplit(url).hostname
    found: dict[str, tuple[int, str]] = {}
    for anchor in plant(html).find_all("a"):
        name = " ".join(anchor.text.split())
        address = urljoin(url, anchor.attrs.get("href", "").strip()).partition("#")[0]
        rank = _rank(name)
        if rank is not None and urlsplit(address).hostname == host and address != url:
            found.setdefault(address, (rank, name))
    ranked = sorted(found.items(), key=lambda item: item[1][0])
    return [Column(name=name, url=address) for address, (_, name) in ranked]


def _rank(name: str) -> int | None:
    if not 2 <= len(name) <= 8 or OTHERS.search(name):
        return None
    return next((rank for rank, pattern in enumerate(COLUMNS) if pattern.search(name)), None)
