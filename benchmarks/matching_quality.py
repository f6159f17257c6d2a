"""How well the shipped profile tells labelled articles apart: python -m benchmarks.matching_quality

The articles are those of tests/monitors/labelled. Those of the half "tune" were looked at while the profile was made,
and its mistakes among them are printed; those of the half "report" are only counted, so that they stay unseen. Each
goes the way of a page: repaired, then matched.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from crawler.text import evidence, repair
from monitors.matching import Matcher
from monitors.profiles import shipped_watch
from storage.records import Finding

ARTICLES = Path(__file__).parent.parent / "tests/monitors/labelled/articles.jsonl"


def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in ARTICLES.read_text(encoding="utf-8").splitlines()]


def finding(row: dict[str, Any]) -> Finding:
    seen = evidence(f"{row['title']}\n{row['text']}")
    title, text = repair(row["title"], seen).text, repair(row["text"], seen).text
    return Finding(url="", key="", source_id="", title=title, text=text, seen_at=datetime.now(UTC))


def described(pairs: list[tuple[bool, bool]]) -> str:
    hits, right = sum(hit for _, hit in pairs), sum(wanted and hit for wanted, hit in pairs)
    relevant = sum(wanted for wanted, _ in pairs)
    return f"{len(pairs):4} articles, precision {right / hits:.3f}, recall {right / relevant:.3f}"


def main() -> None:
    matcher = Matcher([shipped_watch()])
    told = [(row, bool(matcher.match(finding(row)))) for row in rows()]
    for half in ("tune", "report"):
        ours = sorted((each for each in told if each[0]["half"] == half), key=lambda each: str(each[0]["set"]))
        for name, group in groupby(ours, key=lambda each: each[0]["set"]):
            print(f"{half:7}{name:7}{described([(row['relevant'], hit) for row, hit in group])}")
    print(f"{'report':7}{'all':7}{described([(row['relevant'], hit) for row, hit in ours])}")
    for row, hit in told:
        if row["half"] == "tune" and row["relevant"] != hit:
            print("missed" if row["relevant"] else "wrongly told", row["set"], row["kind"], row["title"])


if __name__ == "__main__":
    main()
