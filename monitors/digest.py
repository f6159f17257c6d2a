"""What a message tells: stories become a `Digest`. Pure; how it looks is decided in `monitors.mails`."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from monitors.excerpts import Span, excerpt, mark, one_line, shorten
from storage.records import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.records import Article, Match, Repair
    from storage.reports import Story

#: A story found so much later than it was published is told with a word about it.
LATE: Final = timedelta(days=2)
TITLE_LENGTH: Final = 120
#: Levels that speak for themselves; media repeat what others said.
OFFICIAL: Final = frozenset(Level) - {Level.MEDIA, Level.PORTAL}


#: Repairs that change no word; they are in the record of the article, and no reader has to know.
MINOR: Final = frozenset(
    {
        "entities",
        "percent escapes",
        "zero-width signs",
        "no-break spaces inside Han",
        "full-width Latin",
        "radicals and compatibility forms",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A bar of the chart."""

    day: date
    #: Stories of the watch.
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Unusual:
    """A place that says much more today than it is used to."""

    #: "" = all places together.
    place: str
    count: int
    #: Stories of a usual day.
    usual: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """How the sources are."""

    #: Sources that are visited.
    watched: int
    #: Names of those that could not be read at their last visit.
    troubled: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Background:
    """What a message says besides its stories; given by the caller, who knows the past."""

    #: The last 30 days, oldest first; empty = no chart.
    days: tuple[Day, ...] = ()
    unusual: tuple[Unusual, ...] = ()
    health: Health | None = None
    #: Stories of the same time that alerts have told already.
    alerted: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Reprint:
    name: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One story."""

    story_id: int
    url: str
    title: tuple[Span, ...]
    lead: tuple[Span, ...]
    source: str
    province: str
    #: Whether a government, a department or a park speaks itself.
    official: bool
    published_at: datetime | None
    #: "minute" or "day".
    precision: str | None
    seen_at: datetime
    #: Found days after it was published.
    late: bool
    #: Who the page names as the origin, where that is not the source itself.
    origin: str
    reprints: tuple[Reprint, ...]
    score: float
    reasons: tuple[str, ...]
    repairs: tuple[Repair, ...]
    #: Characters that could not be restored.
    lost: int
    attachments: int

    @property
    def headline(self) -> str:
        return "".join(span.text for span in self.title)


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Stories that belong together; "" is the section of what belongs to no province."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    #: "alert", "digest", or "sign": alive, and nothing found.
    kind: str
    title: str
    sections: tuple[Section, ...]
    background: Background = Background()
    #: Which part of how many, where the stories do not fit into one message.
    part: int = 1
    parts: int = 1

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(entry for section in self.sections for entry in section.entries)

    @property
    def top(self) -> Entry | None:
        """The story that the subject names: the best score, of equal ones the one most reprinted."""
        return max(self.entries, key=lambda entry: (entry.score, len(entry.reprints)), default=None)


def build(
    stories: Sequence[Story],
    *,
    watch: str,
    title: str,
    kind: str = "digest",
    background: Background | None = None,
) -> Digest:
    """The digest of stories for a watch (its name decides which match is told).

    Sections are provinces, the one with most stories first; in a section the best score comes first.
    """
    entries = [_entry(story, watch) for story in stories]
    return Digest(kind=kind, title=title, sections=_sections(entries), background=background or Background())


def split(stories: Sequence[Story], size: int) -> list[Sequence[Story]]:
    """The stories in parts of nearly the same length, none longer than `size`."""
    count = -(-len(stories) // size)
    borders = [len(stories) * part // count for part in range(count + 1)]
    return [stories[start:end] for start, end in itertools.pairwise(borders)]


def numbered(digests: Sequence[Digest]) -> list[Digest]:
    """The same digests, each knowing which part of how many it is."""
    return [replace(digest, part=part, parts=len(digests)) for part, digest in enumerate(digests, 1)]


def _sections(entries: Sequence[Entry]) -> tuple[Section, ...]:
    by_place: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_place[entry.province].append(entry)
    places = sorted(by_place, key=lambda place: (not place, -len(by_place[place]), place))
    return tuple(Section(name=place, entries=tuple(sorted(by_place[place], key=_rank))) for place in places)


def _rank(entry: Entry) -> tuple[float, bool, int]:
    return -entry.score, not entry.official, -entry.story_id


def _entry(story: Story, watch: str) -> Entry:
    lead = story.lead
    match = _best_match(story, watch)
    words = match.words if match else ()
    headline = shorten(one_line(lead.title), TITLE_LENGTH)
    return Entry(
        story_id=story.id,
        url=lead.url,
        title=mark(headline, words),
        lead=mark(excerpt(lead.text, words, title=headline), words),
        source=one_line(lead.source.name),
        province=lead.source.province,
        official=lead.source.level in OFFICIAL,
        published_at=lead.published_at,
        precision=lead.precision,
        seen_at=lead.seen_at,
        late=lead.published_at is not None and lead.seen_at - lead.published_at > LATE,
        origin=_origin(lead),
        reprints=_reprints(story),
        score=match.score if match else 0.0,
        reasons=match.reasons if match else (),
        repairs=tuple(repair for repair in lead.repairs if repair.what not in MINOR),
        lost=lead.lost,
        attachments=len(lead.attachments),
    )


def _best_match(story: Story, watch: str) -> Match | None:
    """Of the lead where it matched, else of the reprint that matched best."""
    own = [match for match in story.lead.matches if match.watch == watch]
    others = [match for article in story.reprints for match in article.matches if match.watch == watch]
    return max(own or others, key=lambda match: match.score, default=None)


def _origin(article: Article) -> str:
    origin = one_line(article.origin)
    return "" if origin in article.source.name or article.source.name in origin else origin


def _reprints(story: Story) -> tuple[Reprint, ...]:
    """Each other source once, in the order of discovery."""
    seen = {story.lead.source.id}
    found = []
    for article in story.reprints:
        if article.source.id not in seen:
            seen.add(article.source.id)
            found.append(Reprint(name=one_line(article.source.name), url=article.url))
    return tuple(found)
