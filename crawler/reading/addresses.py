"""Links as absolute addresses."""

import re
from urllib.parse import urljoin, urlsplit

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
