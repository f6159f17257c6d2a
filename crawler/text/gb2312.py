"""GB 2312 by its own table, where a page shows that it was written by it.

On the web gb2312 means GB 18030, in which A1AA is — and A1A4 is ·. The Unicode Consortium's table of GB 2312, that of
iconv, libxml2 and Python, has ― and ・ for them. Two things say that a page comes from there: the declaration of an XML
document (a feed, not XHTML), whose names are IANA's and not the web's (XML 1.0, 4.3.3), and a writer that escaped just
those Han that GB 2312 lacks.
"""

from __future__ import annotations

import re
from itertools import islice

#: All that the tables differ in.
_DIFFERENT = (b"\xa1\xaa", b"\xa1\xa4")
_XML = re.compile(rb"""\s*<\?xml\b[^>]*\bencoding\s*=\s*["']gb_?2312(?:-80)?["']""", re.IGNORECASE)
_HTML = re.compile(rb"<!doctype\s+html|<html", re.IGNORECASE)
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=", re.IGNORECASE)
_ESCAPED = re.compile(rb"(?:\\u|&#x)([0-9a-fA-F]{4})|&#([0-9]{5});")
#: So many escapes are looked at: a script of a page has thousands.
_MOST = 1000


def by_its_own_table(body: bytes) -> tuple[str, str] | None:
    """The text and how that is known; None where GB 18030 says the same, or nothing speaks for the narrow table."""
    if not any(code in body for code in _DIFFERENT) or not (why := _written_by_it(body)):
        return None
    try:
        return body.decode("gb2312"), why
    except UnicodeDecodeError:
        return None


def _written_by_it(body: bytes) -> str:
    head = body[:4096]
    if _XML.match(head) and not _HTML.search(head):
        return "XML's gb2312"
    if not _DECLARED.search(head) and _escapes_what_it_lacks(body):
        return "GB 2312's own table, for the Han that it lacks are escaped"
    return ""


def _escapes_what_it_lacks(body: bytes) -> bool:
    """Whether Han are escaped, and none that GB 2312 has: a script written in ASCII escapes all."""
    found = islice(_ESCAPED.finditer(body), _MOST)
    signs = (chr(int(match[1], 16) if match[1] else int(match[2])) for match in found)
    han = [sign for sign in signs if "\u4e00" <= sign <= "\u9fff"]
    return bool(han) and not any(map(_has, han))


def _has(sign: str) -> bool:
    return sign.encode("gb2312", "ignore") != b""
