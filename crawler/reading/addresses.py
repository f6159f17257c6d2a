"""Links as absolute addresses."""

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
