"""Kept pages read again, with today's decoding, repair and reading. Nothing is fetched and nothing is written here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from crawler.articles import joined, pages_of
from crawler.findings import Lead, finding_of
from crawler.mending import mend_article, mend_title, raw_page
from crawler.reading import Link
from crawler.workers import ReadingFailed
from storage.faults import fault_of, without_nul
from storage.records import Misreading, SourceState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.mending import ArticlePage
    from crawler.workers import Workers
    from storage.records import Article, Finding
    from storage.reports import Dossier

#: What a page says, and how it was read; address and times of discovery are not read from it.
FIELDS: Final = (
    "title", "subtitle", "text", "published_at", "precision", "origin", "author", "editor", "column", "image",
    "attachments", "encoding", "decoded", "repairs", "lost", "how",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    field: str
    before: Any
    after: Any


async def read_again(dossier: Dossier, damage: str | None, workers: Workers) -> Finding | str:
    """What an article's pages say today, or why that cannot be said. `damage`: what is remembered of its source."""
    read: list[ArticlePage] = []
    for page in dossier.pages:
        try:
            read.append(await workers.call(mend_article, raw_page(page, dossier.article.source, damage)))
        except ReadingFailed as failure:
            return str(failure)
        damage = read[-1].mended.damage or damage
    return finding_again(dossier, read, damage)


def finding_again(dossier: Dossier, read: Sequence[ArticlePage], damage: str | None) -> Finding | str:
    article = dossier.article
    if len(read) == 1 and (said := article.how.get("pages", pages_of(read))) != pages_of(read):
        return f"it has {said}, and only the first was kept"
    state = SourceState(source_id=article.source.id)
    finding = finding_of(read[0], dossier.pages[0], _lead(dossier, damage), state, timedelta())
    if isinstance(finding, Misreading):
        return f"{finding.kind}: {finding.evidence}"
    finding = joined(finding, _texts(finding, read[1:]), article.how.get("missing", ""))
    finding = without_nul(replace(_with_attachments(finding, article), sighting=None, page=None))
    return fault_of(finding) or finding


def changes(article: Article, finding: Finding) -> tuple[Change, ...]:
    """The fields that an article would have otherwise."""
    both = ((name, getattr(article, name), getattr(finding, name)) for name in FIELDS)
    return tuple(Change(field=name, before=before, after=after) for name, before, after in both if before != after)


def _lead(dossier: Dossier, damage: str | None) -> Lead:
    """What the list said, with its title mended by the evidence there is today."""
    article, seen = dossier.article, dossier.sighting
    title = mend_title(seen.title, damage) if seen else article.title
    return Lead(
        key=article.key,
        link=Link(url=article.url, title=title, date=seen.date if seen else None),
        list_url=seen.list_url if seen else article.source.url,
        source=article.source,
        seen_at=article.seen_at,
    )


def _texts(finding: Finding, further: Sequence[ArticlePage]) -> list[str]:
    """As the crawl joins them: up to a page that says nothing new."""
    texts = [finding.text]
    for page in further:
        if page.article.problem or page.article.text in texts:
            break
        texts.append(page.article.text)
    return texts


def _with_attachments(finding: Finding, article: Article) -> Finding:
    """The files themselves are not kept: what was read from them stays."""
    known = {one.url: one.text for one in article.attachments}
    attachments = (replace(one, text=known.get(one.url, "")) for one in finding.attachments)
    return replace(finding, attachments=tuple(attachments))
