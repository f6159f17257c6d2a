"""What the injection of readings broke: it replaced bytes of GBK across the borders of characters.

    們試圖      82 83 | D4 87 | 88 44      holds 83 D4 = 冊, so
    們?cè)噲D     82 83 | D4 (cè) 87 88 | 44

The reader of the broken bytes paired D4 with the bracket and gave ?, then paired everything up to D (44) wrongly. The
reading says what the ? was: the character that begins with 83 and is read cè ends with D4. With that byte put back and
the reading taken out, the bytes are what they were, and reading them again aligns everything behind.

The same script put a comma before A3 AC, A3 BF, A3 BB, A3 BA and A3 A1 (，？；：！), also where A3 ended one
character and the next began with AC: ?，F is 。現. There the first byte of the broken character is unknown; it was
A1 (。) or what the language wants, 保 in ?；ぃ. At the end of a wrong pairing the last byte of a character may be gone
together with the ASCII sign behind it, and a pair that is no character of GBK is gone without a trace. The language
decides (`alignment`), with the words of the page itself; where it has two answers, the place is marked.

All 10 byte-damaged pages of 40 that were found follow these rules.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.text.alignment import Reader
from crawler.text.hypotheses import Sign
from crawler.text.language import is_traditional
from crawler.text.readings import READING

if TYPE_CHECKING:
    from crawler.text.surroundings import Surroundings

_SIGNS = re.compile(
    f"[?\ufffd][(（]?{READING}[)）]|[?\ufffd][，？；：！,?;:!][^ \n]|[^\x00-\x7f][@-~][(（]{READING}[)）]"
)
_TOKEN = re.compile(f"(?: ?[(（] ?(?P<bracket>{READING}) ?[)）]|[?\ufffd][(（]?(?P<lost>{READING})[)）]|.)", re.DOTALL)
#: Traditional characters that a text must have where no reading proves the damage.
_TRADITIONAL = 5


def is_wrecked(text: str, around: Surroundings) -> bool:
    """Without a reading as proof, the text must at least be in traditional characters, as the damage left it."""
    return bool(_SIGNS.search(text)) and (around.proven or sum(map(is_traditional, text)) >= _TRADITIONAL)


def realign(text: str, around: Surroundings) -> tuple[str, list[str]]:
    """The text read again, line by line, and the damaged places."""
    lines, places = [], []
    for line in text.split("\n"):
        found = _SIGNS.search(line)
        mended = Reader(around).read(_signs(line)) if found else line
        if found and mended != line:
            places.append(line[max(0, found.start() - 2) : found.end() + 2])
        lines.append(mended)
    return "\n".join(lines), places


def _signs(line: str) -> list[Sign]:
    return [Sign(match[0], match["bracket"] or match["lost"] or "") for match in _TOKEN.finditer(line)]
