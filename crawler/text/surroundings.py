"""What the sound part of a page says about its broken places."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property, partial
from heapq import nsmallest
from itertools import accumulate
from math import inf, log2
from typing import TYPE_CHECKING, NamedTuple

from crawler.text import words
from crawler.text.codecs import encode_as
from crawler.text.pairing import (
    by_lead,
    common_before_gaps,
    common_with_lead,
    is_left_out,
    listed_by_lead,
    may_be_before_a_gap,
    second_of,
    with_second,
)
from crawler.text.readings import READING, strip
from crawler.text.sequences import EDGE, bits_behind, onward, stumble, symbol, which

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: Bits by which another pairing must read better, where readings prove the damage and where nothing does.
_GAIN = 2.0
_GAIN_UNPROVEN = 10.0
#: From where half a character was lost, pairs are wrong up to the next ASCII sign.
_DOUBTFUL = re.compile(f"[?\ufffd](?:[(（]?{READING}[)）]|[,?;:!])?[^\x00-\x40]*")
#: How many sightings the expectation weighs, for each kind of sign that the page has behind one symbol and behind two;
#: by which the page's own text fits its other parts best (5.2 bits a character instead of 6.8).
_WEIGHTS = (4.0, 1.5)
#: So many characters are tried where half of one is left.
_CHOICE = 10
#: Of the common ones of each first byte where it may be any of several.
_FEW = 1
#: The script left no characters that only simplified text has.
_SIMPLIFIED = 6.0


class _Behind(NamedTuple):
    total: int
    found: Counter[str]


class Surroundings:
    def __init__(self, page: str, *, proven: bool) -> None:
        self._page = page
        self.proven = proven
        self.gain = _GAIN if proven else _GAIN_UNPROVEN
        self._contexts: dict[str, Sequence[tuple[Counter[str], float, float]]] = {}
        self._known: dict[tuple[str, str], float] = {}
        self._seen_by_lead: dict[str, Mapping[int, Sequence[str]]] = {}
        self._likely: dict[tuple[str, tuple[int, ...]], Sequence[str]] = {}
        self._before_gap: dict[tuple[str, tuple[int, ...]], set[str]] = {}

    def bits(self, before: str, character: str) -> float:
        """Bits to write the character on this page behind these two symbols, as `sequences.onward` gives them."""
        bits = self._known.get((before, character))
        if bits is None:
            sign = symbol(character)
            bits = self._bits(before, sign) + stumble(before, sign) + which(sign) + _SIMPLIFIED * is_left_out(character)
            self._known[before, character] = bits
        return bits

    def _bits(self, before: str, sign: str) -> float:
        likelihood = 2.0 ** -bits_behind(before, sign)
        for found, expected, total in self._seen(before):
            likelihood = (found.get(sign, 0) + expected * likelihood) / total
        return -log2(likelihood)

    def _seen(self, before: str) -> Sequence[tuple[Counter[str], float, float]]:
        if before not in self._contexts:
            self._contexts[before] = tuple(self._weighed(before))
        return self._contexts[before]

    def _weighed(self, before: str) -> Iterator[tuple[Counter[str], float, float]]:
        """What the page has behind the last symbol and behind both, what the expectation weighs, and the sum."""
        for part, weight in zip((before[-1:], before if len(before) > 1 else ""), _WEIGHTS, strict=True):
            if seen := self._behind.get(part):
                expected = weight * len(seen.found)
                yield seen.found, expected, seen.total + expected

    def more_by_words(self, text: str) -> float:
        """Bits that words need more than characters do to write the text at the beginning of a line.

        What the page has beside each other is no worse by words than by characters: 童志云 is no word, but a name.
        """
        line = words.symbols(text)
        behind = list(zip(accumulate(line[:-1], onward, initial=EDGE), line, strict=True))
        by_characters = [bits_behind(before, sign) for before, sign in behind]
        known = [bits if self._has(*here) else inf for bits, here in zip(by_characters, behind, strict=True)]
        return words.bits(line, known) - sum(by_characters)

    def _has(self, before: str, sign: str) -> bool:
        seen = self._behind.get(before[-1])
        return seen is not None and sign in seen.found

    @cached_property
    def _behind(self) -> dict[str, _Behind]:
        found: dict[str, Counter[str]] = {}
        for line in self._sound.split("\n"):
            before = EDGE
            for sign in map(symbol, line):
                for part in {before, before[-1]}:
                    found.setdefault(part, Counter())[sign] += 1
                before = onward(before, sign)
        return {before: _Behind(signs.total(), signs) for before, signs in found.items()}

    def likely(self, before: str, leads: tuple[int, ...]) -> Sequence[str]:
        """The likeliest characters with one of these first bytes."""
        key = (before, leads)
        if key not in self._likely:
            found = set(self._begun(before, leads))
            self._likely[key] = nsmallest(_CHOICE, sorted(found), key=partial(self.bits, before))
        return self._likely[key]

    def before_gap(self, before: str, leads: tuple[int, ...]) -> set[str]:
        """What may stand before a dropped pair, with one of these first bytes."""
        key = (before[-1:], leads)
        if key not in self._before_gap:
            following = (c for lead in leads for c in self._following(before[-1:], lead) if may_be_before_a_gap(c))
            self._before_gap[key] = {*common_before_gaps(leads), *following}
        return self._before_gap[key]

    def _begun(self, before: str, leads: tuple[int, ...]) -> Iterator[str]:
        for lead in leads:
            yield from common_with_lead(lead)[: None if len(leads) == 1 else _FEW]
            yield from self._following(before[-1:], lead)

    def ending(self, before: str, leads: tuple[int, ...], second: int) -> set[str]:
        """The likely characters of these bytes."""
        following = (c for lead in leads for c in self._following(before[-1:], lead))
        likely = {*with_second(second), *following}
        return {c for c in likely if second_of(c) == second and encode_as("gb18030", c)[0] in leads}

    def _following(self, last: str, lead: int) -> Iterator[str]:
        """What the table or the page have behind this symbol."""
        yield from listed_by_lead(last).get(lead, ())
        if last not in self._seen_by_lead:
            seen = self._behind.get(last)
            self._seen_by_lead[last] = by_lead(seen.found) if seen else {}
        yield from self._seen_by_lead[last].get(lead, ())

    @cached_property
    def _sound(self) -> str:
        page = _DOUBTFUL.sub("\n", self._page)
        return strip(page)[0] if self.proven else page

    @cached_property
    def _signs_before(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for match in re.finditer("(?=([!-=])([0-9A-Za-z.].))", self._sound):
            found.setdefault(match[2], set()).add(match[1])
        return found

    def sign_before(self, two: str) -> str | None:
        """The one ASCII sign that stands before these two characters wherever the page has them."""
        found = self._signs_before.get(two, set())
        return next(iter(found)) if len(found) == 1 else None
