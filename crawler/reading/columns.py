"""A column's page at an article's address: what is read as its text is a list of links."""

from datetime import datetime

from crawler.reading.byline import Zone
from crawler.reading.dates import all_stamps
from crawler.reading.density import Found, foot_start
from crawler.reading.groups import best_rows, is_dated
from crawler.reading.labels import DATE_LABEL
from crawler.reading.marks import is_clock
from crawler.reading.page import Line, Page
from crawler.reading.rows import find_rows
from crawler.reading.values import Problem

#: Rows of a dated list, and links of an undated one, which is easier mistaken.
FEW, FEW_UNDATED = 3, 5
#: The share of the text that the rows of a dated list hold, with their dates and summaries.
SHARE = 0.6


def column_problem(page: Page, found: Found | None, zone: Zone, base: str, now: datetime) -> Problem | None:
    """The list that stands where an article's text should, or None. A page with 发布时间：… is an article."""
    first, last = (found.first, found.last) if found else (0, len(page.lines))
    if not _may_be_list(page.lines[first:last]):
        return None
    lines = page.lines[first : max(min(last, foot_start(page, first)), first)]
    rows = [row for row in best_rows(find_rows(page, base, now)) if first <= row.node.first < last]
    texts = {line.text for row in rows for line in page.within(row.node)}
    byline = [text for text in zone.lines if text not in texts]
    if any(DATE_LABEL.search(text) for text in byline):
        return None
    if len(rows) >= FEW and is_dated(rows) and _share(texts, lines) >= SHARE:
        return Problem(kind="list", evidence=f"{len(rows)} dated links hold the text")
    dated = any(True for text in byline for _ in all_stamps(text))
    return None if dated else _undated(lines)


def _may_be_list(lines: list[Line]) -> bool:
    """Whether it is worth to look for rows, which takes longer than reading an article."""
    linked = [line for line in lines if line.linked]
    if len(linked) < FEW:
        return sum(line.linked for line in linked) * 3 > sum(len(line.text) for line in lines)
    titles = sum(_is_link(line) for line in linked)
    return titles >= FEW_UNDATED or sum(any(True for _ in all_stamps(line.text)) for line in lines) >= FEW


def _is_link(line: Line) -> bool:
    return line.linked * 3 > len(line.text) * 2


def _share(rows: set[str], lines: list[Line]) -> float:
    """How much of the text stands in the rows; what is linked outside them is the page's menu."""
    inside = sum(len(line.text) for line in lines if line.text in rows)
    beside = (line for line in lines if line.text not in rows and not is_clock(line.text))
    others = sum(len(line.text) - line.linked for line in beside)
    return inside / max(inside + others, 1)


def _undated(lines: list[Line]) -> Problem | None:
    """Links for the most part, each a line of its own."""
    linked = sum(line.linked for line in lines)
    rows = sum(map(_is_link, lines))
    if rows >= FEW_UNDATED and linked * 2 > sum(len(line.text) for line in lines):
        return Problem(kind="list", evidence=f"{rows} of {len(lines)} lines are links")
    return None


def beside_text(page: Page, text: str) -> Problem | None:
    """A page whose dated links say more than its text."""
    dated = [line for line in page.lines if any(True for _ in all_stamps(line.text))]
    rows = sum(line.linked * 2 > len(line.text) for line in dated)
    beside = sum(len(line.text) < 30 for line in dated)
    if max(rows, beside) >= FEW_UNDATED and sum(line.linked for line in page.lines) > len(text):
        return Problem(kind="list", evidence=f"{max(rows, beside)} dated rows beside {len(text)} characters of text")
    return None
