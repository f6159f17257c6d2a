"""Any Chinese government or park page, read by what such pages have in common: lists, articles, feeds, attachments."""

from crawler.reading.articles import read_article
from crawler.reading.attachments import read_attachment
from crawler.reading.listing import read_listing
from crawler.reading.lists import read_list
from crawler.reading.values import (
    Article,
    Ask,
    Attachment,
    AttachmentText,
    Link,
    ListReading,
    Overrides,
    Problem,
)

__all__ = [
    "Article",
    "Ask",
    "Attachment",
    "AttachmentText",
    "Link",
    "ListReading",
    "Overrides",
    "Problem",
    "read_article",
    "read_attachment",
    "read_list",
    "read_listing",
]
