"""The door to selectolax: a page as a light tree of Python nodes, made in one pass.

Which parser: on the 136 saved articles (80 KB on average) lexbor parses 1,176 pages a CPU second, libxml2 540,
BeautifulSoup about 20; copying lexbor's tree to these nodes costs another 0.7 ms a page and makes each later step plain
Python without a call into C a node. What it is slow at is cut before it sees it (`pruned`): 100,000 nested <div> take
it 21 s, 200,000 attributes in one tag minutes.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

#: Longest page that is looked at, in characters; the longest of 171 saved pages has 0.9 million.
MAX_PAGE = 3_000_000
MAX_NODES = 100_000
MAX_DEPTH = 250
MAX_DEPTH_PARSED = 600
#: Below so many tags, or attributes, even the worst page parses within 0.2 s.
FEW_TAGS = 8_000
FEW_ATTRIBUTES = 8_000

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "frameset",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
        "ucapcontent",
        "ucaptitle",
        "publishtime",
    ]
)
#: Mark-up of words, which carries no structure.
INLINE = ["span", "font", "strong", "b", "em", "i", "u", "small", "big", "label", "ins"]
#: Elements whose text no reader sees.
UNSEEN = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "textarea",
        "select",
        "button",
        "input",
    ]
)
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


class Node:
    """One element. `children` are nodes and strings in page order; `first` and `last` bound its lines in Page.lines."""

    __slots__ = ("_attrs", "_hint", "children", "first", "hidden", "last", "parent", "source", "tag")

    def __init__(self, tag: str, parent: "Node | None", source: LexborNode | None, hidden: bool = False) -> None:
        self.tag = tag
        self.parent = parent
        self.source = source
        #: Whether its own style hides it from readers.
        self.hidden = hidden
        self.children: list[Node | str] = []
        self.first = self.last = 0
        self._attrs: dict[str, str] | None = None
        self._hint: str | None = None

    @property
    def attrs(self) -> dict[str, str]:
        """Read when asked for: most elements are spans and paragraphs whose attributes nobody needs."""
        if self._attrs is None:
            source = self.source
            self._attrs = {name: value or "" for name, value in source.attributes.items()} if source is not None else {}
        return self._attrs

    @property
    def hint(self) -> str:
        """Class and id, in lower case: what the template's author called it."""
        if self._hint is None:
            self._hint = f"{self.attrs.get('class', '')} {self.attrs.get('id', '')}".lower()
        return self._hint

    def walk(self) -> Iterator["Node"]:
        """This element and all below it, in page order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(child for child in reversed(node.children) if not isinstance(child, str))

    def strings(self) -> Iterator[str]:
        """The text a reader sees, piece by piece; a block's border gives a line break."""
        stack: list[Node | str] = [self]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                yield item
            elif item.tag == "br":
                yield "\n"
            elif item.tag not in UNSEEN and not item.hidden:
                border = ["\n"] if item.tag in BLOCKS else []
                stack += [*border, *reversed(item.children), *border]

    @property
    def text(self) -> str:
        """The visible text with white space folded to single blanks."""
        return " ".join("".join(self.strings()).split())

    def up(self) -> Iterator["Node"]:
        """Its parent, and so on to the root."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    @property
    def html(self) -> str:
        return (self.source.html or "") if self.source is not None else ""


@dataclass(slots=True)
class Tree:
    root: Node
    #: Elements by tag, in page order.
    by_tag: dict[str, list[Node]] = field(default_factory=lambda: defaultdict(list))

    def find_all(self, *tags: str) -> list[Node]:
        return [node for tag in tags for node in self.by_tag.get(tag, ())]

    def fell(self) -> None:
        """Cuts the way up from each element, so that the tree is freed at once, without the cyclic collector."""
        for nodes in self.by_tag.values():
            for node in nodes:
                node.parent = None

    def css(self, selector: str, within: Node | None = None) -> list[Node]:
        """Nodes that match a CSS selector. Raises ValueError when it is not one."""
        source = (within or self.root).source
        if source is None:
            return []
        try:
            found = source.css(selector)
        except SelectolaxError as error:
            raise ValueError(f"not a CSS selector: {selector}") from error
        nodes = {node.source.mem_id: node for node in (within or self.root).walk() if node.source is not None}
        return [nodes[node.mem_id] for node in found if node.mem_id in nodes]


def plant(html: str) -> Tree:
    """The page as a tree, whatever it holds: too long, too deep and too much are cut."""
    parser = LexborHTMLParser(pruned(html))
    top = parser.root
    tree = Tree(Node("html", None, top))
    if top is not None:
        hidden = {node.mem_id for node in parser.css(HIDDEN) if _is_hidden(node.attributes)}
        _copy(top, tree, hidden)
    return tree


def _is_hidden(attributes: Mapping[str, str | None]) -> bool:
    return "hidden" in attributes or bool(HIDDEN_STYLE.search(attributes.get("style") or ""))


def _copy(top: LexborNode, tree: Tree, hidden: Set[int]) -> None:
    """Depth first with an explicit place, so that depth costs no stack."""
    by_tag = tree.by_tag
    by_tag["html"].append(tree.root)
    source, parent, depth, room = top.first_child, tree.root, 0, MAX_NODES
    while source is not None and room:
        tag = source.tag or "-"
        child = None
        if tag == "-text":
            text = source.text_content or ""
            if not text.isspace() or not _is_layout(parent):
                parent.children.append(text)
        elif tag[0] not in "-!":
            room -= 1
            node = Node(tag, parent, source, source.mem_id in hidden if hidden else False)
            parent.children.append(node)
            by_tag[tag].append(node)
            child = source.first_child if depth < MAX_DEPTH and tag not in OPAQUE else None
        if child is not None:
            source, parent, depth = child, node, depth + 1
            continue
        following = source.next
        while following is None and parent.parent is not None and parent.source is not None:
            following, parent, depth = parent.source.next, parent.parent, depth - 1
        source = following


def _is_layout(parent: Node) -> bool:
    """Whether white space at the end of this element parts no words: two of three texts of a page only indent tags."""
    last = parent.children[-1] if parent.children else parent
    return not isinstance(last, str) and (last.tag in BLOCKS or last.tag == "br")


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
