"""A page as the reader sees it: a light tree of nodes, and the visible lines in order, each with its block."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

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
#: Elements that end a line.
BREAKING = BLOCKS | {"br"}
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


class Node:
    """One element. `children` are nodes and strings in page order; `first` and `last` bound its lines in Page.lines."""

    __slots__ = ("_attrs", "_hint", "children", "first", "hidden", "last", "parent", "source", "tag")

    def __init__(self, tag: str, parent: "Node | None", source: "LexborNode | None", hidden: bool = False) -> None:
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
class Line:
    text: str
    #: The nearest block around its first words.
    node: Node
    #: Characters of it that stand in links.
    linked: int = 0
    #: Its pieces of text, one an inline element.
    pieces: tuple[str, ...] = ()


@dataclass(slots=True)
class Page:
    """Node.first and Node.last bound each element's lines: lines[node.first:node.last]."""

    root: Node
    #: Elements by tag, in page order.
    by_tag: dict[str, list[Node]] = field(default_factory=lambda: defaultdict(list))
    #: The visible lines; hidden elements and scripts have none.
    lines: list[Line] = field(default_factory=list)

    def find_all(self, *tags: str) -> list[Node]:
        return [node for tag in tags for node in self.by_tag.get(tag, ())]

    def within(self, node: Node) -> list[Line]:
        return self.lines[node.first : node.last]

    def fell(self) -> None:
        """Cuts the way up from each element, so that the tree is freed at once, without the cyclic collector."""
        for nodes in self.by_tag.values():
            for node in nodes:
                node.parent = None
