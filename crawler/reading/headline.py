"""The visible headline, and the lines it stands on."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crawler.reading.dates import all_stamps, boxed_stamp
from crawler.reading.labels import DATE_LABEL, ORIGIN_LABEL
from crawler.reading.marks import ends_article, is_foot, is_title_name
from crawler.reading.metatags import NAMES, TITLE, first
from crawler.reading.page import Line, Node, Page

#: Between the headline and the names of site and column in <title>.
SEPARATOR = re.compile(r"\s*(?:[-_|｜—–»>]+|--+)\s*")
HEADINGS = {"h1": 1.5, "h2": 0.9, "h3": 0.6, "h4": 0.4, "h5": 0.3, "h6": 0.2, "ucaptitle": 2.0}
TITLE_TAGS = ("div", "p", "td")
LONGEST = 250
#: Characters of a line with a comma that is running text.
RUNNING = 25
#: Lines at the end of a page among which its foot names the site.
FOOT = 12
#: A headline breaks over this many lines at most.
MOST_LINES = 5
#: No line without one of these is a byline; the patterns behind it cost ten times more.
BYLINE_MARK = re.compile(r"[:：﹕\d]")
#: The way from the home page, which some templates set as a heading.
CRUMBS = re.compile(r"^\W*(?:您?(?:当前|现在|所在|目前)?的?(?:位置|所在地)\W|首\s*页\s*[-—>/»›＞|])")
NO_WORD = re.compile(r"[\W_]+")
#: What it is worth to say all that <title> or the meta tag says.
WHOLE = 2.5
#: The name of the site or of the column, however large it is set.
NOT_THE_ARTICLE = -1.5
#: What a byline and running text below are worth together.
BELOW = 1.3
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
    return NO_WORD.sub("", unicodedata.normalize("NFKC", text).lower())


def find_headline(page: Page, tags: Mapping[str, str]) -> Headline:
    """The best-scored heading-like line of the page, or the first part of <title>."""
    named, below = _Named(page, tags), _Below(page)
    best, best_score = None, ENOUGH
    for start, end, node in _candidates(page):
        score = _shape(page.lines[start:end], node)
        if score + BELOW + WHOLE <= best_score:
            continue
        text = " ".join(line.text for line in page.lines[start:end])
        score += named.score(text)
        if score + BELOW <= best_score:  # what stands below need not be looked at
            continue
        score += below.worth(end)
        if score > best_score and 2 <= len(text) <= LONGEST and not ends_article(text) and not CRUMBS.match(text):
            best, best_score = Headline(text, "heading", start, end), score
    return best or (not named.expected and _emphasised(page)) or Headline(named.first_part(), "title tag")


def _emphasised(page: Page) -> Headline | None:
    """On a page whose <title> names the site or the issue alone: the last line in bold before the running text."""
    texts = [line.text for line in page.lines]
    text = next((index for index, text in enumerate(texts) if len(text) > RUNNING and "，" in text), 0)
    bold = (
        node
        for node in page.find_all("strong", "b", "big", "font")
        if node.last - node.first == 1 and node.first < text and len(texts[node.first]) >= 8
    )
    found = next((node.first for node in bold if not _is_byline(texts[node.first])), None)
    return None if found is None else Headline(texts[found], "emphasis", found, found + 1)


class _Named:
    """What <title> and the meta tags call the page."""

    def __init__(self, page: Page, tags: Mapping[str, str]) -> None:
        titles = [
            "".join(child for child in node.children if isinstance(child, str)) for node in page.find_all("title")
        ]
        self.title = " ".join(titles[0].split())[:LONGEST] if titles else ""
        self.bare = plain(self.title)
        self.meta = plain(first(tags, TITLE)[:LONGEST])
        self.others = {plain(tags[name]) for name in NAMES if name in tags} - {self.meta}
        self.parts = [part for part in SEPARATOR.split(self.title) if part]
        foot = " ".join(plain(line.text) for line in page.lines[-FOOT:] if is_foot(line.text))
        self.others |= {bare for bare in map(plain, self.parts) if len(bare) >= 4 and bare in foot}
        #: The parts that may be the headline: neither the site's name nor a newspaper's date.
        self.expected = [
            bare
            for part in self.parts
            if (bare := plain(part)) not in self.others and len(bare) >= 4 and not any(True for _ in all_stamps(part))
        ]

    def first_part(self) -> str:
        names = (part for part in self.parts if len(part) >= 4)
        return next((part for part in names if plain(part) in self.expected), self.title)

    def score(self, text: str) -> float:
        """WHOLE for all, 2 for the beginning of <title>; less for another part, which may be the site's name."""
        bare = plain(text[:LONGEST])
        if bare in self.others:
            return NOT_THE_ARTICLE
        if len(bare) < 4:
            return 0.0
        if bare in (self.bare, self.meta):
            return WHOLE
        if bare in self.expected:
            return 2.0 if bare in (self.expected[0], max(self.expected, key=len)) else 0.5
        if self.bare.startswith(bare):
            return 2.0 if len(bare) * 4 > len(self.bare) else 0.5
        if bare in self.bare:
            return len(bare) / len(self.bare)
        return 1.0 if len(self.bare) > 8 and bare.startswith(self.bare[: len(self.bare) * 2 // 3]) else 0.0


def _candidates(page: Page) -> Iterator[tuple[int, int, Node]]:
    """Headings, elements that their template calls a title, and every single line that is no link."""
    for node in page.find_all(*HEADINGS):
        if 0 < node.last - node.first <= MOST_LINES:
            yield node.first, node.last, node
    for node in page.find_all(*TITLE_TAGS):
        plain_text = 0 < node.last - node.first <= MOST_LINES and not page.lines[node.first].linked
        if plain_text and is_title_name(node.hint):
            yield node.first, node.last, node
    for index, line in enumerate(page.lines):
        if line.linked * 2 <= len(line.text):
            yield index, index + 1, line.node


def _shape(lines: list[Line], node: Node) -> float:
    """How much it looks like a headline: its tag, its name, no link around it."""
    score = HEADINGS.get(node.tag, 0.0) + 0.4 * is_title_name(node.hint)
    linked = sum(line.linked for line in lines)
    return score - 2.0 * (linked * 2 > sum(len(line.text) for line in lines)) if linked else score


class _Below:
    """What stands below a place between lines, seen when asked: up to 1 for a near byline, 0.3 for running text."""

    def __init__(self, page: Page) -> None:
        self.texts = [line.text for line in page.lines]
        self.dated: dict[int, bool] = {}

    def worth(self, place: int) -> float:
        nearest = next((step for step in range(3) if self._is_dated(place + step)), None)
        running = any(len(text) > RUNNING and "，" in text for text in self.texts[place : place + 12])
        return (1.0 - 0.2 * nearest if nearest is not None else 0.0) + 0.3 * running

    def _is_dated(self, index: int) -> bool:
        if index not in self.dated:
            texts = self.texts[index : index + 2]
            self.dated[index] = bool(texts) and (_is_byline(texts[0]) or _is_boxed(texts))
        return self.dated[index]


def _is_boxed(texts: list[str]) -> bool:
    """Whether two lines are the boxes of a date."""
    if not texts[0][-1:].isdigit() and texts[0][-1:] not in "月日":
        return False
    return all(len(text) < 12 for text in texts) and boxed_stamp(" ".join(texts)) is not None


def _is_byline(text: str) -> bool:
    """A short line with a label or a date."""
    if len(text) > 160 or not BYLINE_MARK.search(text):
        return False
    return bool(DATE_LABEL.search(text) or ORIGIN_LABEL.search(text)) or any(True for _ in all_stamps(text))
