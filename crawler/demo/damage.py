"""How real pages come to be damaged, done to clean texts.

Each function is what some converter did to texts of the kind; none of them knows how it is mended.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crawler.demo.texts import Text

# Character by character, as the converter does it (后 里 面 制 stay); the characters that the demo's texts need.
_SIMPLIFIED = (
    "万业两个乡争产亿从众优会体关内农况划则刚创剂办务动励医单卫厅县发启员围场块处备复头奖审对将尽岚岭师带广应开张"
    "当录执报据数无时机杂条来样桦气没温澜点现电疗矿确积签类线绍经给统网罗药营补装规认让讯记讲证评话说请调谈负责资"
    "转软输辖达过运这进远连钟银错镇长门问间闻队项额风飞鸟区协态战联续结构环权领术济试图们团"
)
_TRADITIONAL = (
    "萬業兩個鄉爭產億從眾優會體關內農況劃則剛創劑辦務動勵醫單衛廳縣發啟員圍場塊處備復頭獎審對將盡嵐嶺師帶廣應開張"
    "當錄執報據數無時機雜條來樣樺氣沒溫瀾點現電療礦確積簽類線紹經給統網羅藥營補裝規認讓訊記講證評話說請調談負責資"
    "轉軟輸轄達過運這進遠連鐘銀錯鎮長門問間聞隊項額風飛鳥區協態戰聯續結構環權領術濟試圖們團"
)
_TO_TRADITIONAL = str.maketrans(_SIMPLIFIED, _TRADITIONAL)

# The readings are put in by search and replace, and only ever behind characters that the conversion changed.
_READINGS = {
    "發": "fā", "業": "yè", "創": "chuàng", "數": "shù", "區": "qū", "網": "wǎng", "內": "nèi", "協": "xié",
    "態": "tài", "優": "yōu", "戰": "zhàn", "聯": "lián", "轉": "zhuǎn", "統": "tǒng", "續": "xù", "結": "jié",
    "規": "guī", "據": "jù", "構": "gòu", "調": "diào", "農": "nóng", "環": "huán", "權": "quán", "現": "xiàn",
    "鄉": "xiāng", "產": "chǎn", "務": "wù", "領": "lǐng", "醫": "yī", "術": "shù", "濟": "jì",
}  # fmt: skip


def inject_readings(text: str) -> str:
    """Traditional characters with readings behind some of them: 产业 -> 產(chǎn)業(yè).

    The replacement works on the bytes of GBK and does not see where a character begins. Where the end of one
    and the beginning of the next look like a character of its table, both are torn and take the bracket with
    them: 谈谈， -> 談?wù)劊.
    """
    table = {char.encode("gbk"): f"{char}({reading})".encode("gbk") for char, reading in _READINGS.items()}
    anywhere = re.compile(b"|".join(re.escape(char) for char in table))
    raw = text.translate(_TO_TRADITIONAL).encode("gb18030")
    torn = anywhere.sub(lambda found: table[found[0]], raw).decode("gb18030", errors="replace")
    return torn.replace("\ufffd(", "?")


def misread_as_latin1(text: str) -> str:
    """UTF-8 that a program took for latin-1 when it stored it: 云岭 -> äº\\x91å²\\xad."""
    return text.encode("utf-8").decode("latin-1")


def encode_wide(text: str, encoding: str) -> bytes:
    """What Windows writes where a page says `gb2312`: its code page 936, with the euro as the single byte 80."""
    if encoding != "gbk":
        return text.encode(encoding)
    return b"\x80".join(part.encode("gbk") for part in text.split("€"))


def damaged(text: Text) -> Text:
    """The text as it came to be stored by its site."""
    change = _KINDS.get(text.damage)
    if change is None:
        return text
    return replace(
        text,
        title=change(text.title),
        origin=change(text.origin),
        author=change(text.author),
        paragraphs=tuple(map(change, text.paragraphs)),
    )


_KINDS: Mapping[str, Callable[[str], str]] = {"readings": inject_readings, "mojibake": misread_as_latin1}
