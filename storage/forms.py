"""What is derived from a page and stored beside it: folded texts, the time it came out, its signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storage import revisions
from storage.folding import fold
from storage.subjects import Subject

if TYPE_CHECKING:
    from storage.records import Article, Finding


@dataclass(frozen=True, kw_only=True, slots=True)
class Forms:
    """Columns of `articles` and of `texts`."""

    facts: dict[str, Any]
    texts: dict[str, Any]


def fold_page(page: Finding | Article) -> Forms:
    subject = Subject.of(page)
    title = "\n".join(subject.folded_titles)
    return Forms(
        facts={
            "moment": subject.moment,
            "folded_origin": fold(page.origin),
            "folded_author": fold(page.author),
            "signature": revisions.signature(title, subject.folded_bodies[0]),
        },
        texts={"folded_title": title, "folded_text": "\n".join(subject.folded_bodies)},
    )
