"""Where the words of a query stand in a text as it was written, and the passage of it that shows them best."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from storage.expressions import wanted
from storage.folding import fold
from storage.subjects import occurrences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from storage.query import Query
    from storage.records import Article

#: Characters of a passage.
WIDTH = 100

#: A character with the signs that are composed with it.
_COMPOSES = re.compile("[\u0300-\u036f\u1100-\u11ff\u3099\u309a\uff9e\uff9f]")
_CLUSTER = re.compile(f"(?s).{_COMPOSES.pattern}*")
_BREAKS = "。！？；\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    text: str
    #: A word of the query.
    hit: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """Joined, the pieces are the title, and a passage of the text with … where it was cut."""

    title: tuple[Piece, ...]
    passage: tuple[Piece, ...]


def show(query: Query, article: Article, *, width: int = WIDTH) -> Shown:
    """How a hit is shown. Terms that stand in an attachment alone are not marked."""
    in_title = [word.needle for word in wanted(query.tree) if word.field != "text"]
    in_text = [word.needle for word in wanted(query.tree) if word.field != "title"]
    return Shown(title=mark(article.title, in_title), passage=passage(article.text, in_text, width=width))


def mark(text: str, needles: Iterable[str]) -> tuple[Piece, ...]:
    """The whole text in pieces; `needles` are folded terms."""
    return _cut(text, 0, len(text), places(text, needles))


def passage(text: str, needles: Iterable[str], *, width: int = WIDTH) -> tuple[Piece, ...]:
    """The stretch of at most about `width` characters with the most hits; without a hit, the beginning."""
    found = places(text, needles)
    start = _start(text, _densest(found, width), width)
    end = min(len(text), start + width)
    pieces = _cut(text, start, end, found)
    before = (Piece(text="…", hit=False),) if start > 0 else ()
    after = (Piece(text="…", hit=False),) if end < len(text) else ()
    return (*before, *pieces, *after)


def places(text: str, needles: Iterable[str]) -> list[tuple[int, int]]:
    """Start and end of each hit in `text` as it is written, in order and apart from each other."""
    folded = fold(text)
    origin = origins(text, folded)
    if origin is None:
        return []
    found = sorted(
        (origin[at][0], origin[at + len(needle) - 1][1])
        for needle in set(needles)
        for at in occurrences(needle, folded)
    )
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def origins(text: str, folded: str) -> list[tuple[int, int]] | None:
    """For each character of the folded text the stretch it was made of; None where that is not clear."""
    size = len(folded)
    if len(text) == size and [*map(_folded, text)] == [*folded]:  # as most text is; three times as fast
        return [*zip(range(size), range(1, size + 1), strict=True)]
    origin: list[tuple[int, int]] = []
    for start, end in _clusters(text):
        for sign in _folded(text[start:end]):
            if len(origin) < size and folded[len(origin)] == sign:
                origin.append((start, end))
            elif not sign.isspace():  # only blanks are dropped
                return None
    return origin if len(origin) == size else None


def _clusters(text: str) -> Iterable[tuple[int, int]]:
    if _COMPOSES.search(text):
        return (match.span() for match in _CLUSTER.finditer(text))
    return zip(range(len(text)), range(1, len(text) + 1), strict=True)


@lru_cache(20_000)
def _folded(cluster: str) -> str:
    return fold(cluster)


def _densest(found: Sequence[tuple[int, int]], width: int) -> int:
    """The hit after which, within `width`, the most others follow; the first of equals."""
    if not found:
        return 0
    starts = [start for start, _ in found]
    reach = max(width - 20, 1)
    return max(starts, key=lambda start: (bisect_left(starts, start + reach) - bisect_left(starts, start), -start))


def _start(text: str, hit: int, width: int) -> int:
    """A little before the hit, at the beginning of its sentence where that is near."""
    nearest = max(0, hit - width // 3)
    if nearest == 0:
        return 0
    for place in range(hit, nearest, -1):
        if text[place - 1] in _BREAKS:
            return place
    return nearest


def _cut(text: str, start: int, end: int, found: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for first, last in found:
        first, last = max(first, start), min(last, end)
        if first < last:
            pieces += (Piece(text=text[start:first], hit=False), Piece(text=text[first:last], hit=True))
            start = last
    pieces.append(Piece(text=text[start:end], hit=False))
    return tuple(piece for piece in pieces if piece.text)
