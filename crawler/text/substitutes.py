"""Latin letters that a content filter replaced one by one by Han: 鲍罢贵-8 is UTF-8, 骋叠碍 is GBK."""

from __future__ import annotations

import re

from crawler.text.mojibake import Mended
from crawler.text.sequences import has_word

HAN = "础叠颁顿贰贵骋贬滨闯碍尝惭狈翱笔蚕搁厂罢鲍痴奥齿驰窜补产肠诲别蹿驳丑颈箩办濒尘苍辞辫辩谤蝉迟耻惫飞虫测锄"
_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TABLE = str.maketrans(HAN, _LATIN)
_RUN = re.compile(f"[{HAN}]{{3,}}")


def restore(text: str) -> Mended:
    """Three in a row that make no Chinese word."""
    places = [match[0] for match in _RUN.finditer(text) if not has_word(match[0])]
    if not places:
        return Mended(text, [])
    after = _RUN.sub(lambda match: match[0] if has_word(match[0]) else match[0].translate(_TABLE), text)
    return Mended(after, [("Han for Latin letters", places[0], len(places))])
