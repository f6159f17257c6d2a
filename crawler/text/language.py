"""How much a text looks like Chinese, in bits: what every choice between two readings of the same bytes is made by.

The cost of a character is about -log2 of its probability by Zipf's law, from its rank in jieba's word list; other
classes of characters have the cost of the table below. Two decodings of the same bytes are compared by the sum, so a
decoding that needs fewer characters is not favoured for being short: it pays for rarer ones.
"""

from __future__ import annotations

from bisect import bisect
from functools import cache
from math import inf, log2

from crawler.text import tables

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
_RARE = 14.5


class _Bits(dict[str, float]):
    def __missing__(self, character: str) -> float:
        bits = _CLASSES[bisect(_CLASSES, (ord(character), inf)) - 1][1]
        self[character] = bits
        return bits


@cache
def _bits() -> dict[str, float]:
    common, usual, seldom = tables.lines("frequency.txt")
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


@cache
def _simple() -> dict[int, str]:
    forms = "".join(tables.lines("frequency.txt")[1:])
    return dict(zip(map(ord, forms[::2]), forms[1::2], strict=True))


def simple_form(character: str) -> str:
    return _simple().get(ord(character), character)


@cache
def _forms() -> dict[str, str]:
    found: dict[str, str] = {}
    for form, simple in _simple().items():
        found[simple] = found.get(simple, "") + chr(form)
    return found


def forms(simple: str) -> str:
    """The character itself and the traditional forms that it stands for."""
    return simple + _forms().get(simple, "")


def is_traditional(character: str) -> bool:
    """Whether it is a traditional form of a common character."""
    return ord(character) in _simple()


def rare() -> str:
    """All Han that stand about once in 20,000 characters or less often, as the ranges of a regular expression."""
    bits = _bits()
    common = sorted(ord(c) for c in bits if "\u3400" <= c <= "\u9fff" and bits[c] < _RARE)
    edges = zip([0x33FF, *common], [*common, 0xA000], strict=True)
    return "".join(f"{chr(low + 1)}-{chr(high - 1)}" for low, high in edges if high - low > 1)
