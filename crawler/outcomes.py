"""How a visit ended, decided from what it saw. Pure; every verdict but `OK` comes with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.reading import ListReading
    from storage.records import SourceState

#: What the reader saw in place of a list -> the outcome.
PROBLEMS = {
    "challenge": Outcome.BLOCKED,
    "challenge-412": Outcome.BLOCKED,
    "challenge-521": Outcome.BLOCKED,
    "captcha": Outcome.BLOCKED,
    "blocked": Outcome.BLOCKED,
    "login": Outcome.BLOCKED,
    "soft-404": Outcome.UNREACHABLE,
    "maintenance": Outcome.UNREACHABLE,
    "not-html": Outcome.UNREACHABLE,
}

#: A list that shrinks to less than this share of its usual links has another layout.
SHRUNK = 0.25
#: Below so many usual links a share says nothing.
LEAST_USUAL = 8
#: So many new pages, and none of them an article: the links lead elsewhere.
LEAST_MISREAD = 3


#: After so many such visits in a row, each with articles, the shorter list is the usual one.
ACCEPTED_AFTER = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    outcome: Outcome
    detail: str = ""


@dataclass(kw_only=True, slots=True)
class Tally:
    """What a visit counted."""

    #: Of the list as first read.
    links: int = 0
    #: Links of all its pages that were seen before, and that lead to other sites.
    known: int = 0
    elsewhere: int = 0
    asked: int = 0
    new: int = 0
    matched: int = 0
    misread: int = 0
    #: Of the new ones, how many pages name no date, and no title.
    undated: int = 0
    untitled: int = 0
    #: The first thing that went wrong, in words.
    wrong: str = ""

    def count_new(self, how: Mapping[str, str]) -> None:
        """An article that was stored for the first time; `how` says where its fields were found."""
        self.new += 1
        self.undated += how.get("published_at", "list") == "list"
        self.untitled += how.get("title", "list") == "list"


def judge_list(reading: ListReading, state: SourceState) -> Verdict | None:
    """What is wrong with a list as a whole; None where it can be worked with."""
    problem = f"{reading.problem.kind}: {reading.problem.evidence}" if reading.problem else ""
    if reading.problem and reading.problem.kind in PROBLEMS:
        return Verdict(outcome=PROBLEMS[reading.problem.kind], detail=problem)
    if reading:
        return None
    seen = problem or "no article links on the page"
    if state.list_links and not (reading.problem and reading.problem.kind == "empty"):
        return Verdict(outcome=Outcome.LAYOUT_CHANGED, detail=f"{seen}; {state.list_links} links were usual")
    return Verdict(outcome=Outcome.EMPTY_LIST, detail=seen)


def judge_links(tally: Tally, state: SourceState) -> Verdict | None:
    """Whether the links of a list are those of its source, before any of them is followed; None where they may be."""
    if tally.elsewhere and tally.elsewhere >= tally.links:
        return Verdict(outcome=Outcome.NOT_ARTICLES, detail=f"all {tally.links} links lead to other sites")
    # A page under maintenance still has its menu: few links, and not one that was seen before.
    return _shrunken(tally, state) if is_shrunk(tally, state) and not tally.known else None


def judge_visit(tally: Tally, state: SourceState) -> Verdict:
    """The outcome of a visit whose list could be worked with; `state` is as the last visit left it."""
    if tally.misread >= LEAST_MISREAD and tally.misread == tally.asked:
        wrong = f"none of {tally.asked} new pages is an article: {tally.wrong}"
        return Verdict(outcome=Outcome.NOT_ARTICLES, detail=wrong)
    if is_shrunk(tally, state):
        return _shrunken(tally, state)
    return Verdict(outcome=Outcome.OK if tally.new else Outcome.QUIET, detail=_remarks(tally))


def _shrunken(tally: Tally, state: SourceState) -> Verdict:
    detail = f"{tally.links} links where {state.list_links} were usual"
    return Verdict(outcome=Outcome.LAYOUT_CHANGED, detail=detail)


def is_shrunk(tally: Tally, state: SourceState) -> bool:
    """Whether a list has lost most of its usual links, and not long enough ago to be usual now."""
    accepted = state.last_outcome is Outcome.LAYOUT_CHANGED and state.failures >= ACCEPTED_AFTER and not tally.misread
    return state.list_links >= LEAST_USUAL and tally.links < SHRUNK * state.list_links and not accepted


def _remarks(tally: Tally) -> str:
    """What a sound visit met besides, in words."""
    pages = "1 page" if tally.misread == 1 else f"{tally.misread} pages"
    misread = f"{pages} could not be read: {tally.wrong}" if tally.misread else tally.wrong
    elsewhere = f"{tally.elsewhere} links lead to other sites" if tally.elsewhere else ""
    return "; ".join(filter(None, (misread, elsewhere)))
