"""The door to BeautifulSoup: the HTML of a body becomes clean lines.

Only the body's subtree comes here (8 KB on average): over whole pages BeautifulSoup makes some 20 pages a CPU second.
"""

import re
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, NavigableString, PageElement, Tag

from crawler.reading.tree import BLOCKS, HIDDEN_STYLE, UNSEEN

CELLS = frozenset(("td", "th"))


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
    soup = BeautifulSoup(html, "lxml")
    for tag in soup.find_all(_unseen):
        tag.decompose()
    return Body(_paragraphs(soup), [str(tag.get("src") or tag.get("data-src") or "") for tag in soup.find_all("img")])


def _unseen(tag: Tag) -> bool:
    return tag.name in UNSEEN or tag.has_attr("hidden") or bool(HIDDEN_STYLE.search(str(tag.get("style", ""))))


def _paragraphs(soup: Tag) -> list[Paragraph]:
    done: list[Paragraph] = []
    current = Paragraph("")

    def end(mark: str = "") -> None:
        nonlocal current
        text = re.sub(r"[^\S\t]+", " ", current.text).strip()
        if text.strip():
            done.append(Paragraph(text, current.linked, current.links))
        current = Paragraph("")

    stack: list[tuple[PageElement, bool]] = [(soup, False)]
    row = 0
    link: Tag | None = None
    while stack:
        item, leaving = stack.pop()
        if isinstance(item, NavigableString):
            if type(item) is NavigableString:
                current.text += item.replace("\t", " ")
                if link is not None:
                    current.linked += len(item.strip())
            continue
        if not isinstance(item, Tag):
            continue
        if item.name == "a":
            if leaving:
                link = None
            else:
                link = item
                current.links.append((item.get_text().strip(), str(item.get("href", ""))))
        if item.name == "tr":
            end()
            row += -1 if leaving else 1
        elif item.name in CELLS and row:
            current.text += "\t" if leaving else ""
        elif item.name in BLOCKS or item.name == "br":
            if row:
                current.text += " "
            else:
                end()
        if not leaving:
            stack.append((item, True))
            stack.extend((child, False) for child in reversed(item.contents))
    end()
    return done
