"""What a message shows of a text: a piece of it, with the words marked that were found."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from storage.folding import fold
from storage.highlights import origins

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Characters of a text in which the words are looked for; what comes later is not worth an excerpt.
REACH: Final = 4000

#: Signs that no reader sees: controls, bidirectional overrides, zero widths, halves of surrogate pairs.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
_SPACES = re.compile(r"[\s\u3000]+")
_SENTENCE_END = re.compile(r"[。！？!?；;]\s*")
#: Where paragraphs meet: the sign before says enough.
_CLAUSE_GAP = re.compile(r"(?<=[。！？；：，、”）》]) ")
_WORD = re.compile(r"[0-9a-z]")


class Span(NamedTuple):
    text: str
    #: Whether it is one of the words that were found.
    marked: bool = False


def one_line(text: str) -> str:
    """The text on one line, without signs that are not seen."""
    return _SPACES.sub(" ", _UNSEEN.sub(" ", text)).strip()


def shorten(text: str, length: int) -> str:
    """At most `length` characters; the last is … where something was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def mark(text: str, words: Sequence[str]) -> tuple[Span, ...]:
    """The text in pieces, those marked that fold as one of the words does. The pieces joined are the text."""
    spans: list[Span] = []
    done = 0
    for start, end in _places(text, words):
        if start > done:
            spans.append(Span(text[done:start]))
        spans.append(Span(text[start:end], True))
        done = end
    if done < len(text):
        spans.append(Span(text[done:]))
    return tuple(spans)


def excerpt(text: str, words: Sequence[str], *, title: str = "", length: int = 110) -> str:
    """One line of the text: its beginning, or from the sentence on in which the first of the words stands.

    Many pages repeat their title on top of the text; it is not told twice.
    """
    line = _CLAUSE_GAP.sub("", one_line(text[:REACH]))
    if title and line.startswith(title):
        line = line[len(title) :].lstrip(" 　：:-—，。；、")
    first = next((start for start, _ in _places(line, words)), 0)
    if first >= length - 10:
        line = "…" + line[_sentence_start(line, first, length) :]
    return shorten(line, length)


def _sentence_start(line: str, position: int, length: int) -> int:
    """Where the sentence of `position` begins; half a `length` before it where the sentence is long."""
    ends = [found.end() for found in _SENTENCE_END.finditer(line, 0, position)]
    return max(ends[-1] if ends else 0, position - length // 2)


def _places(text: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the words stand, the longest of those that overlap, from left to right."""
    pattern = _pattern(tuple(words))
    if pattern is None:
        return
    folded = fold(text)
    places = origins(text, folded) or []
    for found in pattern.finditer(folded) if places else ():
        yield places[found.start()][0], places[found.end() - 1][1]


@lru_cache(maxsize=512)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """A Latin word counts only where it stands alone (AI is not in RAIN), a Han word anywhere."""
    folded = {fold(word) for word in words}
    longest_first = sorted(folded - {""}, key=len, reverse=True)
    return re.compile("|".join(map(_bounded, longest_first))) if longest_first else None


def _bounded(word: str) -> str:
    before = r"(?<![0-9a-z])" if _WORD.match(word[0]) else ""
    after = r"(?![0-9a-z])" if _WORD.match(word[-1]) else ""
    return before + re.escape(word) + after
