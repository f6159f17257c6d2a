"""Scrapy's settings: what is on by default and must be off here, and the numbers of `Limits`.

Left out with a reason: RemoteControl (an HTTP port that runs code in the process, on by default since 2.19),
the telnet console, the file, ftp, data and s3 handlers (a link on a page must not read a local file), cookies
(3,000 cookies of one hostile page were sent along to the next), Scrapy's own robots, retry, redirect, meta-refresh
and compression middlewares (`crawler.fetching` does these in a host's turn and under one deadline).
"""

from __future__ import annotations

from crawler.limits import Limits

_LIMITS = Limits()

BOT_NAME = "fenghuo"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

#: Who puts the parts of a crawl together when `scrapy crawl news` starts it; see `crawler.run.Parts`.
FENGHUO_PARTS = "monitors.parts.from_configuration"

#: What is left of Scrapy's defaults. Lists of what is on, because its own grow: what the next version adds stays off,
#: and what is off is not imported either (RemoteControl brings aiohttp, CookiesMiddleware tldextract: 0.2 s a start).
DOWNLOAD_HANDLERS_BASE = dict.fromkeys(("http", "https"), "crawler.fetching.wire.DownloadHandler")
#: Each costs every request 20 to 60 µs.
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
}
#: The spider yields nothing that one would look at.
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
EXTENSIONS_BASE = dict.fromkeys(
    (
        "scrapy.extensions.corestats.CoreStats",
        "scrapy.extensions.logcount.LogCount",
        "scrapy.extensions.logstats.LogStats",
        "scrapy.extensions.memusage.MemoryUsage",
        "scrapy.extensions.feedexport.FeedExporter",
    ),
    0,
)
#: TLS 1.0, legacy renegotiation and weak keys; only in the legacy lanes.
FENGHUO_LEGACY_TLS = False

DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_MAXSIZE = _LIMITS.body_bytes
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = _LIMITS.request_seconds
#: The turn of a host is `crawler.fetching.politeness`; this is the second lock on the same door.
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 0
CONCURRENT_REQUESTS = 0
#: Scrapy starts so many tasks for every response: 4 instead of 100 halves the CPU a page costs.
CONCURRENT_ITEMS = 4

ITEM_PIPELINES = {"crawler.pipelines.KeepPipeline": 100}
FEED_EXPORT_FIELDS = ["url", "title", "published_at", "origin", "author", "text", "source", "story", "matches"]
FEED_EXPORT_ENCODING = "utf-8"
LOG_LEVEL = "INFO"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
}
