"""read_article: one page in, one Article out."""

from datetime import datetime, timezone
from urllib.parse import urlsplit

from crawler.reading import naming
from crawler.reading.addresses import resolved
from crawler.reading.byline import Zone, find_foot, find_zone
from crawler.reading.cleaning import Paragraph, clean
from crawler.reading.dating import Witnesses, published
from crawler.reading.density import find_body
from crawler.reading.headline import find_headline
from crawler.reading.labels import FILE_KINDS
from crawler.reading.metatags import COLUMN, first, meta_tags
from crawler.reading.page import set_lines
from crawler.reading.pausing import collector_paused
from crawler.reading.printing import with_printed
from crawler.reading.tree import plant
from crawler.reading.trimming import trimmed
from crawler.reading.values import Article, Attachment, Overrides, Problem


def read_article(html: str, url: str, *, overrides: Overrides | None = None, now: datetime | None = None) -> Article:
    """The article that a page shows. Never raises: what cannot be read is said in `problem`."""
    with collector_paused():
        return _read(html, url, overrides or Overrides(), now or datetime.now(timezone.utc))


def _read(html: str, url: str, overrides: Overrides, now: datetime) -> Article:
    tree = plant(with_printed(html))
    page = set_lines(tree)
    tags = meta_tags(tree)
    headline = find_headline(page, tags)
    zone = find_zone(page, headline)
    found = find_body(page, headline.end, zone.end)
    foot = find_foot(page, found) if found else Zone((), 0)
    when = published(Witnesses(page, headline, zone, foot, tags, html, url), now)
    body = clean("".join(node.html for node in found.nodes) if found else "")
    above = [line.text for line in page.lines[found.first : max(zone.end, found.first)]] if found else []
    paragraphs = trimmed(body.paragraphs, headline.text, above)
    text = "\n".join(paragraph.text for paragraph in paragraphs)
    origin, author = naming.origin(zone, foot), naming.author(zone, foot)
    problem = None if text else Problem(kind="empty", evidence="no running text")
    return Article(
        title=headline.text,
        published_at=when.stamp.moment if when else None,
        precision=when.stamp.precision if when else None,
        origin=origin[0] if origin else None,
        author=author[0] if author else None,
        editor=naming.editor(zone, foot),
        text=text,
        image=next((resolved(url, src) for src in body.images if src), None),
        attachments=tuple(attachments(paragraphs, url)),
        column=first(tags, COLUMN) or None,
        how={"title": headline.how, "published_at": when.how if when else "", "text": found.how if found else ""},
        problem=problem,
    )


def attachments(paragraphs: list[Paragraph], url: str) -> list[Attachment]:
    found = {}
    for paragraph in paragraphs:
        for name, href in paragraph.links:
            kind = file_kind(href)
            address = resolved(url, href)
            if kind and address:
                found[address] = Attachment(name=name, url=address, kind=kind)
    return list(found.values())


def file_kind(href: str) -> str | None:
    try:
        kind = urlsplit(href).path.rpartition(".")[2].lower()
    except ValueError:
        return None
    return kind if kind in FILE_KINDS else None
