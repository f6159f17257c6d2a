"""What the injection of readings broke, because it searched and replaced bytes of GBK without minding where characters begin.

    們試圖   82 83 | D4 87 | 88 44   holds 83 D4 = 冊, so
    們?cè)噲D  82 83 | D4 (cè) 87 88 | 44

The reader of the broken bytes paired D4 with the bracket and gave ?, then paired everything up to D (44) wrongly. The
reading says what the ? was: the character that begins with 83 and is read cè ends with D4. With that byte put back and
the reading taken out, the bytes are what they were, and reading them again aligns everything behind.

The same script put a comma before A3 AC, A3 BF, A3 BB, A3 BA and A3 A1 (，？；：！), also where A3 ended one character and
the next began with AC: ?，F is 。現. There the first byte of the broken character is unknown; it was A1 (。) or what
the language wants, 保 in ?；ぃ. At the end of a wrong pairing the last byte of a character may be gone together with
the ASCII sign behind it. What the language does not decide is marked, never guessed.

All 10 byte-damaged pages of 40 that were found follow these two rules.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from crawler.text.codecs import decode_as, encode_as
from crawler.text.language import cost, fluency
from crawler.text.readings import READING, exact, is_reading, spellings, syllable

_HIDDEN = 0xFF
_SIGNS = re.compile(f"[?\ufffd][(（]?{READING}[)）]|[?\ufffd][，？；：！]|[^\x00-\x7f][@-~][(（]{READING}[)）]")
_TOKEN = re.compile(
    f" ?[(（] ?(?P<bracket>{READING}) ?[)）]|[?\ufffd][(（]?(?P<lost>{READING})[)）]|(?P<other>.)", re.DOTALL
)
_WIDE_SIGNS = {b"\xa3\xac", b"\xa3\xbf", b"\xa3\xbb", b"\xa3\xba", b"\xa3\xa1"}
_LOST = "\ufffd"
#: Bits by which the best candidate for a broken character must lead, and by which a new alignment must read better.
_LEAD = 2.0
_GAIN = 8.0
_FULL_STOP = "。"


def is_wrecked(text: str) -> bool:
    return bool(_SIGNS.search(text))


def realign(text: str, here: frozenset[str]) -> tuple[str, list[str]]:
    """The text read again, line by line, and the damaged places. `here`: neighbours that the page has elsewhere."""
    lines, places = [], []
    for line in text.split("\n"):
        found = _SIGNS.search(line)
        if found:
            line = _read(_restore(line), here)
            places.append(found.string[max(0, found.start() - 2) : found.end() + 2])
        lines.append(line)
    return "\n".join(lines), places


@cache
def _by_first_byte() -> dict[tuple[int, str], int]:
    """(first byte of a character of GBK, its reading) -> the second byte; the most frequent character where two fit."""
    found: dict[tuple[int, str], int] = {}
    for reading, character in sorted(spellings(), key=lambda pair: cost(pair[1])):
        first, second = encode_as("gb18030", character)
        found.setdefault((first, exact(reading)), second)
        found.setdefault((first, syllable(reading)), second)
    return found


def _restore(line: str) -> bytes:
    """The bytes of the line before the injection; 0xFF for each that is hidden."""
    raw = bytearray()
    for match in _TOKEN.finditer(line):
        if match["bracket"]:
            if len(raw) < 2 or not is_reading(decode_as("gb18030", bytes(raw[-2:])), match["bracket"]):
                raw += encode_as("gb18030", match[0])
        elif match["lost"]:
            second = _by_first_byte().get((raw[-1] if raw else 0, exact(match["lost"])))
            raw += bytes([second]) if second else encode_as("gb18030", match[0])
        else:
            raw += encode_as("gb18030", match[0])
    return bytes(raw)


class _Hole(NamedTuple):
    """A character of which one byte is known."""

    first: int | None
    second: int | None


def _read(raw: bytes, here: frozenset[str]) -> str:
    out: list[str] = []
    at = 0
    while at < len(raw):
        byte = raw[at]
        if byte in b"?\xff" and raw[at + 1 : at + 3] in _WIDE_SIGNS and (filled := _fill_first(out, raw, at, here)):
            out.append(filled)
            at += 2
        elif byte < 0x80 or byte == _HIDDEN:
            out.append(_LOST if byte == _HIDDEN else chr(byte))
            at += 1
        elif at + 1 < len(raw) and raw[at + 1] in b"?\xff":
            out.append(_fill_second(out, raw, at, here))
            at += 2
        else:
            character = decode_as("gb18030", raw[at : at + 2])
            out.append(character[0] if len(character) > 1 else character)
            at += 1 if len(character) > 1 else 2
    return "".join(out)


def _fill_first(out: list[str], raw: bytes, at: int, here: frozenset[str]) -> str | None:
    """The character that ended with A3 before `?，`, if what follows reads better for it."""
    run = re.match(rb"[^\x00-\x3e]{,40}", raw[at + 1 :])
    rest = run[0] if run else b""
    before = "".join(out[-2:])
    aligned = decode_as("gb18030", rest[1:]).rstrip(_LOST)
    best = _choose(before, [bytes([first, 0xA3]) for first in (0xA1, *range(0xB0, 0xF8))], aligned[:3], here)
    now = fluency(before + "?" + decode_as("gb18030", rest).rstrip(_LOST), here)
    then = fluency(before + (best or _FULL_STOP) + aligned, here)
    return (best or _LOST) if then + _GAIN < now else None


def _fill_second(out: list[str], raw: bytes, at: int, here: frozenset[str]) -> str:
    """The character whose second byte is hidden by `?`."""
    after = decode_as("gb18030", raw[at + 2 : at + 8])
    seconds = (*range(0x40, 0x7F), *range(0x80, 0xFF))
    return _choose("".join(out[-2:]), [bytes([raw[at], second]) for second in seconds], after[:3], here) or _LOST


def _choose(before: str, pairs: list[bytes], after: str, here: frozenset[str]) -> str | None:
    candidates = {character for pair in pairs if len(character := decode_as("gb18030", pair)) == 1}
    ranked = sorted((fluency(before + one + after, here), one) for one in candidates)
    if len(ranked) > 1 and ranked[0][0] + _LEAD > ranked[1][0]:
        return None
    return ranked[0][1] if ranked else None
