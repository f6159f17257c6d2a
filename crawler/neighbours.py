"""Which links of a list belong to its source, and which lead to somebody else's site. Pure.

A list of links to ever new hosts is a trap; yet some sites keep their articles under a second name (新华网's lists
lead from xinhuanet.com to news.cn), and government sites carry each other's.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.fetching.guard import is_address

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Second levels of .cn under which names are given out (CNNIC); provinces have two letters.
GENERIC = {"com", "net", "org", "edu", "ac", "mil"}
#: So many links of a list show that another host is its source's second home …
LEAST_LINKS = 3
#: … and it has at most so many of them.
MOST_HOMES = 2


def homes(url: str, links: Iterable[str]) -> set[str]:
    """The hosts among `links` whose pages are taken for those of the list at `url`."""
    own = site_of(_host(url))
    hosts = Counter(map(_host, links))
    near = {host for host in hosts if site_of(host) == own}
    often = (host for host, count in hosts.most_common() if count >= LEAST_LINKS and host not in near)
    return near | set(list(often)[:MOST_HOMES])


def is_home(url: str, hosts: set[str]) -> bool:
    return _host(url) in hosts


def site_of(host: str) -> str:
    """The name that hosts of one owner share; all of gov.cn is one neighbourhood."""
    labels = host.split(".")
    if is_address(host) or len(labels) < 3:
        return host
    if labels[-2:] == ["gov", "cn"]:
        return "gov.cn"
    deeper = labels[-1] == "cn" and (labels[-2] in GENERIC or len(labels[-2]) == 2)
    return ".".join(labels[-3:] if deeper else labels[-2:])


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
