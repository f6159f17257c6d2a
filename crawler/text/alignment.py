"""Restored bytes of GBK read again: what is still open in them is decided by what stands before and behind.

See `wreckage` for how the bytes came to be as they are.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING

from crawler.text.codecs import decode_as, encode_as
from crawler.text.language import cost, fluency, words
from crawler.text.readings import strip

if TYPE_CHECKING:
    from collections.abc import Iterable

HIDDEN = 0xFF
_LOST = "\ufffd"
_HAN = re.compile("[一-鿿]")
_POSSIBLE = re.compile("[一-鿿，。、；：？！“”‘’《》（）…—·]")
_OPEN, _CLOSE = re.compile("[(（]"), re.compile("[)）]")
#: The script, or who copied the page, made these half as wide after they had taken part in the damage.
WIDTHS = {ord(half): encode_as("gb18030", wide)[1] for half, wide in zip(",?;:!()", "，？；：！（）", strict=True)}
_HALVES = {bytes([half]) for half in b",;:!()"}
#: What the script put a comma before, in both widths, and its second byte.
_COMMAS = {encode_as("gb18030", sign): encode_as("gb18030", sign)[1] for sign in "，？；：！"}
_COMMAS |= {bytes([half]): WIDTHS[half] for half in b",?;:!"}
#: A character that is not in GBK: it was never part of this damage.
_FOUR = re.compile(rb"[\x81-\xfe][\x30-\x39][\x81-\xfe][\x30-\x39]")
#: A run ends where the bytes cannot but be aligned: at what cannot be the second byte of a character.
_RUN = re.compile(rb"[^\x00-\x3f]{0,40}")
#: Characters: one second byte in three is ASCII and ends the wrong pairing.
_LONGEST = 40

#: Bits by which the best candidate for a broken character must lead.
_LEAD = 2.0
_BROKEN_PAIR_LEAD = 4.0
#: Bits by which a new alignment must read better, where readings prove the damage and where nothing does.
_GAIN = 2.0
_GAIN_UNPROVEN = 10.0
#: Bits for 。 before the other candidates; for what closes a quotation that is open.
_FULL_STOP_BITS = 0.5
_QUOTE_BITS = 4.0
#: Bits of a character that stands oddly enough to be what remains of two.
_ODD = 12.0


class Surroundings:
    """What the sound part of a page says about its broken places."""

    def __init__(self, page: str, *, proven: bool) -> None:
        self._page = page
        self.proven = proven
        #: Bits by which another alignment must read better: little where the page proves the damage elsewhere.
        self.gain = _GAIN if proven else _GAIN_UNPROVEN

    @cached_property
    def _sound(self) -> str:
        return strip(self._page)[0] if self.proven else self._page

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


class Reader:
    """Reads restored bytes from left to right; what is open is decided by what stands before it and behind it."""

    def __init__(self, raw: bytes, put_back: frozenset[int], around: Surroundings) -> None:
        self._raw = bytearray(raw)
        self._put_back = put_back
        self._around = around
        self._out: list[str] = []
        self._at = 0
        #: Between a broken place and the next ASCII sign the first reader paired wrongly, and dropped pairs.
        self._shifted = 0
        self._in_quotes = False
        self._in_brackets = False

    def read(self) -> str:
        while self._at < len(self._raw):
            byte, behind = self._raw[self._at], bytes(self._raw[self._at + 1 : self._at + 3])
            if self._at in self._put_back or self._at + 1 in self._put_back:
                self._shifted = _LONGEST
            sign = behind if behind in _COMMAS else behind[:1]
            if byte in b"?\xff" and sign in _COMMAS and self._fill_first(sign):
                continue
            if byte < 0x80 or byte == HIDDEN:
                self._put(_LOST if byte == HIDDEN else chr(byte), 1)
            elif _FOUR.match(self._raw, self._at):
                self._put(self._text(self._at, self._at + 4), 4)
                self._shifted = 0
            elif self._shifted and behind[:1] in _HALVES:
                self._widen()
            elif behind[:1] in (b"?", b"\xff"):
                self._fill_second(behind[:1] == b"?")
            elif (behind and 0x30 <= behind[0] < 0x40) or not behind:
                self._fill_second_without_sign()
            else:
                self._put_pair()
        return "".join(self._out)

    def _put(self, text: str, length: int) -> None:
        self._out.append(text)
        self._at += length
        self._in_quotes = "“" in text or (self._in_quotes and "”" not in text)
        self._in_brackets = bool(_OPEN.search(text)) or (self._in_brackets and not _CLOSE.search(text))
        self._shifted = max(0, self._shifted - 1) if self._raw[self._at - 1] > 0x7F else 0

    def _text(self, start: int, end: int) -> str:
        return decode_as("gb18030", bytes(self._raw[start:end]))

    def _before(self) -> str:
        return "".join(self._out[-3:])

    def _put_pair(self) -> None:
        character = self._text(self._at, self._at + 2)
        if len(character) > 1:
            self._put(character[0], 1)
        elif self._shifted and (two := self._two_halves(character)):
            self._put(two, 2)
        else:
            self._put(character, 2)

    def _widen(self) -> None:
        """A sign cannot be half a character, so it was a wide one when the bytes were paired."""
        at = self._at + 1
        self._raw[at : at + 1] = bytes([0xA3, WIDTHS[self._raw[at]]])
        self._put_back = frozenset(place + (place > at) for place in self._put_back)

    def _fill_first(self, sign: bytes) -> bool:
        """The character that ended with A3 before `?，`, if what follows reads better for it."""
        start = self._at + 1 + len(sign)
        run = bytes(_RUN.match(self._raw, start)[0])  # type: ignore[index]
        before, aligned = self._before(), self._decoded(_COMMAS[sign], run)
        full_stop = _FULL_STOP_BITS if run else _QUOTE_BITS if self._in_quotes else -_QUOTE_BITS
        best = self._choose(_with_second(0xA3), aligned[:3] or _LOST, full_stop) or _LOST
        if run:
            now = fluency(before + "?" + decode_as("gb18030", sign + run).rstrip(_LOST))
            if fluency(before + best + aligned) + self._around.gain > now:
                return False
        elif self._around.gain > _GAIN or self._raw[start : start + 1] != b"?" or not _HAN.match(before[-1:]):
            return False
        self._at = start - 1
        self._raw[self._at] = _COMMAS[sign]
        self._out.append(best)
        self._shifted = _LONGEST
        return True

    def _decoded(self, second: int, run: bytes) -> str:
        return decode_as("gb18030", bytes([second]) + run).rstrip(_LOST) if run else ""

    def _fill_second(self, ate: bool) -> None:
        """The character whose second byte is hidden by `?`, and the ASCII sign that went with it."""
        after = self._text(self._at + 2, self._at + 10)
        best = self._choose(_with_first(self._raw[self._at]), after[:3]) or _LOST
        if self._raw[self._at] == 0xA1:
            best = "”" if self._in_quotes else "。" if _HAN.match(self._before()[-1:]) else "“"
        elif self._raw[self._at] == 0xA3 and self._in_brackets:
            best = "）"
        self._put(best + (self._eaten(best, after) if ate else ""), 2)

    def _fill_second_without_sign(self) -> None:
        after = self._text(self._at + 1, self._at + 8)
        best = self._choose(_with_first(self._raw[self._at]), after[:3]) or _LOST
        self._put(best + ("[" if re.match(r"\d+\]", after) else ""), 1)

    def _eaten(self, best: str, after: str) -> str:
        """The ASCII sign that `?` took with it; white space where a sentence may end."""
        if not after or after[0] in ",;:!?，；：！？":
            return ""
        if re.match("/[a-z]", after):
            return "<"
        if best in "。”" or not re.match("[0-9A-Za-z.]", after):
            return "\n"
        return self._around.sign_before(after[:2]) or _LOST

    def _two_halves(self, character: str) -> str | None:
        """One character may be what remains of two, the pair between their outer bytes having been dropped."""
        before, after = self._before(), self._text(self._at + 2, self._at + 8)[:3]
        now = fluency(before + character + after, self._around.words)
        if now - fluency(before + after, self._around.words) < _ODD:
            return None
        lefts = self._ranked(_with_first(self._raw[self._at]), "", before)[:12]
        rights = _with_second(self._raw[self._at + 1])
        found = sorted(
            (bits, left + right) for _, left in lefts for bits, right in self._ranked(rights, after, before + left)[:2]
        )
        if len(found) < 2 or found[0][0] + _BROKEN_PAIR_LEAD > min(found[1][0], now):
            return None
        return found[0][1]

    def _ranked(self, candidates: tuple[str, ...], after: str, before: str) -> list[tuple[float, str]]:
        return sorted((fluency(before[-2:] + one + after, self._around.words), one) for one in candidates)

    def _choose(self, candidates: tuple[str, ...], after: str, full_stop: float = 0.0) -> str | None:
        ranked = self._ranked(candidates, after, self._before())
        ranked = sorted((bits - full_stop * (one == "。"), one) for bits, one in ranked)
        if len(ranked) > 1 and ranked[0][0] + _LEAD > ranked[1][0]:
            return None
        return ranked[0][1] if ranked else None


@cache
def _with_first(byte: int) -> tuple[str, ...]:
    return _likely(bytes([byte, second]) for second in range(0x40, 0xFF))


@cache
def _with_second(byte: int) -> tuple[str, ...]:
    return _likely(bytes([first, byte]) for first in range(0x81, 0xFE))


def _likely(pairs: Iterable[bytes]) -> tuple[str, ...]:
    """The 40 most frequent of the characters that these bytes may be."""
    characters = {character for pair in pairs if _POSSIBLE.fullmatch(character := decode_as("gb18030", pair))}
    return tuple(sorted(characters, key=cost)[:40])
