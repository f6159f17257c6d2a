"""One address asked for, redirects and tries and all: the door to Scrapy's downloader.

Redirects are followed here and not by Scrapy's middleware, because every hop needs its own turn at its host,
its own look at robots.txt, and one deadline for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
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
from storage.records import RawPage

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

#: Key of a request's meta: pieces of fewer than `CRUMB` bytes that came. 200,000 chunks of one byte held all other
#: sites up for 3 s; a sound server sends pieces of kilobytes.
CRUMBS = "fenghuo_crumbs"
CRUMB = 32
MOST_CRUMBS = 20_000

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
    #: Instead of the configured ones.
    tries: int | None = None

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
    #: Seconds that it took, without the wait for its turn.
    took: float = 0.0

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def content_type(self) -> str | None:
        return self.header("content-type")

    @property
    def page(self) -> RawPage:
        """As it is kept."""
        return RawPage(
            url=self.url, status=self.status, headers=self.headers, body=self.body, fetched_at=self.fetched_at
        )


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
        url, took = errand.url, 0.0
        errand = replace(errand, deadline=min(errand.deadline, monotonic() + self._patience))
        for _ in range(self._limits.redirects + 1):
            self._check_address(url, errand.source)
            await self._robots.ask_leave(url, lambda robots: self._answer_for_rules(robots, errand))
            fetched = await self._try(url, errand, took)
            if fetched.status not in REDIRECTS:
                return fetched
            url, took = _target(fetched), took + fetched.took
        raise Trouble("redirects", f"more than {self._limits.redirects}, last to {url[:200]}")

    @property
    def _patience(self) -> float:
        """Seconds for the whole errand: its tries, and the pauses before them."""
        return self._limits.tries * (self._limits.request_seconds + self._limits.most_delay)

    def _check_address(self, url: str, source: Source) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > self._limits.url_length:
            raise Trouble("address", f"not an address to fetch: {url[:200]}")
        if parts.hostname in self._guard.private and not (source.allow_private and is_own(url, source.url)):
            raise Trouble("private-address", f"{parts.netloc} is on a private network, and not {source.id}")

    async def _try(self, url: str, errand: Errand, took: float) -> Fetched:
        """`took`: seconds that the redirects before it took of the time that all of them have together."""
        tries = errand.tries or self._limits.tries
        for number in range(1, tries + 1):
            try:
                return await self._once(url, errand, took)
            except Trouble as trouble:
                if number == tries or not trouble.passing or monotonic() > errand.deadline:
                    raise
                self._turns.postpone(host_of(url), self._limits.retry_seconds * 2 ** (number - 1))
        raise AssertionError("unreachable: the last try returns or raises")

    async def _once(self, url: str, errand: Errand, took: float) -> Fetched:
        """One answer that is a page, a redirect, or a 304 that was asked for."""
        fetched = await self._answer(url, errand, took)
        if fetched.status == 304 and not errand.conditional:
            raise Trouble("http", "304 although nothing was asked about")
        asked = fetched.header("retry-after")
        pause = read_retry_after(asked, now=fetched.fetched_at, most=self._limits.most_retry_after)
        if trouble := trouble_of_status(fetched.status, retry_after=pause):
            self._turns.postpone(host_of(url), trouble.retry_after or 0.0)
            raise trouble
        return fetched

    async def _answer(self, url: str, errand: Errand, took: float) -> Fetched:
        """Whatever the server says, in its turn."""
        seconds = self._limits.request_seconds - took
        if seconds <= 0:
            raise Trouble("timeout", f"redirects took {took:.0f} s, and no page yet")
        async with self._turns.turn(host_of(url), delay=self._delay(url, errand.source), deadline=errand.deadline):
            begun = monotonic()
            response = await self._download(self._request(url, errand, seconds), errand.source)
            return self._unpack(response, took=monotonic() - begun)

    async def _download(self, request: Request, source: Source) -> Response:
        self.requests[source.id] = self.requests.get(source.id, 0) + 1
        engine = self._crawler.engine
        assert engine is not None
        try:
            return await engine.download_async(request)
        except Exception as error:
            raise trouble_of(error, host_of(request.url), self._guard.refused) from error

    def _request(self, url: str, errand: Errand, seconds: float) -> Request:
        # What the operator set for a site (a key, a referer) is not told to another one.
        own = self._own_headers(errand) if is_private_to(url, errand.source.url) else {}
        meta: dict[str, object] = {"download_timeout": seconds, "download_maxsize": self._limits.body_bytes}
        encodings = ACCEPT_ENCODING
        if proxy := errand.source.proxy or self._manners.proxy:
            # The operator's own machine, wherever it stands.
            self._guard.allow_private(host_of(proxy))
            meta["proxy"] = proxy
        if url.endswith(ROBOTS):  # read to its limit whatever its length, which takes a body that can be cut
            meta |= {MOST_BYTES: self._limits.robots_bytes, "download_maxsize": 0}
            encodings = "identity"
        return Request(
            url,
            method=errand.method,
            body=errand.body,
            headers={"User-Agent": self._manners.user_agent, "Accept-Encoding": encodings, **own},
            meta=meta,
            callback=NO_CALLBACK,
            dont_filter=True,
        )

    @staticmethod
    def _own_headers(errand: Errand) -> dict[str, str]:
        source = errand.source
        referer = {"Referer": source.referer} if source.referer else {}
        return {**source.headers, **referer, **errand.headers}

    def _unpack(self, response: Response, *, took: float) -> Fetched:
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
            took=took,
        )

    def _delay(self, url: str, source: Source) -> float:
        own = self._limits.delay if source.delay is None else source.delay
        return max(own, min(self._robots.crawl_delay(url), self._limits.most_delay))

    async def _answer_for_rules(self, url: str, errand: Errand) -> Rules:
        bare = replace(errand, method="GET", body=b"", headers={})
        took = 0.0
        for _ in range(self._limits.redirects + 1):
            self._check_address(url, errand.source)
            fetched = await self._answer(url, bare, took)
            if fetched.status not in REDIRECTS:
                break
            url, took = _target(fetched), took + fetched.took
        return read_rules(fetched.status, fetched.content_type or "", fetched.body, self._limits.robots_bytes)


def _stop_reading(data: bytes, request: Request) -> None:
    """Stop a download at the length its request names and take what has come; or where it comes in crumbs."""
    meta = request.meta
    if (most := meta.get(MOST_BYTES)) is not None:
        meta[MOST_BYTES] = most - len(data)
        if meta[MOST_BYTES] < 0:
            raise StopDownload(fail=False)
    if len(data) < CRUMB:
        meta[CRUMBS] = meta.get(CRUMBS, 0) + 1
        if meta[CRUMBS] > MOST_CRUMBS:
            raise StopDownload(fail=True)


def _target(fetched: Fetched) -> str:
    location = fetched.header("location")
    if not location:
        raise Trouble("redirects", f"{fetched.status} without a Location")
    # Header bytes above ASCII are UTF-8 by habit; they came as latin-1.
    return urljoin(fetched.url, location.encode("latin-1").decode("utf-8", "replace").strip())


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def is_own(url: str, home: str) -> bool:
    """Whether an address is of the same site as a source's: its host and port."""
    one, other = urlsplit(url), urlsplit(home)
    usual = {one.port, other.port} <= {None, 80, 443}
    return one.hostname == other.hostname and (usual or one.port == other.port)


def is_private_to(url: str, home: str) -> bool:
    """Whether what a source's site alone may know can be sent to an address: its own, and no step down from https."""
    return is_own(url, home) and (url.startswith("https:") or not home.startswith("https:"))
