"""Which bytes of GBK may stand beside which: tables for reading a line whose bytes were once paired wrongly."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from crawler.text.codecs import decode_as, encode_as
from crawler.text.language import cost, followers, is_traditional
from crawler.text.readings import exact, spellings, syllable
from storage.folding import simplify

if TYPE_CHECKING:
    from collections.abc import Iterable

    Byte = int

_LEADS, _SECONDS = range(0x81, 0xFF), range(0x40, 0xFF)
_POSSIBLE = re.compile("[一-鿿，。、；：？！“”‘’《》（）…—·]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
#: So many candidates for half a character, the most frequent first.
_LIKELY = 40
#: Bits: the 500 most frequent.
_COMMON = 11.7
#: The script, or who copied the page, made these half as wide after they had taken part in the damage.
WIDTHS = {half: encode_as("gb18030", wide) for half, wide in zip(",?;:!()", "，？；：！（）", strict=True)}
#: What the script put a comma before, in both widths, and its second byte.
COMMAS = {sign: encode_as("gb18030", sign)[1] for sign in "，？；：！"}
COMMAS |= {half: WIDTHS[half][1] for half in ",?;:!"}


@cache
def with_lead(lead: Byte) -> tuple[str, ...]:
    return _likely(bytes([lead, second]) for second in _SECONDS)


@cache
def with_second(second: Byte) -> tuple[str, ...]:
    return _likely(bytes([lead, second]) for lead in _LEADS)


def _likely(pairs: Iterable[bytes]) -> tuple[str, ...]:
    characters = {character for pair in pairs if _POSSIBLE.fullmatch(character := decode_as("gb18030", pair))}
    return tuple(sorted(characters, key=cost)[:_LIKELY])


@cache
def leads_after(second: Byte) -> tuple[Byte, ...]:
    """The first bytes that make no character with this byte before them: such a pair was dropped without a trace."""
    return tuple(lead for lead in _LEADS if _PRIVATE.fullmatch(decode_as("gb18030", bytes([second, lead]))))


@cache
def between(leads: tuple[Byte, ...], second: Byte) -> tuple[str, ...]:
    """The characters with one of these first bytes and this second one; the likely ones where there is a choice."""
    if len(leads) > 1:
        return tuple(found for found in with_second(second) if encode_as("gb18030", found)[0] in leads)
    character = decode_as("gb18030", bytes([*leads, second]))
    return (character,) if len(character) == 1 else ()


@cache
def before_a_gap(leads: tuple[Byte, ...], behind: str) -> tuple[tuple[str, Byte], ...]:
    """The characters with one of these first bytes whose second one may have gone with a dropped pair, and that byte.

    Where there is a choice, the most common ones and those that make a word with the character they stand behind.
    """
    if len(leads) == 1:
        return tuple((found, _second(found)) for found in with_lead(*leads) if leads_after(_second(found)))
    return tuple(
        (found, _second(found))
        for found in {*_common_before_a_gap(), *filter(_may_be_before_a_gap, followers(behind))}
        if encode_as("gb18030", found)[0] in leads
    )


@cache
def _common_before_a_gap() -> tuple[str, ...]:
    found = (character for lead in _LEADS for character in with_lead(lead))
    return tuple(character for character in found if cost(character) < _COMMON and _may_be_before_a_gap(character))


def _may_be_before_a_gap(character: str) -> bool:
    code = encode_as("gb18030", character)
    return len(code) == 2 and bool(leads_after(code[1]))


def _second(character: str) -> Byte:
    return encode_as("gb18030", character)[1]


@cache
def _by_reading() -> dict[tuple[Byte, str], list[str]]:
    found: dict[tuple[Byte, str], list[str]] = {}
    for reading, character in sorted(spellings(), key=lambda pair: cost(pair[1])):
        if simplify(character) != character:
            for spelling in {exact(reading), syllable(reading)}:
                found.setdefault((encode_as("gb18030", character)[0], spelling), []).append(character)
    return found


def read_so(lead: Byte, reading: str) -> list[str]:
    """The traditional characters with this first byte and this reading; rare ones only where no common one has."""
    found = _by_reading().get((lead, exact(reading)), [])
    return [character for character in found if is_traditional(character)] or found
