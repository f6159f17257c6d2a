"""The reading of one article: its page, its further pages (下一页), and its attachments where it says little itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.findings import Lead, finding_of
from crawler.trouble import Trouble
from crawler.workers import ReadingFailed
from storage.records import Attachment, Finding, Misreading, RawPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.mending import ArticlePage
    from crawler.session import Session

#: A text of fewer characters may only point at its attachment, where the notice itself stands.
LITTLE = 200
#: Kinds of files that `crawler.reading.read_attachment` reads.
READABLE = {"pdf", "docx", "xlsx"}


async def read_lead(session: Session, lead: Lead) -> Finding | Misreading:
    """What a link leads to. Raises `Trouble` and `ReadingFailed`."""
    fetched = await session.fetch(lead.link.url)
    page = await session.read_article(fetched)
    # A first visit's list may show too little of its damage to be mended by; its articles show it.
    lead = replace(lead, link=session.mended(lead.link))
    grace = timedelta(days=session.tools.limits.grace_days)
    finding = finding_of(page, fetched.page, lead, session.state, grace)
    if isinstance(finding, Misreading):
        return finding
    finding = await _join(session, finding, page)
    return await _attach(session, finding) if len(finding.text) < LITTLE else finding


async def _join(session: Session, finding: Finding, page: ArticlePage) -> Finding:
    """With its further pages. One that passing trouble withholds is worth another visit; one that is gone is not."""
    texts, further, seen, missing = [finding.text], list[RawPage](), {finding.url}, ""
    while (url := page.article.next_page) and url not in seen and len(texts) < session.tools.limits.article_pages:
        seen.add(url)
        try:
            fetched = await session.fetch(url)
            page = await session.read_article(fetched)
        except Trouble as trouble:
            if trouble.passing or trouble.retry_after:
                raise
            missing = f"page {len(texts) + 1}: {trouble}"
            break
        if page.article.problem or page.article.text in texts:
            break
        texts.append(page.article.text)
        further.append(fetched.page)
    return joined(replace(finding, further=tuple(further)), texts, missing)


def joined(finding: Finding, texts: Sequence[str], missing: str) -> Finding:
    """The finding with the texts of all its pages; `missing` says which page could not be had, and why."""
    if len(texts) == 1 and not missing:
        return finding
    how = {"pages": pages_of(texts)} | ({"missing": missing} if missing else {})
    return replace(finding, text="\n".join(filter(None, texts)), how={**finding.how, **how})


def pages_of(parts: Sequence[object]) -> str:
    """How many an article has, as it is written down."""
    return f"{len(parts)} pages"


async def _attach(session: Session, finding: Finding) -> Finding:
    """With the text of its first attachments; one that cannot be had or read stays a name."""
    wanted = [one for one in finding.attachments if one.kind in READABLE][: session.tools.limits.attachments]
    read = {one.url: await _read(session, one) for one in wanted}
    return replace(finding, attachments=tuple(read.get(one.url, one) for one in finding.attachments))


async def _read(session: Session, attachment: Attachment) -> Attachment:
    try:
        text = await session.read_attachment(await session.fetch(attachment.url), attachment.kind)
    except (Trouble, ReadingFailed):
        return attachment
    return replace(attachment, text=text.text)
