"""Reading kept pages again: which are left to read, what would change, and the changes written in batches.

Where a run was interrupted is written down after each batch, so that the next one goes on there.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from crawler.rereading import Change, changes, read_again
from crawler.workers import Workers
from monitors.matching import Matcher
from storage.reports import Rereading

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Sequence

    from crawler.limits import Limits
    from storage import Store
    from storage.records import Article, Finding
    from storage.reports import Dossier, Kept

#: Articles of one transaction, and pages in memory at a time: 20 of at most 8 MB.
BATCH: Final = 20
#: Where in the store's notes an interrupted run is written down.
NOTE: Final = "reread"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reread:
    """What became of an article, or would."""

    article: Article
    changes: tuple[Change, ...] = ()
    #: Why it stays as it is although its page was to be read.
    problem: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Interrupted:
    """An earlier run of the same query that did not come to its end."""

    query: str
    #: The last article that it was done with.
    after: int


def interrupted(store: Store, query: str) -> Interrupted | None:
    note = store.meta(NOTE)
    found = Interrupted(**json.loads(note)) if note else None
    return found if found and found.query == query else None


class Rereader:
    def __init__(self, store: Store, limits: Limits, workers: Workers | None = None) -> None:
        """`workers` are lent: who lends them closes them. Without them each run has its own."""
        self._store = store
        watches = store.watches()
        self._matcher = Matcher(watches)
        self._watches = {watch.name for watch in watches if watch.enabled}
        self._damage = {name: state.damage for name, state in store.source_states().items()}
        self._limits, self._lent = limits, workers

    async def look(self, ids: Sequence[int]) -> AsyncGenerator[Reread]:
        """What would change; nothing is written."""
        async for dossiers, found in self._read(ids):
            for dossier, one in zip(dossiers, found, strict=True):
                outcome, rereading = self._judged(dossier, one)
                story = await asyncio.to_thread(self._store.foresee, rereading.finding) if rereading else None
                yield _moved(outcome, story)

    async def write(self, ids: Sequence[int], query: str) -> AsyncGenerator[Reread]:
        """What changed, once it is on disk. Raises `StoreError`; what was yielded before is stored."""
        async for dossiers, found in self._read(ids):
            judged = [self._judged(dossier, one) for dossier, one in zip(dossiers, found, strict=True)]
            kept = await asyncio.to_thread(self._keep, [rereading for _, rereading in judged if rereading])
            if dossiers:
                self._note(query, dossiers[-1].article.id)
            for outcome, _ in judged:
                yield _settled(outcome, kept.get(outcome.article.key))
        self._store.set_meta(NOTE, "", now=datetime.now(UTC))

    async def _read(self, ids: Sequence[int]) -> AsyncGenerator[tuple[list[Dossier], list[Finding | str]]]:
        workers = self._lent or Workers(self._limits)
        try:
            for batch in _batches(ids):
                dossiers = await asyncio.to_thread(self._store.dossiers, batch)
                reading = (read_again(one, self._damage.get(one.article.source.id), workers) for one in dossiers)
                yield dossiers, await asyncio.gather(*reading)
        finally:
            if not self._lent:
                await asyncio.to_thread(workers.close)

    def _judged(self, dossier: Dossier, found: Finding | str) -> tuple[Reread, Rereading | None]:
        """An article whose page says what it said is not asked for its matches: a rule that changed is no reason."""
        article = dossier.article
        if isinstance(found, str):
            return Reread(article=article, problem=found), None
        changed = changes(article, found)
        if not changed:
            return Reread(article=article), None
        found = replace(found, matches=self._matcher.match(found, article.source))
        changed += self._matches_changed(article, found)
        return Reread(article=article, changes=changed), Rereading(page_id=dossier.page_id, finding=found)

    def _matches_changed(self, article: Article, found: Finding) -> tuple[Change, ...]:
        before = tuple(match.watch for match in article.matches if match.watch in self._watches)
        after = tuple(sorted(match.watch for match in found.matches))
        return (Change(field="matches", before=before, after=after),) if before != after else ()

    def _keep(self, rereadings: Sequence[Rereading]) -> dict[str, Kept]:
        if not rereadings:
            return {}
        kept = self._store.reread(rereadings, watches=self._watches, now=datetime.now(UTC))
        return {one.key: one for one in kept}

    def _note(self, query: str, after: int) -> None:
        self._store.set_meta(NOTE, json.dumps({"query": query, "after": after}), now=datetime.now(UTC))


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _settled(outcome: Reread, kept: Kept | None) -> Reread:
    if kept is None or kept.status == "revised":
        return _moved(outcome, kept.story_id if kept else None)
    reason = kept.reason or "its page was read anew meanwhile"
    return Reread(article=outcome.article, problem=reason)


def _moved(outcome: Reread, story: int | None) -> Reread:
    """With the story among the changes, where it is another one."""
    before = outcome.article.story_id
    if story is None or story == before:
        return outcome
    return replace(outcome, changes=(*outcome.changes, Change(field="story", before=before, after=story)))
