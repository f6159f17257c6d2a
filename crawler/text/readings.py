"""Readings that were put in brackets behind converted characters: 產(chǎn)業(yè)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

_VOWELS = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ"
INJECTED = re.compile(rf"([一-鿿㐀-䶿])[ ]?[(（][ ]?([a-zɡ{_VOWELS}\u0300-\u030c]{{1,9}}[1-5]?)[ ]?[)）]")


@cache
def _table() -> dict[str, set[str]]:
    readings: dict[str, set[str]] = {}
    lines = (files(__package__) / "tables" / "readings.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        reading, characters = line.split(" ")
        for character in characters:
            readings.setdefault(character, set()).add(bare(reading))
    return readings


def bare(reading: str) -> str:
    """The syllable without its tone: chǎn, chan3 and chan are one."""
    decomposed = unicodedata.normalize("NFD", reading.replace("ɡ", "g").replace("v", "ü"))
    return re.sub("[\u0300\u0301\u0304\u030c0-9]", "", decomposed).replace("u\u0308", "v")


def is_reading(character: str, reading: str) -> bool:
    return bare(reading) in _table().get(character, ())


def find(text: str) -> list[re.Match[str]]:
    return [match for match in INJECTED.finditer(text) if is_reading(match[1], match[2])]
