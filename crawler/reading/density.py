"""Where the article's text stands: the block that holds the running text below the byline, neither more nor less."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from crawler.reading.marks import ends_article, is_aside_name, is_clock, is_foot
from crawler.reading.page import Line, Node, Page

SENTENCE = re.compile(r"[，。；！？]")
STOP = re.compile(r"[，。；：！？、,;]")
#: Elements that are paragraphs, or parts of a table, not containers of them.
PARAGRAPHS = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "tr",
        "tbody",
        "thead",
        "table",
        "pre",
        "blockquote",
        "dd",
        "dt",
        "span",
        "font",
        "strong",
        "b",
        "em",
        "center",
        "a",
    ]
)
#: Elements that may hold a part of the text beside its container.
UNWRAPPED = frozenset(
    [
        "p",
        "div",
        "table",
        "ul",
        "ol",
        "dl",
        "blockquote",
        "section",
        "center",
        "figure",
        "pre",
        "span",
        "font",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    ]
)
ASIDE_TAGS = frozenset(("footer", "nav", "aside", "form"))
CONTAINERS = ("div", "section", "ul", "dl", "table", "td", *ASIDE_TAGS)
#: Body containers by id or class in the CMSs of these sites: TRS, UCAP, JCMS, VSB, MIIT, people.cn, WeChat.
KNOWN = frozenset(
    [
        "ucap-content",
        "ucapcontent",
        "trs_editor_view",
        "trs_ueditor",
        "trs_editor",
        "trs_paper_default",
        "zoom",
        "zoomcon",
        "ivs_content",
        "vsb_content",
        "v_news_content",
        "wzcon",
        "article_content",
        "article-content",
        "articlecontent",
        "article-con",
        "art_con",
        "art-con",
        "artcontent",
        "con_con",
        "news_cont_d_wrap",
        "rwb_zw",
        "rm_txt_zw",
        "rm_txt_con",
        "js_content",
        "artibody",
    ]
)
#: A child with this share of its parent's running text is where the text is.
SHARE = 0.75
HALF = 0.45
#: Running text after which a line such as 相关阅读 may end the article, in weighted characters.
BEGUN = 60.0
#: Running text below which a body is looked for by its place alone: a sentence.
FEW = 30.0
#: Running text that a byline's own lines may outweigh.
LITTLE = 120.0
#: Characters of a foot that may stand above the first line that only a foot has, and of a line that no foot has.
MOST_ABOVE, LONG_LINE = 120, 40


@dataclass(frozen=True, slots=True)
class Found:
    """The nodes of the body, siblings in page order, and how they were found."""

    nodes: tuple[Node, ...]
    how: str

    @property
    def first(self) -> int:
        return self.nodes[0].first

    @property
    def last(self) -> int:
        return self.nodes[-1].last


def weight(line: Line) -> float:
    """How much a line looks like running text: its characters outside links, a third without punctuation."""
    unlinked = max(len(line.text) - line.linked, 0)
    if line.linked > unlinked or is_foot(line.text) or is_clock(line.text):
        return 0.0
    return unlinked * (1.0 if STOP.search(line.text) else 0.3)


def find_body(page: Page, headline_end: int, byline_end: int) -> Found | None:
    """The container of the running text below the byline; None on a page without any.

    A byline that swallowed more than half of the text was none.
    """
    weights = _weights(page, headline_end)
    after, sums = headline_end, _sums(page, weights)
    if byline_end > headline_end:
        below = _sums(page, [0.0] * byline_end + weights[byline_end:])
        if below[-1] >= 0.5 * sums[-1] or sums[-1] < LITTLE:
            after, sums = byline_end, below

    def total(node: Node) -> float:
        return sums[node.last] - sums[node.first]

    if total(page.root) < FEW and (short := _below_byline(page, max(headline_end, byline_end))):
        return short
    if not total(page.root):
        return None
    path = _descent(page.root, total, max(headline_end, byline_end))
    known = next((node for node in reversed(path) if _is_known(node)), None)
    if known is not None:
        return Found(_with_siblings(known, page, after), "known container")
    while len(path) > 1 and path[-1].tag in PARAGRAPHS:
        path.pop()
    return Found(_with_siblings(path[-1], page, after), "density")


def _is_known(node: Node) -> bool:
    return node.tag == "ucapcontent" or not KNOWN.isdisjoint(node.hint.split())


def _below_byline(page: Page, after: int) -> Found | None:
    """The body of a notice of few words, or of files and pictures alone: the blocks from the byline to the foot."""
    stop = next((index for index in range(after, len(page.lines)) if _is_end(page.lines[index])), len(page.lines))
    stop = min(stop, foot_start(page, after))
    if not 0 < after < stop:
        return None
    named = (node for tag in CONTAINERS for node in page.find_all(tag) if after <= node.first < node.last <= stop)
    known = next(filter(_is_known, named), None)
    if known is not None:
        return Found((known,), "known container")
    node = page.lines[after].node
    for above in node.up():
        if above.first < after or above.last > stop:
            break
        node = above
    siblings = [child for child in node.parent.children if isinstance(child, Node)] if node.parent else [node]
    kept = [child for child in siblings if after <= child.first < child.last <= stop and not is_aside(child)]
    return Found(tuple(kept) or (node,), "below the byline")


def _is_end(line: Line) -> bool:
    return ends_article(line.text) or is_aside(line.node)


def foot_start(page: Page, after: int) -> int:
    """The first line of the site's foot: of the block around the first line behind all text that only a foot has."""
    lines = page.lines
    text = next((index for index in range(len(lines) - 1, after, -1) if _is_running(lines[index])), after)
    first = next((index for index in range(text, len(lines)) if is_foot(lines[index].text)), len(lines))
    if first == len(lines):
        return first
    node = lines[first].node
    for above in node.up():
        higher = lines[above.first : first]
        size = sum(len(line.text) for line in higher)
        if above.first < after or size > MOST_ABOVE or any(SENTENCE.search(line.text) for line in higher):
            break
        node = above
    return min(node.first, first)


