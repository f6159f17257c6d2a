"""Links as absolute addresses."""

import re
from urllib.parse import urljoin, urlsplit

from crawler.reading.page import Page

#: Longer ones are traps; no site of the catalogue has one of 1,000.
LONGEST = 2_000


def resolved(base: str, href: str) -> str | None:
    """The absolute http address of a link, or None when it is no page: javascript:, mailto:, broken, over-long."""
    href = "".join(href.split()) if "\n" in href or "\t" in href else href.strip()
    if not href or href.startswith("#") or len(href) > LONGEST:
        return None
    try:
        address = urljoin(base, href)
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.netloc else None


#: What an article's address has and a column's seldom: a date, a number of 3 digits or more, a long hex id, ?id=.
ARTICLE = re.compile(r"(?:19|20)\d{2}[-/_]?\d{1,2}|\d{3,}|[0-9a-f]{16,}|[?&](?:\w*id|aid|tid)=\w+", re.I)
COLUMN = re.compile(r"/(?:index|list|col)\w*(?:\.\w+)?$|/col/col\d+/|/$", re.I)


def article_like(url: str) -> bool:
    """Whether an address looks like one article rather than a column."""
    path = re.sub(r"^\w+://[^/]*", "", url).partition("#")[0]
    return bool(ARTICLE.search(path)) and not COLUMN.search(path.partition("?")[0] if "?" not in path else path)


PAGE_NUMBER = re.compile(r"(?:[_-]\d{1,3})?(?:\.\w{2,5})?$")


def same_article(address: str, url: str) -> bool:
    """Whether two addresses differ in nothing but a page number: t20260417_1.html and t20260417_1_2.html."""
    one, other = address.partition("#")[0], url.partition("#")[0]
    if one == other:
        return False
    if "?" in one:
        return one.partition("?")[0] == other.partition("?")[0] and bool(
            re.search(r"[?&](?:page|p|pn|pageno)=\d+", one, re.I)
        )
    longer, shorter = PAGE_NUMBER.sub("", one), re.sub(r"\.\w{2,5}$", "", other)
    return longer in (shorter, PAGE_NUMBER.sub("", other)) and longer != ""


def base_address(page: Page, url: str) -> str:
    """What relative links are resolved against: <base href> or the page's own address."""
    bases = [node.attrs["href"] for node in page.find_all("base") if node.attrs.get("href")]
    return (resolved(url, bases[0]) if bases else None) or url
