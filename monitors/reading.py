"""A page from a file, read as the crawl reads one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.mending import Raw, mend_article
from crawler.reading import Overrides
from storage.records import Finding

if TYPE_CHECKING:
    from datetime import datetime

#: A file stands for a page without an address.
PLACE = "http://file.invalid/page.html"


def finding_in(body: bytes, *, now: datetime) -> Finding:
    """Its title and text, mended; what is wrong with it is not asked here."""
    raw = Raw(url=PLACE, body=body, content_type=None, encoding=None, damage=None, overrides=Overrides())
    article = mend_article(raw).article
    return Finding(
        url=PLACE,
        key=PLACE,
        source_id="file",
        title=article.title,
        text=article.text,
        published_at=article.published_at,
        origin=article.origin or "",
        author=article.author or "",
        seen_at=now,
    )
