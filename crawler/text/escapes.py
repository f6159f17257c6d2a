"""Characters that were written out for a machine and never read back: &#20013;, %E4%B8%AD, \\u4e2d, %u4E2D."""

from __future__ import annotations

import html
import re

from crawler.text.codecs import decode_as
from crawler.text.language import cost
from crawler.text.mojibake import Mended

_ENTITY = re.compile(
    r"&(?:amp;)*(?:#(?:x[0-9a-fA-F]{2,6}(?=;)|x[0-9a-fA-F]{4}|[1-6][0-9]{4}(?!;)|8[0-9]{3}(?!;)|[0-9]{2,5}(?![0-9;])|[0-9]{2,7}(?=;));?|(?:nbsp|ensp|emsp|[lr][sd]quo|hellip|[mn]dash|middot|bull|times|yen|copy|reg);)"
)
_TWICE = re.compile(r"&(?:amp;)+(?:#(?:x[0-9a-fA-F]{2,6}|[0-9]{2,7});|(?:nbsp|[lr][sd]quo|hellip|[mn]dash|middot);)")
_LEFTOVER = re.compile(r"&(?:amp;)*(?:amp|quot|lt|gt|apos|#39|#34);")
# Alone it is an example in a text about programming.
_U = r"(?:\\u|%u)[0-9a-fA-F]{4}"
_CODES = re.compile(rf"(?:{_U}[\x20-\x7e]{{1,20}}?)*{_U}{_U}(?:[\x20-\x7e]{{0,20}}?{_U})*")
_CODE = re.compile(r"(?:\\u|%u)([0-9a-fA-F]{4})")
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_PERCENT = re.compile(r"(?:[\w.~!*'();:@&=+$,/?#\[\]-]*%[0-9a-fA-F]{2})+[\w.~!*'();:@&=+$,/?#\[\]-]*", re.ASCII)
_ADDRESS = re.compile(r"://|^/|^www\.|[?&][\w.-]+=|\.(?:html?|s?php|jsp|aspx?|pdf|jpe?g|png)\b", re.IGNORECASE)
_HIGH = re.compile(r"%[89a-fA-F][0-9a-fA-F]")
_HAN = re.compile("[一-鿿]")


def unescape(text: str, *, markup: bool = False) -> Mended:
    """Each kind where there is proof of it; addresses keep their percent signs.

    In `markup` a parser reads entities, so only those that were escaped twice are damage.
    """
    steps: list[tuple[str, str, int]] = []
    for rule, sign in ((twice if markup else entities, "&"), (codes, "u"), (percents, "%")):
        if sign in text:
            text, found = rule(text)
            steps += found
    return Mended(text, steps)


def twice(text: str) -> Mended:
    """&amp;#20013; in a page source."""
    found = _TWICE.findall(text)
    return _mended(text, _TWICE.sub(lambda match: re.sub("&(?:amp;)+", "&", match[0]), text), "entities", found)


def entities(text: str) -> Mended:
    found = _ENTITY.findall(text)
    if not found:
        return Mended(text, [])
    after = _ENTITY.sub(_character, text)
    if _HAN.search("".join(map(_of_entity, found))):
        after = _LEFTOVER.sub(lambda match: html.unescape(re.sub("&(?:amp;)+", "&", match[0])), after)
    return _mended(text, after, "entities", found)


def _of_entity(entity: str) -> str:
    return html.unescape(re.sub("&(?:amp;)+", "&", entity))


def _character(match: re.Match[str]) -> str:
    return _of_entity(match[0])


def codes(text: str) -> Mended:
    r"""\u4e2d\u56fd and %u4E2D%u56FD, two at least."""
    places = _CODES.findall(text)

    def character(match: re.Match[str]) -> str:
        return chr(int(match[1], 16))

    def read(match: re.Match[str]) -> str:
        plain = _CODE.sub(character, match[0])
        plain = _SURROGATES.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), plain)
        return plain if _HAN.search(plain) else match[0]

    return _mended(text, _CODES.sub(read, text), "\\u escapes", places)


def percents(text: str) -> Mended:
    places: list[str] = []

    def read(match: re.Match[str]) -> str:
        before = match[0]
        if len(_HIGH.findall(before)) < 4 or _ADDRESS.search(before):
            return before
        after = _of_percents(before)
        if not _HAN.search(after) or "\ufffd" in after:
            return before
        places.append(before)
        return after

    return _mended(text, _PERCENT.sub(read, text), "percent escapes", places)


def _of_percents(text: str) -> str:
    body = re.sub(rb"%([0-9a-fA-F]{2})", lambda match: bytes([int(match[1], 16)]), text.encode("ascii"))
    return min((decode_as(name, body) for name in ("utf-8", "gb18030")), key=cost)


def _mended(before: str, after: str, what: str, places: list[str]) -> Mended:
    return Mended(after, [(what, places[0], len(places))]) if places and after != before else Mended(before, [])
