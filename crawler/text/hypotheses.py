"""What may have been written at a broken place, and how likely that is.

A hypothesis is the text so far and, where the first reader had lost its step, what the first byte of the next character
may be. It is judged in bits by what stands behind what in Chinese and on the page itself, and by how signs pair.
"""

from __future__ import annotations

import re
from functools import reduce
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from crawler.text.pairing import COMMAS
from crawler.text.sequences import EDGE, onward, symbol

if TYPE_CHECKING:
    from crawler.text.surroundings import Surroundings

LOST = "\ufffd"

# Bits.
#: An ASCII sign that is gone with half a character.
_EATEN = 6.0
#: A bracket or quotation mark that opens though one is open, closes what is open, or closes nothing.
_OPEN_TWICE, _DUE, _UNOPENED = 2.0, -6.0, 5.0
_OPENING = {"”": "“", "’": "‘", "》": "《", "）": "（"}
_CLOSING = {opening: closing for closing, opening in _OPENING.items()}
_NEVER_LAST = "、《“‘（"
_WIDTHS = {"（": "（(", "）": "）)"}
_BRACKET = re.compile("[()（）]")
#: Bits behind the best up to which words have a say, by this share (.3 to .5 have as many right); characters of the
#: line before that they see.
_NEAR, _SHARE, _BEFORE = 15.0, 0.4, 8
#: Characters of the line that are looked at for an open quotation.
_LOOK_BACK = 400


class Sign(NamedTuple):
    """One sign of the line, as the first reader left it."""

    text: str
    #: The reading that stands in it in brackets; behind `?` where the bracket went with half a character.
    reading: str = ""

    @property
    def is_hole(self) -> bool:
        return self.text[0] in "?\ufffd"


class Hypothesis(NamedTuple):
    bits: float
    #: What was written since all hypotheses last agreed.
    text: str
    #: What the first byte of the next character may be; none where the pairs are right.
    leads: tuple[int, ...] = ()
    #: It has taken in the next sign too.
    is_ahead: bool = False
    #: Nothing is broken here.
    is_literal: bool = False
    #: Its last two symbols.
    tail: str = ""


class Pen:
    """Writes hypotheses on, at their price."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        #: The end of the line up to where all hypotheses agree.
        self.line = ""

    def start(self, line: str) -> Hypothesis:
        self.line = line[-_LOOK_BACK:]
        return Hypothesis(0.0, "", is_literal=True, tail=reduce(onward, map(symbol, line[-8:]), EDGE))

    def go_on(self, one: Hypothesis) -> Hypothesis:
        """The hypothesis behind its own text, which is settled."""
        self.line = (self.line + one.text)[-_LOOK_BACK:]
        return one._replace(bits=0.0, text="")

    def before(self, one: Hypothesis) -> str:
        """The two characters or more that it ends with."""
        return self.line[-2:] + one.text

    def price(self, one: Hypothesis, character: str) -> float:
        return one.bits + self._around.bits(one.tail, character)

    def write(self, one: Hypothesis, text: str, bits: float = 0.0, *, literal: bool = False) -> Hypothesis:
        bits += one.bits
        tail = one.tail
        for character in text:
            if character != LOST:
                bits += self._unpaired(one, character) + self._around.bits(tail, character)
            tail = onward(tail, symbol(character))
        return Hypothesis(bits, one.text + text, is_literal=literal, tail=tail)

    def write_eaten(self, one: Hypothesis, after: str) -> Hypothesis:
        """The ASCII sign that `?` took with half a character; none before the script's comma, and at the end."""
        if not after or after[0] in COMMAS:
            return one
        sign, bits = self._eaten(one, after)
        return one._replace(bits=one.bits + _EATEN + bits, text=one.text + sign)

    def judged(self, found: list[Hypothesis]) -> list[Hypothesis]:
        """The hypotheses that come close, from the best on, where words too have a say."""
        near = [one for one in found if not one.is_literal and one.bits < found[0].bits + _NEAR]
        if found[0].is_literal or len(near) < 2:
            return found
        before = self.line[-_BEFORE:]
        weighed = (one._replace(bits=one.bits + _SHARE * self._around.more_by_words(before + one.text)) for one in near)
        return sorted(weighed, key=attrgetter("bits"))

    def _eaten(self, one: Hypothesis, after: str) -> tuple[str, float]:
        if re.match("/[a-z]", after):
            return "<", 0.0
        bracket = self._bracket(one, after)
        if bracket:
            return bracket, 0.0
        # White space, where a sentence may end.
        if one.text[-1:] in "。”" or not re.match("[0-9A-Za-z.。、）》”]", after):
            return "\n", _UNOPENED * (one.text[-1:] in _NEVER_LAST)
        return self._around.sign_before(after[:2]) or LOST, 0.0

    def _bracket(self, one: Hypothesis, after: str) -> str:
        """The one that the next bracket of the line, or the last one, has no partner without."""
        following = _BRACKET.search(after)
        closes = bool(following and following[0] in ")）")
        is_open = self._is_open(one, "（")
        return "(" if closes and not is_open else ")" if is_open and not closes else ""

    def _unpaired(self, one: Hypothesis, character: str) -> float:
        opening = _OPENING.get(character, character)
        if opening not in _CLOSING:
            return 0.0
        is_open = self._is_open(one, opening)
        if character == opening:
            return _OPEN_TWICE if is_open else 0.0
        return _DUE if is_open else _UNOPENED

    def _is_open(self, one: Hypothesis, opening: str) -> bool:
        text = self.line + one.text
        return _last(text, opening) > _last(text, _CLOSING[opening])


def _last(text: str, sign: str) -> int:
    """Where the sign is last, in either width; -1 where it is not."""
    return max(map(text.rfind, _WIDTHS.get(sign, sign)))
