"""A line whose bytes were paired wrongly, read again: what was written that comes out as what stands there?

A beam search. Each sign of the line is the next pair that the first reader saw, and a hypothesis goes on with the
characters that give this pair. Where the best ones come close, what they differ in is marked. See `wreckage` for how
the damage came to be.

Of 666 passages of 730 characters that were damaged anew this has .85 whole and .0006 of the characters wrong or marked;
before words had a say it was .83 and .0007. Told the truth as the page's own text it has .89: the rest is ASCII signs
that went with half a character.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from heapq import nsmallest
from math import inf
from operator import attrgetter
from typing import TYPE_CHECKING

from crawler.text.codecs import decode_as, encode_as
from crawler.text.gaps import Gaps
from crawler.text.hypotheses import LOST, Hypothesis, Pen, Sign
from crawler.text.pairing import COMMAS, WIDTHS, read_so, with_second
from crawler.text.readings import has_tone, is_reading
from storage.folding import simplify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.text.surroundings import Surroundings

#: 24 lose what two dropped pairs in a row leave; wider is slower and has no more of them right.
_BEAM = 40
_ALIKE = 3
#: Characters that are open at a time, so that a line without an ASCII sign takes linear time.
_LONGEST = 200
#: Signs that are looked at for the bracket that closes.
_AHEAD = 40
_HALVES = {half.encode() for half in ",;:!()"}

# Bits.
#: By which the best hypothesis must lead.
_LEAD = 0.2
#: No hypothesis that is worse by more is followed.
_HOPELESS = 20.0
#: A reading without its character is hardly ever an author's, least of all with a tone.
_STRAY_READING = 10.0
_STRAY_TONE = 30.0
#: Half a character that is gone without a trace.
_SILENT = 10.0
#: The cost of a character from which on a gap before it is thought of. Lower is slower and has no more right.
_ODD = 8.0
#: `?` before a sign, on a page that readings prove to be damaged.
_STRAY_HOLE = 8.0


class Reader:
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._pen = Pen(around)
        self._gaps = Gaps(self._pen, around)
        self._beam = [self._pen.start("")]

    def read(self, line: Sequence[Sign]) -> str:
        done: list[str] = []
        for place, sign in enumerate(line):
            if not self._is_open:
                if not sign.reading and not sign.is_hole:
                    done.append(sign.text)
                    continue
                self._beam = [self._pen.start("".join(done[-400:]))]
            self._follow(sign, _after(line[place + 1 : place + _AHEAD]))
            done += self._agreed()
        self._beam = self._kept([ended for one in self._beam for ended in self._at_the_end(one)])
        return "".join([*done, self._settled()])

    @property
    def _is_open(self) -> bool:
        return len(self._beam) > 1 or bool(self._beam[0].leads)

    def _follow(self, sign: Sign, after: str) -> None:
        found = [one._replace(is_ahead=False) for one in self._beam if one.is_ahead]
        shifted = [one for one in self._beam if one.leads and not one.is_ahead]
        for one in self._beam:
            if not one.leads:
                found += self._aligned(one, sign, after)
        for one in shifted:
            found += self._shifted(one, sign, after)
        if shifted and (sign.is_hole or self._is_odd(shifted, found)):
            for one in self._gaps.before(_ends_with(sign), shifted):
                found += self._shifted(one, sign, after)
        self._beam = self._kept(found) or [self._pen.write(self._beam[0], sign.text)]

    def _is_odd(self, shifted: list[Hypothesis], found: list[Hypothesis]) -> bool:
        """Whether no character here goes well with what stands before it, so that something may be missing."""
        before = min(one.bits for one in shifted)
        return min((one.bits for one in found if not one.is_literal), default=inf) > before + _ODD

    def _kept(self, found: list[Hypothesis]) -> list[Hypothesis]:
        """The best ones, a few with the same future at most, and the one by which nothing is broken."""
        best = nsmallest(4 * _BEAM, found, key=attrgetter("bits"))
        alike = Counter[tuple[object, ...]]()
        kept = [one for one in found if one.is_literal]
        for one in best:
            future = (one.text[-2:], one.leads, one.is_ahead)
            alike[future] += 1
            if not one.is_literal and alike[future] <= _ALIKE and one.bits < best[0].bits + _HOPELESS:
                kept.append(one)
        return kept[: _BEAM + 1]

    def _agreed(self) -> list[str]:
        """The text up to here if all hypotheses go on alike; the best one's where it has become too long."""
        best = min(self._beam, key=attrgetter("bits"))
        if len(best.text) > _LONGEST and not best.is_ahead:
            self._beam = [self._pen.go_on(best)]
            return [best.text]
        ends = {(one.text[-2:], one.leads, one.is_ahead) for one in self._beam}
        text, leads, is_ahead = ends.pop()
        if ends or leads or is_ahead or (self._is_open and len(text) < 2):
            return []
        settled = self._settled()
        self._beam = [self._pen.start("")]
        return [settled]

    def _settled(self) -> str:
        best, *others = self._pen.judged(sorted(self._beam, key=attrgetter("bits")))
        text = best.text
        if not best.is_literal:
            for rival in others:
                if not rival.is_literal and rival.bits < best.bits + _LEAD and simplify(rival.text) != simplify(text):
                    text = _common(text, rival.text)
        return text

    # --- where the pairs are right ------------------------------------------------------------------------------

    def _aligned(self, one: Hypothesis, sign: Sign, after: str) -> Iterator[Hypothesis]:
        if sign.reading:
            yield from self._behind_reading(one, sign)
        elif sign.is_hole:
            stray = _STRAY_HOLE if after[:1] in COMMAS and self._around.proven else 0.0
            yield self._pen.write(one, sign.text, stray, literal=one.is_literal)
            if after[:1] in COMMAS:
                yield from self._torn_by_a_comma(one, COMMAS[after[0]])
        else:
            yield self._pen.write(one, sign.text, literal=one.is_literal)

    def _behind_reading(self, one: Hypothesis, sign: Sign) -> Iterator[Hypothesis]:
        before = encode_as("gb18030", self._pen.before(one))[-2:]
        if sign.is_hole:
            second = WIDTHS[chr(before[-1])][1] if before[-1:] in _HALVES else before[-1] if before else 0
            leads = dict.fromkeys(encode_as("gb18030", found)[1] for found in read_so(second, sign.reading))
            for lead in leads:
                yield one._replace(bits=one.bits + self._around.gain, leads=(lead,), is_literal=False)
        elif is_reading(decode_as("gb18030", before), sign.reading):
            yield one
            return
        stray = _STRAY_TONE if has_tone(sign.reading) else _STRAY_READING
        yield one._replace(bits=one.bits + stray, text=one.text + sign.text)

    def _torn_by_a_comma(self, one: Hypothesis, lead: int) -> Iterator[Hypothesis]:
        """The character that ended with A3 before `?，`, which the next one began behind."""
        for character in with_second(0xA3):
            torn = self._pen.write(one, character, self._around.gain)
            yield torn._replace(leads=(lead,), is_ahead=True)

    # --- where they are not -------------------------------------------------------------------------------------

    def _shifted(self, one: Hypothesis, sign: Sign, after: str) -> Iterator[Hypothesis]:
        if sign.reading:
            yield from self._at_reading(one, sign)
        elif sign.is_hole:
            for character in self._begun(one):
                yield self._torn(one, character, sign, after)
        elif sign.text.isascii() or sign.text == "€":
            yield from self._at_ascii(one, sign.text, after)
        else:
            yield from self._at_pair(one, encode_as("gb18030", sign.text))

    def _torn(self, one: Hypothesis, character: str, sign: Sign, after: str) -> Hypothesis:
        written = self._pen.write(one, character)
        return self._pen.write_eaten(written, after) if sign.text == "?" else written

    def _at_reading(self, one: Hypothesis, sign: Sign) -> Iterator[Hypothesis]:
        if sign.is_hole:
            for lead in one.leads:
                for character in read_so(lead, sign.reading):
                    yield self._pen.write(one, character)
        else:
            second = encode_as("gb18030", self._pen.before(one))[-1:]
            yield from (
                one._replace(leads=(lead,))
                for lead in one.leads
                if is_reading(decode_as("gb18030", second + bytes([lead])), sign.reading)
            )

    def _at_pair(self, one: Hypothesis, pair: bytes) -> Iterator[Hypothesis]:
        if len(pair) == 2:
            for character in self._whole(one, pair[0]):
                if pair[1] < 0x80:
                    yield self._pen.write(self._pen.write(one, character), chr(pair[1]))
                else:
                    yield self._pen.write(one, character)._replace(leads=(pair[1],))

    def _at_ascii(self, one: Hypothesis, sign: str, after: str) -> Iterator[Hypothesis]:
        if sign in WIDTHS:
            yield from self._at_pair(one, WIDTHS[sign])
        if "@" <= sign <= "~" or sign == "€":
            for character in self._whole(one, 0x80 if sign == "€" else ord(sign)):
                yield self._pen.write(one, character)
        elif len(one.leads) == 1:
            yield from self._gone_before(one, sign, after)

    def _gone_before(self, one: Hypothesis, sign: str, after: str) -> Iterator[Hypothesis]:
        between = "[" if re.match(r"\d+\]", sign + after) else ""
        for character in self._begun(one):
            yield self._pen.write(self._pen.write(one, character, _SILENT), between + sign)

    def _at_the_end(self, one: Hypothesis) -> Iterator[Hypothesis]:
        if not one.leads:
            yield one
        for character in self._begun(one) if one.leads else ():
            yield self._pen.write(one, character, _SILENT)

    def _begun(self, one: Hypothesis) -> Sequence[str]:
        """What may have begun with the byte that is left."""
        return self._around.likely(one.tail, one.leads)

    def _whole(self, one: Hypothesis, second: int) -> Iterable[str]:
        """The characters with this second byte; the likely ones where there is a choice."""
        if len(one.leads) > 1:
            return sorted(self._around.ending(one.tail, one.leads, second))
        character = decode_as("gb18030", bytes([*one.leads, second]))
        return character if len(character) == 1 else ""


def _after(signs: Sequence[Sign]) -> str:
    """What follows, with one sign for each reading."""
    return "".join("\0" if sign.reading else sign.text for sign in signs)


def _ends_with(sign: Sign) -> int | None:
    """The second byte of the character that ends in this sign, while pairs are shifted; none where it is unknown."""
    if sign.is_hole or sign.reading:
        return None
    if sign.text.isascii() and sign.text not in WIDTHS:
        return ord(sign.text)
    return WIDTHS.get(sign.text, encode_as("gb18030", sign.text))[0]


def _common(text: str, rival: str) -> str:
    """Both texts, with U+FFFD where they differ."""
    if len(text) == len(rival):
        return "".join(a if a == b else LOST for a, b in zip(text, rival, strict=True))
    same = SequenceMatcher(None, text, rival, autojunk=False).get_opcodes()
    return "".join(text[a:b] if what == "equal" else LOST for what, a, b, _, _ in same)
