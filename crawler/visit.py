"""One visit to one source: look at its list, fetch what was never seen, say how it ended."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from crawler.fetching.fetcher import Errand, Fetched
from crawler.findings import Lead, finding_of, lead_of, misreading
from crawler.mending import mend_article, mend_list, mend_title, raw_page
from crawler.outcomes import Verdict, judge_list, judge_visit
from crawler.trouble import Trouble
from crawler.workers import ReadingFailed
from storage.records import Finding, Misreading, Outcome, Source, SourceState, Visit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from crawler.fetching.fetcher import Fetcher
    from crawler.limits import Limits
    from crawler.mending import ArticlePage, ListPage
    from crawler.reading import Ask, ListReading
    from crawler.workers import Workers
    from storage import Store
    from storage.records import Kept

#: Asks that a list page without links is answered with: frames, refreshes, units.
MOST_DETOURS = 3
#: Troubles in a row after which a host is left alone for this visit.
MOST_TROUBLES = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Tools:
    """What a visit works with. `keep` stores a finding, with what the watches say of it."""

    fetcher: Fetcher
    workers: Workers
    store: Store
    keep: Callable[[Finding, Source], Awaitable[Kept | None]]
    limits: Limits


@dataclass(slots=True)
class _Tally:
    links: int = 0
    asked: int = 0
    new: int = 0
    matched: int = 0
    misread: int = 0
    #: Troubles in a row.
    troubles: int = 0
    #: The first thing that went wrong, in words.
    wrong: str = ""
    #: Nothing is left that the next visit would have to take up.
    complete: bool = True
    retry_after: float = 0.0
    newest: datetime | None = None
    damage: str | None = None


@dataclass(slots=True)
class VisitRun:
    """A visit under way. `run()` once; then `state` is what to remember of the source."""

    tools: Tools
    source: Source
    state: SourceState
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    deadline: float = 0.0
    tally: _Tally = field(default_factory=_Tally)

    async def run(self) -> Visit:
        """Look, and say how it ended; `StoreError` comes through, because then nothing can be said."""
        self.deadline = monotonic() + self.tools.limits.visit_seconds
        before = self.tools.fetcher.requests.pop(self.source.id, 0)
        verdict = await self._look()
        ended_at = datetime.now(UTC)
        self.state = self._state_after(verdict.outcome, ended_at)
        return Visit(
            source_id=self.source.id,
            started_at=self.started_at,
            ended_at=ended_at,
            outcome=verdict.outcome,
            detail=verdict.detail[:1000],
            requests=before + self.tools.fetcher.requests.pop(self.source.id, 0),
            links=self.tally.links,
            new=self.tally.new,
            matched=self.tally.matched,
            problems=self.tally.misread,
        )

    def planned(self, next_visit_at: datetime) -> SourceState:
        """What to remember, with the next visit no earlier than the server asked for."""
        earliest = datetime.now(UTC) + timedelta(seconds=self.tally.retry_after)
        return replace(self.state, next_visit_at=max(next_visit_at, earliest))

    async def _look(self) -> Verdict:
        try:
            fetched = await self._fetch(self.source.url, headers=_validators(self.state))
            if fetched.status == 304 or _digest(fetched.body) == self.state.list_hash:
                return Verdict(outcome=Outcome.UNCHANGED)
            page = await self._read_list(fetched)
            fetched, page = await self._take_detours(fetched, page)
        except Trouble as trouble:
            self.tally.retry_after = trouble.retry_after or 0.0
            return Verdict(outcome=trouble.outcome, detail=str(trouble))
        except ReadingFailed as failure:
            return Verdict(outcome=Outcome.NOT_ARTICLES, detail=f"the list: {failure}")
        return judge_list(page.reading, self.state) or await self._work(fetched, page)

    async def _work(self, fetched: Fetched, page: ListPage) -> Verdict:
        """The list is sound: fetch what it holds that is new."""
        self.tally.damage = page.mended.damage or self.state.damage
        self.tally.links = len(page.reading)
        leads = await self._leads(fetched, page)
        for lead in leads[: self.tools.limits.articles]:
            if monotonic() > self.deadline or self.tally.troubles >= MOST_TROUBLES or self.tally.retry_after:
                self.tally.complete = False
                break
            await self._follow(lead)
        self.tally.complete &= len(leads) <= self.tools.limits.articles
        self._remember_list(fetched, page.reading)
        tally = self.tally
        return judge_visit(asked=tally.asked, new=tally.new, misread=tally.misread, trouble=tally.wrong)

    async def _leads(self, fetched: Fetched, page: ListPage) -> list[Lead]:
        """What the list has that was never seen; its further pages are turned while they are wholly new."""
        leads = self._links(fetched, page)
        fresh = await self._unknown(leads)
        turned = 1
        while self._is_worth_turning(leads, fresh, page.reading, turned):
            try:
                fetched = await self._ask(page.reading.next_requests[0])
                page = await self._read_list(fetched)
            except (Trouble, ReadingFailed) as trouble:
                self.tally.wrong = self.tally.wrong or f"page {turned + 1} of the list: {trouble}"
                self.tally.complete = False
                break
            turned += 1
            have = {lead.key for lead in fresh}
            leads = self._links(fetched, page)
            newer = [lead for lead in await self._unknown(leads) if lead.key not in have]
            if not newer:
                break
            fresh += newer
        return fresh

    def _is_worth_turning(
        self, leads: Sequence[Lead], fresh: Sequence[Lead], reading: ListReading, turned: int
    ) -> bool:
        """Whether the next page may hold news: a revisit that knows nothing at the foot of this one.

        The foot, not the head, because pinned old rows stand on top of a list.
        """
        most = self.source.max_pages or self.tools.limits.list_pages
        if not reading.next_requests or turned >= most or self.state.first_read_at is None or not leads:
            return False
        foot = leads[-max(3, len(leads) // 4) :]
        unknown = {lead.key for lead in fresh}
        return all(lead.key in unknown for lead in foot) and not self._is_past(foot)

    def _is_past(self, leads: Sequence[Lead]) -> bool:
        """Whether all of them are dated well before the newest article known."""
        if not self.state.watermark:
            return False
        oldest = (self.state.watermark - timedelta(days=self.tools.limits.grace_days)).date()
        return all(lead.link.date is not None and lead.link.date < oldest for lead in leads)

    def _links(self, fetched: Fetched, page: ListPage) -> list[Lead]:
        leads: dict[str, Lead] = {}
        for link in page.reading:
            title = mend_title(link.title, self.tally.damage) if not page.mended.damage else link.title
            try:
                lead = lead_of(replace(link, title=title), self.source, fetched.url, self.started_at)
            except ValueError:  # one bad link does not cost the rest of the list
                continue
            leads.setdefault(lead.key, lead)
        return list(leads.values())

    async def _unknown(self, leads: Sequence[Lead]) -> list[Lead]:
        keys = [lead.key for lead in leads]
        known = await asyncio.to_thread(self.tools.store.known, keys, now=self.started_at)
        await self._record(lead for lead in leads if lead.key in known)
        return [lead for lead in leads if lead.key not in known]

    async def _record(self, leads: Iterable[Lead]) -> None:
        sightings = [lead.sighting for lead in leads]
        if sightings:
            await asyncio.to_thread(self.tools.store.record_sightings, sightings, now=self.started_at)

    async def _follow(self, lead: Lead) -> None:
        """Fetch and read one article; store it, or why it is none."""
        self.tally.asked += 1
        result = await self._read(lead)
        if isinstance(result, Misreading):
            await self._note(result)
            return
        self.tally.troubles = 0
        kept = await self.tools.keep(result, self.source)
        if kept is None or kept.status == "set aside":
            self._count_misread(kept.reason if kept else "not stored")
            return
        self.tally.new += kept.status == "new"
        self.tally.matched += kept.matched
        if result.published_at:
            self.tally.newest = max(self.tally.newest or result.published_at, result.published_at)

    async def _read(self, lead: Lead) -> Finding | Misreading:
        grace = timedelta(days=self.tools.limits.grace_days)
        try:
            fetched = await self._fetch(lead.link.url)
            page = await self._read_article(fetched)
            finding = finding_of(page, fetched, lead, self.state, grace)
            return await self._join(finding, page) if isinstance(finding, Finding) else finding
        except Trouble as trouble:
            self.tally.troubles += 1
            self.tally.retry_after = trouble.retry_after or 0.0
            self.tally.complete &= not trouble.passing and not trouble.retry_after
            return misreading(lead, trouble.kind, trouble.detail)
        except ReadingFailed as failure:
            return misreading(lead, "unreadable", str(failure))

    async def _join(self, finding: Finding, page: ArticlePage) -> Finding:
        """The article with its further pages (下一页)."""
        texts, seen = [finding.text], {finding.url}
        while page.article.next_page and page.article.next_page not in seen:
            if len(texts) >= self.tools.limits.article_pages:
                break
            seen.add(page.article.next_page)
            fetched = await self._fetch(page.article.next_page)
            page = await self._read_article(fetched)
            texts.append(page.article.text)
        return replace(finding, text="\n".join(filter(None, texts))) if len(texts) > 1 else finding

    async def _note(self, result: Misreading) -> None:
        self._count_misread(f"{result.url}: {result.kind}, {result.evidence}")
        await asyncio.to_thread(self.tools.store.misread, [result], now=self.started_at)

    def _count_misread(self, reason: str) -> None:
        self.tally.misread += 1
        self.tally.wrong = self.tally.wrong or reason

    async def _take_detours(self, fetched: Fetched, page: ListPage) -> tuple[Fetched, ListPage]:
        """Where a page has no links but says where they are (a frame, a refresh, a unit), go there."""
        for _ in range(MOST_DETOURS):
            if page.reading or not page.reading.next_requests:
                break
            fetched = await self._ask(page.reading.next_requests[0])
            page = await self._read_list(fetched)
        return fetched, page

    async def _fetch(self, url: str, headers: dict[str, str] | None = None) -> Fetched:
        errand = Errand(url=url, source=self.source, headers=headers or {}, deadline=self.deadline)
        return await self.tools.fetcher.fetch(errand)

    async def _ask(self, ask: Ask) -> Fetched:
        errand = Errand(
            url=ask.url,
            source=self.source,
            method=ask.method,
            body=(ask.body or "").encode(),
            headers=ask.headers,
            deadline=self.deadline,
        )
        return await self.tools.fetcher.fetch(errand)

    async def _read_list(self, fetched: Fetched) -> ListPage:
        return await self.tools.workers.call(mend_list, raw_page(fetched, self.source, self.state.damage))

    async def _read_article(self, fetched: Fetched) -> ArticlePage:
        page = await self.tools.workers.call(mend_article, raw_page(fetched, self.source, self.tally.damage))
        self.tally.damage = page.mended.damage or self.tally.damage
        return page

    def _remember_list(self, fetched: Fetched, reading: ListReading) -> None:
        """The list's fingerprint, unless something is left on it that an unchanged list would hide."""
        whole = self.tally.complete
        self.state = replace(
            self.state,
            etag=fetched.header("etag") if whole else None,
            last_modified=fetched.header("last-modified") if whole else None,
            list_hash=_digest(fetched.body) if whole else None,
            list_links=len(reading),
            damage=self.tally.damage,
            first_read_at=self.state.first_read_at or self.started_at,
            watermark=max(filter(None, (self.state.watermark, self.tally.newest)), default=None),
        )

    def _state_after(self, outcome: Outcome, now: datetime) -> SourceState:
        sound = outcome in (Outcome.OK, Outcome.UNCHANGED, Outcome.QUIET)
        return replace(
            self.state,
            last_visit_at=now,
            last_outcome=outcome,
            failures=0 if sound else self.state.failures + 1,
        )


def _validators(state: SourceState) -> dict[str, str]:
    """What makes an unchanged list cost one small answer; only after a visit that left nothing undone."""
    if not state.list_hash:
        return {}
    validators = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {name: value for name, value in validators.items() if value}


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]
