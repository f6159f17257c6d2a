"""Evidence of a page, and the repair of a text or of a page source by it.

The order of the rules is the reverse of the order of the damages: what a machine wrote out (entities) was written last,
and characters that only look alike were there from the beginning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.text import escapes, invisible, losses, mojibake, readings, substitutes, wreckage
from crawler.text.results import Evidence, Repaired, Step
from crawler.text.surroundings import Surroundings
from crawler.text.suspicion import is_suspicious
from storage.folding import simplify

if TYPE_CHECKING:
    from collections.abc import Iterable

_EXCERPT = 40
_REALIGNED = "byte damage of the injection"
#: A page of UTF-8 read as GBK is a third too long; half of it must have been, before its rest is suspected.
_MOST = 1 / 6

#: One repair may uncover another; the last round finds nothing. Random text has needed 4.
_ROUNDS = 8

Found = list[tuple[str, str, int]]


def evidence(page: str) -> Evidence:
    """What the source (or the text) of a whole page says about the damage in any part of it."""
    if not is_suspicious(page):
        return Evidence()
    wrong = len(page) - len(mojibake.mend(page).text)
    return Evidence(
        injected=readings.injected(page), mojibake=wrong > _MOST * sum(not character.isascii() for character in page)
    )


def repair(text: str, evidence: Evidence | None = None) -> Repaired:
    """The text as it was written, what was done, and how many characters are lost for good.

    Without `evidence` the text is its own; a list title needs that of its source. Sound text comes back as it is,
    `repair(repair(x).text)` changes nothing more, and no `str` raises.
    """
    if not is_suspicious(text) and evidence in (None, Evidence()):
        return Repaired(text=text)
    steps: Found = []
    for _ in range(_ROUNDS):
        before = text
        # Mojibake that no stretch of a text proves by itself is not proved by its rest either: that is for pages.
        known = Evidence(injected=readings.injected(text)) if evidence is None else evidence
        around = Surroundings(text, proven=bool(known.injected))
        text, found = mend(text, known, around)
        steps += found
        if text == before:
            break
    return Repaired(text=text, steps=merged(steps), lost=losses.count(text))


def mend(text: str, known: Evidence, around: Surroundings, *, markup: bool = False) -> tuple[str, Found]:
    """All rules on one text; `markup` where an entity is no damage because a parser will read it."""
    if not is_suspicious(text) and not known.mojibake:
        return (simplify(text) if known.injected else text), []
    steps: Found = []
    text, steps = _without_readings(text, known, around)
    text, found = escapes.unescape(text, markup=markup)
    steps += found
    for rule in (losses.unlock, losses.mark):
        text, found = rule(text)
        steps += found
    text, found = mojibake.mend(text, proven=known.mojibake)
    steps += found
    for rule in (invisible.clean, substitutes.restore):
        text, found = rule(text)
        steps += found
    return (simplify(text) if known.injected or _REALIGNED in {what for what, _, _ in steps} else text), steps


def _without_readings(text: str, known: Evidence, around: Surroundings) -> tuple[str, Found]:
    steps: Found = []
    places = readings.strip(text)[1] if known.injected else []
    if places:
        steps.append(("injected readings", places[0], len(places)))
    if wreckage.is_wrecked(text, around):
        text, broken = wreckage.realign(text, around)
        if broken:
            steps.append((_REALIGNED, broken[0], len(broken)))
    if known.injected:
        text = readings.strip(text)[0]
    return text, steps


def merged(found: Iterable[tuple[str, str, int]]) -> tuple[Step, ...]:
    """One step for each kind, with its first place."""
    steps: dict[str, Step] = {}
    for what, where, count in found:
        first = steps.get(what)
        steps[what] = Step(
            what=what, where=first.where if first else where[:_EXCERPT], count=count + (first.count if first else 0)
        )
    return tuple(steps.values())


__all__ = ["evidence", "mend", "merged", "repair"]
