"""How unlikely it is, by a source's own past, that it publishes as much less as it does. Pure.

The last working days, one to eight weeks of them, against the sixty before. Items come in clumps (one meeting, ten
items; a conference week), so what a Poisson process would be said to have done by chance is said of clumps: as large as
the variance of the past is times its mean, by its days or by its weeks, whichever are more uneven. The bound is
Chernoff's, exp(-(usual - new + new·log(new / usual)) for a mean of `usual`, which asks no more of the distribution.
Free days say little and differ; a day that is not over, or on which nobody looked, is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from statistics import fmean, variance
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from monitors.days import Day

#: Working days that may have brought less, each half as long again as the one before: a fall that began in between is
#: found in the next longer one.
LENGTHS: Final = (5, 7, 10, 14, 20, 28, 40)
#: Working days that it is compared with, at most and at least.
USUAL_DAYS, LEAST_DAYS = 60, 20
#: A smaller fall is odd, but no reason to look at the site.
SHARE: Final = 0.4
WEEK: Final = 5  # working days


@dataclass(frozen=True, kw_only=True, slots=True)
class Fall:
    #: The first of the days that brought less.
    since: date
    days: int
    new: int
    #: What as many of the days before would have brought.
    usual: float
    probability: float


def fall(days: Sequence[Day]) -> Fall | None:
    """The most unlikely one that ends with the last of these days, which are over; None where there is none."""
    working = [day for day in days[1:] if day.works]  # the first day was hardly seen whole
    return min(_falls(working), key=lambda found: found.probability, default=None)


def _falls(days: Sequence[Day]) -> Iterator[Fall]:
    for length in LENGTHS:
        late, before = days[-length:], [day.new for day in days[-length - USUAL_DAYS : -length]]
        if len(before) < LEAST_DAYS:
            return
        new, usual = sum(day.new for day in late), length * fmean(before)
        if new < SHARE * usual:
            size = clump(before) * (1 + length / len(before))  # the past is no more than a sample either
            yield Fall(
                since=late[0].date, days=length, new=new, usual=usual, probability=chance(new / size, usual / size)
            )


def clump(counts: Sequence[int]) -> float:
    """How many items come at once: the variance that a day adds to a sum of days, over its mean; 1 at the least."""
    odd = len(counts) % WEEK
    weeks = [sum(counts[start : start + WEEK]) for start in range(odd, len(counts), WEEK)]
    return max(1.0, max(variance(counts), variance(weeks) / WEEK) / fmean(counts))


def chance(new: float, usual: float) -> float:
    """No more than this is the probability of so few events of a Poisson process where `usual` are expected."""
    return exp(new - usual - (new * log(new / usual) if new else 0.0))