def _is_running(line: Line) -> bool:
    """Whether a line tells something: 主办：… 承办：… may also stand in the notice of a meeting, before more text."""
    return len(line.text) - line.linked > LONG_LINE and bool(SENTENCE.search(line.text)) and not is_foot(line.text)


def _weights(page: Page, after: int) -> list[float]:
    """Each line's weight: nothing above the headline and in the foot, little in asides."""
    weights = [0.0] * min(after, len(page.lines)) + [weight(line) for line in page.lines[after:]]
    foot = foot_start(page, after)
    weights[foot:] = [0.0] * (len(weights) - foot)
    for node in _asides(page, weights):
        for index in range(node.first, node.last):
            weights[index] *= 0.1
    return weights


def _sums(page: Page, weights: list[float]) -> list[float]:
    """Running totals of weight, little of it after a line that ends the article."""
    sums, factor = [0.0], 1.0
    for line, value in zip(page.lines, weights, strict=True):
        if factor == 1.0 and sums[-1] > BEGUN and len(line.text) < 40 and ends_article(line.text):
            factor = 0.2
        sums.append(sums[-1] + value * factor)
    return sums


def _asides(page: Page, weights: list[float]) -> list[Node]:
    """Blocks named as side matter that do not hold most of the text themselves."""
    sums = [0.0]
    for value in weights:
        sums.append(sums[-1] + value)
    named = (node for node in page.find_all(*CONTAINERS) if node.last > node.first and is_aside(node))
    return [node for node in named if sums[node.last] - sums[node.first] < 0.5 * sums[-1]]


def is_aside(node: Node) -> bool:
    return node.tag in ASIDE_TAGS or is_aside_name(node.hint)


def _descent(root: Node, total: Callable[[Node], float], after: int) -> list[Node]:
    """The way down to the text; what holds the headline and half of the text is the article, comments beside it not."""
    path = [root]
    while True:
        children = [child for child in path[-1].children if isinstance(child, Node)]
        best = max(children, key=total, default=None)
        if best is None:
            return path
        share = HALF if 0 < best.first < after < best.last else SHARE
        if total(best) < share * total(path[-1]):
            return path
        path.append(best)


def _with_siblings(node: Node, page: Page, after: int) -> tuple[Node, ...]:
    """The node, and the siblings next to it that belong to it: paragraphs and tables that the template did not wrap."""
    if node.parent is None:
        return (node,)
    siblings = [
        child
        for child in node.parent.children
        if isinstance(child, Node) and (child.last > child.first or child is node)
    ]
    place = siblings.index(node)
    first = last = place
    while first > 0 and siblings[first - 1].first >= after and _belongs(siblings[first - 1], node, page):
        first -= 1
    while last + 1 < len(siblings) and (
        _belongs(siblings[last + 1], node, page) or _is_table(siblings[last + 1], page)
    ):
        last += 1
    return tuple(siblings[first : last + 1])


def _belongs(other: Node, node: Node, page: Page) -> bool:
    """Of the same make: both without a name, or with the same tag and class."""
    alike = other.tag == node.tag and other.attrs.get("class") == node.attrs.get("class")
    unnamed = not node.hint.strip() and not other.hint.strip() and other.tag in UNWRAPPED
    return (alike or unnamed) and _is_clean(other, page)


def _is_table(other: Node, page: Page) -> bool:
    return other.tag in ("table", "p") and not other.hint.strip() and _is_clean(other, page)


def _is_clean(other: Node, page: Page) -> bool:
    """No side matter and no links for the most part."""
    lines = page.within(other)
    linked, size = sum(line.linked for line in lines), sum(len(line.text) for line in lines)
    return not is_aside(other) and linked * 2 <= size and not any(ends_article(line.text) for line in lines)
