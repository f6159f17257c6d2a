"""The tree of a query: what it holds of, and how it reads as text again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from storage.folding import HAN, fold
from storage.query_words import OPERATORS
from storage.subjects import Subject, occurrences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

#: Days begin and end where the sources are.
ZONE = ZoneInfo("Asia/Shanghai")

_PLAIN = re.compile(f"[{HAN}0-9A-Za-z]+")
_PROVINCE_SUFFIX = re.compile("(特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|市)$")


@dataclass(frozen=True, slots=True)
class Word:
    """A term or phrase, folded, in `field` "title" or "text", or in either."""

    needle: str
    field: str = ""

    def holds(self, subject: Subject) -> bool:
        in_title = self.field != "text" and any(self._is_in(piece) for piece in subject.folded_titles)
        return in_title or (self.field != "title" and any(self._is_in(piece) for piece in subject.folded_bodies))

    def _is_in(self, piece: str) -> bool:
        return next(occurrences(self.needle, piece), None) is not None

    def __str__(self) -> str:
        return (self.field and f"{self.field}:") + quoted(self.needle)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is known of an article besides its text; `FACTS` says what each field asks."""

    field: str
    value: str

    def holds(self, subject: Subject) -> bool:
        return FACTS[self.field](subject, self.value)

    def __str__(self) -> str:
        return f"{self.field}:{quoted(self.value)}"


@dataclass(frozen=True, slots=True)
class Time:
    """From `since` on, and before `before`; whole seconds. `axis` is "moment" (see `subjects.moment`) or "seen"."""

    axis: str
    since: datetime | None = None
    before: datetime | None = None

    def holds(self, subject: Subject) -> bool:
        at = subject.moment if self.axis == "moment" else subject.seen_at
        return (self.since is None or at >= self.since) and (self.before is None or at < self.before)

    def __str__(self) -> str:
        since = f"{self.since.astimezone(ZONE):%Y-%m-%dT%H:%M:%S}" if self.since else ""
        last = f"{(self.before - timedelta(seconds=1)).astimezone(ZONE):%Y-%m-%dT%H:%M:%S}" if self.before else ""
        if self.axis == "seen":
            return f"seen:{since}..{last}"
        return f"since:{since}" if since else f"until:{last}"


@dataclass(frozen=True, slots=True)
class Not:
    part: Node

    def holds(self, subject: Subject) -> bool:
        return not self.part.holds(subject)

    def __str__(self) -> str:
        return f"-{bracketed(self.part)}"


@dataclass(frozen=True, slots=True)
class And:
    """All of its parts; with none, everything."""

    parts: tuple[Node, ...] = ()

    def holds(self, subject: Subject) -> bool:
        return all(part.holds(subject) for part in self.parts)

    def __str__(self) -> str:
        return " ".join(map(bracketed, self.parts))


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]

    def holds(self, subject: Subject) -> bool:
        return any(part.holds(subject) for part in self.parts)

    def __str__(self) -> str:
        return " OR ".join(map(bracketed, self.parts))


Node = Word | Fact | Time | Not | And | Or


@lru_cache(10_000)
def province(name: str) -> str:
    """山西省 is 山西, 新疆维吾尔自治区 is 新疆."""
    return _PROVINCE_SUFFIX.sub("", fold(name))


#: A catalogue has thousands of sources, but few names: 10 ms a query without.
_folded = lru_cache(10_000)(fold)

FACTS: Mapping[str, Callable[[Subject, str], bool]] = {
    "province": lambda subject, value: province(subject.province) == province(value),
    "level": lambda subject, value: subject.level == value,
    "source": lambda subject, value: subject.source_id == value or _folded(value) in _folded(subject.source_name),
    "origin": lambda subject, value: _folded(value) in _folded(subject.origin),
    "author": lambda subject, value: _folded(value) in _folded(subject.author),
    "watch": lambda subject, value: value in subject.watches,
    "story": lambda subject, value: subject.story == int(value),
    "has": lambda subject, value: subject.attachments > 0,
}


def quoted(text: str) -> str:
    """So that it is read back as one term: no text holds all three pairs, because one of them was around it."""
    if _PLAIN.fullmatch(text) and text.casefold() not in OPERATORS:
        return text
    if not any(sign in text for sign in '"“”„＂'):
        return f'"{text}"'
    return f"「{text}」" if "」" not in text else f"『{text}』"


def bracketed(node: Node) -> str:
    return f"({node})" if isinstance(node, And | Or) else str(node)


def leaves(node: Node) -> Iterator[Word | Fact | Time]:
    """All that a query asks, what it excludes too."""
    if isinstance(node, Not):
        yield from leaves(node.part)
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from leaves(part)
    else:
        yield node


def wanted(node: Node) -> Iterator[Word]:
    """The words that a query looks for, not those it excludes."""
    if isinstance(node, Word):
        yield node
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from wanted(part)
