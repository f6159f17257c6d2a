"""Which bytes of GBK may stand beside which: tables for reading a line whose bytes were once paired wrongly."""

from __future__ import annotations

import itertools
import re
from functools import cache
from typing import TYPE_CHECKING

from crawler.text.codecs import decode_as, encode_as
from crawler.text.language import cost, forms
from crawler.text.readings import exact, spellings, syllable
from crawler.text.sequences import followers, symbol
from storage.folding import simplify

if TYPE_CHECKING:
    from collections.abc import Iterable

    Byte = int

_LEADS, _SECONDS = range(0x81, 0xFF), range(0x40, 0xFF)
_POSSIBLE = re.compile("[一-鿿，。、；：？！“”‘’《》（）…—·]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
#: So many candidates for half a character, the most frequent first.
_LIKELY = 40
#: Of those before a dropped pair where the first byte may be nearly any. 150 have no more right.
_LIKELY_BEFORE_GAPS = 80
#: The script, or who copied the page, made these half as wide after they had taken part in the damage.
WIDTHS = {half: encode_as("gb18030", wide) for half, wide in zip(",?;:!()", "，？；：！（）", strict=True)}
#: What the script put a comma before, in both widths, and its second byte.
COMMAS = {sign: encode_as("gb18030", sign)[1] for sign in "，？；：！"}
COMMAS |= {half: WIDTHS[half][1] for half in ",?;:!"}


@cache
def is_left_out(character: str) -> bool:
    """Whether it is a Han character that only simplified text has, as the converted pages do not."""
    return "\u4e00" <= character <= "\u9fff" and not character.encode("cp950", "ignore")


@cache
def common_with_lead(lead: Byte) -> tuple[str, ...]:
    return _likely(bytes([lead, second]) for second in _SECONDS)


@cache
def with_second(second: Byte) -> tuple[str, ...]:
    return _likely(bytes([lead, second]) for lead in _LEADS)


def _likely(pairs: Iterable[bytes], most: int = _LIKELY) -> tuple[str, ...]:
    characters = {character for pair in pairs if _POSSIBLE.fullmatch(character := decode_as("gb18030", pair))}
    return tuple(sorted(itertools.filterfalse(is_left_out, characters), key=cost)[:most])


def by_lead(symbols: Iterable[str]) -> dict[Byte, list[str]]:
    """The characters that these symbols stand for, by their first bytes."""
    found: dict[Byte, list[str]] = {}
    for lead, character in itertools.chain.from_iterable(map(_written, symbols)):
        found.setdefault(lead, []).append(character)
    return found


@cache
def _written(symbol: str) -> tuple[tuple[Byte, str], ...]:
    codes = ((encode_as("gb18030", character), character) for character in forms(symbol))
    return tuple((code[0], character) for code, character in codes if len(code) == 2 and not is_left_out(character))


@cache
def listed_by_lead(before: str) -> dict[Byte, list[str]]:
    """What the table has behind this symbol, by first bytes."""
    return by_lead(followers(before))


@cache
def second_of(character: str) -> Byte:
    return encode_as("gb18030", character)[1]


@cache
def leads_after(second: Byte) -> tuple[Byte, ...]:
    """The first bytes that make no character with this byte before them: such a pair was dropped without a trace."""
    return tuple(lead for lead in _LEADS if _PRIVATE.fullmatch(decode_as("gb18030", bytes([second, lead]))))


@cache
def may_be_before_a_gap(character: str) -> bool:
    """Whether its second byte may have gone with a dropped pair."""
    return bool(leads_after(second_of(character)))


@cache
def common_before_gaps(leads: tuple[Byte, ...]) -> tuple[str, ...]:
    """The common characters with one of these first bytes whose second may have gone with a dropped pair."""
    if len(leads) == 1:
        return tuple(filter(may_be_before_a_gap, common_with_lead(leads[0])))
    return tuple(c for c in _before_gaps() if encode_as("gb18030", c)[0] in leads)


@cache
def _before_gaps() -> tuple[str, ...]:
    pairs = (bytes([lead, second]) for lead in _LEADS for second in _SECONDS if leads_after(second))
    return _likely(pairs, _LIKELY_BEFORE_GAPS)


@cache
def ends_behind_gap(character: str) -> dict[Byte, float]:
    """Second bytes of what the table has behind this character and a dropped pair, and the least bits of each."""
    leads, found = {*leads_after(second_of(character))}, dict[int, float]()
    for sign, bits in followers(symbol(character)).items():
        for lead, written in _written(sign):
            if lead in leads:
                found[second_of(written)] = min(bits, found.get(second_of(written), bits))
    return found


@cache
def _by_reading() -> dict[tuple[Byte, str], list[str]]:
    found: dict[tuple[Byte, str], list[str]] = {}
    for reading, character in sorted(spellings(), key=lambda pair: cost(pair[1])):
        if simplify(character) != character or not is_left_out(character):
            for spelling in {exact(reading), syllable(reading)}:
                found.setdefault((encode_as("gb18030", character)[0], spelling), []).append(character)
    return found


def read_so(lead: Byte, reading: str) -> list[str]:
    """The traditional characters with this first byte and this reading."""
    return _by_reading().get((lead, exact(reading)), [])
