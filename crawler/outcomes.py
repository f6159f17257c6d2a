"""How a visit ended, decided from what it saw. Pure; every verdict but `OK` comes with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from storage.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.reading import ListReading
    from crawler.trouble import Trouble
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

#: A template prints so and so many rows, and a rebuilt one half as many at the least (20 becomes 15 or 10): fewer than
#: that is what was left of a list, not another length of it.
SHRUNK = 0.5
#: Below so many usual links a share says nothing.
LEAST_USUAL = 8
#: So many new pages, and none of them an article: the links lead elsewhere.
LEAST_MISREAD = 3
#: So many visits in a row are given to a shorter list to become what it was; then new articles make it the usual one.
PATIENCE = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    outcome: Outcome
    detail: str = ""


@dataclass(kw_only=True, slots=True)
class Tally:
    """What a visit counted."""

    #: Of the list as first read.
    links: int = 0
    #: Links of all its pages: to the source's own site, those of them that were seen before, and to other sites.
    own: int = 0
    known: int = 0
    elsewhere: int = 0
    asked: int = 0
    new: int = 0
    #: New ones that are older than the newest article known: a column that goes on has no more of them than a few.
    old: int = 0
    matched: int = 0
    misread: int = 0
    #: Of the new ones, how many pages name no date, and no title.
    undated: int = 0
    untitled: int = 0
    #: Of those misread, the ones that the way to them withheld, and the last reason.
    withheld: int = 0
    trouble: Trouble | None = None
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


def judge_address(url: str, led_to: str) -> Verdict | None:
    """Whether a column's address still leads to a column: many a rebuilt site sends its old addresses to its home page.

    None where it does; `led_to` is at the end of its redirects.
    """
    asked, led = urlsplit(url), urlsplit(led_to)
    if asked.hostname != led.hostname or _is_home_page(asked) or not _is_home_page(led):
        return None
    return Verdict(outcome=Outcome.UNREACHABLE, detail=f"moved: the address leads to the home page, {led_to}")


def judge_links(tally: Tally, state: SourceState) -> Verdict | None:
    """Whether the links of a list are those of its source, before any of them is followed; None where they may be."""
    if tally.elsewhere and not tally.own:
        return Verdict(outcome=Outcome.NOT_ARTICLES, detail=f"all {tally.links} links lead to other sites")
    # A page under maintenance still has its menu: few links, and not one that was seen before.
    return _shrunken(tally, state) if is_shrunk(tally, state) and not tally.known and not _is_late(state) else None


def judge_visit(tally: Tally, state: SourceState) -> Verdict:
    """The outcome of a visit whose list could be worked with; `state` is as the last visit left it.

    What was wrong with a list stays wrong until a visit disproves it: an article, or its links back.
    """
    if tally.asked >= LEAST_MISREAD and tally.misread == tally.asked:
        return _barren(tally)
    if is_shrunk(tally, state) and not (_is_late(state) and tally.new):
        return _shrunken(tally, state)
    if state.last_outcome is Outcome.NOT_ARTICLES and not tally.new:
        return Verdict(outcome=Outcome.NOT_ARTICLES, detail="no article among its links yet, and nothing new")
    if is_replaced(tally, state):
        days = f"though {tally.old} of {tally.new} new articles are older than the newest one known"
        return Verdict(outcome=Outcome.LAYOUT_CHANGED, detail=f"read on; no address of the list was known, {days}")
    return Verdict(outcome=Outcome.OK if tally.new else Outcome.QUIET, detail=_remarks(tally))


def _barren(tally: Tally) -> Verdict:
    """Of many new pages not one was an article; where the way to them was shut, that is the reason."""
    if tally.trouble and tally.withheld == tally.misread:
        withheld = f"none of {tally.asked} new pages could be had: {tally.wrong}"
        return Verdict(outcome=tally.trouble.outcome, detail=withheld)
    wrong = f"none of {tally.asked} new pages is an article: {tally.wrong}"
    return Verdict(outcome=Outcome.NOT_ARTICLES, detail=wrong)


def _shrunken(tally: Tally, state: SourceState) -> Verdict:
    detail = f"{tally.links} links where {state.list_links} were usual"
    return Verdict(outcome=Outcome.LAYOUT_CHANGED, detail=detail)


def is_shrunk(tally: Tally, state: SourceState) -> bool:
    """Whether a list has lost most of its usual links."""
    return state.list_links >= LEAST_USUAL and tally.links < SHRUNK * state.list_links


def is_replaced(tally: Tally, state: SourceState) -> bool:
    """Whether a whole list stands where another one stood: its addresses are all new, most of its articles are not.

    After an outage all addresses are new, too, but so are the articles.
    """
    return state.list_links >= LEAST_USUAL and not tally.known and tally.old * 2 > tally.new


def is_settled(verdict: Verdict, tally: Tally, state: SourceState) -> bool:
    """Whether the list as it is now is the one to compare the next ones with."""
    return verdict.outcome in (Outcome.OK, Outcome.QUIET) or (
        verdict.outcome is Outcome.LAYOUT_CHANGED and not is_shrunk(tally, state)
    )


def usual_links(before: int, links: int) -> int:
    """How many links are usual: about the fewest of late, because some lists are of days and not of so many rows."""
    return min(links, before + 1) if before else links


def _is_late(state: SourceState) -> bool:
    return state.last_outcome is Outcome.LAYOUT_CHANGED and state.failures >= PATIENCE


def _is_home_page(url: SplitResult) -> bool:
    folder, _, name = url.path.rpartition("/")
    return not folder and name.partition(".")[0] in ("", "index", "default") and not url.query


def _remarks(tally: Tally) -> str:
    """What a sound visit met besides, in words."""
    pages = "1 page" if tally.misread == 1 else f"{tally.misread} pages"
    misread = f"{pages} could not be read: {tally.wrong}" if tally.misread else tally.wrong
    elsewhere = f"{tally.elsewhere} links lead to other sites" if tally.elsewhere else ""
    return "; ".join(filter(None, (misread, elsewhere)))
