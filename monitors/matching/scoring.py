"""How much an article is about the topic of a profile. Pure; docs/watches.md tells it with examples and figures.

    score = (TITLE_SHARE · title + TEXT_SHARE · text) · support · the factor of each exclusion; 1 is a hit

title: the chance that one of its terms means the topic, were the weights chances. text: how many different terms of the
topic it holds, how often, how early, and how long it is. support: whether it speaks of an industry. Each is at most 1.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from monitors.profiles import Exclusion, Group, Term

TITLE_SHARE: Final = 1.1
TEXT_SHARE: Final = 2.0
#: Characters of the lead; a mention in it counts as this many.
LEAD: Final = 120
LEAD_FACTOR: Final = 1.4
#: A term mentioned twice (four times, …) counts this much more than one mentioned once (twice, …).
REPEATED: Final = 0.6
#: Texts up to this length are short; in one twice as long the same terms say THINNING less (as a power of the length).
SHORT: Final = 250
THINNING: Final = 0.9
#: Sum of weights at which a short text has 63 % of what it can have.
ENOUGH: Final = 1.5
#: Share of the score that hangs on support, and the different supporting terms that give all of it.
SUPPORT_SHARE: Final = 0.4
SUPPORTING: Final = 3
#: Factor for an article that mentions the topic a single time.
PASSING: Final = 0.6
#: A text shorter than this says nothing by itself ("see attachment"): its title stands in for it.
NO_TEXT: Final = 60
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
    topic = [each for each in mentions if not each.group.support]
    support = min(1.0, (len(mentions) - len(topic)) / SUPPORTING)
    value = TITLE_SHARE * _title(topic) + TEXT_SHARE * _text(topic, length)
    factor = math.prod(exclusion.factor for exclusion in exclusions) * (PASSING if _is_passing(topic, length) else 1.0)
    return round(value * (1 - SUPPORT_SHARE + SUPPORT_SHARE * support) * factor, 3)


def reasons(topic: Collection[Mention], exclusions: Sequence[Exclusion]) -> tuple[str, ...]:
    """For people: "标题：算力", "正文：人工智能 ×4", "排除：招聘"."""
    return (*_title_reasons(topic), *_text_reasons(topic), *(f"排除：{exclusion.name}" for exclusion in exclusions))


def _is_passing(topic: Collection[Mention], length: int) -> bool:
    """One mention in all, though there was room for more."""
    said = sum(each.title.total() + each.lead.total() + each.body.total() for each in topic)
    return said == 1 and length >= NO_TEXT


def _title(topic: Collection[Mention]) -> float:
    return 1 - math.prod(1 - each.term.weight for each in topic if each.title)


def _text(topic: Collection[Mention], length: int) -> float:
    said = sum(_weight(each, length) for each in topic) / max(1.0, length / SHORT) ** THINNING
    return 1 - math.exp(-said / ENOUGH)


def _weight(mention: Mention, length: int) -> float:
    lead = mention.lead if length >= NO_TEXT else mention.lead + mention.title
    count = LEAD_FACTOR * lead.total() + mention.body.total()
    return mention.term.weight * (1 + REPEATED * math.log2(count)) if count else 0.0


def _title_reasons(mentions: Collection[Mention]) -> Iterator[str]:
    return (f"标题：{word}" for each in mentions for word in each.title)


def _text_reasons(mentions: Collection[Mention]) -> Iterator[str]:
    counts = sum((each.lead + each.body for each in mentions), Counter[str]())
    return (f"正文：{word} ×{count}" for word, count in counts.most_common(REASONS))
