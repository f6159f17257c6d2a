"""How a visit ended, decided from what it saw. Pure; every verdict but `OK` comes with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.records import Outcome

if TYPE_CHECKING:
    from crawler.reading import ListReading
    from storage.records import SourceState

#: What the reader saw in place of a list -> the outcome.
PROBLEMS = {
    "challenge": Outcome.BLOCKED,
    "captcha": Outcome.BLOCKED,
    "login": Outcome.BLOCKED,
    "soft-404": Outcome.UNREACHABLE,
    "error-page": Outcome.UNREACHABLE,
}

#: A list that shrinks to less than this share of its usual links has another layout.
SHRUNK = 0.25
#: Below so many usual links a share says nothing.
LEAST_USUAL = 8
#: So many new pages, and none of them an article: the links lead elsewhere.
LEAST_MISREAD = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    outcome: Outcome
    detail: str = ""


def judge_list(reading: ListReading, state: SourceState) -> Verdict | None:
    """What is wrong with a list as a whole; None where it can be worked with."""
    if reading.problem and reading.problem.kind in PROBLEMS:
        return Verdict(
            outcome=PROBLEMS[reading.problem.kind], detail=f"{reading.problem.kind}: {reading.problem.evidence}"
        )
    if not reading:
        return _judge_empty(reading, state)
    if state.list_links >= LEAST_USUAL and len(reading) < SHRUNK * state.list_links:
        return Verdict(
            outcome=Outcome.LAYOUT_CHANGED, detail=f"{len(reading)} links where {state.list_links} were usual"
        )
    return None


def _judge_empty(reading: ListReading, state: SourceState) -> Verdict:
    seen = f"{reading.problem.kind}: {reading.problem.evidence}" if reading.problem else "no article links on the page"
    if state.list_links and not (reading.problem and reading.problem.kind == "empty"):
        return Verdict(outcome=Outcome.LAYOUT_CHANGED, detail=f"{seen}; {state.list_links} links were usual")
    return Verdict(outcome=Outcome.EMPTY_LIST, detail=seen)


def judge_visit(*, asked: int, new: int, misread: int, trouble: str) -> Verdict:
    """The outcome of a visit whose list was sound: `asked` articles were fetched, `new` of them stored."""
    if misread >= LEAST_MISREAD and misread == asked:
        return Verdict(outcome=Outcome.NOT_ARTICLES, detail=f"none of {asked} new pages is an article: {trouble}")
    if new:
        return Verdict(outcome=Outcome.OK, detail=f"{misread} pages could not be read: {trouble}" if misread else "")
    if misread:
        return Verdict(outcome=Outcome.QUIET, detail=f"nothing new but {misread} pages that are no articles: {trouble}")
    return Verdict(outcome=Outcome.QUIET)
