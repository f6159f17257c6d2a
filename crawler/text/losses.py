"""What is gone for good: it is marked with U+FFFD where nothing else stands for it, counted, and never guessed."""

from __future__ import annotations

import re

from crawler.text.mojibake import Mended

# 锟斤拷 is U+FFFD twice, written in UTF-8 and read as GBK; at an odd place one of the three is another character.
_KUN_SIGN = re.compile("锟斤|斤拷")
_KUN = re.compile("(锟斤拷)|锟斤|斤拷|锟[^\x00-\x7f\ufffd]?|[^\x00-\x7f\ufffd]拷")
# Behind Han it is an exclamation: 什么????
_QUESTION_MARKS = re.compile(r"(?<![一-鿿，。！？：；、?])\?{4,}")
# UTF-8 read as latin-1 whose bytes 80-9F were dropped: most leads have less than two bytes behind them.
_LEAD = re.compile("[ãäåæçèéï][\xa0-\xbf]*")
_WHOLE = re.compile("[ãäåæçèéï][\x80-\xbfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]{2}")
_HIGH = re.compile("[\x80-\xff]")


def unlock(text: str) -> Mended:
    """锟斤拷 is what it was again. Before all else: the signs of other damages are in it."""
    if not _KUN_SIGN.search(text):
        return Mended(text, [])
    places = [match[0] for match in _KUN.finditer(text)]
    after = _KUN.sub(lambda match: "\ufffd\ufffd" if match[1] else "\ufffd", text)
    return Mended(after, [("U+FFFD read as GBK", places[0], len(places))])


def mark(text: str) -> Mended:
    """Each lead byte was a character. What is whole among them is left out too: alone it says nothing."""
    leads = _LEAD.findall(text)
    if len(leads) < 5 or 2 * len(_WHOLE.findall(text)) > len(leads) or 3 * len(leads) < len(_HIGH.findall(text)):
        return Mended(text, [])
    symbols = sum(len(lead) - 1 for lead in leads)
    if 2 * symbols < len(leads):
        return Mended(text, [])
    return Mended(_LEAD.sub("\ufffd", text), [("UTF-8 that lost a third of its bytes", leads[0], len(leads))])


def count(text: str) -> int:
    """Characters that the text says it has lost."""
    return text.count("\ufffd") + sum(map(len, _QUESTION_MARKS.findall(text)))
