"""Any Chinese government or park page, read by what such pages have in common: lists, articles, feeds, attachments.

The readers are loaded when they are asked for: a process that has pages read by others needs their values alone, and
the parsers take 0.1 s to import.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from crawler.reading.articles import read_article
    from crawler.reading.attachments import read_attachment
    from crawler.reading.listing import read_listing
    from crawler.reading.lists import read_list

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

_READERS = {
    "read_article": "articles",
    "read_attachment": "attachments",
    "read_list": "lists",
    "read_listing": "listing",
}


def __getattr__(name: str) -> Any:
    if name in _READERS:
        return getattr(import_module(f"{__name__}.{_READERS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
