"""The door to selectolax: a page as a light tree of Python nodes with its visible lines, made in one pass.

Which parser: on the 136 saved articles (80 KB on average) lexbor parses 1,176 pages a CPU second, libxml2 540,
BeautifulSoup about 20; copying lexbor's tree to these nodes, with the lines, costs another 1.2 ms a page and makes each
later step plain Python without a call into C a node. What it is slow at is cut before it sees it (`pruned`): 100,000
nested <div> take it 21 s, 200,000 attributes in one tag minutes.
"""

import re
from collections.abc import Mapping, Set

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawler.reading.page import BLOCKS, BREAKING, UNSEEN, Line, Node, Page

#: Longest page that is looked at, in characters; the longest of 171 saved pages has 0.9 million.
MAX_PAGE = 3_000_000
MAX_NODES = 100_000
#: A page with more lines is a trap or a database print-out.
MAX_LINES = 20_000
MAX_DEPTH = 250
MAX_DEPTH_PARSED = 600
#: Below so many tags, or attributes, even the worst page parses within 0.2 s.
FEW_TAGS = 8_000
FEW_ATTRIBUTES = 8_000

#: Of these the inside is not even looked at.
OPAQUE = UNSEEN - {"head"}
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
#: What may be hidden by its own style; lexbor looks through a page for it 10 times faster than HIDDEN_STYLE.
HIDDEN = '[style*="none" i],[style*="hidden" i],[hidden]'
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)

TAG_NAME = re.compile(r"<(/?)([a-zA-Z][^\s/>]*+)")
#: A tag with more than 128 attributes; atomic groups keep it linear (200,000 attributes: 0.07 s).
CROWDED_TAG = re.compile(
    r"""(<[a-zA-Z][^\s/>]*+(?>[\s/]*+[^\s=>/][^\s=>]*+(?>\s*=\s*(?>"[^"]*"|'[^']*'|[^\s>"'][^\s>]*+)?)?+){128})"""
    r"""(?>"[^"]*"|'[^']*'|[^>"'])*+"""
)
#: Elements that the next of their kind closes, so that leaving them open nests nothing.
SELF_CLOSING = frozenset(["p", "li", "td", "tr", "th", "dt", "dd", "option", "tbody", "thead", "tfoot"])


def css(page: Page, selector: str, within: Node | None = None) -> list[Node]:
    """Nodes that match a CSS selector. Raises ValueError when it is not one."""
    top = within or page.root
    try:
        found = top.source.css(selector) if top.source is not None else []
    except SelectolaxError as error:
        raise ValueError(f"not a CSS selector: {selector}") from error
    nodes = {node.source.mem_id: node for node in top.walk() if node.source is not None}
    return [nodes[node.mem_id] for node in found if node.mem_id in nodes]


def plant(html: str) -> Page:
    """The page, whatever it holds: too long, too deep and too much are cut."""
    parser = LexborHTMLParser(pruned(html))
    top = parser.root
    page = Page(Node("html", None, top))
    if top is not None:
        hidden = {node.mem_id for node in parser.css(HIDDEN) if _is_hidden(node.attributes)}
        _Planter(page, hidden).copy(top)
    return page


def _is_hidden(attributes: Mapping[str, str | None]) -> bool:
    return "hidden" in attributes or bool(HIDDEN_STYLE.search(attributes.get("style") or ""))


class _Planter:
    """Copies lexbor's tree and sets its lines on the way: words are collected until a block's border or a <br>."""

    def __init__(self, page: Page, hidden: Set[int]) -> None:
        self.page = page
        self.hidden = hidden
        self.words: list[str] = []
        #: The block of the first word, and the characters in links.
        self.node = page.root
        self.linked = 0
        #: The open blocks, how many links are open, and the unseen element that is.
        self.blocks = [page.root]
        self.links = 0
        self.unseen: Node | None = None

    def copy(self, top: LexborNode) -> None:
        """Depth first with an explicit place, so that depth costs no stack."""
        page, parent, depth, room = self.page, self.page.root, 0, MAX_NODES
        page.by_tag["html"].append(parent)
        source = top.first_child
        while source is not None and room:
            tag = source.tag or "-"
            if tag == "-text":
                if self.words or not source.is_empty_text_node:  # two of three texts only indent tags
                    self._add(source.text_content or "", parent)
            elif tag[0] not in "-!":
                room -= 1
                node = self._open(Node(tag, parent, source, source.mem_id in self.hidden))
                parent.children.append(node)
                page.by_tag[tag].append(node)
                child = source.first_child if depth < MAX_DEPTH and tag not in OPAQUE else None
                if child is not None:
                    source, parent, depth = child, node, depth + 1
                    continue
                self._close(node)
            source = source.next
            while source is None and parent.parent is not None and parent.source is not None:
                self._close(parent)
                source, parent, depth = parent.source.next, parent.parent, depth - 1
        for node in (parent, *parent.up()):
            self._close(node)

    def _add(self, text: str, parent: Node) -> None:
        parent.children.append(text)
        if self.unseen is None and (self.words or not text.isspace()):
            if not self.words:
                self.node = self.blocks[-1]
            self.words.append(text)
            if self.links:
                self.linked += len(text.strip())

    def _open(self, node: Node) -> Node:
        if self.unseen is None:
            tag = node.tag
            if tag in UNSEEN or node.hidden:
                self.unseen = node
            elif tag in BREAKING:
                self._end()
                if tag != "br":
                    self.blocks.append(node)
            elif tag == "a":
                self.links += 1
            node.first = node.last = len(self.page.lines)
        return node

    def _close(self, node: Node) -> None:
        if self.unseen is None:
            if node.tag in BLOCKS:
                self._end()
                self.blocks.pop()
            elif node.tag == "a":
                self.links -= 1
            node.last = len(self.page.lines) + bool(self.words)
        elif self.unseen is node:
            self.unseen = None

    def _end(self) -> None:
        """The line is full."""
        if self.words:
            text = " ".join("".join(self.words).split())
            if text and len(self.page.lines) < MAX_LINES:
                self.page.lines.append(Line(text, self.node, self.linked, tuple(self.words)))
            self.words, self.linked = [], 0


def pruned(html: str) -> str:
    """The page without what makes parsers slow: NULs, over-long pages and tags, depth no page needs."""
    html = html[:MAX_PAGE].replace("\0", "")
    if html.count("=") > FEW_ATTRIBUTES:
        html = CROWDED_TAG.sub(r"\1", html)
    return _shallow(html) if html.count("<") > FEW_TAGS else html


def _shallow(html: str) -> str:
    """The same page, its tags below MAX_DEPTH_PARSED open ones renamed to <wbr>, which nests nothing."""
    depth = 0

    def kept(match: re.Match[str]) -> str:
        nonlocal depth
        name = match[2].lower()
        if name not in VOID and name not in SELF_CLOSING:
            depth = max(depth - 1, 0) if match[1] else depth + 1
        return match[0] if depth + bool(match[1]) <= MAX_DEPTH_PARSED else f"<{match[1]}wbr"

    return TAG_NAME.sub(kept, html)
