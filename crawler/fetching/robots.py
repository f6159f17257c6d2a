"""robots.txt: what a site asks of its visitors (RFC 9309), with two written rules of our own.

A page of HTML at /robots.txt (a challenge, a soft 404) holds no rules; Crawl-delay is honoured up to
`Limits.most_delay`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego

from crawler.trouble import Trouble
from storage.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

#: Seconds after which a site whose robots.txt could not be had is asked again.
CLOSED_SECONDS = 3600.0

#: Seconds after which one that did not answer at all is asked again; meanwhile its other columns need not try.
SILENT_SECONDS = 120.0

#: Troubles of an answer that was given and holds no rules.
USELESS = {"http", "redirects", "address", "private-address", "encoding", "too-large"}

#: The token of our User-Agent that rules are looked up under.
AGENT = "fenghuo"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What one site allows. `closed` says why nothing is allowed now."""

    parser: Protego | None = None
    closed: str = ""
    #: Why robots.txt could not be had.
    trouble: Trouble | None = None

    def allows(self, url: str) -> bool:
        return not self.closed and (self.parser is None or bool(self.parser.can_fetch(url, AGENT)))

    @property
    def crawl_delay(self) -> float | None:
        delay = self.parser.crawl_delay(AGENT) if self.parser else None
        return None if delay is None else float(delay)


OPEN = Rules()


def read_rules(status: int, content_type: str, body: bytes, limit: int) -> Rules:
    """The rules in an answer to /robots.txt. Server errors close the site for now (RFC 9309, 2.3.1.4)."""
    if status >= 500:
        return Rules(closed=f"robots.txt answers {status}")
    if status >= 300 or _is_html(content_type, body):
        return OPEN
    return Rules(parser=Protego.parse(body[:limit].decode("utf-8", "replace")))


def rules_after(trouble: Trouble) -> Rules:
    """The rules of a site whose robots.txt could not be had: no answer closes it, a useless one opens it."""
    return OPEN if trouble.kind in USELESS else Rules(closed=str(trouble), trouble=trouble)


class Robots:
    """The rules of the sites met so far, each believed for `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        #: site -> (monotonic time of expiry, rules)
        self._rules: dict[str, tuple[float, Rules]] = {}

    async def ask_leave(self, url: str, ask: Callable[[str], Awaitable[Rules]]) -> None:
        """Return if `url` may be fetched, raise `Trouble` if not; `ask` fetches the rules at an address."""
        site = _site(url)
        expires, rules = self._rules.get(site, (0.0, OPEN))
        if expires < monotonic():
            rules = await _ask(f"{site}/robots.txt", ask)
            self._rules[site] = (monotonic() + self._belief(rules), rules)
        if rules.trouble:
            raise replace(rules.trouble, detail=f"{rules.trouble.detail} (robots.txt)", passing=False)
        if not rules.allows(url):
            raise Trouble("robots", rules.closed or f"robots.txt forbids {url}", outcome=Outcome.BLOCKED)

    def _belief(self, rules: Rules) -> float:
        """For how many seconds."""
        if rules.trouble:
            return SILENT_SECONDS
        return CLOSED_SECONDS if rules.closed else self._seconds

    def crawl_delay(self, url: str) -> float:
        return self._rules.get(_site(url), (0.0, OPEN))[1].crawl_delay or 0.0


async def _ask(url: str, ask: Callable[[str], Awaitable[Rules]]) -> Rules:
    try:
        return await ask(url)
    except Trouble as trouble:
        if trouble.kind == "busy":  # nobody was asked
            raise
        return rules_after(trouble)


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _is_html(content_type: str, body: bytes) -> bool:
    return "html" in content_type.lower() or body.lstrip()[:1] == b"<"
