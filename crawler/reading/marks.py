"""What a line, or a name in the mark-up, shows by its words alone.

Remembered, because a template's lines and names stand on every page of a site.
"""

import re
from functools import lru_cache

from crawler.reading.labels import ASIDE_BEGINNINGS, ASIDE_WORDS, CLOCK, END, FOOTER, TITLE_HINT

#: Lines and class names that are remembered: a site has some hundred of each, and a crawler reads its pages in a row.
KNOWN = 4_096
#: Longer lines are text, whatever they speak of.
LONGEST_CLOCK, LONGEST_FOOT = 80, 200
#: share-box, c_right and footer2 are made of share, box, c, right and footer.
NAME_PART = re.compile(r"[^\W\d_]+")


@lru_cache(KNOWN)
def ends_article(text: str) -> bool:
    """Whether the site's own things begin with this line: 上一篇, 相关阅读, 分享到."""
    return bool(END.match(text))


@lru_cache(KNOWN)
def is_foot(text: str) -> bool:
    """Whether only the foot of a site says this."""
    return len(text) < LONGEST_FOOT and bool(FOOTER.search(text))


@lru_cache(KNOWN)
def is_clock(text: str) -> bool:
    """Whether this is the clock of a page's head, or its weather."""
    return len(text) < LONGEST_CLOCK and bool(CLOCK.search(text))


@lru_cache(KNOWN)
def is_title_name(hint: str) -> bool:
    """Whether a class or id calls its element a title."""
    return bool(TITLE_HINT.search(hint))


@lru_cache(KNOWN)
def is_aside_name(hint: str) -> bool:
    """Whether a class or id calls its element side matter."""
    parts = NAME_PART.findall(hint)
    return any(part in ASIDE_WORDS or part.startswith(ASIDE_BEGINNINGS) for part in parts)
