"""A few small sites with damaged pages, served on loopback: what `fenghuo demo` crawls.

>>> with serve(date(2026, 11, 24)) as served:
...     served.hosts["www.yunling.gov.example"]    # "127.0.0.1:43210"
"""

from __future__ import annotations

from datetime import date

from crawler.demo.server import Request, Served, serve
from crawler.demo.texts import Site, Text, sites
from storage.records import Source

__all__ = ["Request", "Served", "Site", "Text", "serve", "sites", "sources"]


def sources() -> tuple[Source, ...]:
    """The news columns of the demonstration's sites, one a site, ready to be visited."""
    return tuple(
        Source(
            id=f"demo-{site.name}",
            name=f"{site.title} - {site.column}",
            url=f"http://{site.host}{site.path}",
            province="云岭",
            level=site.level,
            family=site.family,
            enabled=True,
            allow_private=True,
            delay=0.1,
            fact_origin="crawler.demo",
        )
        for site in sites(date.min.replace(year=2000))
    )
