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
    from collections.abc import Iterable, Iterator, Sequence
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


def find_lack(reads: Iterable[Read], *, risk: float) -> Lack | None:
    """What is new of the articles of these visits, the newest first, wrong at most `risk` times a day.

    Visits before the last few articles in order are asked for only where something lacks after them.
    """
    newest_first = iter(reads)
    late, sound = _since_in_order(newest_first)
    if not late:
        return None
    before = [*sound, *newest_first]
    lacking, articles = sum(read.lacking for read in late), sum(read.articles for read in late)
    lacked, seen = sum(read.lacking for read in before), sum(read.articles for read in before)
    tests = _tests([*late, *before])
    if lacking < FEW or lacking < SHARE * articles or tail(lacking, articles, lacked, seen) * tests >= risk:
        return None
    return Lack(since=late[-1].at, lacking=lacking, articles=articles, usual=lacked / seen if seen else 0.0)


def tail(lacking: int, articles: int, lacked: int, seen: int) -> float:
    """The probability that at least `lacking` of `articles` lack something that `lacked` of `seen` lacked before."""
    a, b = lacked + PRIOR, seen - lacked + PRIOR
    return sum(exp(_log_chance(number, articles, a, b)) for number in range(lacking, articles + 1))


def _log_chance(number: int, of: int, a: float, b: float) -> float:
    ways = lgamma(of + 1) - lgamma(number + 1) - lgamma(of - number + 1)
    return ways + _log_beta(a + number, b + of - number) - _log_beta(a, b)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _since_in_order(newest_first: Iterator[Read]) -> tuple[list[Read], list[Read]]:
    """Those since the last few articles in order, from the first that lacked something on; and those few."""
    taken, sound, begun = list[Read](), 0, 0
    for read in newest_first:
        taken.append(read)
        sound = 0 if read.lacking else sound + read.articles
        begun = len(taken) if read.lacking else begun
        if sound >= FEW:
            break
    return taken[:begun], taken[begun:]


def _tests(newest_first: Sequence[Read]) -> float:
    """How often a day it is asked: after each visit that found articles."""
    days = (newest_first[0].at - newest_first[-1].at).total_seconds() / 86_400
    return max(1.0, len(newest_first) / max(1.0, days))
