"""How well stories are told apart: python benchmarks/stories.py [STORIES] [SEED]

Everything goes through `stories.place` into one SQLite database in a mixed order: STORIES originals, a reprint of each
by every edit, round-ups, and twice STORIES texts of each template. Precision: of the texts that were put to an earlier
one, how many belong there. Recall: of the reprints, how many were put to their original. Thresholds were tuned with
seeds 1 to 5; other seeds make other stories and add edits and templates that were never looked at while tuning.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from random import Random

from sqlalchemy import create_engine
from stories_corpus import EDITS, Told, round_up, several, story
from stories_fresh import FRESH_EDITS, LATER_TEMPLATES
from stories_templates import FRESH_TEMPLATES, TEMPLATES

from storage import stories, tables
from storage.fingerprints import fingerprint

Case = tuple[str, int, Told]


def main(number: int, seed: int) -> None:
    draw = Random(seed)
    originals = [story(draw) for _ in range(number)]
    cases: list[Case] = [("original", index, told) for index, told in enumerate(originals)]
    later: list[Case] = []
    fresh_edits, fresh_templates = (FRESH_EDITS, FRESH_TEMPLATES | LATER_TEMPLATES) if seed > 5 else ({}, {})
    for index, told in enumerate(originals):
        later += [(name, index, edit(draw, told)) for name, edit in (EDITS | fresh_edits).items()]
        later += [("several", index, several(draw, told))]
        if index % 5 == 0:
            later.append(("round_up", -index - 1, round_up(draw, originals[index : index + 5])))
    for template, write in (TEMPLATES | fresh_templates).items():
        later += [(f"! {template}", 0, write(draw)) for _ in range(2 * number)]
    draw.shuffle(later)
    report(judged(cases + later), number)


def judged(cases: list[Case]) -> list[tuple[str, str]]:
    """Each case with "right", "missed", "wrong" (put to a story of another) or "apart"."""
    engine = create_engine("sqlite://")
    owners: dict[int, tuple[str, int]] = {}
    found = []
    with engine.begin() as connection:
        tables.metadata.create_all(connection)
        start = time.process_time()
        for article, (kind, index, told) in enumerate(cases, 1):
            placed = stories.place(connection, article, fingerprint(told.title, told.text))
            owners.setdefault(placed.story_id, (kind, index))
            found.append((kind, _verdict(kind, index, placed.story_id == article, owners[placed.story_id])))
        spent = time.process_time() - start
    print(f"{1000 * spent / len(cases):.2f} ms of CPU an article, fingerprint and lookup")
    return found


def _verdict(kind: str, index: int, is_first: bool, owner: tuple[str, int]) -> str:
    if is_first:
        return "apart" if kind == "original" or kind[0] == "!" or index < 0 else "missed"
    template = owner[0][0] == "!" or kind[0] == "!"
    return "right" if not template and owner[1] == index and index >= 0 else "wrong"


def report(found: list[tuple[str, str]], number: int) -> None:
    counts = Counter(found)
    for kind in dict.fromkeys(kind for kind, _ in found):
        row = {
            verdict: counts[kind, verdict] for verdict in ("right", "apart", "missed", "wrong") if counts[kind, verdict]
        }
        print(f"{kind:28} {row}")
    total = Counter(verdict for _, verdict in found)
    print(f"precision {total['right'] / (total['right'] + total['wrong']):.4f}  ", end="")
    print(f"recall {total['right'] / (total['right'] + total['missed']):.4f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
