"""Which of the saved pages in ../shared/data/pages match the shipped profile: python -m benchmarks.matching_pages"""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.reading import read_article
from crawler.text import decode, evidence, repair_page
from monitors.matching import Matcher
from monitors.profiles import shipped_watch
from storage.records import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES = Path(__file__).parents[1] / "../shared/data/pages"
#: The two that are about the topic: an AI chip, and the trade in integrated circuits.
ABOUT = {"a83c3fd8e2c", "a52bf8c4224"}


def articles() -> Iterator[tuple[str, Finding]]:
    """The articles among the pages, by the name of their file."""
    with (PAGES / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] == "article":
                yield row["id"], _finding(PAGES / "pages" / f"{row['id']}.html", row["url"])


def _finding(path: Path, url: str) -> Finding:
    page = decode(path.read_bytes()).text
    article = read_article(repair_page(page, evidence(page)).text, url)
    return Finding(url=url, key="", source_id="", title=article.title, text=article.text, seen_at=datetime.now(UTC))


def main() -> None:
    matcher = Matcher([shipped_watch()])
    told = [(name, page, matches) for name, page in articles() if (matches := matcher.match(page))]
    for name, page, matches in told:
        print(f"{name} {matches[0].score:.2f} {page.title} {' '.join(matches[0].reasons)}")
    print(f"{len(told)} match, {len({name for name, _, _ in told} - ABOUT)} of them about something else")


if __name__ == "__main__":
    main()
