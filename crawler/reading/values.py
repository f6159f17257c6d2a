"""What the reader hands out: frozen, picklable values, because it runs in worker processes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date
from datetime import datetime
from typing import Literal, overload

Precision = Literal["minute", "day"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a page could not be read as what it was asked for; docs/reading.md lists the kinds."""

    kind: str
    #: The words or marks of the page that showed it.
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """Selectors of one source, each CSS or `xpath:…`; None leaves the field to the general rules."""

    item_selector: str | None = None
    title_selector: str | None = None
    date_selector: str | None = None
    body_selector: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    name: str
    url: str
    #: The file ending in lower case without its dot: pdf, docx, xls, ofd, zip ...
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentText:
    text: str
    problem: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    title: str = ""
    #: 副题 or 引题, where the page shows one.
    subtitle: str | None = None
    #: Aware, Asia/Shanghai; midnight where only the day is known.
    published_at: datetime | None = None
    precision: Precision | None = None
    #: 来源 as the page names it.
    origin: str | None = None
    author: str | None = None
    editor: str | None = None
    #: Paragraphs and table rows, one a line; cells are parted by tabs.
    text: str = ""
    #: The first picture of the body, or the one its meta tags name.
    image: str | None = None
    attachments: tuple[Attachment, ...] = ()
    #: BCP 47 primary tag (zh, en, bo ...), or None where there is too little text.
    language: str | None = None
    #: Hans or Hant, or None where no character tells.
    script: str | None = None
    #: 栏目
    column: str | None = None
    #: URL of 下一页 of this same article.
    next_page: str | None = None
    #: Field -> how it was found: meta, visible line, script, url, density ...
    how: Mapping[str, str] = field(default_factory=dict)
    problem: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    url: str
    title: str
    date: Date | None = None
    #: The title is cut (…) on the list; the article's own should replace it.
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request the spider should make to see more of a list; nothing is asked here."""

    url: str
    method: Literal["GET", "POST"] = "GET"
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    #: next-page, jpage, jpaas, ucap, gkmlpt, frame, refresh, feed, sitemap
    kind: str = "next-page"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListReading(Sequence[Link]):
    """The links of a list in page order, and what the page says about itself."""

    links: tuple[Link, ...] = ()
    next_requests: tuple[Ask, ...] = ()
    #: How the list came: html, jpage, jpaas, script-array, json, json-feed, rss, atom, sitemap, sitemap-index.
    family: str = "html"
    how: Mapping[str, str] = field(default_factory=dict)
    problem: Problem | None = None

    @overload
    def __getitem__(self, index: int) -> Link: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Link, ...]: ...
    def __getitem__(self, index: int | slice) -> Link | tuple[Link, ...]:
        return self.links[index]

    def __len__(self) -> int:
        return len(self.links)

    def __iter__(self) -> Iterator[Link]:
        return iter(self.links)
