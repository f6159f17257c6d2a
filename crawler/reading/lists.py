"""read_list: the links of a list page."""

import re
from collections import defaultdict
from datetime import datetime, timezone
from urllib.parse import urljoin

from crawler.reading.dates import listed_date
from crawler.reading.page import set_lines
from crawler.reading.printing import with_printed
from crawler.reading.tree import Node, plant
from crawler.reading.values import Ask, Link, ListReading, Overrides, Problem

ROWS = frozenset("li tr dl dd dt div p article section td".split())
NEXT = re.compile(r"^\W*(?:下一?[页頁]|next|后一页)\W*$", re.I)


def read_list(html: str, url: str, *, overrides: Overrides | None = None, now: datetime | None = None) -> ListReading:
    """The links of a list page in page order. Never raises."""
    now = now or datetime.now(timezone.utc)
    tree = plant(with_printed(html))
    page = set_lines(tree)
    groups: dict[tuple[str, ...], list[Link]] = defaultdict(list)
    asks = []
    for anchor in tree.find_all("a"):
        href = anchor.attrs.get("href", "").strip()
        text = anchor.text
        if NEXT.match(text) and href and not href.startswith(("javascript", "#")):
            asks.append(Ask(url=urljoin(url, href)))
        if not href or re.match(r"(?:javascript|mailto|tel):|#", href, re.I):
            continue
        title = anchor.attrs.get("title", "").strip()
        title = title if len(title) >= len(text) else text
        if len(title) < 5:
            continue
        row = next((node for node in anchor.up() if node.tag in ROWS), anchor)
        date = listed_date(row.text, now) if len(row.text) < 400 else None
        key = tuple(f"{node.tag}.{node.attrs.get('class', '')}" for node in list(anchor.up())[:6])
        groups[key].append(Link(url=urljoin(url, href), title=title, date=date, cut=title.endswith(("…", "..."))))

    def score(links: list[Link]) -> float:
        return sum(len(link.title) * (3 if link.date else 1) for link in links)

    best = max(groups.values(), key=score, default=[])
    unique = {link.url: link for link in reversed(best)}
    links = tuple(reversed(unique.values()))
    problem = None if links else Problem(kind="empty-list", evidence="no group of links")
    return ListReading(links=links, next_requests=tuple(asks[:1]), problem=problem)
