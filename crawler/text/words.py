"""What word stands behind what word in running Chinese text, in bits: for judging the best answers once more.

To characters 影响也手恶劣 is as likely as 影响也十分恶劣; words know that 手 is seldom one by itself. They need 6.0
bits a symbol of other news where characters need 6.4. A back-off model of pairs of words, made by
`benchmarks/text_words.py`; a text has the bits of its cheapest cut. The table is read when the first page with broken
bytes comes (60 ms, 17 MB), and each of its lines when it is needed.
"""

from __future__ import annotations

import re
from functools import cache
from math import inf, log2
from typing import TYPE_CHECKING, NamedTuple

from crawler.text import tables
from crawler.text.sequences import EDGE, RUNS, symbol, unlisted

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Characters of the longest word.
_LONGEST = 5
_GROUP = re.compile("([0-9a-z])([^0-9a-z]+)")


class _Word(NamedTuple):
    #: Bits of it for itself.
    alone: float
    #: Bits of what is listed behind it.
    behind: dict[str, float]
    #: Bits more than for itself, for all else behind it.
    otherwise: float


class _Table(dict[str, _Word]):
    """A line is taken apart when its word is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = dict(line.split("\t", 1) for line in tables.lines("words.txt"))

    def __missing__(self, word: str) -> _Word:
        entries = self.lines.get(word, "\t").split("\t")[1]
        behind = {
            found: int(half_bits, 36) / 2 for half_bits, words in _GROUP.findall(entries) for found in words.split(" ")
        }
        self[word] = _Word(self._alone(word), behind, self._otherwise(behind))
        return self[word]

    def _alone(self, word: str) -> float:
        return float(self.lines[word].split("\t", 1)[0]) if word in self.lines else unlisted(word)

    def _otherwise(self, behind: dict[str, float]) -> float:
        listed = sum(2.0**-bits for bits in behind.values())
        alone = sum(2.0 ** -self._alone(word) for word in behind)
        return log2(max(0.01, 1 - alone) / max(0.01, 1 - listed))

    def bits(self, before: str, word: str) -> float:
        known = self[before]
        found = known.behind.get(word)
        return known.otherwise + self[word].alone if found is None else found


@cache
def _table() -> _Table:
    return _Table()


def symbols(text: str) -> str:
    """What the tables have for each character; runs of digits, letters and white space are one."""
    line = EDGE
    for sign in map(symbol, text):
        if sign != line[-1] or sign not in RUNS:
            line += sign
    return line[1:]


def bits(line: str, known: Sequence[float]) -> float:
    """Bits to write the symbols, cut into words where that is cheapest; linear.

    `known` has for each symbol the bits at which it may also stand for itself; infinite where it may not.
    """
    table = _table()
    ends: list[dict[str, float]] = [{EDGE: 0.0}]
    for end, alone in enumerate(known, 1):
        words = {line[begin:end] for begin in range(max(0, end - _LONGEST), end - 1)} & table.lines.keys()
        most = {line[end - 1]: alone, **dict.fromkeys(words, inf)}
        ends.append({word: _least(ends[end - len(word)], word, bits) for word, bits in most.items()})
    return min(ends[-1].values())


def _least(spent: dict[str, float], word: str, most: float) -> float:
    table = _table()
    return min(bits + min(most, table.bits(before, word)) for before, bits in spent.items())
