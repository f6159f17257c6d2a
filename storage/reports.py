"""What the store tells when it is asked: values that are read and never stored as such."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.records import Fact

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from storage.audience import Delivery, Notice, State, Watch
    from storage.records import Article, Finding, Outcome, RawPage, Sighting


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision(Fact):
    """What an article said before it was read again."""

    title: str
    text: str
    replaced_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchChange(Fact):
    """Who made what of a watch when; `before` is None where it is new, `after` where it was removed.

    The two are alike where its rule was applied to stored articles.
    """

    watch: str
    changed_at: datetime
    by: str
    before: Watch | None
    after: Watch | None
    #: The rule was applied to what was published (or discovered) since then: so many matches came, so many went.
    applied_since: datetime | None = None
    added: int = 0
    dropped: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Rematched(Fact):
    """What a rule made of stored articles."""

    added: tuple[int, ...]
    dropped: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier(Fact):
    """An article with what it was read from."""

    article: Article
    #: The number of its newest page: another one means that it was read meanwhile.
    page_id: int
    #: That page and its further pages.
    pages: tuple[RawPage, ...]
    sighting: Sighting | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rereading(Fact):
    """What a stored page says when it is read today."""

    page_id: int
    finding: Finding


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation(Fact):
    """All that was written down about one address."""

    url: str
    key: str
    sightings: tuple[Sighting, ...] = ()
    article: Article | None = None
    #: Why there is no article, when there is none.
    problem: str = ""
    story: Story | None = None
    #: Notices of its story, each with the delivery that told it.
    told: tuple[tuple[Notice, Delivery | None], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Results(Fact):
    """A page of articles that were found."""

    articles: tuple[Article, ...]
    #: Cursor of the next page; None = there is none.
    after: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Unknown(Fact):
    """A province, level, source or watch in a query that fits nothing here."""

    field: str
    value: str
    #: What is there and may have been meant, the likest first.
    near: tuple[str, ...]
    #: All that is there; sources by id and by name.
    there: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Check(Fact):
    """One thing that was looked at, and how it stands."""

    name: str
    sound: bool
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TableSize(Fact):
    """Of a table with its indexes, or of the full-text index."""

    name: str
    rows: int
    bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Status(Fact):
    """What runs, what is due, what was found, what is wrong; for ten lines on a screen."""

    schema: str
    sources: int
    enabled: int
    due: int
    next_visit_at: datetime | None
    hosts_leased: int
    articles: int
    items: int
    stories: int
    newest_seen_at: datetime | None
    visits_today: Mapping[Outcome, int]
    #: Sources whose last visit ended in trouble: (id, name, outcome, detail).
    troubled: tuple[tuple[str, str, Outcome, str], ...]
    deliveries: Mapping[State, int]
    next_digest_at: datetime | None
    size_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class HourOfVisits(Fact):
    hour: datetime
    #: Sources.
    visited: int
    unreached: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept(Fact):
    """What became of a finding."""

    key: str
    #: "new", "revised", "known", or "set aside" with the reason. A rereading may be "overtaken": it was read meanwhile.
    status: str
    article_id: int | None = None
    story_id: int | None = None
    #: How it relates to the story: "first", "same" or "contains".
    relation: str = "first"
    matched: bool = False
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Story(Fact):
    """The articles that tell the same story; the first at the highest level leads."""

    id: int
    lead: Article
    #: Other articles of the story, by time of discovery.
    reprints: tuple[Article, ...] = ()
