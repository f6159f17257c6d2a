"""What word stands behind what word in running Chinese text: the likelihoods of `crawler/text/tables/words.txt`.

The texts of `text_sequences` and the articles that the tests of the rules are written in (`labelled/articles.jsonl`),
each cut into the words that jionlp counted on today's pages where they are likeliest by these counts. A word behind
another is by absolute discounting in each of the texts, mixed by the shares that fit other news best (expectation
maximisation on 120,000 characters). Bits a symbol of those: 6.4 by sequences of characters, 6.0 by these words. 150,000
pairs instead of 500,000 have 3 of 666 damaged passages fewer whole; sequences of three words no more.
"""

import collections
import itertools
import json
import math
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import text_sequences

from crawler.text.language import is_traditional, simple_form

#: Words in the table, besides single characters; pairs of words.
WORDS, PAIRS = 50_000, 500_000
#: Characters of the longest word.
LONGEST = 5
#: Of a word for itself, and of one behind another.
SHARES_ALONE = {"words": 0.19, "news": 0.27, "laws": 0.32, "own": 0.22}
SHARES = {"news": 0.4, "laws": 0.37, "own": 0.23}
#: Taken from every count of a pair; sightings that every context is given of what was not seen.
DISCOUNT, UNSEEN = 0.7, 3.0
_HAN = re.compile("[一-鿿]+|.")
_NEVER = 2.0**-26

Pair = tuple[str, str]


def own(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        yield article["title"]
        yield from article["text"].splitlines()


class Vocabulary:
    """The words that text is cut into."""

    def __init__(self, counts: Iterable[tuple[str, int]]) -> None:
        found = {word: n for word, n in counts if len(word) <= LONGEST and not any(map(is_traditional, word))}
        longer = collections.Counter({word: n for word, n in found.items() if len(word) > 1})
        self.counts = {word: n for word, n in found.items() if len(word) == 1} | dict(longer.most_common(WORDS))
        self.total = sum(self.counts.values())
        self._bits = {word: -math.log2(n / self.total) for word, n in self.counts.items()}

    def cut(self, line: str) -> list[str]:
        return [word for part in _HAN.findall(line) for word in self._cheapest(part)]

    def _cheapest(self, part: str) -> Iterable[str]:
        best: list[tuple[float, tuple[str, ...]]] = [(0.0, ())]
        for end in range(1, len(part) + 1):
            ends = [(begin, part[begin:end]) for begin in range(max(0, end - LONGEST), end)]
            best.append(
                min(
                    (best[begin][0] + self._bits.get(word, 26.0), (*best[begin][1], word))
                    for begin, word in ends
                    if len(word) == 1 or word in self._bits
                )
            )
        return best[-1][1]


class Text:
    """How often each word stands in a text, and each behind another."""

    def __init__(self, lines: Iterable[str], vocabulary: Vocabulary) -> None:
        self.words: collections.Counter[str] = collections.Counter()
        self.pairs: collections.Counter[Pair] = collections.Counter()
        for run in text_sequences.runs(lines):
            words = vocabulary.cut("".join(map(simple_form, run)))
            self.words.update(words)
            self.pairs.update(itertools.pairwise(words))

    @cached_property
    def total(self) -> int:
        return self.words.total()

    @cached_property
    def behind(self) -> collections.Counter[str]:
        found: collections.Counter[str] = collections.Counter()
        for (before, _), times in self.pairs.items():
            found[before] += times
        return found

    @cached_property
    def kinds(self) -> collections.Counter[str]:
        return collections.Counter(before for before, _ in self.pairs)

    def likelihood(self, pair: Pair, alone: float) -> float:
        before = pair[0]
        seen = max(0.0, self.pairs[pair] - DISCOUNT)
        return (seen + (DISCOUNT * self.kinds[before] + UNSEEN) * alone) / (self.behind[before] + UNSEEN)


class Mixture(NamedTuple):
    vocabulary: Vocabulary
    texts: dict[str, Text]

    def alone(self, word: str) -> float:
        share = {name: text.words[word] / text.total for name, text in self.texts.items()}
        share["words"] = self.vocabulary.counts.get(word, 0) / self.vocabulary.total
        return max(_NEVER, sum(SHARES_ALONE[name] * found for name, found in share.items()))

    def likelihood(self, pair: Pair) -> float:
        alone = self.alone(pair[1])
        return sum(SHARES[name] * text.likelihood(pair, alone) for name, text in self.texts.items())

    def together(self, pair: Pair) -> float:
        return sum(SHARES[name] * text.pairs[pair] / text.total for name, text in self.texts.items())

    def words(self) -> set[str]:
        return {*self.vocabulary.counts, *itertools.chain.from_iterable(text.words for text in self.texts.values())}

    def pairs(self) -> list[Pair]:
        """The pairs whose absence would cost most."""
        missed = {
            pair: self.together(pair) * math.log2(self.likelihood(pair) / (0.4 * self.alone(pair[1])))
            for text in self.texts.values()
            for pair in text.pairs
        }
        return sorted(missed, key=lambda pair: (-missed[pair], pair))[:PAIRS]


class Table:
    """Each word with its bits, and the pairs whose absence would cost most; what is not there backs off."""

    def __init__(self, mixture: Mixture) -> None:
        self.mixture = mixture
        self.behind: dict[str, dict[int, list[str]]] = collections.defaultdict(lambda: collections.defaultdict(list))
        for before, word in mixture.pairs():
            self.behind[before][text_sequences.halves(mixture.likelihood((before, word)))].append(word)

    def lines(self) -> Iterator[str]:
        for word in sorted(self.mixture.words()):
            yield f"{word}\t{-math.log2(self.mixture.alone(word)):.1f}\t{self._entries(word)}"

    def _entries(self, before: str) -> str:
        found = self.behind.get(before, {})
        return "".join(text_sequences.DIGITS[bits] + " ".join(sorted(found[bits])) for bits in sorted(found))


def lines(news_path: Path, laws_path: Path, words_path: Path, own_path: Path) -> Iterator[str]:
    vocabulary = Vocabulary(text_sequences.words(words_path))
    texts = {
        "news": Text(text_sequences.news(news_path), vocabulary),
        "laws": Text(text_sequences.laws(laws_path), vocabulary),
        "own": Text(own(own_path), vocabulary),
    }
    return Table(Mixture(vocabulary, texts)).lines()
