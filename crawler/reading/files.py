"""The files that an article offers, and the names of those that stand in a block of their own below the text."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.reading.addresses import resolved
from crawler.reading.density import Found
from crawler.reading.labels import FILE_KINDS
from crawler.reading.marks import ends_article
from crawler.reading.page import Node, Page
from crawler.reading.values import Attachment

#: Lines below the text in which its attachments may stand.
REACH = 40
MOST = 50


def attachments(page: Page, found: Found, base: str) -> tuple[list[Attachment], list[str]]:
    """The files linked in the body or below it, and the names of the latter, which belong to the text."""
    inside = [node for node in page.find_all("a") if found.first <= node.first < found.last]
    end = _end(page, found)
    below = [node for node in page.find_all("a") if found.last <= node.first < end and _kind_of_text(node)]
    files = _files((*inside, *below), base)
    return list(files.values())[:MOST], [node.text for node in below if node.text][:MOST]


def _end(page: Page, found: Found) -> int:
    """The first line below the body that begins the site's own matter."""
    stop = min(found.last + REACH, len(page.lines))
    return next(
        (
            index
            for index in range(found.last, stop)
            if ends_article(page.lines[index].text) and "附件" not in page.lines[index].text
        ),
        stop,
    )


def _files(anchors: Iterable[Node], base: str) -> dict[str, Attachment]:
    found: dict[str, Attachment] = {}
    for anchor in anchors:
        address = resolved(base, anchor.attrs.get("href", ""))
        kind = file_kind(address, anchor) if address else None
        if address and kind:
            found.setdefault(
                address, Attachment(name=anchor.text or anchor.attrs.get("title", "").strip(), url=address, kind=kind)
            )
    return found


def file_kind(address: str, anchor: Node) -> str | None:
    """The ending of the address, of a file named in its query, or of the link's own text."""
    parts = urlsplit(address)
    return _ending(parts.path) or _ending(parts.query) or _kind_of_text(anchor)


def _kind_of_text(anchor: Node) -> str | None:
    texts = (anchor.attrs.get("href", ""), anchor.text, anchor.attrs.get("title", ""), anchor.attrs.get("download", ""))
    return next((kind for text in texts if (kind := _ending(text))), None)


def _ending(text: str) -> str | None:
    kind = text.rpartition(".")[2].strip(" ）)]】").lower()
    return kind if kind in FILE_KINDS else None
