"""Text that was decoded in the wrong encoding: encode it back, decode it right, where that makes better Chinese.

Every rule works on a *stretch* that can only be one damage: bytes that are UTF-8 all along though they came from Han
characters, or a line that costs far more bits than Chinese does. What was decoded wrongly has often lost bytes on the
way: 涓€鏃� is 一 and two of the three bytes of 时. Such a character becomes one U+FFFD and counts as lost; nothing is
guessed.

Of 330 sentences of UTF-8 read as GBK only 21 can be had back whole: the last byte of an odd run is gone, sometimes
together with the ASCII character behind it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from crawler.text.codecs import decode_as, encode_as
from crawler.text.language import cost

_LOST = "\ufffd"
_HOLE = b"\xff"
#: Twice damaged is seen (UTF-8 as GBK as UTF-8 as GBK), more is not.
_ROUNDS = 3
#: Bits that a stretch must gain where nothing else proves the damage; bits a character that no sound line costs.
_GAIN = 12.0
_SUSPICIOUS = 11.8
_HOLES = 0.8
#: A mark stands for a character that is not known, and costs what such a one does.
_MARK = 13.0


def _price(text: str) -> float:
    return cost(text) - (cost(_LOST) - _MARK) * text.count(_LOST)


class Mended(NamedTuple):
    text: str
    #: (what, first place as it stood, how many stretches)
    steps: list[tuple[str, str, int]]


# --- UTF-8 read as GBK ------------------------------------------------------------------------------------------

#: Han, kana, the punctuation of both widths; no-break space, middle dot, ×. Other two-byte sequences are common Han.
_SEQUENCE = rb"[\xe2-\xe9\xee\xef][\x80-\xbf]{2}(?![\x80-\xbf])"
_SHORT = rb"\xc2[\xa0\xb7]|\xc3[\x97\xb7]"
#: What a lost byte leaves: a lead without its bytes, and bytes without their lead. A sequence with bytes left over
#: behind it is none: of E6 9C (AF E9) 9D A2 the middle is gone, and E6 9C 9D was never there.
_BROKEN = rb"[\xe2-\xe9\xee\xef][\x80-\xbf]{0,2}[\xff?]{0,2}[\x80-\xbf]{0,3}|\xff[\x80-\xbf]{0,2}"
_SURE = re.compile(rb"([\xe1-\xef](?:[\x80-\xbf](?=\xff[\x80-\xff])|(?=\xff[\x80-\xbf])))\xff")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_UTF8 = re.compile(
    rb"(?:[\xe2-\xe9\xef][\x80-\xbf]?[\xff?]\xff?)?(?:" + _SEQUENCE + rb")"
    rb"(?:" + _SEQUENCE + rb"|" + _SHORT + rb"|" + _BROKEN + rb"|[\x00-\x7f]){0,2000}"
)
_GBK = re.compile(rb"[\x81-\xfe][\x30-\x39][\x81-\xfe][\x30-\x39]|[\x81-\xfe][\x40-\xfe]|[\x00-\xff]", re.DOTALL)
_PIECE = re.compile(
    rb"(?P<whole>" + _SEQUENCE + rb"|[\xc2-\xdf][\x80-\xbf])|(?P<broken>" + _BROKEN + rb"|[\x80-\xff]+)|[\x00-\x7f]+"
)


@cache
def _utf8_signs() -> re.Pattern[str]:
    """Two characters of GBK that begin like UTF-8: a lead with its first byte, then the second with a lead."""

    def characters(first: range, second: range) -> str:
        pairs = (bytes([a, b]).decode("gb18030", "ignore") for a in first for b in second)
        return "".join(re.escape(pair) for pair in pairs if len(pair) == 1)

    lead, middle = range(0xE3, 0xF0), range(0x80, 0xC0)
    start = characters(lead, middle)
    return re.compile(f"[{start}][{characters(range(0x81, 0xC0), range(0x80, 0xF0))}€?\ufffd]")


def _to_gbk(text: str) -> bytes:
    body = encode_as("gb18030", text)
    if _PRIVATE.search(text):
        # This decoder knew the user-defined areas, so the one byte that it could not read was 0x80: 一 is E4 B8 80.
        body = _SURE.sub(b"\\1\x80", body)
    return body


def _pieces(stretch: bytes) -> tuple[str, int, int]:
    """The stretch as UTF-8, how many characters are whole, how many broken."""
    out, whole, broken = [], 0, 0
    for match in _PIECE.finditer(stretch):
        if match["whole"]:
            out.append(match[0].decode("utf-8", "replace"))
            whole += 1
        elif match["broken"]:
            out.append(_LOST)
            broken += 1
        else:
            out.append(match[0].decode("ascii"))
    return "".join(out), whole, broken


def utf8_as_gbk(text: str, gain: float = _GAIN) -> Mended:
    """鏂伴椈 is 新闻. Byte by byte: the damage may begin and end anywhere between two characters."""
    if not _utf8_signs().search(text):
        return Mended(text, [])
    body = _to_gbk(text)
    out: list[str] = []
    places: list[str] = []
    kept = end = 0
    while match := _UTF8.match(body, end) or _GBK.match(body, end):
        stretch = _aligned(match[0]) if match.re is _UTF8 else b""
        if stretch and (mended := _mend_utf8(stretch, gain)):
            out += [_from_gbk(body[kept:end]), mended]
            places.append(_from_gbk(stretch))
            kept = end = end + len(stretch)
        else:
            end += len(stretch) or len(_GBK.match(body, end)[0])  # type: ignore[index]
    out.append(_from_gbk(body[kept:]))
    return _mended(text, "".join(out), "UTF-8 read as GBK", places)


def _aligned(stretch: bytes) -> bytes:
    """As much of it as ends where both a character of GBK and one of UTF-8 end."""
    ends = {
        match.end()
        for match in _GBK.finditer(stretch)
        if match[0][:1] < b"\x81" or len(match[0]) > 1 or match[0] == _HOLE
    }
    return stretch[: max((match.end() for match in _PIECE.finditer(stretch) if match.end() in ends), default=0)]


def _mend_utf8(stretch: bytes, gain: float) -> str | None:
    text, whole, broken = _pieces(stretch)
    damaged = _from_gbk(stretch)
    if whole < 1 + (gain > 0) or broken > whole or _price(text) + gain > _price(damaged):
        return None
    return text


def _from_gbk(body: bytes) -> str:
    return decode_as("gb18030", body)


# --- read as latin-1 or windows-1252 ----------------------------------------------------------------------------

_1252 = {chr(code): bytes([code]).decode("cp1252", "replace") for code in range(0x80, 0xA0)}
_BYTES = {ord(sign): code for code, sign in zip(range(0x80, 0xA0), _1252.values(), strict=True) if sign != _LOST}
_HIGH = "\x80-\u07ff" + "".join(map(chr, _BYTES))
#: Up to the next Han; a stretch begins and ends with what was a high byte.
_STRETCH = re.compile(f"[{_HIGH}\ufffd](?:[\x20-\x7e]*[{_HIGH}\ufffd])+")
_ONE_BYTE = re.compile(f"[\x80-\xff{''.join(map(chr, _BYTES))}]")
_TWICE = re.compile(rb"\xc3[\xa2-\xaf](?:\xc2|\xc5|\xc6|\xcb|\xe2)")
_UTF8_LATIN = re.compile(rb"[\xe3-\xe9\xef][\x80-\xbf]{2}")
_LEADS = re.compile("[ãäåæçèéï]")
_LETTERS = re.compile("[À-ÿ]")


def as_latin(text: str, gain: float = _GAIN) -> Mended:
    """æ–°é—» and ÐÂÎÅ are 新闻. Two Han may be an accident (Ä±Èç is no word), three are not."""
    places: list[str] = []

    def mend(match: re.Match[str]) -> str:
        mended = _mend_latin(match[0], 0 if places or not gain else 3)
        if mended is None:
            return match[0]
        places.append(match[0])
        return mended

    after = _STRETCH.sub(mend, text)
    if places:
        # Once the damage is proved, a stretch of two signs is no accident either: ¡¶ is 《.
        after = _STRETCH.sub(mend, after)
    return _mended(text, after, "read as windows-1252", places)


def _latin_bytes(text: str) -> bytes:
    """Also of what a second decoder took for two-byte UTF-8: ϵͳ was CF B5 CD B3, 系统 in GBK."""
    out = bytearray()
    for code in map(ord, text):
        if code < 0x100:
            out.append(code)
        elif code in _BYTES:
            out.append(_BYTES[code])
        else:
            out += chr(code).encode("utf-8") if code < 0x800 else _HOLE
    return bytes(out)


def _mend_latin(stretch: str, least: int) -> str | None:
    if 2 * len(_ONE_BYTE.findall(stretch)) < len(_NOT_ASCII.findall(stretch)):
        return None  # Greek, Cyrillic, Arabic
    body = _latin_bytes(stretch)
    if len(_UTF8_LATIN.findall(body)) * 3 > sum(byte > 0x7F for byte in body) / 2:
        return _better(stretch, _pieces(body)[0], min(least, 1))
    if _TWICE.search(body):
        once = body.decode("utf-8", "replace")
        twice = _STRETCH.sub(lambda match: _mend_latin(match[0], least) or match[0], once)
        return _better(stretch, twice, least)
    found = [_better(stretch, decode_as(name, body), least) for name in ("gb18030", "big5")]
    return min(filter(None, found), key=cost, default=None)


_HAN = re.compile("[一-鿿]")


def _better(before: str, after: str, least: int) -> str | None:
    han = len(_HAN.findall(after))
    return after if han >= least and _price(after) + _GAIN < _price(before) and after.count(_LOST) <= han else None


# --- GBK and Big5 read as one another ---------------------------------------------------------------------------


def crossed(text: str) -> Mended:
    """Lines of GBK read as Big5 (忒儂 is 手机) and the reverse."""
    places: list[str] = []
    lines = []
    for line in text.split("\n"):
        mended = _mend_crossed(line)
        if mended is not None:
            places.append(line)
        lines.append(line if mended is None else mended)
    return _mended(text, "\n".join(lines), "GBK and Big5 crossed", places)


def _mend_crossed(line: str) -> str | None:
    now = _foreign(line)
    if len(now) < 4 or cost(now) < (_SUSPICIOUS - _HOLES * (_LOST in line)) * len(now):
        return None
    found = [_cross(line, wrong, right) for wrong, right in _CROSSED]
    best = min(filter(None, found), key=_price, default=None)
    if best is None or _price(best) > min(_MUCH * _price(line), _price(line) - _GAIN):
        return None
    right = _foreign(best)
    return best if right and cost(right) / len(right) < _EACH * cost(now) / len(now) else None


def _foreign(line: str) -> str:
    return "".join(_NOT_ASCII.findall(line.replace(_LOST, "")))


def _cross(line: str, wrong: str, right: str) -> str | None:
    body = encode_as(wrong, line)
    if body.count(_HOLE) != line.count(_LOST) or _FOUR_BYTES.search(body):
        return None
    # Behind a lost byte the other half of its character may stand.
    first, *rest = body.split(_HOLE)
    pieces = [decode_as(right, first)]
    for piece in rest:
        whole, half = decode_as(right, piece), decode_as(right, piece[1:])
        pieces.append(half if cost(half) + _HALF < cost(whole) else whole)
    return _LOST.join(pieces)


#: What is not in GBK was not read as GBK.
_FOUR_BYTES = re.compile(rb"[\x81-\xfe][\x30-\x39][\x81-\xfe][\x30-\x39]")
#: Read as, was. Python's cp950 and the web's Big5-HKSCS differ in the kana and Cyrillic that Ч and え come from.
_CROSSED = (("big5", "gb18030"), ("cp950", "gb18030"), ("gb18030", "big5"))
_HALF = 5.0
#: What the right reading saves on the whole line, and on each character beyond ASCII.
_MUCH = 0.9
_EACH = 0.95
_NOT_ASCII = re.compile("[^\x00-\x7f]")


def _mended(before: str, after: str, what: str, places: list[str]) -> Mended:
    return Mended(after, [(what, places[0], len(places))]) if places and after != before else Mended(before, [])


def mend(text: str, *, proven: bool = False) -> Mended:
    """All of it, as often as it was done. `proven`: most of the page was decoded wrongly."""
    steps: list[tuple[str, str, int]] = []
    for _ in range(_ROUNDS):
        before = text
        for rule in (utf8_as_gbk, as_latin):
            text, found = rule(text, 0.0 if proven else _GAIN)
            steps += found
        text, found = crossed(text)
        steps += found
        if text == before:
            break
    return Mended(text, steps)
