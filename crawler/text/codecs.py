"""Bytes to text, and back, in the encodings of Chinese pages as browsers read them.

Python's gb18030 refuses 0x80, which cp936 and the web read as €, and has no EUC-TW. A byte that begins nothing becomes
one U+FFFD, and what follows it is read again.
"""

from __future__ import annotations

import codecs
import re
from functools import cache

from crawler.text import tables
from crawler.text.labels import CODECS


def _euro(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return ("€" if error.object[error.start] == 0x80 else "\ufffd"), error.start + 1


def _byte(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    code = ord(error.object[error.start])
    return bytes([code & 0xFF if 0xDC80 <= code <= 0xDCFF else 0xFF]), error.start + 1


codecs.register_error("fenghuo.cp936", _euro)
codecs.register_error("fenghuo.byte", _byte)


def decode_as(name: str, body: bytes) -> str:
    """`body` in the encoding of that WHATWG name; never raises, U+FFFD stands for what is no character."""
    if name in {"gbk", "gb18030"}:
        return body.decode("gb18030", "fenghuo.cp936")
    if name == "euc-tw":
        return _euc_tw(body)
    return body.decode(CODECS.get(name, name), "replace")


_PAIR = re.compile(rb"[\x00-\x7f]+|[\xa1-\xfe]{2}|\x8e[\xa1-\xa3][\xa1-\xfe]{2}|[\x80-\xff]")


class _Cns(dict[bytes, str]):
    """Characters of EUC-TW by their bytes; ASCII runs are themselves, whatever else is U+FFFD."""

    def __init__(self) -> None:
        self._planes = tables.lines("cns11643.txt")

    def __missing__(self, code: bytes) -> str:
        if len(code) == 1 or code.isascii():
            return code.decode("ascii", "replace")
        plane = code[1] - 0xA1 if len(code) == 4 else 0
        self[code] = character = self._planes[plane][(code[-2] - 0xA1) * 94 + code[-1] - 0xA1]
        return character


def _euc_tw(body: bytes) -> str:
    return "".join(map(_cns().__getitem__, _PAIR.findall(body)))


@cache
def _cns() -> _Cns:
    return _Cns()


def encode_as(name: str, text: str) -> bytes:
    """The bytes that `text` was decoded from; 0xFF, which none of these encodings has, for U+FFFD."""
    codec = "gb18030" if name == "gb18030" else CODECS.get(name, name)
    if name == "gb18030":
        text = text.replace("€", "\udc80")
    return text.replace("\ufffd", "\udcff").encode(codec, "fenghuo.byte")
