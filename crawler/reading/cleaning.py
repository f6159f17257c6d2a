"""The door to BeautifulSoup: the HTML of a body becomes clean lines.

Only the body's subtree comes here (8 KB on average): over whole pages BeautifulSoup makes some 20 pages a CPU second.
"""

import re
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from crawler.reading.tree import BLOCKS, HIDDEN_STYLE, UNSEEN

CELLS = frozenset(("td", "th"))
BLANKS = re.compile(r"[^\S\t]+")


@dataclass(slots=True)
class Paragraph:
    text: str
    #: Characters of it that stand in links.
    linked: int = 0
    #: (name, href) of its links.
    links: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Body:
    paragraphs: list[Paragraph]
    images: list[str]


def clean(html: str) -> Body:
    """Paragraphs, table rows (cells parted by tabs) and pictures of a piece of HTML, without what no reader sees."""
    soup = BeautifulSoup(html, "lxml", multi_valued_attributes=None)
    composer = _Composer()
    composer.set(soup, None)
    composer.end()
    soup.decompose()  # its cycles would wait for the collector
    return Body(composer.paragraphs, composer.images)


def _is_unseen(tag: Tag) -> bool:
    return tag.name in UNSEEN or "hidden" in tag.attrs or bool(HIDDEN_STYLE.search(str(tag.attrs.get("style", ""))))


class _Composer:
    """Collects text until a block border, a <br> or the end of a table row."""

    def __init__(self) -> None:
        self.paragraphs: list[Paragraph] = []
        self.images: list[str] = []
        self.current = Paragraph("")
        self.rows = 0

    def set(self, element: Tag, link: Tag | None) -> None:
        """All below an element; the parser has bounded its depth."""
        for child in element.contents:
            if type(child) is NavigableString:
                self._add(child, link)
            elif isinstance(child, Tag) and not _is_unseen(child):
                self._tag(child, link)

    def _add(self, text: str, link: Tag | None) -> None:
        self.current.text += text.replace("\t", " ")
        if link is not None:
            self.current.linked += len(text.strip())

    def _tag(self, tag: Tag, link: Tag | None) -> None:
        if tag.name == "img":
            self.images.append(str(tag.get("src") or tag.get("data-src") or ""))
        elif tag.name == "a":
            self.current.links.append((tag.get_text().strip(), str(tag.get("href", ""))))
            self.set(tag, tag)
        elif tag.name == "tr":
            self._row(tag, link)
        elif self.rows:
            self.set(tag, link)
            self.current.text += "\t" if tag.name in CELLS else " " if tag.name in BLOCKS or tag.name == "br" else ""
        else:
            self._block(tag, link)

    def _row(self, tag: Tag, link: Tag | None) -> None:
        self.end()
        self.rows += 1
        self.set(tag, link)
        self.rows -= 1
        self.end()

    def _block(self, tag: Tag, link: Tag | None) -> None:
        bordered = tag.name in BLOCKS or tag.name == "br"
        if bordered:
            self.end()
        self.set(tag, link)
        if bordered:
            self.end()

    def end(self) -> None:
        """The line is full: keep it when it says something."""
        text = BLANKS.sub(" ", self.current.text).strip()
        if text:
            self.paragraphs.append(Paragraph(text, self.current.linked, self.current.links))
        self.current = Paragraph("")
