"""Fits the shares of the score's parts to the articles for tuning: python -m benchmarks.matching_shares

The saved pages of ../shared/data/pages stand beside the labelled articles, which are short: from the pages it is learnt
how much a long text weighs against the topic.
Each share in turn is moved a little while that lessens the loss: the mean of log(1 + exp(±STEEPNESS · (score - 1))). An
article that was missed weighs MISSED times one that was wrongly told, as the precision and the recall that are wanted
are .92 and .95. DECAY times the sum of squares is added: the articles can nearly be told apart, and shares fitted
without it run away from what a reader would think right. Relevant articles without a firm term say nothing of shares.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest.mock import patch

from benchmarks import matching_pages
from benchmarks.matching_pages import ABOUT
from benchmarks.matching_quality import finding, rows
from monitors.matching import Matcher, scoring
from monitors.profiles import shipped_watch
from storage.subjects import Subject

if TYPE_CHECKING:
    from monitors.matching.scoring import Parts

STEEPNESS, MISSED, DECAY, STEPS = 5, 1.3, 0.003, (0.1, 0.03, 0.01)


def loss(shares: Parts, articles: list[tuple[bool, Subject]], matcher: Matcher) -> float:
    with patch.object(scoring, "SHARES", shares):
        mean = sum(_penalty(relevant, _score(matcher, article)) for relevant, article in articles) / len(articles)
    return mean + DECAY * sum(share**2 for share in shares)


def fitted(shares: Parts, articles: list[tuple[bool, Subject]], matcher: Matcher) -> Parts:
    best = loss(shares, articles, matcher)
    for step in STEPS:
        better = True
        while better:
            better = False
            for name in shares._fields:
                for change in (step, -step):
                    moved = shares._replace(**{name: round(getattr(shares, name) + change, 3)})
                    if (lost := loss(moved, articles, matcher)) < best:
                        shares, best, better = moved, lost, True
            print(f"{best:.4f} {shares}")
    return shares


def _score(matcher: Matcher, article: Subject) -> float:
    return matcher.match(article)[0].score


def _penalty(relevant: bool, score: float) -> float:
    distance = STEEPNESS * (score - 1)
    return MISSED * math.log1p(math.exp(-distance)) if relevant else math.log1p(math.exp(distance))


def main() -> None:
    watch = shipped_watch()
    matcher = Matcher([replace(watch, threshold=0.0)])
    articles = [(row["relevant"], Subject.of(finding(row))) for row in rows() if row["half"] == "tune"]
    articles += [(name in ABOUT, Subject.of(page)) for name, page in matching_pages.articles()]
    articles = [(relevant, article) for relevant, article in articles if _score(matcher, article) or not relevant]
    fitted(scoring.SHARES, articles, matcher)


if __name__ == "__main__":
    main()
