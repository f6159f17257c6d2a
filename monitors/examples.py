"""Before and after, for people: a damaged place of a stored page, and the same place mended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.text import decode, evidence, repair

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storage.records import Article, RawPage

#: Characters shown of a place.
LENGTH = 36
HAN = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    before: str
    after: str


def example_of(article: Article, page: RawPage) -> Example | None:
    """The first damaged line of a page's source that reads as Chinese when mended; None where nothing was damaged."""
    content_type = next((value for name, value in page.headers if name.lower() == "content-type"), None)
    return example_in(decode(page.body, content_type).text, [step.where for step in article.repairs])


def example_in(source: str, damages: Iterable[str]) -> Example | None:
    """The same of any text and the first signs of its damages."""
    seen = evidence(source)
    for damage in damages:
        for place in _places(source, damage):
            mended = repair(place, seen).text
            if mended != place and HAN.search(mended):
                return Example(before=place[:LENGTH], after=mended[:LENGTH])
    return None


def _places(source: str, damage: str) -> list[str]:
    """The pieces of text, between tags, that hold the damage."""
    return [piece.strip() for piece in re.split(r"<[^>]*>", source) if damage and damage[:2] in piece]
