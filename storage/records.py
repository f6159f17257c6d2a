"""The facts that pass between the rooms: frozen, keyword-only values, standard library only.

Every datetime is aware; a naive one is a bug of the caller and raises `ValueError` at once, because a naive
time that reaches the database is eight hours wrong without anybody noticing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final


class Level(StrEnum):
    """Who speaks. Declared from the highest to the lowest: of two sources of a story the higher one leads."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    DEPARTMENT = "department"
    CITY = "city"
    COUNTY = "county"
    PARK = "park"
    PORTAL = "portal"
    MEDIA = "media"


class Outcome(StrEnum):
    """How a visit ended. There is no silent end: what is not `OK` carries its evidence in `Visit.detail`."""

    OK = "ok"
    #: The list is byte for byte, or by its validators, what it was.
    UNCHANGED = "unchanged"
    #: The list was read and holds nothing new.
    QUIET = "quiet"
    UNREACHABLE = "unreachable"
    BLOCKED = "blocked"
    EMPTY_LIST = "empty-list"
    LAYOUT_CHANGED = "layout-changed"
    NOT_ARTICLES = "not-articles"


#: Outcomes of visits that read the list, or knew that it had not changed; all others are trouble.
SOUND: Final = frozenset({Outcome.OK, Outcome.UNCHANGED, Outcome.QUIET})


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if isinstance(value, datetime) and value.tzinfo is None:
                raise ValueError(f"{type(self).__name__}.{name} is a naive datetime: {value!r}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Source(Fact):
    """One news column, and how it wants to be visited. Everything peculiar to a site is data here."""

    id: str
    name: str
    url: str
    province: str = ""
    level: Level | None = None
    #: The family of its mark-up ("trs", "jpage", "jpaas", "ucap", …) where known; a hint, never a condition.
    family: str = ""
    enabled: bool = False
    #: Forces the charset of its pages.
    encoding: str | None = None
    item_selector: str | None = None
    title_selector: str | None = None
    date_selector: str | None = None
    body_selector: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    referer: str | None = None
    proxy: str | None = None
    #: Seconds between two requests at its host; None = the configured default.
    delay: float | None = None
    #: How many list pages a visit may turn; None = the configured default.
    max_pages: int | None = None
    #: "08:00-20:00": no visits outside, in the source's time zone (Asia/Shanghai).
    active_hours: str | None = None
    #: Needs TLS 1.0 or legacy renegotiation: visited in a lane of its own.
    legacy_tls: bool = False
    verify_tls: bool = True
    #: May resolve to an address on a private network.
    allow_private: bool = False
    #: Where the facts of this row come from.
    fact_origin: str = ""
    #: "high", "medium", "low" or "homepage" for shipped rows; "user" for the user's own.
    confidence: str = "user"
    notes: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceState(Fact):
    """What is remembered of a source from visit to visit."""

    source_id: str
    next_visit_at: datetime | None = None
    #: The first visit that read the list; what was published well before it is backlog.
    first_read_at: datetime | None = None
    last_visit_at: datetime | None = None
    last_outcome: Outcome | None = None
    #: Visits in a row that ended in trouble.
    failures: int = 0
    etag: str | None = None
    last_modified: str | None = None
    #: Fingerprint of the list as last read.
    list_hash: str | None = None
    #: Links of the list as last read; the baseline for `LAYOUT_CHANGED`.
    list_links: int = 0
    #: Publication time of the newest article known: older, known links end the paging.
    watermark: datetime | None = None
    #: The evidence of text damage remembered for list titles, as `crawler.text` wrote it.
    damage: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class HostLease(Fact):
    """The right to speak to a host, for one holder at a time across all processes."""

    host: str
    token: str
    until: datetime
    #: No request before this moment (the delay since the last one, Crawl-delay, Retry-After).
    next_request_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class HostClaim(Fact):
    """A host that was claimed, with all of its sources that are due."""

    lease: HostLease
    visits: tuple[tuple[Source, SourceState], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit(Fact):
    """One visit to a source, ended."""

    source_id: str
    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    #: The evidence, for people: "dns: no such host", "412 with a challenge page", "0 links where 20 were usual".
    detail: str = ""
    requests: int = 0
    #: Links seen on its lists.
    links: int = 0
    #: Articles stored by this visit for the first time.
    new: int = 0
    #: Of these, how many matched a watch.
    matched: int = 0
    #: Articles that could not be read.
    problems: int = 0
    #: Of the new ones, how many pages name no date, and no title; the list may have named it.
    undated: int = 0
    untitled: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting(Fact):
    """A link on a list."""

    key: str
    url: str
    source_id: str
    list_url: str
    title: str
    date: date | None = None
    seen_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment(Fact):
    name: str
    url: str
    kind: str = ""
    #: Its text where it was read.
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RawPage(Fact):
    """A page as received, without its transfer and content encoding."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime

    @property
    def content_type(self) -> str | None:
        return next((value for name, value in self.headers if name.lower() == "content-type"), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Repair(Fact):
    """One thing that was mended: what, where, how often."""

    what: str
    where: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Match(Fact):
    """A watch that an article matched."""

    watch: str
    score: float
    #: Why, for people: ("标题：算力", "正文：人工智能 ×4").
    reasons: tuple[str, ...] = ()
    #: The words found, to be marked in the text.
    words: tuple[str, ...] = ()
    #: Which version of the watch's rule said so.
    rule_version: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticePlan(Fact):
    """That a reader is to be told of a story. Written in the transaction that stores the match."""

    reader: str
    watch: str
    #: "alert" or "digest".
    kind: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding(Fact):
    """An article as read from one address, before it is stored."""

    #: Canonical address, and the key that equal pages share.
    url: str
    key: str
    source_id: str
    title: str
    text: str
    seen_at: datetime
    subtitle: str = ""
    published_at: datetime | None = None
    #: "minute" or "day".
    precision: str | None = None
    origin: str = ""
    author: str = ""
    editor: str = ""
    column: str = ""
    image: str | None = None
    attachments: tuple[Attachment, ...] = ()
    #: Where it was first seen.
    sighting: Sighting | None = None
    encoding: str = ""
    #: Which evidence decided the charset, in words.
    decoded: str = ""
    repairs: tuple[Repair, ...] = ()
    #: Characters known to be lost.
    lost: int = 0
    #: How each field was found.
    how: Mapping[str, str] = field(default_factory=dict)
    #: Older than its source is known, or undated on a first visit: searched, never alerted.
    backlog: bool = False
    matches: tuple[Match, ...] = ()
    notices: tuple[NoticePlan, ...] = ()
    page: RawPage | None = None
    #: Its further pages (下一页), in their order.
    further: tuple[RawPage, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Misreading(Fact):
    """An address that was fetched and did not give an article."""

    key: str
    url: str
    source_id: str
    #: "soft-404", "captcha", "timeout", "empty", … and the evidence in words.
    kind: str
    evidence: str
    tried_at: datetime
    sighting: Sighting | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Article(Fact):
    """An article as stored."""

    id: int
    story_id: int
    relation: str
    url: str
    key: str
    source: Source
    title: str
    text: str
    seen_at: datetime
    subtitle: str = ""
    published_at: datetime | None = None
    precision: str | None = None
    origin: str = ""
    author: str = ""
    editor: str = ""
    column: str = ""
    image: str | None = None
    attachments: tuple[Attachment, ...] = ()
    encoding: str = ""
    decoded: str = ""
    repairs: tuple[Repair, ...] = ()
    lost: int = 0
    how: Mapping[str, str] = field(default_factory=dict)
    backlog: bool = False
    matches: tuple[Match, ...] = ()


def as_dict(fact: Any) -> dict[str, Any]:
    """The fields of a fact, one level deep."""
    return {spec.name: getattr(fact, spec.name) for spec in fields(fact)}
