"""Rules tried before they are trusted: on one article, and on the days behind us. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from monitors.matching import Matcher
from storage.query import parse
from storage.subjects import Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from monitors.profiles import Profile
    from storage.audience import Watch
    from storage.records import Article, Finding, Match
    from storage.reports import WatchChange

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
SAMPLES: Final = 10
Profiles = Mapping[str, "Profile"]
NO_PROFILES: Final[Profiles] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What a watch says of one article."""

    match: Match | None
    #: The parts of its rule that kept the article from matching.
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Backtest:
    """What a watch would have found."""

    looked_at: int
    #: Hits by day of publication (of discovery, where there is none), oldest first; days without hits are left out.
    days: tuple[tuple[date, int], ...]
    hits: tuple[Article, ...]
    #: Articles that one part of the rule alone kept out, with that part.
    near: tuple[tuple[Article, str], ...]
    #: Beside another watch: what this one finds and that one does not, and the reverse.
    added: tuple[Article, ...] = ()
    dropped: tuple[Article, ...] = ()


def try_on(watch: Watch, page: Article | Finding, *, profiles: Profiles = NO_PROFILES, now: datetime) -> Trial:
    """`profiles` are the operator's own. Raises `QueryError` and `ProfileError` for a watch that cannot be."""
    matches = Matcher([replace(watch, enabled=True)], profiles=profiles, now=now).match(page)
    return Trial(match=matches[0] if matches else None, lacks=() if matches else _lacks(watch, page, now))


def as_of(changes: Sequence[WatchChange], moment: datetime) -> Watch | None:
    """The watch as it stood at a moment; None where it was not there yet, or not any more."""
    before = [change for change in changes if change.changed_at <= moment]
    return max(before, key=lambda change: change.changed_at).after if before else None


def judged_at(changes: Sequence[WatchChange], article: Article) -> datetime:
    """When the watch had its last say of an article: when it was read, or when its rule was applied to the past."""
    published = article.published_at or article.seen_at
    later = [c.changed_at for c in changes if c.applied_since is not None and c.applied_since <= published]
    return max([article.seen_at, *later])


def try_on_past(
    watch: Watch,
    articles: Sequence[Article],
    *,
    profiles: Profiles = NO_PROFILES,
    now: datetime,
    beside: Watch | None = None,
) -> Backtest:
    hits = list(_hits(watch, articles, profiles, now))
    others = list(_hits(beside, articles, profiles, now)) if beside else hits
    found, before = {article.id for article in hits}, {article.id for article in others}
    return Backtest(
        looked_at=len(articles),
        days=tuple(sorted(Counter(_day(article) for article in hits).items())),
        hits=tuple(hits),
        near=tuple(_near(watch, (article for article in articles if article.id not in found), now)),
        added=tuple(article for article in hits if article.id not in before),
        dropped=tuple(article for article in others if article.id not in found),
    )


def _hits(watch: Watch, articles: Iterable[Article], profiles: Profiles, now: datetime) -> Iterable[Article]:
    matcher = Matcher([replace(watch, enabled=True)], profiles=profiles, now=now)
    return (article for article in articles if matcher.match(article))


def _near(watch: Watch, articles: Iterable[Article], now: datetime) -> Iterable[tuple[Article, str]]:
    if not watch.rule:
        return
    rule = parse(watch.rule, now=now)
    for article in articles:
        lacks = rule.lacks(article)
        if len(lacks) == 1 and lacks != (str(rule),):  # a rule of one term has no near miss
            yield article, lacks[0]


def _lacks(watch: Watch, page: Article | Finding, now: datetime) -> tuple[str, ...]:
    rule = parse(watch.rule, now=now).lacks(Subject.of(page, None)) if watch.rule else ()
    return rule or ((f"{watch.profile} ≥ {watch.threshold:g}",) if watch.profile else ())


def _day(article: Article) -> date:
    return (article.published_at or article.seen_at).astimezone(SHANGHAI).date()
