"""How much a text looks like Chinese, in bits: what every choice between two readings of the same bytes is made by.

The cost of a character is about -log2 of its probability by Zipf's law, from its rank in jieba's word list; other
classes of characters have the cost of the table below. Two decodings of the same bytes are compared by the sum, so a
decoding that needs fewer characters is not favoured for being short: it pays for rarer ones.
"""

from __future__ import annotations

import itertools
from bisect import bisect
from functools import cache
from importlib.resources import files
from math import inf, log2
from typing import NamedTuple

#: First code, bits. The probabilities are of Chinese pages: what follows a code up to the next line costs the same.
_CLASSES = (
    (0x00, 24.0),
    (0x20, 6.0),
    (0x7F, 24.0),
    (0xA0, 13.0),
    (0xC0, 9.0),
    (0x100, 15.0),
    (0x370, 5.5),
    (0x400, 5.0),
    (0x460, 13.0),
    (0x530, 17.0),
    (0x2010, 8.0),
    (0x2100, 11.0),
    (0x2460, 11.0),
    (0x2E80, 16.0),
    (0x3000, 5.0),
    (0x3012, 14.0),
    (0x3040, 8.0),
    (0x3100, 14.0),
    (0x3400, 20.0),
    (0x4E00, 17.0),
    (0xA000, 20.0),
    (0xAC00, 11.3),
    (0xD7A4, 26.0),
    (0xF900, 18.0),
    (0xFB00, 20.0),
    (0xFF01, 8.5),
    (0xFF02, 13.0),
    (0xFF08, 8.5),
    (0xFF0A, 13.0),
    (0xFF0C, 4.0),
    (0xFF0D, 13.0),
    (0xFF1A, 8.5),
    (0xFF1C, 13.0),
    (0xFF1F, 8.5),
    (0xFF20, 13.0),
    (0xFF5F, 14.0),
    (0xFFA0, 20.0),
    (0xFFF0, 26.0),
    (0x10000, 22.0),
)
_SPACES = {"\t": 6.0, "\n": 6.0, "\r": 6.0}
_TRADITIONAL = 0.5
_SELDOM = 5.0
#: The word list knows nothing of what stands between words.
_OTHER_BITS = 0.0
_RARE = 14.5


def _lines(table: str) -> list[str]:
    return (files(__package__) / "tables" / table).read_text(encoding="utf-8").splitlines()


class _Bits(dict[str, float]):
    def __missing__(self, character: str) -> float:
        bits = _CLASSES[bisect(_CLASSES, (ord(character), inf)) - 1][1]
        self[character] = bits
        return bits


@cache
def _bits() -> dict[str, float]:
    common, usual, seldom = _lines("frequency.txt")
    bits = _Bits(_SPACES)
    # P(rank) = 0.12 / (rank + 2.7) fits the first 3,000 within a factor of two.
    bits.update((character, log2((rank + 20) / 0.16)) for rank, character in enumerate(common))
    for forms, more in ((usual, _TRADITIONAL), (seldom, _SELDOM)):
        for form, simple in zip(forms[::2], forms[1::2], strict=True):
            bits[form] = min(bits.get(form, 99.0), bits[simple] + more)
    return bits


def cost(text: str) -> float:
    """Bits that it takes to write `text` when Chinese is expected; linear."""
    return sum(map(_bits().__getitem__, text))


class _Words(NamedTuple):
    #: Bits of the second character behind the first, as counted within words.
    pairs: dict[str, float]
    #: Bits of a word ending with this character.
    ends: dict[str, float]


@cache
def _words() -> _Words:
    pairs, ends = {}, {}
    for line in _lines("neighbours.txt"):
        bits = inside = 0.0
        for character in line[1:]:
            if character.isascii():
                bits = int(character, 36)
            else:
                pairs[line[0] + character] = bits + _OTHER_BITS
                inside += 2.0**-bits
        ends[line[0]] = -log2(max(0.02, 1.0 - inside))
    return _Words(pairs, ends)


@cache
def _simple() -> dict[int, str]:
    forms = "".join(_lines("frequency.txt")[1:])
    return dict(zip(map(ord, forms[::2]), forms[1::2], strict=True))


