"""read_article: one page in, one Article out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.reading import naming
from crawler.reading.addresses import base_address, resolved, same_article
from crawler.reading.byline import Zone, find_foot, find_zone
from crawler.reading.cleaning import Body, clean
from crawler.reading.columns import column_problem
from crawler.reading.dating import Published, Witnesses, published
from crawler.reading.density import Found, find_body
from crawler.reading.files import attachments
from crawler.reading.headline import Headline, find_headline
from crawler.reading.labels import SUBTITLE_HINT
from crawler.reading.language import language, script
from crawler.reading.metatags import AUTHOR, COLUMN, IMAGE, ORIGIN, first, meta_tags
from crawler.reading.page import Page
from crawler.reading.pausing import collector_paused
from crawler.reading.printing import with_printed
from crawler.reading.refusals import LITTLE_BODY, article_problem
from crawler.reading.selection import select
from crawler.reading.tree import MAX_PAGE, plant
from crawler.reading.trimming import trimmed
from crawler.reading.values import Article, Attachment, Overrides, Problem

NEXT_PAGE = re.compile(r"^\W*(?:下\s*一?\s*[页頁]|余下全文)\W*$")
NEXT_WORD = re.compile(r"下\s*一?\s*[页頁]|余下全文")
LAST_CRUMB = re.compile(r"正文|详情|详细|内容|首页")
LONGEST_SUBTITLE = 80
DASHED = re.compile(r"—|--|―")


@dataclass(frozen=True, slots=True)
class _View:
    """What was seen of one page, before it is judged."""

    html: str
    url: str
    base: str
    page: Page
    tags: Mapping[str, str]
    headline: Headline
    zone: Zone
    found: Found | None


def read_article(html: str, url: str, *, overrides: Overrides | None = None, now: datetime | None = None) -> Article:
    """The article that a page shows. Never raises: what cannot be read is said in `problem`.

    `now` only rules dates in the future out; without it, it is the present.
    """
    with collector_paused():
        return _read(html[:MAX_PAGE], url, overrides or Overrides(), now or datetime.now(UTC))


def _read(html: str, url: str, overrides: Overrides, now: datetime) -> Article:
    page = plant(with_printed(html))
    try:
        return _judge(_look(html, url, page, overrides), now)
    except ValueError as error:  # an override that is no selector
        return Article(problem=Problem(kind="selector", evidence=str(error)))
    finally:
        page.fell()


def _look(html: str, url: str, page: Page, overrides: Overrides) -> _View:
    tags = meta_tags(page)
    headline = find_headline(page, tags)
    if overrides.title_selector and (titles := select(page, overrides.title_selector)):
        headline = Headline(titles[0].text, "override", titles[0].first, titles[0].last)
    zone = find_zone(page, headline)
    found = find_body(page, headline.end, zone.end)
    if overrides.body_selector and (nodes := select(page, overrides.body_selector)):
        found = Found(tuple(nodes), "override")
    return _View(html, url, base_address(page, url), page, tags, headline, zone, found)


def _judge(view: _View, now: datetime) -> Article:
    page, headline, zone, found = view.page, view.headline, view.zone, view.found
    foot = find_foot(page, found) if found else Zone((), 0)
    when = published(Witnesses(page, headline, zone, foot, view.tags, view.html, view.url), now)
    body, text, files = _text(view)
    origin = naming.origin(zone, foot) or naming.by_meta(view.tags, ORIGIN)
    author = naming.author(zone, foot) or naming.by_meta(view.tags, AUTHOR)
    editor = naming.editor(zone, foot)
    column, image, subtitle, next_page = _column(view), _image(view, body), _subtitle(view), _next_page(view)
    how = {
        "title": headline.how,
        "subtitle": subtitle and "beside the headline",
        "published_at": when and when.how,
        "origin": origin and origin[1],
        "author": author and author[1],
        "editor": editor and "label",
        "column": column and column[1],
        "image": image and image[1],
        "next_page": next_page and "下一页",
        "text": found and found.how,
    }
    return Article(
        title=headline.text,
        subtitle=subtitle,
        published_at=when.stamp.moment if when else None,
        precision=when.stamp.precision if when else None,
        origin=origin[0] if origin else None,
        author=author[0] if author else None,
        editor=editor,
        text=text,
        image=image[0] if image else None,
        attachments=tuple(files),
        language=language(text),
        script=script(f"{headline.text}{text}"),
        column=column[0] if column else None,
        next_page=next_page,
        how={field: source for field, source in how.items() if source},
        problem=article_problem(
            view.html,
            page,
            text,
            column=column_problem(page, found, zone, view.base, now),
            dated=_is_dated(zone, when, text),
            has_files=bool(files),
        ),
    )


def _is_dated(zone: Zone, when: Published | None, text: str) -> bool:
    """A date that no reader sees (meta, address) counts beside a text only: soft 404s carry those of their template."""
    return when is not None and (bool(zone.lines) or len(text) >= LITTLE_BODY)


def _text(view: _View) -> tuple[Body, str, list[Attachment]]:
    """The body, its text with the names of the files below it, and the files."""
    if view.found is None:
        return Body([], []), "", []
    body = clean(view.found.nodes)
    above = [line.text for line in view.page.lines[view.found.first : max(view.zone.end, view.found.first)]]
    lines = [paragraph.text for paragraph in trimmed(body.paragraphs, view.headline.text, above)]
    files, names = attachments(view.page, view.found, view.base)
    return body, "\n".join(lines + [name for name in names if name not in lines]), files


def _subtitle(view: _View) -> str | None:
    """The line beside the headline that the template calls a subtitle, or heads with h2 to h4."""
    lines = view.page.lines
    for line in (
        *lines[view.headline.end : view.zone.end],
        *lines[max(view.headline.start - 1, 0) : view.headline.start],
    ):
        named = SUBTITLE_HINT.search(line.node.hint) or line.node.tag in ("h2", "h3", "h4") or DASHED.match(line.text)
        own = line.text not in view.zone.lines and not line.linked
        if named and own and 4 <= len(line.text) <= LONGEST_SUBTITLE:
            return line.text
    return None


def _column(view: _View) -> tuple[str, str] | None:
    """(栏目, how): the meta tag's, or the last step of the breadcrumb that is a link."""
    name = first(view.tags, COLUMN)
    if name:
        return name[:60], "meta"
    for line in view.page.lines[: view.headline.start + 1 or None]:
        if (
            re.search(r"(?:位置|首\s*页)\W", line.text)
            and re.search(r"[>》»›/＞-]", line.text)
            and len(line.text) < 200
        ):
            steps = [
                step
                for piece in re.split(r"[>》»›/＞]+|\s-\s|[:：]", line.text)
                if (step := piece.strip()) and not LAST_CRUMB.search(step)
            ]
            return (steps[-1][:60], "breadcrumb") if len(steps) > 1 and len(steps[-1]) < 20 else None
    return None


def _image(view: _View, body: Body) -> tuple[str, str] | None:
    """(address, how): the first picture of the body, else the one that a meta tag names."""
    sources = (*((source, "body") for source in body.images), (first(view.tags, IMAGE), "meta"))
    found = ((resolved(view.base, source), how) for source, how in sources)
    return next(((address, how) for address, how in found if address and not ICON.search(address)), None)


ICON = re.compile(r"icon|logo|\.gif$|blank|loading|file_?type|/fileTypeImages/|qrcode|ewm", re.I)


def _next_page(view: _View) -> str | None:
    """The next page of this same article: 下一页 whose address differs in the page number alone."""
    start = view.found.first if view.found else 0
    if not any(NEXT_WORD.search(line.text) for line in view.page.lines[start:]):
        return None
    for anchor in view.page.find_all("a"):
        if anchor.first < start:
            continue
        address = resolved(view.base, anchor.attrs.get("href", "")) if NEXT_PAGE.match(anchor.text) else None
        if address and same_article(address, view.url):
            return address
    return None
