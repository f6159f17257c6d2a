"""What a new source is called, where it is and who speaks, guessed from its page and the catalogue. Pure."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.catalogue import PROVINCES
from storage.records import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storage.records import Source

TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.I | re.S)
SITE_NAME = re.compile(r"""<meta[^>]+name\s*=\s*["']?SiteName["']?[^>]+content\s*=\s*["']([^"']+)""", re.I)
COLUMN_NAME = re.compile(r"""<meta[^>]+name\s*=\s*["']?ColumnName["']?[^>]+content\s*=\s*["']([^"']+)""", re.I)
#: Between the parts of a title: column, site.
PARTS = re.compile(r"\s*[-_|—–>＞»]+\s*|\s{2,}")
LONGEST_NAME = 40

#: Words of a site's name -> who speaks; the first that fits.
LEVELS: tuple[tuple[str, Level], ...] = (
    (r"高新区|高新技术|经开区|开发区|园区|工业园|科技园|产业园|自贸|新区管|保税|高新院", Level.PARK),
    (r"日报|晚报|新闻网|广播|电视|传媒|新华|人民网|在线|融媒", Level.MEDIA),
    (r"国务院|国家.{2,12}(?:局|委|部)|中华人民共和国", Level.MINISTRY),
    (r"(?:厅|局|委员会|委|办公室|院|中心)(?:官网|网站|门户)?$", Level.DEPARTMENT),
    (r"(?:省|自治区)(?:人民)?政府|(?:北京|天津|上海|重庆)市(?:人民)?政府", Level.PROVINCE),
    (r"(?:市|州|盟|地区)(?:人民)?政府", Level.CITY),
    (r"(?:县|区|旗)(?:人民)?政府", Level.COUNTY),
)


def name_of(html: str, host: str) -> str:
    """ "site - column", as the catalogue writes it."""
    title = _first(TITLE, html)
    parts = [part for part in PARTS.split(title) if part]
    site = _first(SITE_NAME, html) or (max(parts[1:], key=len) if len(parts) > 1 else "")
    column = _first(COLUMN_NAME, html) or (parts[0] if parts else "")
    if not site:
        return column[:LONGEST_NAME] or host
    return f"{site[:LONGEST_NAME]} - {column[:LONGEST_NAME]}" if column and column != site else site[:LONGEST_NAME]


def id_of(url: str, taken: Iterable[str]) -> str:
    """Host and column in lower-case words joined by hyphens, with a number where another source has it."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    path = re.sub(r"(?:/?(?:index|default|list))?\.\w{2,5}$", "", parts.path)
    words = re.findall(r"[a-z0-9]+", f"{host} {path} {parts.query[:20]}".lower())
    name = "-".join(words)[:60].strip("-") or "source"
    known, number = set(taken), 2
    while name in known:
        name, number = f"{re.sub('-[0-9]+$', '', name) if number > 2 else name}-{number}", number + 1
    return name


def place_of(name: str, url: str, catalogue: Iterable[Source]) -> tuple[str, Level | None]:
    """Province and level: of the catalogue's sources on that host, else by the words of its name."""
    host = urlsplit(url).hostname
    rows = tuple(catalogue)
    same = [row for row in rows if urlsplit(row.url).hostname == host]
    if same:
        return _most(row.province for row in same), same[0].level
    level = next((level for pattern, level in LEVELS if re.search(pattern, name)), None)
    named = next((province for province in PROVINCES if province in name), "")
    return named or _most(row.province for row in rows if _place(row.name) == _place(name)), level


def _place(name: str) -> str:
    """The first two characters, which tell most cities apart."""
    return name[:2]


def _most(values: Iterable[str]) -> str:
    counted = Counter(values).most_common(1)
    return counted[0][0] if counted else ""


def _first(pattern: re.Pattern[str], html: str) -> str:
    found = pattern.search(html)
    return " ".join(found[1].split()) if found else ""
