"""RSS, Atom and sitemaps: the lists that are XML.

Read with libxml2 in recovery, because real feeds are seldom well-formed; entities are not expanded, nothing is loaded.
"""

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from lxml import etree

from crawler.reading.dates import SHANGHAI, listed_date, plausible
from crawler.reading.values import Ask, Link, ListReading, Problem

MAX_LINKS = 2_000
#: A title that is nothing but an entity of the document type, which was not expanded.
ENTITY = re.compile(r"(?:&\w+;)+")
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.S | re.I)
ROOT = re.compile(r"<(rss|rdf:RDF|feed|urlset|sitemapindex)[\s>]")


def xml_root(text: str) -> str | None:
    """rss, rdf:RDF, feed, urlset or sitemapindex, when the text starts as one of them."""
    head = text[:4000].lstrip("\ufeff \r\n\t")
    found = ROOT.search(head)
    return found[1] if found and head.startswith("<") and "<html" not in head[: found.start()].lower() else None


def read_feed(text: str, url: str, now: datetime) -> ListReading:
    """The entries of an RSS or Atom feed; relative links are resolved against the feed's own link."""
    root = _parsed(text)
    if root is None:
        return ListReading(family="feed", problem=Problem(kind="not-xml", evidence=text[:80]))
    atom = _name(root) == "feed"
    entries = [node for node in root.iter() if isinstance(node.tag, str) and _name(node) in ("item", "entry")]
    links = (_entry(node, url, now) for node in entries[:MAX_LINKS])
    found = tuple(link for link in links if link is not None)
    problem = None if found else Problem(kind="empty-list", evidence="a feed without entries")
    return ListReading(links=found, family="atom" if atom else "rss", how={"date": "feed"}, problem=problem)


def read_sitemap(text: str, url: str, now: datetime) -> ListReading:
    """The addresses of a sitemap, or the sitemaps of an index as requests. Only news sitemaps have titles."""
    root = _parsed(text)
    if root is None:
        return ListReading(family="sitemap", problem=Problem(kind="not-xml", evidence=text[:80]))
    nodes = [node for node in root if isinstance(node.tag, str)][:MAX_LINKS]
    places = [(node, urljoin(url, _text(node, "loc"))) for node in nodes if _text(node, "loc")]
    if _name(root) == "sitemapindex":
        return ListReading(
            family="sitemap-index", next_requests=tuple(Ask(url=place, kind="sitemap") for _, place in places)
        )
    links = tuple(
        Link(
            url=place,
            title=_text(node, "title"),
            date=_day(_text(node, "publication_date") or _text(node, "lastmod"), now),
        )
        for node, place in places
    )
    problem = None if links else Problem(kind="empty-list", evidence="a sitemap without addresses")
    return ListReading(links=links, family="sitemap", how={"date": "sitemap"}, problem=problem)


def _parsed(text: str) -> etree._Element | None:
    """The root, or None. Entities of a document type are cut away with it, so that none can grow."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    plain = DECLARATION.sub("", text.lstrip("\ufeff").replace("\0", "")[:20_000_000])
    try:
        root: etree._Element | None = etree.fromstring(plain.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    return root


def _name(node: etree._Element) -> str:
    return str(etree.QName(node).localname)


def _text(node: etree._Element, name: str) -> str:
    for child in node.iter():
        if isinstance(child.tag, str) and _name(child) == name and child is not node:
            return " ".join("".join(str(text) for text in child.itertext()).split())
    return ""


def _entry(node: etree._Element, url: str, now: datetime) -> Link | None:
    href = _text(node, "link") or _alternate(node) or _text(node, "guid")
    title = _text(node, "title")
    if not href or not title or ENTITY.fullmatch(title):
        return None
    stamp = next((text for name in ("pubDate", "published", "date", "updated") if (text := _text(node, name))), "")
    return Link(url=urljoin(url, href), title=title, date=_day(stamp, now))


def _alternate(node: etree._Element) -> str:
    links = [child for child in node if isinstance(child.tag, str) and _name(child) == "link"]
    return next(
        (str(link.get("href")) for link in links if link.get("href") and link.get("rel", "alternate") == "alternate"),
        "",
    )


def _day(text: str, now: datetime) -> date | None:
    """The day in Shanghai of an RFC 822, ISO 8601 or Chinese date."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, IndexError):
            return listed_date(text, now)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
    return moment.astimezone(SHANGHAI).date() if plausible(moment, now) else None
