"""Pairs that are no character were dropped without a trace: 但在 is B5 AB D4 DA, and without AB D4 it is 第.

A gap is found from both sides: the character before it begins with the byte that is left, the one behind it ends with
the first byte of the sign that follows, and the pair between them must be one that is dropped.
"""

from __future__ import annotations

from heapq import nsmallest
from operator import attrgetter
from typing import TYPE_CHECKING

from crawler.text.pairing import ends_behind_gap, leads_after, second_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.text.hypotheses import Hypothesis, Pen
    from crawler.text.surroundings import Surroundings

#: So many hypotheses are asked what may have been dropped, so many answers are followed, so many times in a row.
_ASKED, _FOLLOWED, _IN_A_ROW = 3, 8, 3
#: Bits of a dropped pair. 0 has .006 less of 666 passages whole, .75 no more.
_GAP = 1.5
#: Bits of a character that the table does not have behind another.
_UNLISTED = 14.0


class Gaps:
    def __init__(self, pen: Pen, around: Surroundings) -> None:
        self._pen = pen
        self._around = around

    def before(self, second: int | None, shifted: Sequence[Hypothesis]) -> Iterator[Hypothesis]:
        """What these may have become by dropped pairs; the next character ends with `second`, where that is known."""
        found = nsmallest(_ASKED, shifted, key=attrgetter("bits"))
        for _ in range(_IN_A_ROW):
            found = self._one_more(second, found)
            yield from found

    def _one_more(self, second: int | None, shifted: list[Hypothesis]) -> list[Hypothesis]:
        # Where it may begin with nearly any byte, what the table does not go on from is left out: a fifth less CPU, and
        # as many right. Left out everywhere, of 666 passages .83 are whole instead of .85.
        priced = (
            (self._pen.price(one, character) + ahead, place, character)
            for place, one in enumerate(shifted)
            for character in self._around.before_gap(one.tail, one.leads)
            if (ahead := _ahead(character, second)) < _UNLISTED or len(one.leads) == 1
        )
        return [
            self._pen.write(shifted[place], character, _GAP)._replace(leads=leads_after(second_of(character)))
            for _, place, character in nsmallest(_FOLLOWED, priced)
        ]


def _ahead(character: str, second: int | None) -> float:
    """Bits, roughly, of the next character, which ends with this byte."""
    return 0.0 if second is None else ends_behind_gap(character).get(second, _UNLISTED)
