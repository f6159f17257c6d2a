"""The reader beside other extractors, on a folder of saved pages with truth: one table, one run.

    python benchmarks/reading.py FOLDER

FOLDER holds pages/ID.html and truth/ID.json: {"id", "kind": "article" or "list", "url", "site"} with {"title", "date",
"source", "author", "body"} or {"items": [{"href", "title", "date"}]}. Peers that are not installed are left out. Body
F1 is the overlap of Han characters and Latin words as multisets; speed is CPU time, extractors taking turns by page.
"""

import collections
import json
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin

sys.path.insert(0, str(Path(__file__).parents[1]))

from crawler.reading import read_article, read_list
from crawler.text import decode

UNIT = re.compile(r"[㐀-鿿豈-﫿]|[A-Za-z0-9]+")
DAY = re.compile(r"(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})")
Reader = Callable[[str, str], Any]


def units(text: str | None) -> list[str]:
    return UNIT.findall(unicodedata.normalize("NFKC", text or ""))


def f1(got: collections.Counter[str], truth: collections.Counter[str]) -> float:
    common = (got & truth).total()
    return 2 * common / (got.total() + truth.total()) if common else 0.0


def day(value: object) -> tuple[int, ...] | None:
    match = DAY.search(str(value or ""))
    return tuple(map(int, match.groups())) if match else None


def same(one: str | None, other: str | None) -> float:
    a, b = "".join(units(one)), "".join(units(other))
    return float(bool(a and b) and (a in b or b in a))


def article_row(truth: dict[str, Any], got: Any) -> dict[str, float]:
    row = {"body": f1(collections.Counter(units(got.text)), collections.Counter(units(truth["body"])))}
    row["title"] = float(units(got.title) == units(truth["title"]))
    if truth["date"]:
        row["day"] = float(day(got.published_at) == day(truth["date"]))
    for name, value in (("source", got.origin), ("author", got.author)):
        if truth[name]:
            row[name] = same(value, truth[name])
    return row


def list_row(truth: dict[str, Any], got: Any) -> dict[str, float]:
    base = truth["url"] or "http://page.invalid/"
    wanted = {urljoin(base, item["href"].strip()): item for item in truth["items"]}
    found = {link.url: link for link in got}
    row = {"links": f1(collections.Counter(list(found)), collections.Counter(list(wanted)))}
    dated = [
        str(found[url].date).endswith(wanted[url]["date"])
        for url in wanted.keys() & found.keys()
        if wanted[url]["date"]
    ]
    return row | ({"day": sum(dated) / len(dated)} if dated else {})


def result(text: str = "", title: str = "", date: object = None, author: str | None = None) -> SimpleNamespace:
    return SimpleNamespace(text=text, title=title, published_at=date, origin=None, author=author)


def trafilatura_reader() -> Reader:
    import trafilatura

    def read(html: str, url: str) -> Any:
        got = trafilatura.bare_extraction(html, url=url, with_metadata=True)
        return result(got.text, got.title, got.date, got.author) if got else result()

    return read


def readability_reader() -> Reader:
    from lxml import html as lxml_html
    from readability import Document

    def read(html: str, url: str) -> Any:
        document = Document(html)
        return result(lxml_html.fromstring(document.summary()).text_content(), document.short_title())

    return read


def resiliparse_reader() -> Reader:
    from resiliparse.extract.html2text import extract_plain_text

    return lambda html, url: result(extract_plain_text(html, main_content=True))


def gne_reader() -> Reader:
    from gne import GeneralNewsExtractor

    def read(html: str, url: str) -> Any:
        got = GeneralNewsExtractor().extract(html)
        return result(got["content"], got["title"], got["publish_time"], got["author"])

    return read


def parse_reader() -> Reader:
    from selectolax.lexbor import LexborHTMLParser

    return lambda html, url: result(LexborHTMLParser(html).root.tag)


def readers() -> Iterator[tuple[str, Reader]]:
    yield "fenghuo", read_article
    for make in (trafilatura_reader, readability_reader, resiliparse_reader, gne_reader, parse_reader):
        try:
            yield make.__name__.removesuffix("_reader"), make()
        except ImportError as error:
            print(f"left out: {error}", file=sys.stderr)


def attempt(read: Reader, html: str, url: str) -> tuple[Any, float]:
    start = time.process_time()
    try:
        got = read(html, url)
    except Exception:  # a peer that raises reads nothing
        got = result()
    return got, time.process_time() - start


def main(folder: Path) -> None:
    rows: dict[str, list[tuple[str, dict[str, float]]]] = collections.defaultdict(list)
    seconds: collections.Counter[str] = collections.Counter()
    peers = list(readers())
    for path in sorted((folder / "truth").glob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        html = decode((folder / "pages" / f"{truth['id']}.html").read_bytes(), None).text
        is_list = truth["kind"] == "list"
        for name, read in [("fenghuo lists", read_list)] if is_list else peers:
            got, spent = attempt(read, html, truth["url"] or "http://page.invalid/")
            seconds[name] += spent  # type: ignore[assignment]
            rows[name].append((truth["site"], (list_row if is_list else article_row)(truth, got)))
    for name, scored in rows.items():
        print(f"{name:14s}", *figures(scored), f"{len(scored) / seconds[name]:.0f} pages a CPU second", sep="  ")


def figures(scored: list[tuple[str, dict[str, float]]]) -> Iterator[str]:
    names = dict.fromkeys(name for _, row in scored for name in row)
    for name in names:
        values = [row[name] for _, row in scored if name in row]
        yield f"{name} {sum(values) / len(values):.3f}"
    sites = collections.defaultdict(list)
    for site, row in scored:
        sites[site].append(next(iter(row.values())))
    yield f"by site {sum(sum(each) / len(each) for each in sites.values()) / len(sites):.3f}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
