"""Which of the saved pages in ../shared/data/pages match the shipped profile: python -m benchmarks.matching_pages"""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

from crawler.reading import read_article
from crawler.text import decode, evidence, repair_page
from monitors.matching import Matcher
from monitors.profiles import shipped_watch
from storage.records import Finding, Match

PAGES = Path(__file__).parents[1] / "../shared/data/pages"


def matches(matcher: Matcher, path: Path, url: str) -> tuple[str, tuple[Match, ...]]:
    page = decode(path.read_bytes()).text
    article = read_article(repair_page(page, evidence(page)).text, url)
    found = Finding(url=url, key="", source_id="", title=article.title, text=article.text, seen_at=datetime.now(UTC))
    return article.title, matcher.match(found)


def main() -> None:
    matcher = Matcher([shipped_watch()])
    with (PAGES / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "article"]
    told = 0
    for row in rows:
        title, found = matches(matcher, PAGES / "pages" / f"{row['id']}.html", row["url"])
        told += bool(found)
        for match in found:
            print(f"{row['id']} {match.score:.2f} {title} {' '.join(match.reasons)}")
    print(f"{told} of {len(rows)} articles match")


if __name__ == "__main__":
    main()
