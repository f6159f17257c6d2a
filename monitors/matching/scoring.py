"""How much an article is about the topic of a profile. Pure; docs/watches.md tells it with figures.

    score = 0.9 · title + 0.9 · text, times the factor of each exclusion that the title names; 1 is a hit

Title and text are each between 0 and about 1.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitors.profiles import Exclusion, Group, Profile, Term

TITLE_SHARE: Final = 1.2
TEXT_SHARE: Final = 1.1
#: Characters of the lead, in which a term counts double.
LEAD: Final = 200
#: A shorter text counts as this long: one term in two lines is no density.
SHORTEST: Final = 400
#: Weighted mentions in 1,000 characters at which the text says 63 % of what it can say.
DENSE: Final = 6.0
#: What each further group adds to the text's density.
BREADTH: Final = 0.15
#: Mentions of one term that count.
MOST_MENTIONS: Final = 8
REASONS: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Mentions:
    """How often each term of a profile stands where."""

    title: Mapping[str, int] = field(default_factory=dict)
    lead: Mapping[str, int] = field(default_factory=dict)
    body: Mapping[str, int] = field(default_factory=dict)
    #: Characters of the text.
    length: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    value: float
    reasons: tuple[str, ...] = ()


def score(profile: Profile, mentions: Mentions, exclusions: Sequence[Exclusion] = ()) -> Score:
    """`exclusions` are those of the profile that the title names."""
    title = _title(profile, mentions)
    text = _text(profile, mentions)
    value = TITLE_SHARE * title + TEXT_SHARE * text
    for exclusion in exclusions:
        value *= exclusion.factor
    return Score(value=round(value, 3), reasons=tuple(_reasons(mentions, exclusions)) if value else ())


def _title(profile: Profile, mentions: Mentions) -> float:
    """Chance that one of its terms means the topic, were the weights chances: 1 - (1 - a)(1 - b)…"""
    weights = [term.weight for group in _core(profile) for term in group.terms if term.name in mentions.title]
    return 1 - math.prod(1 - weight for weight in weights)


def _text(profile: Profile, mentions: Mentions) -> float:
    weighted = sum(_weighted(term, mentions) for group in _core(profile) for term in group.terms)
    density = 1000 * weighted / max(mentions.length, SHORTEST)
    breadth = 1 + BREADTH * max(0, _groups(profile, mentions) - 1)
    return 1 - math.exp(-density * breadth / DENSE)


def _weighted(term: Term, mentions: Mentions) -> float:
    count = 2 * mentions.lead.get(term.name, 0) + mentions.body.get(term.name, 0)
    return term.weight * min(count, MOST_MENTIONS)


def _groups(profile: Profile, mentions: Mentions) -> int:
    said = mentions.title.keys() | mentions.lead.keys() | mentions.body.keys()
    return sum(any(term.name in said for term in group.terms) for group in profile.groups)


def _core(profile: Profile) -> Iterable[Group]:
    return (group for group in profile.groups if not group.support)


def _reasons(mentions: Mentions, exclusions: Sequence[Exclusion]) -> list[str]:
    text = Counter(mentions.lead) + Counter(mentions.body)
    said = [f"标题：{name}" for name in mentions.title]
    said += [f"正文：{name} ×{count}" for name, count in text.most_common(REASONS)]
    return said + [f"排除：{exclusion.name}" for exclusion in exclusions]
