"""One address asked for, redirects and tries and all: the door to Scrapy's downloader.

Redirects are followed here and not by Scrapy's middleware, because every hop needs its own turn at its host,
its own look at robots.txt, and one deadline for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from scrapy import Request, signals
from scrapy.exceptions import StopDownload
from scrapy.http.request import NO_CALLBACK

from crawler.fetching.faults import trouble_of, trouble_of_status
from crawler.fetching.politeness import read_retry_after
from crawler.fetching.robots import Robots, Rules, read_rules
from crawler.fetching.unpacking import ACCEPT_ENCODING, unpack
from crawler.trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.fetching.guard import Guard
    from crawler.fetching.politeness import HostTurns
    from crawler.limits import Limits
    from storage.records import Source

ROBOTS = "/robots.txt"
#: Key of a request's meta: how many bytes of the body are wanted.
MOST_BYTES = "fenghuo_most_bytes"

#: Answers that name another address.
REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """What to ask for, on behalf of a source."""

    url: str
    source: Source
    method: str = "GET"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Monotonic time at which the visit is over.
    deadline: float

    @property
    def conditional(self) -> bool:
        return bool({"If-None-Match", "If-Modified-Since"} & self.headers.keys())


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """A page as received, unpacked. `status` is 200, or 304 where validators were sent."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def content_type(self) -> str | None:
        return self.header("content-type")


@dataclass(frozen=True, kw_only=True, slots=True)
class Manners:
    """How every request is made."""

    limits: Limits
    user_agent: str
    #: For sources that name none of their own.
    proxy: str | None = None


