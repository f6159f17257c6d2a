"""Evidence of a page, and the repair of a text or of a page source by it."""

from __future__ import annotations

import re

from storage.folding import simplify

from crawler.text import escapes, invisible, losses, mojibake, readings, substitutes, wreckage
from crawler.text.results import Evidence, Repaired, Step

_TAG = re.compile(r"(<!--.*?-->|<(script|style)\b.*?</\2\s*>|</?[a-zA-Z][^<>]*>)", re.DOTALL | re.IGNORECASE)


def evidence(page: str) -> Evidence:
    characters = readings.injected(page)
    return Evidence(injected=bool(characters), characters="".join(sorted(characters)))


def repair(text: str, evidence: Evidence | None = None) -> Repaired:
    known = evidence or _evidence(text)
    steps = []
    if known.injected or wreckage.is_wrecked(text):
        stripped, places = readings.strip(text, frozenset(known.characters)) if known.injected else (text, [])
        aligned, more = wreckage.realign(text, stripped, proven=known.injected)
        if places:
            steps.append(("injected readings", places[0], len(places)))
        if more:
            steps.append(("byte damage of the injection", more[0], len(more)))
        text = readings.strip(aligned, frozenset(known.characters))[0] if known.injected else aligned
        if known.injected or more:
            text = simplify(text)
    for rule in (escapes.unescape, losses.unlock, losses.mark, mojibake.mend, invisible.clean, substitutes.restore):
        text, more = rule(text)
        steps += more
    return Repaired(
        text=text, steps=tuple(Step(what=a, where=b[:40], count=c) for a, b, c in steps), lost=losses.count(text)
    )


def repair_page(html: str, evidence: Evidence | None = None) -> Repaired:
    known = evidence or _evidence(html)
    out, steps, lost, end = [], [], 0, 0
    for match in [*_TAG.finditer(html), None]:
        part = repair(html[end : match.start() if match else None], known)
        out.append(part.text)
        steps += part.steps
        lost += part.lost
        if match:
            out.append(match[0])
            end = match.end()
    return Repaired(text="".join(out), steps=tuple(steps), lost=lost)


_evidence = evidence
