"""read_article: one page in, one Article out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.reading import naming
from crawler.reading.addresses import base_address, resolved, same_article
from crawler.reading.byline import Zone, find_foot, find_zone
from crawler.reading.cleaning import Body, clean
from crawler.reading.dating import Published, Witnesses, published
from crawler.reading.density import Found, find_body
from crawler.reading.files import attachments
from crawler.reading.headline import Headline, find_headline
from crawler.reading.labels import SUBTITLE_HINT
from crawler.reading.language import language, script
from crawler.reading.metatags import AUTHOR, COLUMN, IMAGE, ORIGIN, first, meta_tags
from crawler.reading.page import Page, set_lines
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
        try:
            view = _look(html[:MAX_PAGE], url, overrides or Overrides())
        except ValueError as error:  # an override that is no selector
            return Article(problem=Problem(kind="selector", evidence=str(error)))
        return _judge(view, now or datetime.now(UTC))


def _look(html: str, url: str, overrides: Overrides) -> _View:
    tree = plant(with_printed(html))
    page, tags = set_lines(tree), meta_tags(tree)
    headline = find_headline(page, tags)
    if overrides.title_selector and (titles := select(tree, overrides.title_selector)):
        headline = Headline(titles[0].text, "override", titles[0].first, titles[0].last)
    zone = find_zone(page, headline)
    found = find_body(page, headline.end, zone.end)
    if overrides.body_selector and (nodes := select(tree, overrides.body_selector)):
        found = Found(tuple(nodes), "override")
    return _View(html, url, base_address(tree, url), page, tags, headline, zone, found)


def _judge(view: _View, now: datetime) -> Article:
    page, headline, zone, found = view.page, view.headline, view.zone, view.found
    foot = find_foot(page, found) if found else Zone((), 0)
    when = published(Witnesses(page, headline, zone, foot, view.tags, view.html, view.url), now)
    body, text, files = _text(view)
    origin = naming.origin(zone, foot) or naming.by_meta(view.tags, ORIGIN)
    author = naming.author(zone, foot) or naming.by_meta(view.tags, AUTHOR)
    column = _column(view)
    how = {
        "title": headline.how,
        "published_at": when.how if when else None,
        "origin": origin[1] if origin else None,
        "author": author[1] if author else None,
        "column": column[1] if column else None,
        "text": found.how if found else None,
    }
    return Article(
        title=headline.text,
        subtitle=_subtitle(view),
        published_at=when.stamp.moment if when else None,
        precision=when.stamp.precision if when else None,
        origin=origin[0] if origin else None,
        author=author[0] if author else None,
        editor=naming.editor(zone, foot),
        text=text,
        image=_image(view, body),
        attachments=tuple(files),
        language=language(text),
        script=script(f"{headline.text}{text}"),
        column=column[0] if column else None,
        next_page=_next_page(view),
        how={field: source for field, source in how.items() if source},
        problem=article_problem(view.html, page, found, text, dated=_is_dated(zone, when, text), has_files=bool(files)),
    )


def _is_dated(zone: Zone, when: Published | None, text: str) -> bool:
    """A date that no reader sees (meta, address) counts beside a text only: soft 404s carry those of their template."""
    return when is not None and (bool(zone.lines) or len(text) >= LITTLE_BODY)


def _text(view: _View) -> tuple[Body, str, list[Attachment]]:
    """The body, its text with the names of the files below it, and the files."""
    if view.found is None:
        return Body([], []), "", []
    body = clean(view.found.html)
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
        named = SUBTITLE_HINT.search(line.node.hint) or line.node.tag in ("h2", "h3", "h4")
        if named and 4 <= len(line.text) <= LONGEST_SUBTITLE and line.text not in view.zone.lines and not line.linked:
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


def _image(view: _View, body: Body) -> str | None:
    sources = (*body.images, first(view.tags, IMAGE))
    return next(
        (address for source in sources if (address := resolved(view.base, source)) and not ICON.search(address)), None
    )


ICON = re.compile(r"icon|logo|\.gif$|blank|loading|file_?type|/fileTypeImages/|qrcode|ewm", re.I)


def _next_page(view: _View) -> str | None:
    """The next page of this same article: 下一页 whose address differs in the page number alone."""
    start = view.found.first if view.found else 0
    if not any(NEXT_WORD.search(line.text) for line in view.page.lines[start:]):
        return None
    for anchor in view.page.tree.find_all("a"):
        if anchor.first < start:
            continue
        address = resolved(view.base, anchor.attrs.get("href", "")) if NEXT_PAGE.match(anchor.text) else None
        if address and same_article(address, view.url):
            return address
    return None
