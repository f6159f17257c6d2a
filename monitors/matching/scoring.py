"""How much an article is about the topic of a profile. Pure; docs/watches.md tells it with examples and figures.

score = (the sum of its parts, each times its share) · the factor of each exclusion; 1 is a hit
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from monitors.profiles import Exclusion, Group, Term


class Parts(NamedTuple):
    """What speaks for an article, and its length and the fewness of its terms, which speak against it."""

    #: The chance that one of the title's terms means the topic, were the weights chances.
    title: float
    #: The logarithm of what all terms say, by weight, place and number.
    text: float
    #: From how many groups its firm terms are.
    sides: float
    #: How many terms it has that tell news of an industry.
    support: float
    #: The logarithm of how much longer than a short text it is: long ones name many things.
    length: float
    #: How many different terms it lacks to TERMS: a single one, however often it stands there, may mean something else.
    few: float


#: Fitted by benchmarks/matching_shares.py to the articles that are for tuning, and rounded.
SHARES: Final = Parts(title=0.17, text=0.74, sides=0.23, support=0.33, length=-1.0, few=-0.36)
#: Different sides, and supporting terms, that give all there is to have.
SIDES: Final = 5
SUPPORTING: Final = 3
#: Fewer different terms than these are few.
TERMS: Final = 3
#: Terms up to this weight are hints: they count only beside a firmer one.
HINT: Final = 0.25
#: Characters of the lead; a mention in it, or in the title, counts as this many.
LEAD: Final = 120
LEAD_FACTOR: Final = 1.4
#: A term mentioned twice (four times, …) counts this much more than one mentioned once (twice, …).
REPEATED: Final = 0.6
#: Texts up to this length are short.
SHORT: Final = 250
#: A text shorter than this says nothing by itself ("see attachment"): its terms are not called few.
NO_TEXT: Final = 60
#: An exclusion that is told by the title has this many words more.
TITLE_WORDS: Final = 2
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Excluded:
    """An exclusion that an article falls under."""

    exclusion: Exclusion
    in_title: bool
    #: How many different ones of its words the text holds.
    words: int


def score(mentions: Collection[Mention], length: int, exclusions: Sequence[Excluded]) -> float:
    """`length` is that of the text in characters; 0 for an article that says nothing of the topic."""
    topic = [each for each in mentions if not each.group.support]
    parts = _parts(topic, len(mentions) - len(topic), length)
    if not parts.sides:
        return 0.0
    value = max(0.0, sum(share * part for share, part in zip(SHARES, parts, strict=True)))
    factor = math.prod(_factor(each, len(topic)) for each in exclusions)
    return round(value * factor, 3)


def reasons(topic: Collection[Mention], exclusions: Sequence[Excluded]) -> tuple[str, ...]:
    """For people: "标题：算力", "正文：人工智能 ×4", "排除：招聘"."""
    excluded = (f"排除：{each.exclusion.name}" for each in exclusions)
    return (*_title_reasons(topic), *_text_reasons(topic), *excluded)


def _parts(topic: Collection[Mention], supporting: int, length: int) -> Parts:
    return Parts(
        title=1 - math.prod(1 - each.term.weight for each in topic if each.title),
        text=math.log1p(sum(map(_said, topic))),
        sides=min(SIDES, len({each.group.name for each in topic if each.term.weight > HINT})),
        support=min(SUPPORTING, supporting),
        length=math.log(max(1.0, length / SHORT)),
        few=max(0, TERMS - len(topic)) if length >= NO_TEXT else 0,
    )


def _factor(excluded: Excluded, terms: int) -> float:
    """The exclusion's in full, unless the topic has more terms in the article than the exclusion has words."""
    words = excluded.words + TITLE_WORDS * excluded.in_title
    return math.pow(excluded.exclusion.factor, min(1.0, words / terms))


def _said(mention: Mention) -> float:
    count = LEAD_FACTOR * (mention.title.total() + mention.lead.total()) + mention.body.total()
    return mention.term.weight * (1 + REPEATED * math.log2(count))


def _title_reasons(mentions: Collection[Mention]) -> Iterator[str]:
    return (f"标题：{word}" for each in mentions for word in each.title)


def _text_reasons(mentions: Collection[Mention]) -> Iterator[str]:
    counts = sum((each.lead + each.body for each in mentions), Counter[str]())
    return (f"正文：{word} ×{count}" for word, count in counts.most_common(REASONS))
