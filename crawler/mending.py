"""From the bytes of a page to what it says: decode, look for damage, repair, read.

These functions run in worker processes (`crawler.workers`), because a hostile page may take for ever and must
not stop the loop; what goes in and comes out is picklable and small. The process that calls for them never loads the
readers, which are reached through their packages for that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crawler import reading, text
from crawler.reading import Article, ListReading, Overrides, Problem
from crawler.text import Evidence
from storage.records import Repair, Source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.fetching.fetcher import Fetched
    from crawler.text import Step
    from storage.records import RawPage

#: First bytes -> what a body is that calls itself a page (file signatures as in libmagic).
SIGNATURES = {
    b"%PDF-": "pdf",
    b"\x89PNG": "png",
    b"\xff\xd8\xff": "jpeg",
    b"GIF8": "gif",
    b"PK\x03\x04": "zip",
    b"\xd0\xcf\x11\xe0": "ole",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Raw:
    """A page as received, and what is known of its source."""

    url: str
    body: bytes
    content_type: str | None
    encoding: str | None
    #: Evidence of damage remembered of the source, as `Evidence.to_json` wrote it.
    damage: str | None
    overrides: Overrides


@dataclass(frozen=True, kw_only=True, slots=True)
class Mended:
    """The text of a page, and what was done to get it."""

    text: str
    encoding: str
    decoded: str
    repairs: tuple[Repair, ...]
    lost: int
    #: Evidence to remember for the short texts of the source; None = no damage was seen.
    damage: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ListPage:
    mended: Mended
    reading: ListReading


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticlePage:
    mended: Mended
    article: Article


def raw_page(page: Fetched | RawPage, source: Source, damage: str | None) -> Raw:
    return Raw(
        url=page.url,
        body=page.body,
        content_type=page.content_type,
        encoding=source.encoding,
        damage=damage,
        overrides=Overrides(
            item_selector=source.item_selector,
            title_selector=source.title_selector,
            date_selector=source.date_selector,
            body_selector=source.body_selector,
        ),
    )


def mend_list(raw: Raw) -> ListPage:
    """A list page, or whatever the site answers with in place of one."""
    mended = _mend(raw, is_markup=raw.body.lstrip()[:1] not in (b"{", b"["))
    read = reading.read_listing(mended.text, raw.url, content_type=raw.content_type, overrides=raw.overrides)
    return ListPage(mended=_without_text(mended), reading=read)


def mend_article(raw: Raw) -> ArticlePage:
    if kind := _signature(raw.body) or _data(raw):
        problem = Problem(kind="not-html", evidence=f"the body is a {kind} file")
        return ArticlePage(mended=_untouched(), article=Article(problem=problem))
    if _is_cut(raw.body):
        problem = Problem(kind="cut", evidence="<html> is opened and never closed")
        return ArticlePage(mended=_untouched(), article=Article(problem=problem))
    mended = _mend(raw, is_markup=True)
    article = reading.read_article(mended.text, raw.url, overrides=raw.overrides)
    return ArticlePage(mended=_without_text(mended), article=article)


def mend_page(raw: Raw) -> Mended:
    """A page as such, with its text: what a column is looked for in."""
    return _mend(raw, is_markup=True)


def mend_title(title: str, damage: str | None) -> str:
    """A short text of a source, repaired with the evidence that its pages gave."""
    return text.repair(title, Evidence.from_json(damage)).text if damage else title


def _mend(raw: Raw, *, is_markup: bool) -> Mended:
    decoded = text.decode(raw.body, raw.content_type, override=raw.encoding)
    seen = text.evidence(decoded.text)
    damaged = seen != Evidence()
    basis = Evidence.from_json(raw.damage) if raw.damage and not damaged else seen
    repaired = (text.repair_page if is_markup else text.repair)(decoded.text, basis)
    return Mended(
        text=repaired.text,
        encoding=decoded.encoding,
        decoded=decoded.how,
        repairs=repairs_of(repaired.steps),
        lost=repaired.lost,
        damage=seen.to_json() if damaged else None,
    )


def repairs_of(steps: Iterable[Step]) -> tuple[Repair, ...]:
    """The steps as facts to store: one for each kind of repair, with its first place."""
    repairs: dict[str, Repair] = {}
    for step in steps:
        known = repairs.get(step.what, Repair(what=step.what, where=step.where, count=0))
        repairs[step.what] = replace(known, count=known.count + step.count)
    return tuple(repairs.values())


def _without_text(mended: Mended) -> Mended:
    """The page source need not travel back to the parent process."""
    return replace(mended, text="")


def _untouched() -> Mended:
    return Mended(text="", encoding="", decoded="", repairs=(), lost=0, damage=None)


def _is_cut(body: bytes) -> bool:
    """Whether the end of a page is missing: of 171 real pages that open <html> all close it, or <body>."""
    page = body.lower()
    return b"<html" in page and b"</html" not in page and b"</body" not in page


def _data(raw: Raw) -> str | None:
    """Answers for programs are no articles, whatever words they hold."""
    return "JSON" if "json" in (raw.content_type or "").lower() or raw.body.lstrip()[:2] in (b'{"', b"[{") else None


def _signature(body: bytes) -> str | None:
    head = body[:16].lstrip()
    return next((kind for magic, kind in SIGNATURES.items() if head.startswith(magic)), None)
