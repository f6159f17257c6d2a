"""Lists that a page carries inside its scripts: 大汉 jpage records in an XML island, and rows as JavaScript arrays."""

import html as entities
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.reading.printing import unquoted

RECORD = re.compile(r"<record>(.*?)</record>", re.S | re.I)
CDATA = re.compile(r"^\s*<!\[CDATA\[|\]\]>\s*$")
#: urls[0]='/a.html'; headers[0]="标题"; year[0]='2026';
SLOT = re.compile(r"""\b(\w{2,24})\s*\[\s*(\d{1,4})\s*\]\s*=\s*("(?:[^"\\\n]|\\.){0,600}"|'(?:[^'\\\n]|\\.){0,600}')""")
ADDRESS_NAMES = frozenset(["url", "urls", "link", "links", "href", "hrefs", "linkurl"])
TITLE_NAMES = frozenset(["header", "headers", "title", "titles", "name", "names", "subject", "topic"])
DATE_NAMES = ("date", "dates", "time", "times", "pubdate", "pubtime", "day1")
MAX_RECORDS = 3_000
OBJECTS = re.compile(r"\[\s{0,40}\{\s{0,40}\"")
MAX_ARRAYS = 10


@dataclass(frozen=True, slots=True)
class Island:
    family: str
    #: The rows as plain HTML, to be read like any list.
    html: str


def find_island(html: str) -> Island | None:
    """The rows inside the page's scripts, when it has any."""
    if "<record>" in html and "</record>" in html:
        rows = [
            _unescaped(CDATA.sub("", match[1]))
            for match, _ in zip(RECORD.finditer(html), range(MAX_RECORDS), strict=False)
        ]
        if rows:
            return Island("jpage", f"<ul>{''.join(rows)}</ul>")
    rows = _array_rows(html) if "[0]" in html or "[ 0 ]" in html else []
    return Island("script-array", f"<ul>{''.join(rows)}</ul>") if len(rows) > 1 else None


def json_island(html: str) -> Island | None:
    """The rows of the first array of objects with titles and addresses in a script: var list = [{"title": …}]."""
    decoder = json.JSONDecoder()
    for opening in itertools.islice(OBJECTS.finditer(html), MAX_ARRAYS):
        try:
            value, _ = decoder.raw_decode(html, opening.start())
        except (ValueError, RecursionError):
            continue
        rows = [row for item in value[:MAX_RECORDS] if isinstance(item, dict) and (row := _array_row(_texts(item)))]
        if len(rows) > 1:
            return Island("script-array", f"<ul>{''.join(rows)}</ul>")
    return None


def _texts(item: Mapping[str, object]) -> dict[str, str]:
    return {name.lower(): value for name, value in item.items() if isinstance(value, str)}


def _unescaped(record: str) -> str:
    """Some hosts escape a record once more."""
    return entities.unescape(record) if "<" not in record and "&lt;" in record else record


def _array_rows(html: str) -> list[str]:
    slots: dict[int, dict[str, str]] = defaultdict(dict)
    for match in SLOT.finditer(html):
        slots[int(match[2])][match[1].lower()] = unquoted(match[3])
    return [row for _, values in sorted(slots.items()) if (row := _array_row(values))]


def _array_row(values: dict[str, str]) -> str:
    address = next((values[name] for name in values if name in ADDRESS_NAMES), "")
    title = next((values[name] for name in values if name in TITLE_NAMES), "")
    if not address or not title:
        return ""
    address, title, day = map(entities.escape, (address, title, _array_date(values)))
    return f'<li><a href="{address}">{title}</a><span>{day}</span></li>'


def _array_date(values: dict[str, str]) -> str:
    parts = [values.get(name, "") for name in ("year", "month", "day")]
    return "-".join(parts) if all(parts) else next((values[name] for name in DATE_NAMES if name in values), "")
