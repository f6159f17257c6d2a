"""read_article: one page in, one Article out."""

import re
import unicodedata
from datetime import datetime, timezone
from urllib.parse import urljoin, urlsplit

from crawler.reading.byline import Byline, read_byline
from crawler.reading.cleaning import Paragraph, clean
from crawler.reading.dates import SHANGHAI
from crawler.reading.density import find_body
from crawler.reading.headline import find_headline
from crawler.reading.labels import END, FILE_KINDS
from crawler.reading.metatags import COLUMN, IMAGE, first, meta_tags
from crawler.reading.page import set_lines
from crawler.reading.printing import with_printed
from crawler.reading.tree import plant
from crawler.reading.values import Article, Attachment, Overrides, Problem


def read_article(html: str, url: str, *, overrides: Overrides | None = None, now: datetime | None = None) -> Article:
    """The article that a page shows. Never raises: what cannot be read is said in `problem`."""
    return _read(html, url, overrides or Overrides(), now or datetime.now(timezone.utc))


def _read(html: str, url: str, overrides: Overrides, now: datetime) -> Article:
    tree = plant(with_printed(html))
    page = set_lines(tree)
    tags = meta_tags(tree)
    headline = find_headline(page, tags)
    node = find_body(page, headline.end)
    byline = read_byline(page, headline, node, tags, url, now)
    body = clean(node.html) if node is not None else clean("")
    paragraphs = trim(body.paragraphs, headline.text)
    text = "\n".join(paragraph.text for paragraph in paragraphs)
    problem = None if text else Problem(kind="empty", evidence="no running text")
    return Article(
        title=headline.text,
        published_at=byline.published_at,
        precision=byline.precision,
        origin=byline.origin,
        author=byline.author,
        editor=byline.editor,
        text=text,
        image=next((urljoin(url, src) for src in body.images if src), None),
        attachments=tuple(attachments(paragraphs, url)),
        column=first(tags, COLUMN) or None,
        how={"title": headline.how, "published_at": byline.how},
        problem=problem,
    )


def trim(paragraphs: list[Paragraph], title: str) -> list[Paragraph]:
    kept: list[Paragraph] = []
    for paragraph in paragraphs:
        if END.match(paragraph.text):
            if kept:
                break
            continue
        if not kept and plain(paragraph.text) == plain(title):
            continue
        kept.append(paragraph)
    return kept


def plain(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum())


def attachments(paragraphs: list[Paragraph], url: str) -> list[Attachment]:
    found = {}
    for paragraph in paragraphs:
        for name, href in paragraph.links:
            kind = urlsplit(href).path.rpartition(".")[2].lower()
            if kind in FILE_KINDS:
                address = urljoin(url, href)
                found[address] = Attachment(name=name, url=address, kind=kind)
    return list(found.values())
