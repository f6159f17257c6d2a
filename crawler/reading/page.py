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

    def set(self, element: Node, block: Node, linked: bool) -> None:
        """The lines of an element; its depth is bounded by tree.MAX_DEPTH, so recursion is safe."""
        lines = self.page.lines
        is_block = element.tag in BLOCKS
        if is_block:
            self.end()
            block = element
        element.first = len(lines)
        linked = linked or element.tag == "a"
        for child in element.children:
            if isinstance(child, str):
                if self.words or not child.isspace():
                    self._add(child, block, linked)
            elif child.tag in UNSEEN or child.hidden or child.tag == "br":
                if child.tag == "br":
                    self.end()
                child.first = child.last = len(lines)
            else:
                self.set(child, block, linked)
        if is_block:
            self.end()
        element.last = len(lines) + bool(self.words)

    def _add(self, text: str, block: Node, linked: bool) -> None:
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
    setter.set(tree.root, tree.root, False)
    setter.end()
    return page
