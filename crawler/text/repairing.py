"""Evidence of a page, and the repair of a text or of a page source by it."""

from __future__ import annotations

import re

from storage.folding import simplify

from crawler.text import escapes, invisible, losses, mojibake, readings, substitutes
from crawler.text.results import Evidence, Repaired, Step

_TAG = re.compile(r"(<!--.*?-->|<(script|style)\b.*?</\2\s*>|</?[a-zA-Z][^<>]*>)", re.DOTALL | re.IGNORECASE)


def evidence(page: str) -> Evidence:
    found = readings.find(page)
    characters = {match[1] for match in found}
    return Evidence(injected=len(characters) >= 3, characters="".join(sorted(characters)))


def repair(text: str, evidence: Evidence | None = None) -> Repaired:
    known = evidence or _evidence(text)
    if not known.injected:
        steps = []
        for rule in (escapes.unescape, losses.unlock, losses.mark, mojibake.mend, invisible.clean, substitutes.restore):
            text, more = rule(text)
            steps += more
        return Repaired(text=text, steps=tuple(Step(what=a, where=b[:40], count=c) for a, b, c in steps), lost=losses.count(text))
    found = readings.find(text)
    if not found:
        return Repaired(text=simplify(text))
    clean = readings.INJECTED.sub(lambda m: m[1] if readings.is_reading(m[1], m[2]) else m[0], text)
    return Repaired(text=simplify(clean), steps=(Step(what="injected readings", where=found[0][0], count=len(found)),))


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
