"""How much an article is about the topic of a profile. Pure; docs/watches.md tells it with examples and figures.

    score = (1.2 · title + 1.1 · text) · the factor of each exclusion; 1 is a hit

title: the chance that one of its terms means the topic, were the weights chances. text: how densely the topic's terms
stand in it, those of its lead doubled, and from how many sides of the topic they come; both are between 0 and 1.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from monitors.profiles import Exclusion, Group, Term

TITLE_SHARE: Final = 1.2
TEXT_SHARE: Final = 1.1
#: Characters of the lead, in which a term counts double.
LEAD: Final = 200
#: A shorter text counts as this long: one term in two lines is no density.
SHORTEST: Final = 400
#: Weighted mentions in 1,000 characters at which the text has 63 % of what it can have.
DENSE: Final = 6.0
#: What each further group adds to the density.
BREADTH: Final = 0.15
#: More mentions of one term say no more.
MOST_MENTIONS: Final = 8
#: Terms of the text that are named as reasons.
REASONS: Final = 8


@dataclass(kw_only=True, slots=True)
class Mention:
    """A term of a profile in an article."""

    term: Term
    group: Group
    #: How often each of its spellings stands in the title, the lead, and the rest of the text.
    title: Counter[str] = field(default_factory=Counter)
    lead: Counter[str] = field(default_factory=Counter)
    body: Counter[str] = field(default_factory=Counter)


def score(mentions: Collection[Mention], length: int, exclusions: Sequence[Exclusion]) -> float:
    """`length` is that of the text in characters; 0 for an article that says nothing of the topic."""
    factor = math.prod(exclusion.factor for exclusion in exclusions)
    return round(factor * (TITLE_SHARE * _title(mentions) + TEXT_SHARE * _text(mentions, length)), 3)


def reasons(mentions: Collection[Mention], exclusions: Sequence[Exclusion]) -> tuple[str, ...]:
    """For people: "标题：算力", "正文：人工智能 ×4", "排除：招聘"."""
    return (
        *_title_reasons(mentions),
        *_text_reasons(mentions),
        *(f"排除：{exclusion.name}" for exclusion in exclusions),
    )


def _title(mentions: Collection[Mention]) -> float:
    return 1 - math.prod(1 - each.term.weight for each in mentions if each.title and not each.group.support)


def _text(mentions: Collection[Mention], length: int) -> float:
    weighted = sum(_weight(each) for each in mentions if not each.group.support)
    sides = {each.group.name for each in mentions}
    density = 1000 * weighted / max(length, SHORTEST) * (1 + BREADTH * max(0, len(sides) - 1))
    return 1 - math.exp(-density / DENSE)


def _weight(mention: Mention) -> float:
    count = 2 * mention.lead.total() + mention.body.total()
    return mention.term.weight * min(count, MOST_MENTIONS)


def _title_reasons(mentions: Collection[Mention]) -> Iterator[str]:
    return (f"标题：{word}" for each in mentions for word in each.title)


def _text_reasons(mentions: Collection[Mention]) -> Iterator[str]:
    counts = sum((each.lead + each.body for each in mentions), Counter[str]())
    return (f"正文：{word} ×{count}" for word, count in counts.most_common(REASONS))
