"""Bytes to text, with the evidence that won.

The order of trust, first answer taken: the operator, a byte order mark, escape sequences (HZ, ISO-2022-JP), valid
UTF-8, a declaration that its own bytes bear out, the bytes. Declarations are wrong so often that none is believed
unread: on 206 pages with a wrong meta, detectors that trust it decode none.

The bytes are judged by what they say in Chinese (`language.cost`) rather than by byte statistics: on titles of 6 to 20
characters that decides where detectors guess. Only what reads as no Chinese goes to charset-normalizer, which knows the
other languages but takes .4 MB/s and fails on every page with a cut tail.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import charset_normalizer

from crawler.text.codecs import decode_as
from crawler.text.gb2312 import by_its_own_table
from crawler.text.labels import canonical
from crawler.text.language import cost
from crawler.text.results import Decoded

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
_LABEL = re.compile(rb"(?:charset|encoding)\s*=[\s\"']*([a-zA-Z0-9_:.-]+)")
_HEADER = re.compile(r"charset\s*=[\s\"']*([^\s;,\"']+)", re.IGNORECASE)
_HZ = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e])+(?:~\}|\n|$)")
_THREE_BYTES = re.compile(rb"[\xe0-\xff]")
_KANA = re.compile("[ぁ-ヶ]")
_HIGH = re.compile(r"[^\x00-\x7f]+")
#: Leads and continuations of UTF-8. Three characters in a row are nine bytes, which GB 18030 has by accident once in a
#: book.
_CLASSES = bytes(ord("L") if 0xE2 <= byte <= 0xEF else ord("C") if 0x80 <= byte <= 0xBF else 0 for byte in range(256))
_UTF8_RUN = b"LCC" * 3
_BLOCKS = re.compile(rb"([<>\r\n]+)")

#: Bits that an encoding must be better by than GB 18030 before it is believed without a declaration.
_PRIORS = {"utf-8": 0.0, "gb18030": 0.0, "big5": 2.0, "euc-jp": 8.0}
_MULTIBYTE = {"utf-8", "gbk", "gb18030", "big5", "euc-jp", "euc-kr", "shift_jis"}
_DECLARED_BITS = 4.0
#: Looked at first where nothing is declared: the encodings of Chinese pages.
_BY_BYTES = [("bytes", "utf-8"), ("bytes", "gb18030"), ("bytes", "big5")]
_UTF16_BITS = 12.0
_OTHERS_BITS = 16.0
_TYPICAL_UTF16 = frozenset([0x00, 0x20, 0x30, *range(0x4E, 0xA0), 0xFF])
#: Bits a character: sound Chinese takes 9 to 11, Chinese in the wrong encoding 13 and more.
_PLAUSIBLE = 12.0
_SURE = 11.2
_SAMPLE = 400
_GLANCE, _CLEARLY = 100, 1.0
#: Characters beyond ASCII that are enough without a declaration, and with one; below, all encodings are compared.
_ENOUGH = 100
_FEW = 24
_BLOCK_BITS = 12.0
_WINDOW = 3000
_PART = 800
_CONTEXT = 16


def decode(body: bytes, content_type: str | None = None, *, override: str | None = None) -> Decoded:
    """The text of a page. `override` is the operator's word: a WHATWG label, believed without a look at the bytes.

    Raises ValueError for an `override` that is no such label; never raises for what the page says.
    """
    if override is not None:
        name = canonical(override)
        if name is None:
            raise ValueError(f"no such encoding on the web: {override!r}")
        return Decoded(text=decode_as(name, body), encoding=name, how="the operator's word")
    declared = _declared(body, content_type)
    for name, how, text in _answers(body, declared):
        if name == "gb18030" and (narrow := by_its_own_table(body)):
            name, text, how = "gb2312", narrow[0], f"{how}: {narrow[1]}"
        return Decoded(text=text, encoding=name, how=how + _overruled(name, declared))
    raise AssertionError("the bytes always give an answer")


def _declared(body: bytes, content_type: str | None) -> list[tuple[str, str]]:
    found = []
    for label in _HEADER.findall(content_type or ""):
        if name := canonical(label):
            found.append(("header", name))
    head = body[:4096].lower()
    if (b"charset" in head or b"encoding" in head) and (meta := _LABEL.search(head)):
        name = canonical(meta[1].decode("ascii"))
        # A page whose meta could be read as bytes is not in UTF-16, says the standard.
        found += [("meta", "utf-8" if name.startswith("utf-16") else name)] if name else []
    return found


def _overruled(name: str, declared: list[tuple[str, str]]) -> str:
    same = {"gbk": "gb18030", "gb2312": "gb18030"}
    parts = [same.get(part, part) for part in name.split("+")]
    wrong = [f"{source} {label}" for source, label in declared if same.get(label, label) not in parts]
    return f"; overruled {', '.join(wrong)}" if wrong else ""


def _answers(body: bytes, declared: list[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    for mark, name in _BOMS:
        if body.startswith(mark):
            yield name, "byte order mark", decode_as(name, body[len(mark) :])
    if body.isascii():
        yield from _escaped(body)
    yield from _utf16(body) if b"\0" in body[:256] else _utf8(body)
    yield from _borne_out(body, [*declared, *_BY_BYTES])
    yield _best(body, declared)


def _escaped(body: bytes) -> Iterator[tuple[str, str, str]]:
    if _HZ.search(body):
        yield "hz-gb-2312", "bytes: HZ escapes", decode_as("hz-gb-2312", body)
    if b"\x1b$" in body:
        yield "iso-2022-jp", "bytes: ISO-2022 escapes", decode_as("iso-2022-jp", body)
    if b"\0" not in body:
        yield "utf-8", "bytes: ASCII", body.decode("ascii")


def _utf16(body: bytes) -> Iterator[tuple[str, str, str]]:
    """Without a mark: the high bytes of the ASCII in it are zero, all on one side."""
    left, right = body[:512:2].count(0), body[1:512:2].count(0)
    if max(left, right) > 8 * min(left, right) + 8:
        name = "utf-16be" if left > right else "utf-16le"
        yield name, "bytes: UTF-16 without a mark", decode_as(name, body)


def _utf8(body: bytes) -> Iterator[tuple[str, str, str]]:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return
    # 联通 in GBK is valid UTF-8: two-byte sequences alone prove nothing.
    if _THREE_BYTES.search(body):
        yield "utf-8", "bytes: valid UTF-8", text


def _borne_out(body: bytes, declared: list[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    high = _first_high(body)
    window = body[high : high + _WINDOW]
    for source, name in declared:
        if name in _MULTIBYTE:
            sample = _sample(decode_as(name, window))
            enough, bits = (_ENOUGH, _SURE) if source == "bytes" else (_FEW, _PLAUSIBLE)
            if name == "utf-8" and len(run := sample.partition("\ufffd")[0]) >= enough:
                sample = run  # sound UTF-8 is its own proof: what is broken behind it is from elsewhere
            if len(sample) < enough or 5 * sample.count("\ufffd") > len(sample):
                continue
            # GB 2312 has kana at the codes of Japan's own encoding, and ー at those of 〖.
            if source == "bytes" and name == "gb18030" and 4 * len(_KANA.findall(sample)) > len(sample):
                continue
            if _costs_less(sample, bits):
                yield _by_blocks(body, "gb18030" if name == "gbk" else name, source)


def _costs_less(sample: str, bits: float) -> bool:
    """Than so many bits a character; a start that costs much less speaks for the rest."""
    start = sample[:_GLANCE]
    return cost(start) < (bits - _CLEARLY) * len(start) or cost(sample) < bits * len(sample)


def _sample(text: str) -> str:
    """The first characters beyond ASCII."""
    return "".join(_HIGH.findall(text))[:_SAMPLE]


def _first_high(body: bytes) -> int:
    try:
        body.decode("ascii")
    except UnicodeDecodeError as error:
        return error.start
    return len(body)


def _best(body: bytes, declared: list[tuple[str, str]]) -> tuple[str, str, str]:
    part = _part(body)
    costs = {name: cost(decode_as(name, part)) + bits for name, bits in _PRIORS.items()}
    for name, high in (("utf-16le", part[1::2]), ("utf-16be", part[::2])):
        if sum(map(_TYPICAL_UTF16.__contains__, high)) > 0.9 * len(high):
            costs[name] = cost(decode_as(name, part)) + _UTF16_BITS
    for _, name in declared:
        name = "gb18030" if name == "gbk" else name
        costs.setdefault(name, cost(decode_as(name, part)) + _OTHERS_BITS)
        costs[name] -= _DECLARED_BITS
    best, how = min(costs, key=costs.__getitem__), "bytes"
    if not _is_chinese(decode_as(best, part)):
        best, how = _other(part, costs)
    return _by_blocks(body, best, how)


def _other(part: bytes, costs: dict[str, float]) -> tuple[str, str]:
    """What is left over: Taiwan's and Korea's national encodings, then whatever charset-normalizer says."""
    for name, bits in (("euc-tw", _OTHERS_BITS), ("euc-kr", 3 * _OTHERS_BITS)):
        costs.setdefault(name, cost(decode_as(name, part)) + bits)
    best = min(costs, key=costs.__getitem__)
    if _is_chinese(decode_as(best, part)) or not (other := _normalizer(part)):
        return best, "bytes"
    if costs[best] < cost(decode_as(other, part)) + _OTHERS_BITS:
        return best, "bytes, against charset-normalizer"
    return other, "bytes: charset-normalizer"


def _part(body: bytes) -> bytes:
    """The part that is judged: the first lines with anything but ASCII, from an even place for UTF-16's sake."""
    start = 0 if b"\0" in body[:256] else max(0, _first_high(body) - _CONTEXT)
    return body[start & ~1 : start + _PART]


