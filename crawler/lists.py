"""The walk over a source's list: to where its links are, and back in time as far as nobody looked yet."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.findings import Lead, lead_of
from crawler.neighbours import homes, is_home
from crawler.paging import next_ask
from crawler.reading import Ask
from crawler.trouble import Trouble
from crawler.workers import ReadingFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.fetching.fetcher import Fetched
    from crawler.mending import ListPage
    from crawler.session import Session
    from storage.records import SourceState

#: Asks that a page without links is answered with: frames, refreshes, units.
MOST_DETOURS = 4
#: Links of one page that are looked at; jpage, the longest, gives 300 at once.
MOST_LINKS = 1_000
#: Troubles of one scheme that the other one may not have.
OTHER_SCHEME = {"refused", "reset", "timeout", "no-tls"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A list page that was asked for and read."""

    asked: Ask
    fetched: Fetched
    page: ListPage
    #: At the source's own address, not where that led to.
    direct: bool = False


@dataclass(slots=True)
class ListWalk:
    session: Session
    #: What was never seen, by key, in the order of the list.
    fresh: dict[str, Lead] = field(default_factory=dict)
    turned: int = 0
    #: Links to the source's own site, those of them that were seen before, and links that lead to other sites.
    own: int = 0
    known: int = 0
    elsewhere: int = 0
    #: What went wrong on a further page, in words; the next visit takes it up.
    wrong: str = ""

    async def first(self) -> Step | None:
        """The page that holds the list, wherever the source's address leads to; None where it did not change."""
        state = self.session.state
        fetched = await self._fetch_first()
        if fetched.status == 304:
            return None
        asked = Ask(url=fetched.url, kind="source")
        waiting: list[Ask] = []
        for detours in range(MOST_DETOURS + 1):
            if digest(fetched.body) == state.list_hash:
                return None
            page = await self.session.read_list(fetched)
            waiting = [*page.reading.next_requests, *waiting]
            if page.reading or not waiting or detours == MOST_DETOURS:
                break
            asked = waiting.pop(0)
            fetched = await self.session.ask(asked)
        direct = asked.kind == "source"
        asked = replace(asked, kind=page.reading.family) if direct else asked
        return Step(asked=asked, fetched=fetched, page=page, direct=direct)

    async def leads(self, step: Step) -> list[Lead]:
        """What the list holds that was never seen, in the order in which it is best asked for.

        After a first visit the oldest come first: what a visit leaves undone, or one that is killed, is then on top of
        the list, where the next one looks.
        """
        leads, fresh = await self._take(step)
        while (ask := self._next(step, leads)) and fresh:
            try:
                fetched = await self.session.ask(ask)
                step = Step(asked=ask, fetched=fetched, page=await self.session.read_list(fetched))
            except (Trouble, ReadingFailed) as trouble:
                self.wrong = f"page {self.turned + 1} of the list: {trouble}"
                break
            leads, fresh = await self._take(step)
        found = list(self.fresh.values())
        return found if self.session.state.first_read_at is None else found[::-1]

    async def _fetch_first(self) -> Fetched:
        url = self.session.source.url
        try:
            return await self.session.fetch(url, headers=validators(self.session.state))
        except Trouble as trouble:
            other = other_scheme(url) if trouble.kind in OTHER_SCHEME else None
            if other is None:
                raise
            try:
                return await self.session.fetch(other, tries=1)
            except Trouble:
                raise trouble from None

    async def _take(self, step: Step) -> tuple[list[Lead], bool]:
        """The links of a page, and whether it is worth looking behind it."""
        self.turned += 1
        leads = self._leads(step)
        known = await self._known(leads)
        self.own += len(leads)
        self.known += len(known)
        further = self.turned > 1
        news = [
            lead
            for lead in leads
            if lead.key not in known and lead.key not in self.fresh and not (further and self._is_past([lead]))
        ]
        self.fresh |= {lead.key: lead for lead in news}
        return leads, bool(news) or self._is_resuming

    def _leads(self, step: Step) -> list[Lead]:
        session, reading = self.session, step.page.reading
        own = homes(session.source.url, (link.url for link in reading))
        pages = {ask.url for ask in reading.next_requests}
        leads: dict[str, Lead] = {}
        for link in islice(reading, MOST_LINKS):
            if link.url in pages:
                continue
            if not is_home(link.url, own):
                self.elsewhere += 1
                continue
            if not step.page.mended.damage:  # a list that shows its own damage was mended as a page
                link = session.mended(link)
            try:
                lead = lead_of(link, session.source, step.fetched.url, session.started_at)
            except ValueError:  # one bad link does not cost the rest of the list
                continue
            leads.setdefault(lead.key, lead)
        return list(leads.values())

    async def _known(self, leads: Sequence[Lead]) -> set[str]:
        tools, now = self.session.tools, self.session.started_at
        known = await tools.patience(tools.store.known, [lead.key for lead in leads], now=now)
        if sightings := [lead.sighting for lead in leads if lead.key in known]:
            await tools.patience(tools.store.record_sightings, sightings, now=now)
        return known

    def _next(self, step: Step, leads: Sequence[Lead]) -> Ask | None:
        """What to ask for behind this page, if news may be there: a revisit that knows nothing at its foot.

        The foot, not the head, because pinned old rows stand on top of a list.
        """
        session = self.session
        most = session.source.max_pages or session.tools.limits.list_pages
        if self.turned >= most or session.state.first_read_at is None or not leads or session.is_over:
            return None
        foot = leads[-max(3, len(leads) // 4) :]
        if self._is_past(foot) or not (self._is_resuming or all(lead.key in self.fresh for lead in foot)):
            return None
        return next_ask(step.page.reading, step.asked)

    @property
    def _is_resuming(self) -> bool:
        """On its first page, whether the last visit left something undone that may lie behind it."""
        state = self.session.state
        return self.turned == 1 and state.first_read_at is not None and state.list_hash is None

    def _is_past(self, leads: Sequence[Lead]) -> bool:
        """Whether all of them are dated well before the newest article known."""
        if not self.session.state.watermark:
            return False
        grace = timedelta(days=self.session.tools.limits.grace_days)
        oldest = (self.session.state.watermark - grace).date()
        return all(lead.link.date is not None and lead.link.date < oldest for lead in leads)


def validators(state: SourceState) -> dict[str, str]:
    """What makes an unchanged list cost one small answer; only after a visit that left nothing undone."""
    if not state.list_hash:
        return {}
    sent = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {name: value for name, value in sent.items() if value}


def digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def other_scheme(url: str) -> str | None:
    """The address under http instead of https or the other way round; None where a port says which it is."""
    parts = urlsplit(url)
    if parts.port is not None:
        return None
    return parts._replace(scheme="http" if parts.scheme == "https" else "https").geturl()
