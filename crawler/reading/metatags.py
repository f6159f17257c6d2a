"""Meta tags: the national set (国办发〔2017〕47号), its variants and the media's, folded to one spelling."""

from collections.abc import Mapping

from crawler.reading.page import Page

TITLE = ("articletitle", "og:title", "twitter:title")
DATE = (
    "pubdate", "publishdate", "publishtime", "article:published_time", "firstpublishedtime", "og:time", "og:release_date",  # noqa: E501
    "weibo:article:create_at", "bytedance:published_time", "datepublished", "publish_time", "date", "dc.date", "dc.date.issued",  # noqa: E501
)  # fmt: skip
ORIGIN = ("contentsource", "source", "article:source", "og:source")
AUTHOR = ("author", "article:author", "og:author", "dc.creator")
COLUMN = ("columnname", "article:section", "lanmu", "category")
#: What the site and the column are called; no headline is.
NAMES = ("sitename", "columnname", "og:site_name")
IMAGE = ("image", "og:image", "twitter:image")


def meta_tags(page: Page) -> dict[str, str]:
    """Name in lower case -> content; the first that is not empty counts."""
    tags: dict[str, str] = {}
    for node in page.find_all("meta"):
        name = (
            (node.attrs.get("name") or node.attrs.get("property") or node.attrs.get("itemprop") or "").strip().lower()
        )
        content = " ".join(node.attrs.get("content", "").split())
        if name and content:
            tags.setdefault(name, content)
    return tags


def first(tags: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((tags[name] for name in names if name in tags), "")
