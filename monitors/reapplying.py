"""A watch's rule applied to what is stored already: `fenghuo watch edit NAME --since 30d`.

Page by page, each in a transaction of its own: whoever stops it leaves whole pages done, and whoever repeats it does
the rest. Nobody is told of old news unless asked for, and then in the next digest, never by an alert.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from monitors.matching import Matcher
from monitors.profiles import own
from monitors.rhythm import plan_digest
from storage.expressions import ZONE
from storage.query import parse
from storage.query_dates import EXAMPLES, interval
from storage.reports import Rematched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from storage import Store
    from storage.audience import Watch
    from storage.records import Article, Match, NoticePlan

PAGE: Final = 500


class ApplicationError(Exception):
    """A rule that cannot be applied to the past; the message says what to do."""


@dataclass(kw_only=True, slots=True)
class Applied:
    """What came of it."""

    since: datetime
    looked_at: int = 0
    added: list[Article] = field(default_factory=list)
    dropped: list[Article] = field(default_factory=list)


def since_of(text: str, *, now: datetime) -> datetime:
    """ "30d" or "2026-11-01" as a moment. Raises `ApplicationError`."""
    try:
        return interval(text, now=now)[0]
    except (ValueError, OverflowError) as error:
        raise ApplicationError(f"--since {text}: {error}; write one of {EXAMPLES}") from error


class Application:
    """Of one version of a watch. `run` may be repeated."""

    def __init__(self, store: Store, watch: Watch, *, notify: bool, now: datetime) -> None:
        self._store, self._watch, self._now = store, watch, now
        self._matcher = Matcher([replace(watch, enabled=True)], profiles=own(store.profiles()), now=now)
        self._plans: Sequence[NoticePlan] = plan_digest(watch, store.readers(), now=now) if notify else ()

    def run(self, since: datetime, *, by: str, progress: Callable[[int], None] = lambda count: None) -> Applied:
        """To what was published since; then written into the history. Raises `ApplicationError`."""
        applied = Applied(since=since)
        for page in past(self._store, since, now=self._now):
            self._take(page, applied)
            progress(applied.looked_at)
        self._note(applied, by)
        return applied

    def _take(self, page: Sequence[Article], applied: Applied) -> None:
        by_id = {article.id: article for article in page}
        verdicts = {article.id: self._match(article) for article in page}
        done = self._store.rematch(self._watch, verdicts, plans=self._plans, now=self._now)
        if done is None:
            raise ApplicationError(
                f"{self._watch.name} was changed meanwhile; `fenghuo watch history {self._watch.name}` says by whom"
            )
        applied.looked_at += len(page)
        applied.added += [by_id[each] for each in done.added]
        applied.dropped += [by_id[each] for each in done.dropped]

    def _match(self, article: Article) -> Match | None:
        return next(iter(self._matcher.match(article)), None)

    def _note(self, applied: Applied, by: str) -> None:
        done = Rematched(added=_ids(applied.added), dropped=_ids(applied.dropped))
        self._store.note_application(self._watch, since=applied.since, rematched=done, now=self._now, by=by)


def past(store: Store, since: datetime, *, now: datetime) -> Iterator[Sequence[Article]]:
    """The stored articles since then whose texts are kept, whether they matched or not, page by page."""
    query, after = parse(f"since:{since.astimezone(ZONE):%Y-%m-%dT%H:%M:%S}", now=now), None
    while True:
        found = store.search(query, all_articles=True, limit=PAGE, after=after, now=now)
        yield [article for article in found.articles if article.text or article.matches]
        after = found.after
        if after is None:
            return


def _ids(articles: Sequence[Article]) -> tuple[int, ...]:
    return tuple(article.id for article in articles)
