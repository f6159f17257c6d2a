"""One visit to one source: look at its list, fetch what was never seen, say how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crawler.articles import read_lead
from crawler.findings import day_of, misreading
from crawler.lists import ListWalk, digest
from crawler.outcomes import (
    Tally,
    Verdict,
    is_settled,
    judge_address,
    judge_links,
    judge_list,
    judge_visit,
    usual_links,
)
from crawler.trouble import Trouble
from crawler.workers import ReadingFailed
from storage.records import Finding, Misreading, Outcome, SourceState, Visit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.findings import Lead
    from crawler.lists import Step
    from crawler.session import Session

#: Pages in a row that a host withholds before it is left alone for this visit.
MOST_WITHHELD = 3


@dataclass(slots=True)
class VisitRun:
    """A visit under way. `run()` once; then `state` is what to remember of the source."""

    session: Session
    tally: Tally = field(default_factory=Tally)
    #: Seconds that the server asked us to stay away.
    pause: float = 0.0
    _newest: datetime | None = None
    #: The pages that the host withheld since the last one that it gave.
    _withheld: list[Misreading] = field(default_factory=list)

    @property
    def state(self) -> SourceState:
        return self.session.state

    async def run(self) -> Visit:
        """Look, and say how it ended; `StoreError` comes through, because then nothing can be said."""
        session = self.session
        session.begin()
        counted = session.tools.fetcher.requests
        counted.pop(session.source.id, None)
        verdict = await self._look()
        ended_at = datetime.now(UTC)
        session.state = _state_after(session.state, verdict.outcome, ended_at)
        return Visit(
            source_id=session.source.id,
            started_at=session.started_at,
            ended_at=ended_at,
            outcome=verdict.outcome,
            detail=verdict.detail[:1000],
            requests=counted.pop(session.source.id, 0),
            links=self.tally.links,
            new=self.tally.new,
            matched=self.tally.matched,
            problems=self.tally.misread,
            undated=self.tally.undated,
            untitled=self.tally.untitled,
        )

    def planned(self, next_visit_at: datetime) -> SourceState:
        """What to remember, with the next visit no earlier than the server asked for."""
        earliest = datetime.now(UTC) + timedelta(seconds=self.pause)
        return replace(self.state, next_visit_at=max(next_visit_at, earliest))

    async def _look(self) -> Verdict:
        walk = ListWalk(self.session)
        try:
            step = await walk.first()
        except Trouble as trouble:
            self.pause = trouble.retry_after or 0.0
            return Verdict(outcome=trouble.outcome, detail=str(trouble))
        except ReadingFailed as failure:
            return Verdict(outcome=Outcome.NOT_ARTICLES, detail=f"the list: {failure}")
        if step is None:
            return Verdict(outcome=Outcome.UNCHANGED)
        moved = judge_address(self.session.source.url, step.fetched.url) if step.direct else None
        return moved or judge_list(step.page.reading, self.state) or await self._work(walk, step)

    async def _work(self, walk: ListWalk, step: Step) -> Verdict:
        """The list is sound: fetch what it holds that is new."""
        self.tally.links = len(step.page.reading)
        leads = await walk.leads(step)
        self.tally.own, self.tally.known, self.tally.elsewhere = walk.own, walk.known, walk.elsewhere
        if strange := judge_links(self.tally, self.state):
            return strange
        whole = await self._follow_all(leads) and not walk.wrong
        self.tally.wrong = self.tally.wrong or walk.wrong
        verdict = judge_visit(self.tally, self.state)
        settled = is_settled(verdict, self.tally, self.state)
        self.session.state = self._state_of_list(step, whole=whole, settled=settled)
        return verdict

    async def _follow_all(self, leads: list[Lead]) -> bool:
        """Fetch one after the other; whether nothing is left for the next visit."""
        most = self.session.tools.limits.articles
        whole = len(leads) <= most
        for lead in self._turned(leads)[:most]:
            if self.session.is_over or self.pause or len(self._withheld) >= MOST_WITHHELD:
                whole = False
                break
            whole &= await self._follow(lead)
        if self._is_shut:
            return False
        await self._note(self._withheld)
        return whole

    @property
    def _is_shut(self) -> bool:
        """Whether the host gave no page at all: that is no fault of the pages, and the next visit asks again."""
        return self.tally.asked == self.tally.withheld >= MOST_WITHHELD

    def _turned(self, leads: list[Lead]) -> list[Lead]:
        """Begun at another place after each visit in trouble: three pages that stay shut are not to hide the others."""
        start = self.state.failures * MOST_WITHHELD % len(leads) if leads else 0
        return leads[start:] + leads[:start]

    async def _follow(self, lead: Lead) -> bool:
        """Fetch and read one article; store it, or why it is none. Whether it is settled."""
        self.tally.asked += 1
        try:
            result = await read_lead(self.session, lead)
        except Trouble as trouble:
            return await self._note_trouble(lead, trouble)
        except ReadingFailed as failure:
            result = misreading(lead, "unreadable", str(failure))
        await self._note(self._withheld)
        self._withheld = []
        if isinstance(result, Misreading):
            self._count_misread(result)
            await self._note([result])
        else:
            await self._keep(result)
        return True

    async def _keep(self, finding: Finding) -> None:
        kept = await self.session.tools.keep(finding, self.session.source)
        if kept is None or kept.status == "set aside":
            self._count_wrong(kept.reason if kept else "not stored")
            return
        if kept.status == "new":
            self.tally.count_new(finding.how)
            self.tally.old += self._is_old(finding)
        self.tally.matched += kept.matched
        # A date ahead of today would end every later look at older pages.
        if finding.published_at and finding.published_at <= finding.seen_at:
            self._newest = max(self._newest or finding.published_at, finding.published_at)

    def _is_old(self, finding: Finding) -> bool:
        """By the day: many pages say no hour."""
        newest, published = self.state.watermark, finding.published_at
        return bool(newest and published and day_of(published) < day_of(newest))

    async def _note_trouble(self, lead: Lead, trouble: Trouble) -> bool:
        self.pause = trouble.retry_after or 0.0
        if trouble.retry_after:  # the host's pause, not the article's fault: the next visit asks again
            self.tally.wrong = self.tally.wrong or f"{lead.link.url}: {trouble}"
            return False
        result = misreading(lead, trouble.kind, trouble.detail)
        self._count_misread(result)
        if trouble.is_of_host:
            self._withheld.append(result)
            self.tally.withheld, self.tally.trouble = self.tally.withheld + 1, trouble
        else:
            await self._note([result])
        return not trouble.passing

    def _count_misread(self, result: Misreading) -> None:
        self._count_wrong(f"{result.url}: {result.kind}, {result.evidence}")

    def _count_wrong(self, reason: str) -> None:
        self.tally.misread += 1
        self.tally.wrong = self.tally.wrong or reason

    async def _note(self, results: Sequence[Misreading]) -> None:
        if results:
            tools = self.session.tools
            await tools.patience(tools.store.misread, results, now=self.session.started_at)

    def _state_of_list(self, step: Step, *, whole: bool, settled: bool) -> SourceState:
        """The list's fingerprint, unless something is left on it, or wrong with it, that an unchanged list would hide.

        Validators only of the source's own address: a shell around a list does not change when its list does.
        """
        session, own = self.session, step.fetched if step.direct else None
        done, usual = whole and settled, session.state.list_links
        return replace(
            session.state,
            etag=own.header("etag") if own and done else None,
            last_modified=own.header("last-modified") if own and done else None,
            list_hash=digest(step.fetched.body) if done else None,
            list_links=usual_links(usual, len(step.page.reading)) if settled else usual,
            damage=session.damage,
            first_read_at=session.state.first_read_at or session.started_at,
            watermark=max(filter(None, (session.state.watermark, self._newest)), default=None),
        )


def _state_after(state: SourceState, outcome: Outcome, now: datetime) -> SourceState:
    sound = outcome in (Outcome.OK, Outcome.UNCHANGED, Outcome.QUIET)
    failures = 0 if sound else state.failures + 1
    return replace(state, last_visit_at=now, last_outcome=outcome, failures=failures)
