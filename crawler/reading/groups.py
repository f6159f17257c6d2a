"""Groups of links of equal make: which of them are the list of a page."""

from collections import defaultdict
from datetime import datetime

from crawler.reading.addresses import article_like
from crawler.reading.page import Node, Page
from crawler.reading.rows import SHORTEST_NAME, Row, find_rows, signature

LONG_ENOUGH = 40
#: In a dated list a link without a date and with a shorter title is a widget (相关图片).
LONG_TITLE = 8
ENOUGH_NAMES = 4


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
