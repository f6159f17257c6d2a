"""What the eye does not see, or sees as something else: zero-width signs, radicals, full-width Latin."""

from __future__ import annotations

import re
import unicodedata

from crawler.text.mojibake import Mended
from crawler.text.sequences import has_word

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_CJK = f"{_HAN}\u3000-\u303f\uff01-\uff65“”‘’…—·"

# A joiner between emoji, letters of Indic or Arabic script is spelling, not noise.
_ZERO_WIDTH = re.compile(
    "[\u200b\u2060-\u2064\ufeff\u00ad\u180e]|(?<![\u0600-\u109f\U0001f000-\U0001ffff\ufe0f\u2600-\u27bf])[\u200c-\u200f\u202a-\u202e\u2066-\u206f]"
)
_NBSP = re.compile("\xa0")
_NBSP_IN_WORD = re.compile(f"([{_HAN}])(?=\xa0([{_HAN}]))")
_RADICAL = re.compile("[⺀-⻳⼀-⿕]+")
_BESIDE = re.compile(f"[0-9A-Za-z{_HAN}]")
_COMPATIBILITY = re.compile("[豈-﫿\U0002f800-\U0002fa1f]")
_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]+")
# Set in full width throughout, with its signs, or listed: that was meant.
_TYPESET = re.compile("[０-９Ａ-Ｚａ-ｚ]、[０-９Ａ-Ｚａ-ｚ]|[＃＄％＆＊＋－．／＝＠]")
_ANY = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad\u180e\xa0⺀-⿕豈-﫿０-９Ａ-Ｚａ-ｚ\ue000-\uf8ff\U0002f800-\U0002fa1f]"
)
_KANA = re.compile("[ぁ-ゖァ-ヺ]")
_HANGUL = re.compile("[가-힣]")
_PRIVATE = re.compile("[\ue000-\uf8ff]+")

#: Radicals that NFKC leaves alone, https://www.unicode.org/Public/UCD/latest/ucd/EquivalentUnifiedIdeograph.txt
_RADICALS = dict(
    zip(
        "⺁⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺐⺒⺓⺕⺖⺗⺘⺙⺛⺜⺝⺞⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺹⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲",
        "厂亻冂几刀刂卜㔾小小兀尢巳幺彐忄㣺扌攵旡日月歺民氵氺灬爫爫丬牛犭王疋目示礻竹糹纟罓罒耂聿月臼艹艹艹虎衤覀西见角角讠贝足车辶辶辶邑钅長镸长门阝阝雨青韦页风飞食飠飠饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀",
        strict=True,
    )
)
#: What GB 18030 put into the private area until Unicode had a place, and the blanks of cp936 (A3A0, A2xx).
_KNOWN_PRIVATE = {"\ue5e5": "\u3000", "\ue7c7": "ḿ", "\ue7c8": "ǹ"} | dict(
    zip(
        "\ue816\ue817\ue818\ue81e\ue826\ue82b\ue82c\ue831\ue832\ue83b\ue843\ue854\ue855\ue864",
        "𠂇𠂉𠃌龴龵龶龷𡗗龸𢦏龹龺𤇾龻",
        strict=True,
    )
)


def clean(text: str) -> Mended:
    """Nothing that is seen changes but its code; punctuation keeps its width."""
    steps: list[tuple[str, str, int]] = []
    if not _ANY.search(text):
        return Mended(text, steps)
    for what, rule in _RULES:
        after, places = rule(text)
        if after != text:
            steps.append((what, places[0], len(places)))
            text = after
    return Mended(text, steps)


def _zero_width(text: str) -> tuple[str, list[str]]:
    return _ZERO_WIDTH.sub("", text), _around(_ZERO_WIDTH, text)


def _no_break(text: str) -> tuple[str, list[str]]:
    """Inside a word it is noise, and then it is noise everywhere (h ik ing); between words it may be meant."""
    if not any(has_word(match[1] + match[2]) for match in _NBSP_IN_WORD.finditer(text)):
        return text, []
    return text.replace("\xa0", ""), _around(_NBSP, text)


def _radicals(text: str) -> tuple[str, list[str]]:
    """Within a text; alone, as in a list of radicals, they are what they are."""
    places: list[str] = []

    def unify(match: re.Match[str]) -> str:
        if not _is_beside_text(text, match):
            return match[0]
        places.append(match[0])
        return "".join(_RADICALS.get(c) or unicodedata.normalize("NFKC", c) for c in match[0])

    return _RADICAL.sub(unify, text), places


def _compatibility(text: str) -> tuple[str, list[str]]:
    if _KANA.search(text) or _HANGUL.search(text):
        return text, []
    after = _COMPATIBILITY.sub(lambda match: unicodedata.normalize("NFC", match[0]), text)
    return after, _COMPATIBILITY.findall(text)


def _full_width(text: str) -> tuple[str, list[str]]:
    if _TYPESET.search(text) or _KANA.search(text):
        return text, []
    return _WIDE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text), _WIDE.findall(text)


def _private(text: str) -> tuple[str, list[str]]:
    """Beside Han a character of its own, of GB 18030 where the meaning is known; alone an icon of the page's font."""
    places: list[str] = []

    def read(match: re.Match[str]) -> str:
        if not _is_beside_text(text, match):
            return match[0]
        places.append(text[max(0, match.start() - 3) : match.end() + 3])
        return "".join(_KNOWN_PRIVATE.get(character, "\ufffd") for character in match[0])

    return _PRIVATE.sub(read, text), places


def _is_beside_text(text: str, match: re.Match[str]) -> bool:
    beside = text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 1]
    return any(map(_BESIDE.match, beside))


def _around(pattern: re.Pattern[str], text: str) -> list[str]:
    return [text[max(0, match.start() - 3) : match.end() + 3] for match in pattern.finditer(text)]


_RULES = (
    ("zero-width signs", _zero_width),
    ("no-break spaces inside Han", _no_break),
    ("radicals and compatibility forms", _radicals),
    ("radicals and compatibility forms", _compatibility),
    ("full-width Latin", _full_width),
    ("private-use characters", _private),
)
