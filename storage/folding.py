"""The one definition of "the same text" for storing, matching, searching and comparing.

`simplify` is for readers: it knows phrases (乾燥 is 干燥, 乾隆 stays). `fold` is for machines: it looks at one
character at a time, so that a term that was folded alone is found inside a text that was folded whole, and so that
`fold(fold(x)) == fold(x)`. The price is that folded text is not always good Chinese (著作 becomes 着作).

OpenCC (`t2s`, 15 MB/s) converts; tw2s would close the hole of 著, but opens another one (饿了么 becomes 饿了幺) and
takes 原著, 编著 and 土著 for 着: the rule for 著 is here. Raise `FOLD_VERSION` whenever `fold` answers otherwise for
any text, because stored indexes and fingerprints must then be made anew, and `search.VERSION` with `grams`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from operator import add

import opencc

FOLD_VERSION = 2

#: Han, and kana and 〇 with them: written without spaces.
HAN = "々〇〻ぁ-ゖァ-ヺー㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"

_SURROGATES = re.compile("[\ud800-\udfff]")
# 著 read zhù stays: 著作, 显著, 原著. What ends like one of them but holds an aspect particle is taken out:
# 望著名單, 討論著, 配合著, 更新著.
_ZHU = re.compile(
    "(?<![顯显卓昭土原專专巨遺遗拙撰彰較较編编名所])(?<!(?<![討讨談谈議议爭争辯辩評评])[論论])(?<!(?<![翻])[譯译])"
    "(?<!(?<![配融結结符混迎集聚組组])合)著(?!作|名(?![單单])|述|稱|称|錄|录|譯|译|書立|书立|有[《「『])"
)
# Names written with a form that t2s takes for a mere variant; 昇 is a standard character for names since 2013
# (通用规范汉字表), and 昇腾, 昇思 are products of the industry that is watched.
_NAMES = re.compile("昇(?=[腾騰思鵬鹏兴興])|(?<=[新毕畢东東旭])昇")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_SPACES = re.compile("[ \t]+")
#: Some write 5G 网络, some 5G网络. It begins with what is rare, so that it is found quickly.
_SPACE_AT_HAN = re.compile(f" (?:(?=[{HAN}])|(?<=[{HAN}] ))")
_TOKEN = re.compile(f"[{HAN}]+|[^\\W_{HAN}]+")
_IS_HAN = re.compile(f"[{HAN}]")


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def simplify(text: str) -> str:
    """Traditional to simplified, for display; text that is simplified already comes back as it was.

    Same length, any `str` is accepted, `simplify(simplify(x)) == simplify(x)` for Chinese text.
    """
    parts = _SURROGATES.split(text)
    if len(parts) > 1:
        marks = _SURROGATES.findall(text)
        return "".join(_simplify(part) + mark for part, mark in zip(parts, [*marks, ""], strict=True))
    return _simplify(text)


def _simplify(text: str) -> str:
    simple: str = _converter().convert(text)
    if "陜西" in simple:
        # 陜 (xiá) is no variant of 陕, but in the name of the province it is its misprint.
        simple = simple.replace("陜西", "陕西")
    if simple == text:
        return text
    if "著" in text:
        simple = _put(simple, {match.start(): "着" for match in _ZHU.finditer(text)})
    if "昇" in text:
        simple = _put(simple, {match.start(): "昇" for match in _NAMES.finditer(text)})
    return simple


def _put(text: str, at: dict[int, str]) -> str:
    characters = list(text)
    for index, character in at.items():
        if index < len(characters):
            characters[index] = character
    return "".join(characters)


@cache
def _folds() -> dict[int, str]:
    codes = [*range(0x3400, 0xA000), *range(0x20000, 0x2F800)]
    # One a line: no phrase can form.
    simple = _converter().convert("\n".join(map(chr, codes))).split("\n")
    table = {code: new for code, new in zip(codes, simple, strict=True) if new != chr(code)}
    table[ord("著")] = "着"
    folds = {code: table.get(ord(new), new) if len(new) == 1 else new for code, new in table.items()}
    # What stays is named too: `str.translate` takes twice as long over a character that its table lacks.
    return {code: chr(code) for code in (*range(0x20, 0x7F), *range(0x3000, 0x3040), *range(0x4E00, 0xA000))} | folds


# NFKC is 30 times faster over a text without the punctuation of every Chinese sentence (1,500 characters: 220 -> 7 µs).
_WIDE = tuple((sign, unicodedata.normalize("NFKC", sign)) for sign in "，；：！？（）％\u3000")


def _narrow(text: str) -> str:
    for sign, narrow in _WIDE:
        text = text.replace(sign, narrow)
    return text


def fold(text: str) -> str:
    """The form in which texts are compared: NFKC, simplified, lower case, no spaces beside Han, nothing invisible.

    `fold(fold(x)) == fold(x)`; `fold(a) in fold(b)` wherever a stands in b at a border of Han or of a word.
    """
    text = unicodedata.normalize("NFKC", _narrow(_INVISIBLE.sub("", text))).casefold()
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_folds())
    if "  " in text or "\t" in text:
        text = _SPACES.sub(" ", text)
    return _SPACE_AT_HAN.sub("", text)


def grams(folded: str) -> set[str]:
    """The tokens under which a folded text is found: each Han and each pair of neighbours, Latin and digits as words.

    A text holds a term only if `grams(term)` is a subset of `grams(text)`; the reverse does not hold: ask the text.
    """
    found: set[str] = set()
    for run in _TOKEN.findall(folded):
        if _IS_HAN.match(run):
            found.update(run, map(add, run, run[1:]))
        else:
            found.add(run)
    return found
