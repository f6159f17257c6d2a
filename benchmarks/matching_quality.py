"""How well the shipped profile tells labelled articles apart: python -m benchmarks.matching_quality

The articles are those of tests/monitors/labelled; every other one is for tuning, the rest are only counted. Each goes
the way of a page: repaired, then matched.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.text import evidence, repair
from monitors.matching import Matcher
from monitors.profiles import shipped_watch
from storage.records import Finding

ARTICLES = Path(__file__).parent.parent / "tests/monitors/labelled/articles.jsonl"


def finding(row: dict[str, Any]) -> Finding:
    seen = evidence(f"{row['title']}\n{row['text']}")
    title, text = repair(row["title"], seen).text, repair(row["text"], seen).text
    return Finding(url="", key="", source_id="", title=title, text=text, seen_at=datetime.now(UTC))


def main() -> None:
    rows = [json.loads(line) for line in ARTICLES.read_text(encoding="utf-8").splitlines()]
    matcher = Matcher([shipped_watch()])
    told = [bool(matcher.match(finding(row))) for row in rows]
    for name, half in (("tuned on", slice(0, None, 2)), ("held out", slice(1, None, 2))):
        pairs = [(row["relevant"], hit) for row, hit in zip(rows[half], told[half], strict=True)]
        hits, right = sum(hit for _, hit in pairs), sum(wanted and hit for wanted, hit in pairs)
        relevant = sum(wanted for wanted, _ in pairs)
        print(f"{name}: {len(pairs)} articles, precision {right / hits:.3f}, recall {right / relevant:.3f}")
    for row, hit in zip(rows, told, strict=True):
        if row["relevant"] != hit:
            print("missed" if row["relevant"] else "wrongly told", row["kind"], row["writing"], row["title"])


if __name__ == "__main__":
    main()
