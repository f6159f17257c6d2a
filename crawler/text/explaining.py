"""What was wrong with the bytes of a page and what was done, for a reader of a terminal."""

from __future__ import annotations

import re
from difflib import unified_diff
from typing import TYPE_CHECKING

from crawler.text.charset import decode
from crawler.text.markup import repair_page
from crawler.text.repairing import repair

if TYPE_CHECKING:
    from collections.abc import Iterator

_HTML = re.compile(r"<(?:!doctype|html|head|body|div|p|table|meta|a)\b", re.IGNORECASE)
_BLOCKS = re.compile(r"(?<=[。！？；])|(?<=>)")


def explain(body: bytes, content_type: str | None = None, *, override: str | None = None) -> Iterator[str]:
    """Lines: the charset and how it was known, each step, what is lost, then the places before (-) and after (+)."""
    decoded = decode(body, content_type, override=override)
    yield f"charset: {decoded.encoding} ({decoded.how})"
    repaired = (repair_page if _HTML.search(decoded.text) else repair)(decoded.text)
    for step in repaired.steps:
        yield f"{step.what}: {step.count}, first {step.where!r}"
    if repaired.lost:
        yield f"lost for good: {repaired.lost} characters"
    if repaired.text == decoded.text:
        yield "nothing to repair"
        return
    before, after = (_BLOCKS.sub("\n", text).splitlines() for text in (decoded.text, repaired.text))
    yield from (line for line in unified_diff(before, after, n=0, lineterm="") if line[:2] not in ("--", "++", "@@"))
