"""What becomes of a page that was read: a finding to store, or a misreading with its evidence. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from storage.addresses import article_key, canonical
from storage.records import Attachment, Finding, Misreading, Sighting

if TYPE_CHECKING:
    from crawler.mending import ArticlePage
    from crawler.reading import Link
    from storage.records import RawPage, Source, SourceState

#: The sites' own time: a date without a zone is Beijing's.
SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, kw_only=True, slots=True)
class Lead:
    """A link of a list that is worth a visit, with what the list said of it."""

    key: str
    link: Link
    list_url: str
    source: Source
    seen_at: datetime

    @property
    def sighting(self) -> Sighting:
        return Sighting(
            key=self.key,
            url=self.link.url,
            source_id=self.source.id,
            list_url=self.list_url,
            title=self.link.title,
            date=self.link.date,
            seen_at=self.seen_at,
        )


def finding_of(
    read: ArticlePage, page: RawPage, lead: Lead, state: SourceState, grace: timedelta
) -> Finding | Misreading:
    """A finding, or a misreading where the page is no article. `grace`: see `is_backlog`."""
    article = read.article
    if article.problem:
        return misreading(lead, article.problem.kind, article.problem.evidence)
    published_at, precision, dated_by = _published(read, lead)
    titled_by = {} if article.title else {"title": "list"}
    return Finding(
        url=canonical(page.url),
        key=lead.key,
        source_id=lead.source.id,
        title=article.title or lead.link.title,
        subtitle=article.subtitle or "",
        text=article.text,
        published_at=published_at,
        precision=precision,
        origin=article.origin or "",
        author=article.author or "",
        editor=article.editor or "",
        column=article.column or "",
        image=article.image,
        attachments=tuple(Attachment(name=a.name, url=a.url, kind=a.kind) for a in article.attachments),
        seen_at=lead.seen_at,
        sighting=lead.sighting,
        encoding=read.mended.encoding,
        decoded=read.mended.decoded,
        repairs=read.mended.repairs,
        lost=read.mended.lost,
        how={**article.how, **titled_by, **dated_by},
        backlog=is_backlog(published_at, state, lead.seen_at, grace),
        page=page,
    )


def misreading(lead: Lead, kind: str, evidence: str) -> Misreading:
    return Misreading(
        key=lead.key,
        url=lead.link.url,
        source_id=lead.source.id,
        kind=kind,
        evidence=evidence,
        tried_at=lead.seen_at,
        sighting=lead.sighting,
    )


def is_backlog(published_at: datetime | None, state: SourceState, now: datetime, grace: timedelta) -> bool:
    """Whether an article is older than we have known its source, so that nobody is told of it.

    True for what was published more than `grace` before its source was first read, and for what has no date on
    a first visit, where old and new cannot be told apart.
    """
    if published_at is None:
        return state.first_read_at is None
    return published_at < (state.first_read_at or now) - grace


def day_of(moment: datetime) -> date:
    """As its site writes it."""
    return moment.astimezone(SHANGHAI).date()


def lead_of(link: Link, source: Source, list_url: str, now: datetime) -> Lead:
    """Raises `ValueError` where the link is no address of a page."""
    return Lead(key=article_key(link.url), link=link, list_url=list_url, source=source, seen_at=now)


def _published(page: ArticlePage, lead: Lead) -> tuple[datetime | None, str | None, dict[str, str]]:
    """The article's own date; where it names none, its list's."""
    if page.article.published_at or not lead.link.date:
        return page.article.published_at, page.article.precision, {}
    midnight = datetime.combine(lead.link.date, time(), SHANGHAI)
    return midnight, "day", {"published_at": "list"}
