"""The text rooms beside what else there is, on one folder of damaged pages; prints the tables of docs/text.md.

    pip install charset-normalizer chardet faust-cchardet w3lib ftfy opencc
    python benchmarks/text.py FOLDER

FOLDER holds charset/ (truth.csv, FILE, FILE.txt), mojibake/cases.jsonl and pinyin/*.json: text before and after damage.
"""

from __future__ import annotations

import collections
import csv
import json
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cchardet
import chardet
import charset_normalizer
import ftfy
import opencc
from w3lib.encoding import html_to_unicode

sys.path.insert(0, str(Path(__file__).parent.parent))
from crawler.text import decode, repair, simplify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CAREFUL = ftfy.TextFixerConfig(fix_character_width=False, uncurl_quotes=False, normalization=None)
T2S = opencc.OpenCC("t2s")
READING = re.compile(r"[(（] ?[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]{1,6} ?[)）]")
WIDTH = str.maketrans("，：；！？（）", ",:;!?()")

Table = dict[str, list[int]]


def by_label(label: str | None, body: bytes) -> str:
    try:
        return body.decode(label or "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def by_normalizer(body: bytes, header: str | None) -> str:
    best = charset_normalizer.from_bytes(body).best()
    return str(best) if best else ""


DECODERS: dict[str, Callable[[bytes, str | None], str]] = {
    "this": lambda body, header: decode(body, header).text,
    "charset-normalizer": by_normalizer,
    "chardet": lambda body, header: by_label(chardet.detect(body)["encoding"], body),
    "faust-cchardet": lambda body, header: by_label(cchardet.detect(body)["encoding"], body),
    "w3lib": lambda body, header: html_to_unicode(header, body)[1],
}
REPAIRERS: dict[str, Callable[[str], str]] = {
    "this": lambda text: repair(text).text,
    "ftfy": ftfy.fix_text,
    "ftfy, careful": lambda text: ftfy.fix_text(text, CAREFUL),
}
STRIPPERS: dict[str, Callable[[str], str]] = {
    "this": lambda text: simplify(repair(text).text),
    "naive stripping": lambda text: T2S.convert(READING.sub("", text)),
    "nothing": lambda text: text,
}


def pages(folder: Path) -> Iterator[tuple[str, bytes, str | None, str]]:
    with (folder / "charset" / "truth.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            path = folder / "charset" / row["file"]
            truth = path.with_name(path.name + ".txt").read_bytes().decode("utf-8")
            kind = row["category"].removeprefix("derived_")
            yield kind, path.read_bytes(), row["declared_http"] or None, plain(truth)


def plain(text: str) -> str:
    return text.replace("\ufeff", "").replace("\ufffd", "").replace("\r\n", "\n")


def measure_charset(folder: Path, method: Callable[[bytes, str | None], str]) -> tuple[Table, float]:
    table: Table = collections.defaultdict(lambda: [0, 0])
    seconds, size = 0.0, 0
    for kind, body, header, truth in pages(folder):
        start = time.perf_counter()
        text = method(body, header)
        seconds += time.perf_counter() - start
        size += len(body)
        add(table, kind, plain(text) == truth)
        if kind != "other_language":
            add(table, "ALL CHINESE", plain(text) == truth)
    return table, size / seconds / 1e6


def measure_mojibake(folder: Path, method: Callable[[str], str]) -> tuple[Table, float]:
    table: Table = collections.defaultdict(lambda: [0, 0])
    cases = [json.loads(line) for line in (folder / "mojibake" / "cases.jsonl").open(encoding="utf-8")]
    sound = [case["damaged"] for case in cases if case["kind"].startswith("negative")]
    for case in cases:
        sane = case["kind"].startswith("negative")
        kind = "sound, unchanged" if sane else {"true": "recoverable, exact"}.get(case["recoverable"])
        if kind:
            add(table, kind, method(case["damaged"]) == case["clean" if not sane else "damaged"])
    seconds = min(timed(method, sound) for _ in range(5))
    return table, sum(map(len, sound)) / seconds / 1e6


def timed(method: Callable[[str], str], texts: list[str]) -> float:
    start = time.perf_counter()
    for text in texts:
        method(text)
    return time.perf_counter() - start


def measure_readings(folder: Path, method: Callable[[str], str]) -> tuple[Table, float]:
    table: Table = collections.defaultdict(lambda: [0, 0])
    seconds, size = 0.0, 0
    for path in sorted((folder / "pinyin").glob("*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        start = time.perf_counter()
        text = method(case["corrupted"])
        seconds += time.perf_counter() - start
        size += len(case["corrupted"])
        kind = case["kind"] + (", bytes broken" if case.get("byte_damage") or case.get("bytewise") else "")
        add(table, kind, folded(text) in map(folded, case.get("accept", [case["clean"]])) or sound_kept(case, text))
    return table, size / seconds / 1e6


def sound_kept(case: dict[str, Any], text: str) -> bool:
    return bool(case["kind"] == "negative" and text == case["corrupted"])


def folded(text: str) -> str:
    return " ".join(text.translate(WIDTH).split())


def add(table: Table, kind: str, good: bool) -> None:
    table[kind][0] += good
    table[kind][1] += 1


def show(title: str, unit: str, results: dict[str, tuple[Table, float]]) -> None:
    first = next(iter(results.values()))[0]
    print(f"\n| {title} | n | {' | '.join(results)} |\n|---|--:|{'--:|' * len(results)}")
    for kind in sorted(first):
        row = " | ".join(f"{table[kind][0] / table[kind][1]:.3f}" for table, _ in results.values())
        print(f"| {kind} | {first[kind][1]} | {row} |")
    print(f"| *{unit}* | | {' | '.join(f'{speed:.2f}' for _, speed in results.values())} |")


def main() -> None:
    folder = Path(sys.argv[1])
    show("charset", "MB/s", {name: measure_charset(folder, method) for name, method in DECODERS.items()})
    show("mojibake", "million characters/s, sound", {n: measure_mojibake(folder, m) for n, m in REPAIRERS.items()})
    show("injected readings", "million characters/s", {n: measure_readings(folder, m) for n, m in STRIPPERS.items()})


if __name__ == "__main__":
    main()
