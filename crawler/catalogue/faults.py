"""What is wrong with sources, before any of them is visited."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.catalogue.shipped import CONFIDENCES, PROVINCES, load
from crawler.text import labels
from storage.addresses import AddressError, article_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from storage.records import Source

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PROXY = re.compile(r"https?://(?:[^\s@/]+@)?[^\s@/:]+:\d{1,5}/?")
MOST_DELAY = 3600
_SELECTORS = ("item_selector", "title_selector", "date_selector", "body_selector")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    source_id: str
    #: What is wrong, and with which value, for people.
    what: str


def check(sources: Iterable[Source] | None = None) -> tuple[Fault, ...]:
    """Every fault of every source: address, province, level, encoding name, selectors, and what stands twice.

    Of the shipped ones if none are given. Of a user's own sources neither `fact_origin` nor `confidence` is asked.
    """
    rows = load(counties=True) if sources is None else tuple(sources)
    alone = (Fault(source_id=row.id, what=what) for row in rows for what in _faults_of(row))
    ids = _twice(rows, "id", lambda row: row.id)
    addresses = _twice(rows, "address", lambda row: _key(row.url) or row.id)
    names = _twice(rows, "name", lambda row: f"{row.province} {row.name}")
    return (*alone, *ids, *addresses, *names)


def _faults_of(row: Source) -> Iterator[str]:
    if not _ID.fullmatch(row.id):
        yield f"id {row.id!r} is not lower-case words joined by hyphens"
    if not row.name or row.name != " ".join(row.name.split()):
        yield f"name {row.name!r} is empty or holds blanks that nobody sees"
    if _key(row.url) is None or not row.url.isascii():
        yield f"address {row.url!r} is not an http or https address in ASCII"
    if row.province not in PROVINCES:
        yield f"province {row.province!r} is none of {'、'.join(PROVINCES)}"
    if row.level is None:
        yield "level is missing"
    yield from faults_of_overrides(row)
    if row.confidence != "user":
        yield from _faults_of_shipping(row)


def faults_of_overrides(row: Source) -> Iterator[str]:
    """What would go wrong at every visit: a setting that cannot be read."""
    if row.encoding is not None and labels.canonical(row.encoding) is None:
        yield f"encoding {row.encoding!r} is no name of an encoding"
    for field in _SELECTORS:
        selector = getattr(row, field)
        if selector is not None and not _compiles(selector):
            yield f"{field} {selector!r} is neither a CSS selector nor xpath:…"
    if row.delay is not None and not 0 <= row.delay <= MOST_DELAY:
        yield f"delay {row.delay:g} is not between 0 and {MOST_DELAY} seconds"
    if row.max_pages is not None and row.max_pages < 1:
        yield f"max_pages {row.max_pages} is less than 1"
    if row.proxy is not None and not _PROXY.fullmatch(row.proxy):
        yield f"proxy {row.proxy!r} is not written as http://address:port"


def _faults_of_shipping(row: Source) -> Iterator[str]:
    if row.confidence not in CONFIDENCES:
        yield f"confidence {row.confidence!r} is none of {', '.join(CONFIDENCES)}"
    if not row.fact_origin:
        yield "nothing says where its facts come from"
    if row.enabled:
        yield "a shipped source is enabled"


def _compiles(selector: str) -> bool:
    # The reader takes 0.6 s to import, and who only lists sources needs none.
    from crawler.reading.selection import select
    from crawler.reading.tree import plant

    try:
        select(plant("<p></p>"), selector)
    except ValueError:
        return False
    return True


def _key(url: str) -> str | None:
    try:
        return article_key(url)
    except AddressError:
        return None


def _twice(rows: tuple[Source, ...], what: str, key: Callable[[Source], str]) -> Iterator[Fault]:
    first: dict[str, Source] = {}
    for row in rows:
        earlier = first.setdefault(key(row), row)
        if earlier is not row:
            yield Fault(source_id=row.id, what=f"the {what} is that of {earlier.id} ({earlier.name})")
