"""read_list: the links of a list page, and what must be asked for next."""

from collections.abc import Iterable
from datetime import UTC, datetime

from crawler.reading.addresses import base_address
from crawler.reading.asks import next_requests
from crawler.reading.groups import main_rows
from crawler.reading.islands import find_island, json_island
from crawler.reading.pausing import collector_paused
from crawler.reading.printing import with_printed
from crawler.reading.refusals import list_problem
from crawler.reading.selection import override_rows
from crawler.reading.tree import MAX_PAGE, plant
from crawler.reading.values import Link, ListReading, Overrides, Problem

#: Links of one list that are handed on; more is a trap, or a page that should be asked for in parts.
MAX_LINKS = 2_000


def read_list(html: str, url: str, *, overrides: Overrides | None = None, now: datetime | None = None) -> ListReading:
    """The links of a list page in page order. Never raises: what stands in the way is said in `problem`."""
    with collector_paused():
        return _read(html[:MAX_PAGE], url, overrides or Overrides(), now or datetime.now(UTC))


def _read(html: str, url: str, overrides: Overrides, now: datetime) -> ListReading:
    island = find_island(html)
    page = plant(with_printed(island.html if island else html))
    base = base_address(page, url)
    if overrides.item_selector:
        rows, problem = override_rows(page, base, overrides, now)
        how = "override"
    else:
        rows, problem, how = main_rows(page, base, now), None, "structure"
    if how == "structure" and not rows and not island and (island := json_island(html)):
        rows = main_rows(plant(island.html), base, now)
    asks = next_requests(html, page, url, base)
    links = unique(row.link for row in rows)
    if len(links) > MAX_LINKS:
        problem = Problem(kind="cut", evidence=f"{len(links)} links, {MAX_LINKS} kept")
    reading = ListReading(
        links=links[:MAX_LINKS],
        next_requests=asks,
        family=island.family if island else "html",
        how={"links": how, "date": ", ".join(sorted({row.dated for row in rows if row.dated}))},
        problem=problem or list_problem(html, page, links, asks),
    )
    page.fell()
    return reading


def unique(links: Iterable[Link]) -> tuple[Link, ...]:
    """The first link of each address, with the longest of its titles when that one is cut."""
    found: dict[str, Link] = {}
    for link in links:
        known = found.setdefault(link.url, link)
        if known.cut and not link.cut:
            found[link.url] = link
    return tuple(found.values())
