"""Findings that no database can keep, told from those it can."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from storage.addresses import MAX_KEY, MAX_LENGTH
from storage.records import Repair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.records import Finding

#: Signs of text, attachments included: ten long books. Larger is no article.
MOST_TEXT = 5_000_000
#: Bytes of a page as received.
MOST_BYTES = 50_000_000

_SURROGATE = re.compile("[\ud800-\udfff]")
_TEXTS = ("title", "subtitle", "text", "origin", "author", "editor", "column", "encoding", "decoded")


def fault_of(finding: Finding) -> str:
    """Why it cannot be kept; empty where it can."""
    if not finding.key or len(finding.key) > MAX_KEY or not finding.url or len(finding.url) > MAX_LENGTH:
        return f"an address of {len(finding.url)} and a key of {len(finding.key)} characters"
    size = len(finding.text) + sum(len(attachment.text) for attachment in finding.attachments)
    if size > MOST_TEXT:
        return f"a text of {size} characters; at most {MOST_TEXT} are kept"
    largest = max((len(page.body) for page in (finding.page, *finding.further) if page), default=0)
    if largest > MOST_BYTES:
        return f"a page of {largest} bytes; at most {MOST_BYTES} are kept"
    for name, text in _all_texts(finding):
        if found := _SURROGATE.search(text):
            return f"half a character (U+{ord(found[0]):04X}) in its {name}, at {found.start()}"
    return ""


def without_nul(finding: Finding) -> Finding:
    """PostgreSQL keeps no NUL and no page means one; that it was there is noted."""
    dirty = {name: getattr(finding, name) for name in _TEXTS if "\0" in getattr(finding, name)}
    attachments = tuple(
        replace(one, name=one.name.replace("\0", ""), text=one.text.replace("\0", "")) for one in finding.attachments
    )
    if not dirty and attachments == finding.attachments:
        return finding
    repairs = tuple(Repair(what="nul", where=name, count=text.count("\0")) for name, text in dirty.items())
    clean = {name: text.replace("\0", "") for name, text in dirty.items()}
    return replace(finding, attachments=attachments, repairs=(*finding.repairs, *repairs), **clean)


def _all_texts(finding: Finding) -> Iterator[tuple[str, str]]:
    yield from ((name, getattr(finding, name)) for name in ("url", "key", *_TEXTS))
    yield "image", finding.image or ""
    for attachment in finding.attachments:
        yield "attachment", f"{attachment.name}{attachment.url}{attachment.kind}{attachment.text}"
    for match in finding.matches:
        yield "match", "".join((match.watch, *match.reasons, *match.words))
    yield from finding.how.items()
