"""A source's own selectors, CSS or `xpath:…`, in place of the general rules. The door to lxml's XPath."""

from datetime import datetime

from lxml import etree
from lxml import html as lxml_html

from crawler.reading.addresses import resolved
from crawler.reading.dates import listed_date
from crawler.reading.page import Node, Page
from crawler.reading.rows import Row, anchor_title, make_row
from crawler.reading.tree import css, plant
from crawler.reading.values import Overrides, Problem

XPATH = "xpath:"


def select(page: Page, selector: str, within: Node | None = None) -> list[Node]:
    """The elements a selector names. Raises ValueError when it is none."""
    if not selector.startswith(XPATH):
        return css(page, selector, within)
    try:
        root = lxml_html.fromstring((within or page.root).html or "<html></html>")
        found = root.xpath(selector.removeprefix(XPATH))
    except (etree.XPathError, etree.ParserError, etree.XMLSyntaxError) as error:
        raise ValueError(f"not an XPath: {selector}") from error
    pieces = found if isinstance(found, list) else [found]
    return [node for piece in pieces if (node := _planted(piece)) is not None]


def _planted(piece: object) -> Node | None:
    """An XPath's element, or text, as a node of its own, which has no lines on the page."""
    markup = (
        str(etree.tostring(piece, encoding="unicode", with_tail=False))
        if isinstance(piece, etree._Element)
        else f"<span>{piece}</span>"
    )
    bodies = plant(f"<body>{markup}</body>").find_all("body")
    found = next((child for body in bodies[:1] for child in body.children if isinstance(child, Node)), None)
    for node in found.walk() if found else ():
        node.first = node.last = 0
    return found


def override_rows(page: Page, base: str, overrides: Overrides, now: datetime) -> tuple[list[Row], Problem | None]:
    """The rows of a source's own item selector; a Problem when a selector is wrong or finds nothing."""
    try:
        items = select(page, overrides.item_selector or "")
        rows = [row for item in items if (row := _row(page, item, base, overrides, now))]
    except ValueError as error:
        return [], Problem(kind="selector", evidence=str(error))
    return rows, None if rows else Problem(
        kind="selector", evidence=f"{overrides.item_selector} finds {len(items)} items without links"
    )


def _row(page: Page, item: Node, base: str, overrides: Overrides, now: datetime) -> Row | None:
    anchors = [node for node in item.walk() if node.tag == "a" and resolved(base, node.attrs.get("href", ""))]
    if not anchors:
        return None
    anchor = max(anchors, key=lambda node: len(anchor_title(node)))
    address = resolved(base, anchor.attrs["href"]) or ""
    title = anchor_title(anchor) or anchor.attrs.get("title", "").strip()
    if overrides.title_selector:
        title = next((node.text for node in select(page, overrides.title_selector, item)), title)
    row = make_row(anchor, item, address, title, now)
    if overrides.date_selector:
        dates = (listed_date(node.text, now) for node in select(page, overrides.date_selector, item))
        row.date = next((day for day in dates if day), row.date)
    return row if title else None