class Fetcher:
    """Asks politely. One for each lane (a Scrapy crawler with its own TLS settings); lanes share `turns`."""

    def __init__(self, crawler: Crawler, turns: HostTurns, guard: Guard, manners: Manners) -> None:
        self._crawler, self._turns, self._guard, self._manners = crawler, turns, guard, manners
        self._limits = manners.limits
        crawler.signals.connect(_stop_reading, signals.bytes_received)
        self._robots = Robots(manners.limits.robots_hours * 3600)
        #: Requests that left for the network, robots.txt among them, by source.
        self.requests: dict[str, int] = {}

    async def fetch(self, errand: Errand) -> Fetched:
        """The page at the end of the redirects. Raises `Trouble`."""
        deadline = min(errand.deadline, monotonic() + self._patience)
        url = errand.url
        for _ in range(self._limits.redirects + 1):
            self._check_address(url, errand.source)
            await self._robots.ask_leave(url, lambda robots: self._answer_for_rules(robots, errand, deadline))
            fetched = await self._try(url, errand, deadline)
            if fetched.status not in REDIRECTS:
                return fetched
            url = _target(fetched)
        raise Trouble("redirects", f"more than {self._limits.redirects}, last to {url[:200]}")

    @property
    def _patience(self) -> float:
        """Seconds for the whole errand: its tries, and the pauses before them."""
        return self._limits.tries * (self._limits.request_seconds + self._limits.most_delay)

    def _check_address(self, url: str, source: Source) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > self._limits.url_length:
            raise Trouble("address", f"not an address to fetch: {url[:200]}")
        own = urlsplit(source.url).hostname
        if parts.hostname in self._guard.private and not (source.allow_private and parts.hostname == own):
            raise Trouble("private-address", f"{parts.hostname} is on a private network, and {source.id} is not")

    async def _try(self, url: str, errand: Errand, deadline: float) -> Fetched:
        for left in reversed(range(self._limits.tries)):
            try:
                return await self._once(url, errand, deadline)
            except Trouble as trouble:
                if not left or not trouble.passing or monotonic() > deadline:
                    raise
        raise AssertionError("unreachable: the last try returns or raises")

    async def _once(self, url: str, errand: Errand, deadline: float) -> Fetched:
        """One answer that is a page, a redirect, or a 304 that was asked for."""
        fetched = await self._answer(url, errand, deadline)
        if fetched.status == 304 and not errand.conditional:
            raise Trouble("http", "304 although nothing was asked about")
        asked = fetched.header("retry-after")
        pause = read_retry_after(asked, now=fetched.fetched_at, most=self._limits.most_retry_after)
        if trouble := trouble_of_status(fetched.status, retry_after=pause):
            self._turns.postpone(urlsplit(url).hostname or "", pause or 0.0)
            raise trouble
        return fetched

    async def _answer(self, url: str, errand: Errand, deadline: float) -> Fetched:
        """Whatever the server says, in its turn."""
        host = urlsplit(url).hostname or ""
        async with self._turns.turn(host, delay=self._delay(url, errand.source), deadline=deadline):
            return self._unpack(await self._download(url, errand, host))

    async def _download(self, url: str, errand: Errand, host: str) -> Response:
        self.requests[errand.source.id] = self.requests.get(errand.source.id, 0) + 1
        engine = self._crawler.engine
        assert engine is not None
        try:
            return await engine.download_async(self._request(url, errand))
        except Exception as error:
            raise trouble_of(error, host, self._guard.refused) from error

    def _request(self, url: str, errand: Errand) -> Request:
        at_home = urlsplit(url).hostname == urlsplit(errand.source.url).hostname
        # What the operator set for a site (a key, a referer) is not told to another one.
        own = {**errand.source.headers, **_referer(errand.source), **errand.headers} if at_home else {}
        limits = self._limits
        meta: dict[str, object] = {
            "download_timeout": limits.request_seconds,
            "download_maxsize": limits.body_bytes,
        }
        if proxy := errand.source.proxy or self._manners.proxy:
            # The operator's own machine, wherever it stands.
            self._guard.allow_private(urlsplit(proxy).hostname or "")
            meta["proxy"] = proxy
        if url.endswith(ROBOTS):
            meta[MOST_BYTES] = limits.robots_bytes
        return Request(
            url,
            method=errand.method,
            body=errand.body,
            headers={"User-Agent": self._manners.user_agent, "Accept-Encoding": ACCEPT_ENCODING, **own},
            meta=meta,
            callback=NO_CALLBACK,
            dont_filter=True,
        )

    def _unpack(self, response: Response) -> Fetched:
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        )
        encodings = ",".join(value for name, value in headers if name.lower() == "content-encoding")
        return Fetched(
            url=response.url,
            status=response.status,
            headers=headers,
            body=unpack(response.body, encodings, self._limits.body_bytes),
            fetched_at=datetime.now(UTC),
        )

    def _delay(self, url: str, source: Source) -> float:
        own = self._limits.delay if source.delay is None else source.delay
        return max(own, min(self._robots.crawl_delay(url), self._limits.most_delay))

    async def _answer_for_rules(self, url: str, errand: Errand, deadline: float) -> Rules:
        for _ in range(self._limits.redirects + 1):
            self._check_address(url, errand.source)
            fetched = await self._answer(url, errand, deadline)
            if fetched.status not in REDIRECTS:
                break
            url = _target(fetched)
        return read_rules(fetched.status, fetched.content_type or "", fetched.body, self._limits.robots_bytes)


def _stop_reading(data: bytes, request: Request) -> None:
    """Stop a download at the length its request names, and take what has come so far."""
    if (most := request.meta.get(MOST_BYTES)) is not None:
        request.meta[MOST_BYTES] = most - len(data)
        if request.meta[MOST_BYTES] < 0:
            raise StopDownload(fail=False)


def _target(fetched: Fetched) -> str:
    location = fetched.header("location")
    if not location:
        raise Trouble("redirects", f"{fetched.status} without a Location")
    # Header bytes above ASCII are UTF-8 by habit; they came as latin-1.
    return urljoin(fetched.url, location.encode("latin-1").decode("utf-8", "replace").strip())


def _referer(source: Source) -> dict[str, str]:
    return {"Referer": source.referer} if source.referer else {}
