"""What the sound part of a page says about its broken places."""

from __future__ import annotations

import re
from functools import cached_property

from crawler.text.language import words
from crawler.text.readings import READING, strip

#: Bits by which another pairing must read better, where readings prove the damage and where nothing does.
_GAIN = 2.0
_GAIN_UNPROVEN = 10.0
#: From where half a character was lost, pairs are wrong up to the next ASCII sign.
_DOUBTFUL = re.compile(f"[?\ufffd](?:[(（]?{READING}[)）]|[,?;:!])?[^\x00-\x40]*")


class Surroundings:
    def __init__(self, page: str, *, proven: bool) -> None:
        self._page = page
        self.proven = proven
        self.gain = _GAIN if proven else _GAIN_UNPROVEN

    @cached_property
    def _sound(self) -> str:
        page = _DOUBTFUL.sub("\n", self._page)
        return strip(page)[0] if self.proven else page

    @cached_property
    def words(self) -> frozenset[str]:
        return words(self._sound)

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
