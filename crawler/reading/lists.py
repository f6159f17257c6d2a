"""read_list: the links of a list page, and what must be asked for next."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

from crawler.reading.addresses import article_like, base_address
from crawler.reading.asks import next_requests
from crawler.reading.islands import find_island
from crawler.reading.page import Node, Page
from crawler.reading.pausing import collector_paused
from crawler.reading.printing import with_printed
from crawler.reading.refusals import list_problem
from crawler.reading.rows import SHORTEST_NAME, Row, find_rows, signature
from crawler.reading.selection import override_rows
from crawler.reading.tree import MAX_PAGE, plant
from crawler.reading.values import Link, ListReading, Overrides, Problem

#: Links of one list that are handed on; more is a trap, or a page that should be asked for in parts.
MAX_LINKS = 2_000
LONG_ENOUGH = 40
#: In a dated list a link without a date and with a shorter title is a widget (相关图片).
LONG_TITLE = 8
ENOUGH_NAMES = 4


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


def main_rows(page: Page, base: str, now: datetime) -> list[Row]:
    """The rows of the main list; a list of short names only where it is dated and no list of titles is."""
    rows = best_rows(find_rows(page, base, now))
    if not is_dated(rows):
        names = best_rows(find_rows(page, base, now, SHORTEST_NAME), only_dated=True)
        if len(names) >= ENOUGH_NAMES:
            return names
    return rows


def best_rows(rows: list[Row], only_dated: bool = False) -> list[Row]:
    """The best group of equal make, and the groups in its box, on its level, that are dated like it."""
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[signature(row)].append(row)
    best = max((group for group in groups.values() if is_dated(group) or not only_dated), key=worth, default=[])
    if not best or not is_of_articles(best):
        return []
    dated, box, level = is_dated(best), common_box(best), len(list(best[0].node.up()))
    kept = list(best)
    for group in groups.values():
        ups = [list(row.node.up()) for row in (group[0], group[-1])]
        beside = group is not best and all(len(up) == level and box in up for up in ups)
        if beside and all(row.dated == "row" if dated else row.solid and article_like(row.url) for row in group):
            kept += group
    chosen = {id(row) for row in kept if not (dated and row.dated != "row" and len(row.title) < LONG_TITLE)}
    return [row for row in rows if id(row) in chosen]


def is_of_articles(group: list[Row]) -> bool:
    """Whether half of the links are dated or have addresses like articles; a menu has neither."""
    return worth(group) > 0 and sum(bool(row.dated) or article_like(row.url) for row in group) * 2 >= len(group)


def is_dated(rows: list[Row]) -> bool:
    """Whether most rows show a date."""
    return sum(row.dated == "row" for row in rows) * 2 > len(rows)


def worth(group: list[Row]) -> float:
    """How much a group of links looks like a list of articles."""
    total = 0.0
    for row in group:
        if row.solid:
            size = min(len(row.title), LONG_ENOUGH)
            total += size * (3.0 if row.dated == "row" else 1.0) * (1.0 if article_like(row.url) else 0.4)
    return total if any(row.solid for row in group) else 0.0


def common_box(rows: list[Row]) -> Node | None:
    """The smallest element around all rows."""
    paths = [list(row.node.up()) for row in (rows[0], rows[len(rows) // 2], rows[-1])]
    shared = set(map(id, paths[1])) & set(map(id, paths[2]))
    return next((node for node in paths[0] if id(node) in shared), None)
