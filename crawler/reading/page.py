"""A page as the lines a reader sees, in order, each with the block it stands in."""

from dataclasses import dataclass, field

from crawler.reading.tree import BLOCKS, UNSEEN, Node, Tree

#: Lines that are looked at; a page with more is a trap or a database print-out.
MAX_LINES = 20_000


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

    tree: Tree
    lines: list[Line] = field(default_factory=list)

    def within(self, node: Node) -> list[Line]:
        return self.lines[node.first : node.last]


class _Setter:
    """Sets type: collects words until a block border or a <br> ends the line."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.words: list[str] = []
        self.node: Node | None = None
        self.linked = 0

    def add(self, text: str, block: Node, linked: bool) -> None:
        if not self.words and not text.strip():
            return
        self.node = self.node or block
        self.words.append(text)
        if linked:
            self.linked += len(text.strip())

    def end(self) -> None:
        if self.words and self.node is not None:
            text = " ".join("".join(self.words).split())
            if text and len(self.page.lines) < MAX_LINES:
                self.page.lines.append(Line(text, self.node, self.linked, tuple(self.words)))
        self.words, self.node, self.linked = [], None, 0


def set_lines(tree: Tree) -> Page:
    """The visible lines of a tree; hidden elements and scripts have none."""
    page = Page(tree)
    setter = _Setter(page)
    stack: list[tuple[Node | str, Node, bool, bool]] = [(tree.root, tree.root, False, False)]
    while stack:
        item, block, linked, leaving = stack.pop()
        if isinstance(item, str):
            setter.add(item, block, linked)
            continue
        is_block = item.tag in BLOCKS or item.tag == "br"
        if is_block:
            setter.end()
        if leaving:
            item.last = len(page.lines) + bool(setter.words)
            continue
        item.first = item.last = len(page.lines)
        if item.tag in UNSEEN or item.hidden:
            continue
        inner = item if item.tag in BLOCKS else block
        stack.append((item, inner, linked, True))
        below = linked or item.tag == "a"
        stack.extend((child, inner, below, False) for child in reversed(item.children))
    setter.end()
    return page
