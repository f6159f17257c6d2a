"""The visible headline."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.reading.labels import TITLE_HINT
from crawler.reading.metatags import TITLE, first
from crawler.reading.page import Page

SUFFIX = re.compile(r"\s*[-_—–|｜_]+\s*")


@dataclass(frozen=True, slots=True)
class Headline:
    text: str
    how: str
    #: Lines of the page before this index belong to the headline or stand above it.
    end: int


def plain(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum())


def find_headline(page: Page, tags: Mapping[str, str]) -> Headline:
    titles = [node.text or "".join(c for c in node.children if isinstance(c, str)) for node in page.tree.find_all("title")]
    tagged = titles[0].strip() if titles else ""
    wanted = plain(tagged), plain(first(tags, TITLE))
    best, best_score = None, 0.0
    for node in page.tree.by_source.values():
        if node.last <= node.first or node.last - node.first > 6:
            continue
        heading = node.tag in ("h1", "h2", "h3", "h4")
        if not heading and not TITLE_HINT.search(node.hint):
            line = page.lines[node.first]
            if line.node is not node or node.last - node.first > 3:
                continue
        text = node.text
        bare = plain(text)
        if not 4 <= len(bare) <= 200:
            continue
        score = 0.0
        if any(want and (bare in want or want == bare) for want in wanted):
            score += 2 + len(bare) / 50
        score += {"h1": 1.5, "h2": 0.8, "h3": 0.5, "h4": 0.3}.get(node.tag, 0)
        score += 0.4 * bool(TITLE_HINT.search(node.hint))
        if sum(line.linked for line in page.within(node)) > len(text) / 2:
            score -= 1.5
        if score > best_score:
            best, best_score = node, score
    if best is not None and best_score >= 0.8:
        return Headline(best.text, "heading", best.last)
    return Headline(SUFFIX.split(tagged)[0], "title tag", 0)
