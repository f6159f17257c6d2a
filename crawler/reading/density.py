"""Where the article's text stands: the block that holds most running text, neither more nor less."""

import re

from crawler.reading.labels import ASIDE_HINT, END
from crawler.reading.page import Line, Page
from crawler.reading.tree import Node

STOP = re.compile(r"[，。；：！？、,;]")
HAN = re.compile(r"[㐀-鿿]")
#: Elements that are paragraphs, not containers of them.
PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 li tr td th tbody table pre blockquote dd dt".split())
#: Body containers by name, in the CMSs of these sites (docs/reading.md): each is one exact id or class.
KNOWN = frozenset(
    "ucap-content trs_editor_view trs_ueditor trs_editor trs_paper_default zoom zoomcon ivs_content article_content vsb_content "
    "v_news_content wzcon article-content article-con art_con art-con artcontent ccontent con_con info_content "
    "news_cont_d_wrap content_article rwb_zw rm_txt_zw rm_txt_con js_content artibody articlecontent mainbody".split()
)
SHARE = 0.75


def weight(line: Line) -> float:
    """How much a line looks like running text: unlinked characters, more with punctuation."""
    plain = max(len(line.text) - line.linked, 0)
    if line.linked > plain or END.match(line.text):
        return 0.0
    marks = len(STOP.findall(line.text))
    return plain * (1.0 if marks else 0.3)


def find_body(page: Page, after: int = 0) -> Node | None:
    """The container of the running text that starts at line `after` or later; None on a page without text."""
    sums = [0.0]
    asides = _aside_lines(page)
    for index, line in enumerate(page.lines):
        value = 0.0 if index < after or index in asides else weight(line)
        sums.append(sums[-1] + value)

    def total(node: Node) -> float:
        return sums[node.last] - sums[node.first]

    node = page.tree.root
    if not total(node):
        return None
    path = [node]
    while True:
        children = [child for child in node.children if isinstance(child, Node)]
        best = max(children, key=total, default=None)
        if best is None or total(best) < SHARE * total(node):
            break
        node = best
        path.append(node)
    return _container(path, after)


def _container(path: list[Node], after: int) -> Node:
    """The outermost node of the descent that starts after the heading; never a paragraph alone."""
    for node in path:
        if node.hint and any(word in KNOWN for word in node.hint.split()):
            return node
    for node in path:
        if node.first >= after:
            return node
    while len(path) > 1 and path[-1].tag in PARAGRAPHS:
        path.pop()
    return path[-1]


def _aside_lines(page: Page) -> set[int]:
    lines: set[int] = set()
    total = len(page.lines)
    for node in page.tree.by_source.values():
        if node.tag in ("div", "section", "aside", "footer", "nav", "ul", "dl", "td", "table") and node.last > node.first:
            if (node.tag in ("footer", "nav", "aside") or ASIDE_HINT.search(node.hint)) and node.last - node.first < 0.5 * total:
                lines.update(range(node.first, node.last))
    return lines
