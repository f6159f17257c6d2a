"""What stands behind what in running Chinese text, in bits: for choosing between readings of one broken place.

A back-off model of up to three characters, made by `benchmarks/text_sequences.py`. Forms of a character are one, as are
the widths of a sign; a number, a run of Latin letters and white space are one sign each. The table is read when the
first page with broken bytes comes (65 ms), and each of its lines when it is needed.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from math import log2
from typing import NamedTuple

from crawler.text import tables
from crawler.text.language import cost, simple_form

#: White space or the edge of a line, a number, Latin letters.
EDGE, NUMBER, LATIN = "^#@"
#: However many there are in a row, they are one symbol.
RUNS = (EDGE, NUMBER, LATIN)
#: Bits of one more digit, letter or space, and of which digit or letter.
_ONE_MORE = 0.5
_WHICH = {NUMBER: 3.3, LATIN: 4.7}
_WIDE = dict(zip(",;:!?()", "，；：！？（）", strict=True))
#: Of Han, of signs that the table does not have, of white space.
_RARE, _STRANGE, _SPACE = 26.0, 12.0, 6.0
#: 。、 and 。的 are no Chinese (but 。。。 is a pause); the words of the table may stand behind any sign.
_STOPS = frozenset("，。、；：？")
_NEVER_FIRST = frozenset("，。、；：的了着们吗呢吧")
_STUMBLE = 6.0


class _Behind(NamedTuple):
    #: Bits of what is listed behind this context.
    bits: dict[str, float]
    #: Bits more than behind the shorter context, for all else.
    otherwise: float


class _Table(dict[str, _Behind]):
    """Behind each context; a line is taken apart when it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = dict(line.split("\t") for line in tables.lines("sequences.txt"))

    def __missing__(self, before: str) -> _Behind:
        self[before] = found = self._read(before)
        return found

    def _read(self, before: str) -> _Behind:
        bits: dict[str, float] = {}
        half = 0
        for sign in self._lines.get(before, ""):
            if sign.isascii() and sign.isalnum():
                half = int(sign, 36)
            else:
                bits[sign] = half / 2
        return _Behind(bits, self._otherwise(before, bits) if before else 0.0)

    def _otherwise(self, before: str, bits: dict[str, float]) -> float:
        if not bits:
            return 0.0
        listed = sum(2.0**-found for found in bits.values())
        shorter = sum(2.0 ** -bits_behind(before[1:], sign) for sign in bits)
        return log2(max(0.01, 1 - shorter) / max(0.01, 1 - listed))


@cache
def _table() -> _Table:
    return _Table()


@cache
def symbol(character: str) -> str:
    """What the table has for this character."""
    if character.isspace():
        return EDGE
    if character.isascii():
        kind = NUMBER if character.isdigit() else LATIN if character.isalpha() else character
        return _WIDE.get(kind, kind)
    return simple_form(character)


def onward(before: str, sign: str) -> str:
    """The last two symbols when this one is written; runs of digits, letters and white space are one."""
    return before if sign == before[-1:] and sign in RUNS else before[-1:] + sign


def stumble(before: str, sign: str) -> float:
    """Bits more for what is no Chinese."""
    return _STUMBLE * (before[-1:] in _STOPS and sign in _NEVER_FIRST and before != 2 * sign)


def bits_behind(before: str, sign: str) -> float:
    """Bits to write this symbol behind the last two."""
    if sign == before[-1:] and sign in RUNS:
        return _ONE_MORE
    table, more = _table(), 0.0
    while True:
        listed, otherwise = table[before]
        if sign in listed:
            return more + listed[sign]
        if not before:
            return more + unlisted(sign)
        more += otherwise
        before = before[1:]


def unlisted(sign: str) -> float:
    """Bits of a symbol that the tables do not have."""
    return _RARE if "\u3400" <= sign <= "\u9fff" else _SPACE if sign == EDGE else max(_STRANGE, cost(sign))


def which(sign: str) -> float:
    """Bits of the digit or letter that the symbol stands for."""
    return _WHICH.get(sign, 0.0)


def followers(before: str) -> dict[str, float]:
    """What the table has behind this symbol, and its bits."""
    return _table()[before].bits


def has_word(text: str) -> bool:
    """Whether two neighbours in `text` (simplified) are often seen together."""
    return any(b in followers(a) for a, b in pairwise(text))
