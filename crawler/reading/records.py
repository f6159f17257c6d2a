"""Lists that come as JSON: JPAAS units, UCAP searches, gkmlpt, JSON feeds: whatever has rows of title and address."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin

from crawler.reading.dates import SHANGHAI, listed_date, plausible
from crawler.reading.values import Link, ListReading, Problem

MAX_TEXT = 8_000_000
MAX_ROWS = 2_000
MAX_DEPTH = 12
#: Digits that any JSON number of a real list stays under; Python's int() is quadratic in them.
LONG_NUMBER = re.compile(r"\d{1000}")

TITLES = (
    "title",
    "name",
    "doctitle",
    "headline",
    "infotitle",
    "articletitle",
    "showtitle",
    "subject",
    "docname",
    "maintitle",
)
ADDRESSES = (
    "url",
    "link",
    "href",
    "pageurl",
    "docpuburl",
    "infourl",
    "articleurl",
    "external_url",
    "linkurl",
    "puburl",
    "visiturl",
    "arturl",
    "detailurl",
    "path",
    "id",
)
DATES = (
    "publishedtimestr", "publishedtime", "publishtime", "pubdate", "pubtime", "publish_time", "display_publish_time", "date_published",  # noqa: E501
    "publishdate", "infodate", "docreltime", "releasetime", "displaytime", "createtime", "created_at", "createdate", "deploytime", "date", "time",  # noqa: E501
)  # fmt: skip


def read_records(text: str, url: str, now: datetime) -> ListReading:
    """The rows of a JSON reply, or of the HTML that a JPAAS unit's reply carries (see `unit_html`)."""
    value = parsed(text)
    if value is None:
        return ListReading(family="json", problem=Problem(kind="not-json", evidence=text[:80]))
    rows: Sequence[Mapping[str, Any]] = max(_arrays(value, 0), key=_worth, default=[])
    links = tuple(link for row in rows[:MAX_ROWS] if (link := _link(row, url, now)))
    problem = None if links else Problem(kind="empty-list", evidence=text[:80])
    family = "json-feed" if isinstance(value, dict) and "jsonfeed.org" in str(value.get("version", "")) else "json"
    return ListReading(links=links, family=family, how={"date": "json"}, problem=problem)


def parsed(text: str) -> Any:
    """The JSON value of a text, with the wrapper of a JSONP reply taken off; None when there is none."""
    body = re.sub(r"^[\w.$]+\s*\((.*)\)\s*;?\s*$", r"\1", text.strip().lstrip("\ufeff"), flags=re.S)
    if len(body) > MAX_TEXT or LONG_NUMBER.search(body):
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def unit_html(text: str) -> str | None:
    """The HTML inside a JSON reply (JPAAS: data.html), or None."""
    value = parsed(text)
    data = value.get("data") if isinstance(value, dict) else None
    html = data.get("html") if isinstance(data, dict) else None
    return html if isinstance(html, str) else None


def _arrays(value: Any, depth: int) -> Iterator[Sequence[Mapping[str, Any]]]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        rows = [_folded(row) for row in value if isinstance(row, dict)]
        if rows:
            yield rows
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _arrays(child, depth + 1)


def _folded(row: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key).lower(): item for key, item in row.items()}


def _worth(rows: Sequence[Mapping[str, Any]]) -> int:
    return sum(len(_field(row, TITLES)) for row in rows if _field(row, ADDRESSES))


def _field(row: Mapping[str, Any], names: tuple[str, ...]) -> str:
    found = (row[name] for name in names if isinstance(row.get(name), (str, int)) and row[name] != "")
    return str(next(found, ""))


def _link(row: Mapping[str, Any], url: str, now: datetime) -> Link | None:
    title, address = re.sub(r"<[^>]{0,200}>", "", _field(row, TITLES)).strip(), _field(row, ADDRESSES)
    if not title or not address:
        return None
    return Link(url=urljoin(url, address), title=" ".join(title.split()), date=_day(_field(row, DATES), now))


def _day(text: str, now: datetime) -> date | None:
    """A date as text, or as seconds or milliseconds since 1970."""
    if re.fullmatch(r"\d{10}|\d{13}", text):
        moment = datetime.fromtimestamp(int(text[:10]), SHANGHAI)
        return moment.date() if plausible(moment, now) else None
    return listed_date(text, now)
