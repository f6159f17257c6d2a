"""Bytes to text, and back, in the encodings of Chinese pages as browsers read them.

Python's gb18030 refuses 0x80, which cp936 and the web read as €, and has no EUC-TW. A byte that begins nothing becomes
one U+FFFD, and what follows it is read again.
"""

from __future__ import annotations

import codecs
import re
from functools import cache
from importlib.resources import files

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


_PAIR = re.compile(rb"\x8e([\xa1-\xa3])([\xa1-\xfe]{2})|[\xa1-\xfe]{2}|[\x80-\xff]")


@cache
def _planes() -> list[str]:
    return (files(__package__) / "tables" / "cns11643.txt").read_text(encoding="utf-8").split("\n")


def _euc_tw(body: bytes) -> str:
    def character(match: re.Match[bytes]) -> bytes:
        pair = match[2] or match[0]
        if len(pair) < 2:
            return "\ufffd".encode()
        plane = match[1][0] - 0xA1 if match[1] else 0
        return _planes()[plane][(pair[0] - 0xA1) * 94 + pair[1] - 0xA1].encode()

    return _PAIR.sub(character, body).decode("utf-8")


def encode_as(name: str, text: str) -> bytes:
    """The bytes that `text` was decoded from; 0xFF, a byte of none of these encodings, for what stands for a lost one."""
    codec = "gb18030" if name == "gb18030" else CODECS.get(name, name)
    if name == "gb18030":
        text = text.replace("€", "\udc80")
    return text.replace("\ufffd", "\udcff").encode(codec, "fenghuo.byte")
