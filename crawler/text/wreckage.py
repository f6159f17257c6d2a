"""What the injection of readings broke: it replaced bytes of GBK across the borders of characters.

    們試圖      82 83 | D4 87 | 88 44      holds 83 D4 = 冊, so
    們?cè)噲D     82 83 | D4 (cè) 87 88 | 44

The reader of the broken bytes paired D4 with the bracket and gave ?, then paired everything up to D (44) wrongly. The
reading says what the ? was: the character that begins with 83 and is read cè ends with D4. With that byte put back and
the reading taken out, the bytes are what they were, and reading them again aligns everything behind.

The same script put a comma before A3 AC, A3 BF, A3 BB, A3 BA and A3 A1 (，？；：！), also where A3 ended one
character and the next began with AC: ?，F is 。現. There the first byte of the broken character is unknown; it was
A1 (。) or what the language wants, 保 in ?；ぃ. At the end of a wrong pairing the last byte of a character may be gone
together with the ASCII sign behind it, and a pair that is no character of GBK is gone without a trace. What the
language (`fluency`, with the words of the page itself) does not decide is marked, never guessed.

All 10 byte-damaged pages of 40 that were found follow these rules.
"""

from __future__ import annotations

import re
from functools import cache, partial

from crawler.text.alignment import HIDDEN, WIDTHS, Reader, Surroundings
from crawler.text.codecs import decode_as, encode_as
from crawler.text.language import cost, fluency, is_traditional
from crawler.text.readings import READING, exact, is_reading, spellings, syllable

_SIGNS = re.compile(
    f"[?\ufffd][(（]?{READING}[)）]|[?\ufffd][，？；：！,?;:!][^ \n]|[^\x00-\x7f][@-~][(（]{READING}[)）]"
)
_TOKEN = re.compile(
    f" ?[(（] ?(?P<bracket>{READING}) ?[)）]|[?\ufffd][(（]?(?P<lost>{READING})[)）]|(?P<other>.)", re.DOTALL
)
#: Traditional characters that a text must have where no reading proves the damage.
_TRADITIONAL = 5


def is_wrecked(text: str, around: Surroundings) -> bool:
    """Without a reading as proof, the text must at least be in traditional characters, as the damage left it."""
    return bool(_SIGNS.search(text)) and (around.proven or sum(map(is_traditional, text)) >= _TRADITIONAL)


def realign(text: str, around: Surroundings) -> tuple[str, list[str]]:
    """The text read again, line by line, and the damaged places."""
    lines, places = [], []
    for line in text.split("\n"):
        found = _SIGNS.search(line)
        mended = Reader(*_restore(line), around).read() if found else line
        if found and mended != line:
            places.append(line[max(0, found.start() - 2) : found.end() + 2])
        lines.append(mended)
    return "\n".join(lines), places


@cache
def _by_byte(place: int) -> dict[tuple[int, str], tuple[int, ...]]:
    """(byte, reading) -> the other bytes of the traditional characters of GBK that have that byte at that place."""
    found: dict[tuple[int, str], dict[int, None]] = {}
    for reading, character in sorted(spellings(), key=lambda pair: cost(pair[1])):
        if is_traditional(character):
            code = encode_as("gb18030", character)
            for spelling in (exact(reading), syllable(reading)):
                found.setdefault((code[place], spelling), {})[code[1 - place]] = None
    return {key: tuple(others) for key, others in found.items()}


def _restore(line: str) -> tuple[bytes, frozenset[int]]:
    """The bytes of the line before the injection, 0xFF for each that is hidden, and where bytes were put back."""
    raw = bytearray()
    choices: dict[int, tuple[int, ...]] = {}
    for match in _TOKEN.finditer(line):
        if match["bracket"]:
            if not _take_out(raw, match["bracket"], choices):
                raw += encode_as("gb18030", match[0])
        elif match["lost"]:
            seconds = _seconds(raw, exact(match["lost"]), choices)
            if seconds:
                choices[len(raw)] = seconds
            raw += bytes(seconds[:1]) or encode_as("gb18030", match[0])
        else:
            raw += encode_as("gb18030", match[0])
    for place, seconds in choices.items():
        raw[place] = min(seconds, key=partial(_fluency_with, raw, place))
    return bytes(raw), frozenset(choices)


def _seconds(raw: bytearray, reading: str, choices: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
    """What the byte may be that `?` hides behind `raw`; settles an open choice just before it."""
    for before in choices.get(len(raw) - 1, (WIDTHS.get(raw[-1], raw[-1]),)) if raw else ():
        if seconds := _by_byte(0).get((before, reading)):
            if len(raw) - 1 in choices:
                raw[-1] = before
                choices[len(raw) - 1] = (before,)
            return seconds
    return ()


def _take_out(raw: bytearray, reading: str, choices: dict[int, tuple[int, ...]]) -> bool:
    """Whether the reading in brackets is one of what stands before it, whole or with its first byte gone."""
    if len(raw) < 2:
        return False
    for first in choices.get(len(raw) - 2, (raw[-2],)):
        if is_reading(decode_as("gb18030", bytes([first, raw[-1]])), reading):
            if len(raw) - 2 in choices:
                raw[-2] = first
                choices[len(raw) - 2] = (first,)
            return True
    firsts = _by_byte(1).get((raw[-1], exact(reading)), ())
    if len(firsts) == 1 and raw[-2] > 0x80:
        raw[-1:] = bytes([HIDDEN, firsts[0], raw[-1]])
        return True
    return False


def _fluency_with(raw: bytearray, place: int, byte: int) -> float:
    start = max(0, place - 40)
    start = max([start, *(at + 1 for at in range(start, place) if raw[at] < 0x40)])
    return fluency(decode_as("gb18030", bytes(raw[start:place]) + bytes([byte]) + bytes(raw[place + 1 : place + 8])))
