"""Articles that lack something (their date, their title, all of it), against the source's own past. Pure.

Some sites never state a date: only what is new is told. What began after the last few articles in order is compared
with all before it: how likely is it that so many of so few lack it, where the share is what the past says of it
(a beta-binomial tail with Jeffreys' prior, so that a short past counts as little as it says).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

#: Articles in order that end what was before, and the fewest that can begin something.
FEW: Final = 3
#: A smaller share is odd, but no reason to look at the site.
SHARE: Final = 0.5
PRIOR: Final = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """The articles of one visit."""

    at: datetime
    lacking: int
    articles: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Lack:
    since: datetime
    lacking: int
    articles: int
    #: The share of the articles before.
    usual: float


def find_lack(reads: Sequence[Read], *, risk: float) -> Lack | None:
    """What is new of the articles of these visits (in the order of time), wrong at most `risk` times a day."""
    begun = _begun(reads)
    before, late = reads[:begun], reads[begun:]
    lacking, articles = sum(read.lacking for read in late), sum(read.articles for read in late)
    lacked, seen = sum(read.lacking for read in before), sum(read.articles for read in before)
    if lacking < FEW or lacking < SHARE * articles or tail(lacking, articles, lacked, seen) * _tests(reads) >= risk:
        return None
    return Lack(since=late[0].at, lacking=lacking, articles=articles, usual=lacked / seen if seen else 0.0)


def tail(lacking: int, articles: int, lacked: int, seen: int) -> float:
    """The probability that at least `lacking` of `articles` lack something that `lacked` of `seen` lacked before."""
    a, b = lacked + PRIOR, seen - lacked + PRIOR
    return sum(exp(_log_chance(number, articles, a, b)) for number in range(lacking, articles + 1))


def _log_chance(number: int, of: int, a: float, b: float) -> float:
    ways = lgamma(of + 1) - lgamma(number + 1) - lgamma(of - number + 1)
    return ways + _log_beta(a + number, b + of - number) - _log_beta(a, b)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _begun(reads: Sequence[Read]) -> int:
    """The index of the first visit that lacked something since the last few articles in order."""
    begun, sound = len(reads), 0
    for number in range(len(reads) - 1, -1, -1):
        sound = 0 if reads[number].lacking else sound + reads[number].articles
        if sound >= FEW:
            break
        if reads[number].lacking:
            begun = number
    return begun


def _tests(reads: Sequence[Read]) -> float:
    """How often a day it is asked: after each visit that found articles."""
    days = (reads[-1].at - reads[0].at).total_seconds() / 86_400 if reads else 0.0
    return max(1.0, len(reads) / max(1.0, days))
