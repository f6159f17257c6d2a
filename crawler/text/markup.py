"""The repair of a page source: the text between tags and the attributes that are read, and the tags that damage ate."""

from __future__ import annotations

import re

from crawler.text import losses, repairing
from crawler.text.repairing import Found, mend, merged
from crawler.text.results import Evidence, Repaired
from crawler.text.surroundings import Surroundings
from crawler.text.suspicion import is_suspicious

_NAMES = (
    "a|abbr|article|b|big|blockquote|br|center|code|dd|div|dl|dt|em|font|footer|h[1-6]|head|header|hr|i|img|li|main"
    "|ol|option|p|pre|q|s|section|small|span|strong|sub|sup|table|tbody|td|textarea|th|thead|title|tr|u|ul"
)
# 机密。”</p> came out as 机密?！?/p>: the < was taken for the second half of a character.
_EATEN = re.compile(rf"(?<=[^\x00-\x7f])([?\ufffd])(?=/(?:{_NAMES})>|(?:{_NAMES})(?: [a-z-]+=[^<>]*)?/?>)")
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|noscript|textarea|xmp)\b(?:.*?</\1\s*>|.*\Z)|<[!/?a-zA-Z][^<>]*>?",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"(\s(?:title|alt|content|label|placeholder|summary|aria-label)\s*=\s*)(\"[^\"]*\"|'[^']*')", re.IGNORECASE
)
_ADDRESS = re.compile(r"^\W*(?:\d+;\s*url=|https?:|//|/|\./|javascript:)", re.IGNORECASE)
_MARKUP = re.compile("[<>\"']")


def repair_page(html: str, evidence: Evidence | None = None) -> Repaired:
    """The source as it was written, for a parser to read. Addresses, scripts and styles stay as they are."""
    if not is_suspicious(html) and evidence in (None, Evidence()):
        return Repaired(text=html)
    known = repairing.evidence(html) if evidence is None else evidence
    html, eaten = _EATEN.subn(r"\1<", html)
    around = Surroundings(_TAG.sub("\n", html), proven=bool(known.injected))
    page = _Page(known, around)
    text = page.mended(html)
    steps: Found = [("tags that damage had eaten", "?<", eaten)] if eaten else []
    return Repaired(text=text, steps=merged(steps + page.steps), lost=losses.count(_TAG.sub("\n", text)))


class _Page:
    def __init__(self, known: Evidence, around: Surroundings) -> None:
        self._known = known
        self._around = around
        self.steps: Found = []

    def mended(self, html: str) -> str:
        out, end = [], 0
        for tag in _TAG.finditer(html):
            out += [self._text(html[end : tag.start()]), self._tag(tag)]
            end = tag.end()
        return "".join([*out, self._text(html[end:])])

    def _text(self, text: str) -> str:
        if text.isascii() and "&amp;" not in text and "\\" not in text and "%" not in text:
            return text
        mended, found = mend(text, self._known, self._around, markup=True)
        self.steps += found
        # What was written out for a machine may read as a tag now: it was text, and stays text.
        return mended.replace("<", "&lt;") if mended.count("<") > text.count("<") else mended

    def _tag(self, tag: re.Match[str]) -> str:
        if tag[0].isascii() or tag[1] or tag[0].startswith(("<!", "</", "<?")):
            return tag[0]
        return _ATTRIBUTE.sub(self._attribute, tag[0])

    def _attribute(self, match: re.Match[str]) -> str:
        value = match[2][1:-1]
        mended = value if _ADDRESS.match(value) else self._text(value)
        return match[0] if _MARKUP.search(mended) else match[1] + match[2][0] + mended + match[2][0]