def _is_chinese(text: str) -> bool:
    sample = _sample(text)
    return cost(sample) < _PLAUSIBLE * len(sample)


def _normalizer(part: bytes) -> str | None:
    match = charset_normalizer.from_bytes(part).best()
    return canonical(match.encoding.replace("_", "-")) if match else None


def _by_blocks(body: bytes, name: str, how: str) -> tuple[str, str, str]:
    """The page in `name`, but for the blocks that are in the other encoding; a block ends with a tag or a line."""
    text = decode_as(name, body)
    if name not in {"utf-8", "gb18030", "big5"} or not _is_doubtful(body, text, name):
        return name, how, text
    other = "gb18030" if name == "utf-8" else "utf-8"
    blocks, strangers = [], 0
    for block in _BLOCKS.split(body):
        text = decode_as(name, block)
        if not block.isascii() and _is_doubtful(block, text, name):
            foreign = decode_as(other, block)
            if cost(foreign) + _BLOCK_BITS < cost(text):
                text, strangers = foreign, strangers + 1
        blocks.append(text)
    if strangers:
        return f"{name}+{other}", f"{how}, but for {strangers} blocks in {other}", "".join(blocks)
    return name, how, "".join(blocks)


def _is_doubtful(body: bytes, text: str, name: str) -> bool:
    # One at the end is a cut tail.
    return text.find("\ufffd", 0, len(text) - 2) >= 0 or (name != "utf-8" and _UTF8_RUN in body.translate(_CLASSES))