#: Bits of the signs of a news text, as counted.
_SIGNS = {
    "，": 4.6, "。": 5.7, "、": 6.3, "；": 9.4, "：": 9.1, "？": 11.2, "！": 11.4, "“": 7.9, "”": 7.9,
    "《": 9.9, "》": 9.9, "（": 8.7, "）": 8.7, "…": 11.4, "—": 9.7, "·": 10.8, "‘": 13.5, "’": 13.5,
}  # fmt: skip
#: Of characters that are not in the list.
_UNLISTED = 7.0
#: 。、 and 。的 are no Chinese.
_STOPS = frozenset("，。、；：?")
_NEVER_FIRST = frozenset("，。、；：") | frozenset("的和与等及了着之们吗呢吧者性")
_STUMBLE = 6.0
#: Between Han and ASCII.
_SWITCH = 2.0
#: Bits of what stands elsewhere on the page behind the same one or two characters.
_PAIR_HERE = 6.0
_TRIPLE_HERE = 1.0


def words(text: str) -> frozenset[str]:
    """The pairs and triples of neighbours that a text has: evidence for the damaged places of the same page."""
    simple = text.translate(_simple())
    return frozenset(simple[i : i + n] for n in (2, 3) for i in range(len(simple) - n + 1))


class _NewsBits(dict[str, float]):
    def __missing__(self, character: str) -> float:
        self[character] = bits = _bits()[character] + (_UNLISTED if "\u3400" <= character <= "\u9fff" else 0.0)
        return bits


@cache
def _news_bits() -> dict[str, float]:
    """As `_bits`, with the tail as it is: a decoding is judged by common characters, one broken character by itself."""
    common, usual, seldom = _lines("frequency.txt")
    tails = {c: max(0.0, 2.5 * log2((rank + 1) / 1500)) for rank, c in enumerate(common)}
    for forms in (usual, seldom):
        tails.update(
            (form, tails[simple]) for form, simple in zip(forms[::2], forms[1::2], strict=True) if form not in tails
        )
    found = _NewsBits((c, _bits()[c] + tail) for c, tail in tails.items())
    found.update(_SIGNS)
    return found


def simple_form(character: str) -> str:
    return _simple().get(ord(character), character)


def bits_behind(before: str, character: str, here: frozenset[str] = frozenset()) -> float:
    """Bits to write `character` behind `before`, its last two neighbours; for choosing between readings of one place.

    `before` and `here` (the `words` of the same page) are in simplified forms.
    """
    alone = _news_bits()[character]
    if not before:
        return alone
    known, ends = _words()
    neighbour, simple = before[-1], simple_form(character)
    alone += ends.get(neighbour, 0.0)
    bits = known.get(neighbour + simple, alone)
    if neighbour + simple in here:
        bits = min(bits, _PAIR_HERE)
    if len(before) > 1 and before[-2:] + simple in here:
        bits = min(bits, _TRIPLE_HERE)
    return (
        bits
        + _STUMBLE * (neighbour in _STOPS and simple in _NEVER_FIRST)
        + _SWITCH * (neighbour.isascii() != simple.isascii())
    )


@cache
def _followers() -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in _words().pairs:
        found[pair[0]] = found.get(pair[0], "") + pair[1]
    return found


def followers(character: str) -> str:
    """What stands behind this character within words."""
    return _followers().get(character, "")


def has_word(text: str) -> bool:
    """Whether two neighbours in `text` (simplified) are often seen together."""
    known = _words().pairs
    return any(a + b in known for a, b in itertools.pairwise(text))


def is_traditional(character: str) -> bool:
    """Whether it is a traditional form of a common character."""
    return ord(character) in _simple()


def rare() -> str:
    """All Han that stand about once in 20,000 characters or less often, as the ranges of a regular expression."""
    bits = _bits()
    common = sorted(ord(c) for c in bits if "\u3400" <= c <= "\u9fff" and bits[c] < _RARE)
    edges = zip([0x33FF, *common], [*common, 0xA000], strict=True)
    return "".join(f"{chr(low + 1)}-{chr(high - 1)}" for low, high in edges if high - low > 1)
