"""read_listing: whatever a list's address gave back, as a ListReading."""

import dataclasses
from datetime import UTC, datetime

from crawler.reading.feeds import read_feed, read_sitemap, xml_root
from crawler.reading.lists import read_list
from crawler.reading.records import read_records, unit_html
from crawler.reading.values import ListReading, Overrides


def read_listing(
    text: str,
    url: str,
    content_type: str | None = None,
    *,
    overrides: Overrides | None = None,
    now: datetime | None = None,
) -> ListReading:
    """A list page, feed, sitemap or JSON reply, told apart by its first characters; `content_type` only decides a tie.

    Never raises.
    """
    now = now or datetime.now(UTC)
    root = xml_root(text)
    if root in ("urlset", "sitemapindex"):
        return read_sitemap(text, url, now)
    if root:
        return read_feed(text, url, now)
    start = text.lstrip("\ufeff \r\n\t")[:1]
    if start in ("{", "[") or (start not in ("<", "") and "json" in (content_type or "")):
        html = unit_html(text)
        if html is None:
            return read_records(text, url, now)
        return dataclasses.replace(read_list(html, url, overrides=overrides, now=now), family="jpaas")
    return read_list(text, url, overrides=overrides, now=now)
