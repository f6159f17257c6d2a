"""What counts as a change of a page that is read again."""

from __future__ import annotations

import re
from hashlib import blake2b

from storage.folding import HAN, fold

#: Versions kept besides the first and the newest; a page that prints the time of day must not fill the disk.
MOST = 10

#: What changes by itself: hit counters, clocks, "printed at", countdowns.
_NOISE = re.compile(
    r"(?:浏览|阅读|点击|访问|点赞|收藏|评论|转发)(?:次数|人数|量|数)?[:：]?\s*[\d,.]+\s*[万次人]*"
    r"|(?:当前|现在|打印|今天)(?:时间|日期)?(?:是)?[:：]?\s*\d{2,4}[年/.-]\d{1,2}[月/.-]\d{1,2}日?(?:\s*星期[一二三四五六日])?"
    r"|\d{1,2}:\d{2}:\d{2}"
)
_NO_SIGN = re.compile(f"[^{HAN}0-9a-z]+")


def signature(title: str, text: str) -> str:
    """Equal for two readings of a page that say the same."""
    signs = "\0".join(_NO_SIGN.sub("", _NOISE.sub("", fold(part))) for part in (title, text))
    return blake2b(signs.encode("utf-8", "replace"), digest_size=16).hexdigest()
