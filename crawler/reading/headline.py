"""The visible headline, and the lines it stands on."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crawler.reading.dates import all_stamps
from crawler.reading.labels import DATE_LABEL, ORIGIN_LABEL, TITLE_HINT
from crawler.reading.metatags import TITLE, first
from crawler.reading.page import Page
from crawler.reading.tree import Node

#: Between the headline and the names of site and column in <title>.
SEPARATOR = re.compile(r"\s*(?:[-_|｜—–»>]+|--+)\s*")
HEADINGS = {"h1": 1.5, "h2": 0.9, "h3": 0.6, "h4": 0.4, "ucaptitle": 2.0}
LONGEST = 250
#: A headline breaks over this many lines at most.
MOST_LINES = 5
#: What a candidate must reach to be believed against <title>.
ENOUGH = 1.2


@dataclass(frozen=True, slots=True)
class Headline:
    text: str
    how: str
    #: Its first line in Page.lines, and the first line after it; both 0 when it is not among them.
    start: int = 0
    end: int = 0


def plain(text: str) -> str:
    """Letters and digits only, NFKC and lower case: what two spellings of one headline share."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum())


def find_headline(page: Page, tags: Mapping[str, str]) -> Headline:
    """The best-scored heading-like line of the page, or the first part of <title>."""
    named = _Named(page, tags)
    best, best_score = None, ENOUGH
    for start, end, node in _candidates(page):
        text = " ".join(line.text for line in page.lines[start:end])
        score = named.score(text) + _shape(page, start, end, node)
        if score > best_score and 2 <= len(plain(text)) and len(text) <= LONGEST:
            best, best_score = Headline(text, "heading", start, end), score
    return best or Headline(named.first_part(), "title tag")


class _Named:
    """What <title> and the meta tags call the page."""

    def __init__(self, page: Page, tags: Mapping[str, str]) -> None:
        titles = ["".join(child for child in node.children if isinstance(child, str)) for node in page.tree.find_all("title")]
        self.title = " ".join(titles[0].split())[:LONGEST] if titles else ""
        self.bare = plain(self.title)
        self.meta = plain(first(tags, TITLE)[:LONGEST])

    def first_part(self) -> str:
        parts = [part for part in SEPARATOR.split(self.title) if part]
        return next((part for part in parts if len(part) >= 4), self.title)

    def score(self, text: str) -> float:
        """2 for the whole, or for the beginning of <title>; less for any other part of it, which may be the site's name."""
        bare = plain(text)
        if len(bare) < 4:
            return 0.0
        if bare in (self.bare, self.meta):
            return 2.5
        if self.bare.startswith(bare):
            return 2.0 if len(bare) * 4 > len(self.bare) else 0.5
        if bare in self.bare:
            return len(bare) / len(self.bare)
        return 1.0 if len(self.bare) > 8 and bare.startswith(self.bare[: len(self.bare) * 2 // 3]) else 0.0


def _candidates(page: Page) -> Iterator[tuple[int, int, Node]]:
    """Headings, blocks that their template calls a title, and every single line."""
    for node in page.tree.by_source.values():
        if 0 < node.last - node.first <= MOST_LINES and (node.tag in HEADINGS or (node.attrs and TITLE_HINT.search(node.hint))):
            yield node.first, node.last, node
    for index, line in enumerate(page.lines):
        yield index, index + 1, line.node


def _shape(page: Page, start: int, end: int, node: Node) -> float:
    """How much it looks like a headline: its tag, its name, a byline below it, no link around it."""
    lines = page.lines[start:end]
    score = HEADINGS.get(node.tag, 0.0) + 0.4 * bool(node.attrs and TITLE_HINT.search(node.hint))
    if sum(line.linked for line in lines) * 2 > sum(len(line.text) for line in lines):
        score -= 2.0
    return score + 1.0 * _has_byline(page, end)


def _has_byline(page: Page, end: int) -> bool:
    """A dated or labelled short line among the next three."""
    return any(
        len(line.text) < 160 and (DATE_LABEL.search(line.text) or ORIGIN_LABEL.search(line.text) or any(True for _ in all_stamps(line.text)))
        for line in page.lines[end : end + 3]
    )
