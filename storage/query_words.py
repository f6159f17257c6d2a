"""The text of a query cut into words, brackets, operators and fields, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from unicodedata import normalize

from storage.folding import HAN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_BLANK = re.compile(r"[\s，、；;]+|,(?!\d)|(?<!\d),")
_MINUS = "-－−–"
_OPENS = "(（"
_CLOSES = ")）"
_BAR = re.compile(r"[|｜]{1,2}")
_QUOTES = {"「": "」", "『": "』", "‘": "’"} | dict.fromkeys('"“”„＂', '"“”„＂')
_WORD_ENDS = re.compile(r"[\s，、；;()（）|｜\"“”„＂「『‘]|,(?!\d)|(?<!\d),")
_END = r"\s，、,；;()（）|｜\"“”„＂「『‘"
_VALUE = re.compile(f"[^{_END}]+")
#: Up to what is another field: `province:山西，陕西|河南` is a list, `province:山西，level:park` is none.
_VALUES = re.compile(rf"[^{_END}]+(?:[，、,|｜](?!\w{{1,20}}[:：])[^{_END}]*)*")
#: A date with an hour behind a blank is one value.
_DATE_WITH_HOUR = re.compile(
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]? +\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?![^\s()（）|｜])"
)
_FIELD = re.compile(r"([^\W\d_]{1,20})[ \t\u3000]*[:：][ \t\u3000]*")
_HARMLESS_EDGE = "。！？!?…'"
#: What is written for something else than a text to look for: what is wrong with it, and what to write.
_SLIPS = (
    (r"[!！]+\w", "an exclamation mark excludes nothing", "write -招聘 to exclude a word"),
    (r"[—―]+\w", "a dash is no minus", "write -招聘 to exclude a word"),
    (r".*[*＊]", "there are no wildcards", "leave the * out: Chinese is found anywhere, other words only whole"),
    (f".*[{HAN}](?:AND|OR|NOT)[{HAN}]", "an operator without blanks", "write a blank on both sides of it"),
)


class QueryError(ValueError):
    """A query that cannot be understood: where (index into its text), why, and what to do about it."""

    def __init__(self, problem: str, *, position: int, remedy: str) -> None:
        super().__init__(problem, position, remedy)
        self.problem, self.position, self.remedy = problem, position, remedy

    def __str__(self) -> str:
        return f"at character {self.position + 1}: {self.problem}; {self.remedy}"

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.problem, self.position, self.remedy)


def _again(problem: str, position: int, remedy: str) -> QueryError:
    return QueryError(problem, position=position, remedy=remedy)


class Kind(StrEnum):
    WORD = "word"
    PHRASE = "phrase"
    #: `title:`; its value is what follows.
    FIELD = "field"
    OPEN = "("
    CLOSE = ")"
    AND = "and"
    OR = "or"
    NOT = "not"
    END = "end"


OPERATORS = dict.fromkeys(("and", "与", "和", "且", "并且", "&", "&&"), Kind.AND)
OPERATORS |= dict.fromkeys(("or", "或", "或者"), Kind.OR) | dict.fromkeys(("not", "非"), Kind.NOT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    kind: Kind
    text: str
    position: int


def tokens(text: str, *, listed: Collection[str], single: Collection[str]) -> Iterator[Token]:
    """Ends with `Kind.END`. `listed` names the fields that take lists (province:山西,山东), `single` those of dates."""
    at = 0
    while at < len(text):
        if blank := _BLANK.match(text, at):
            at = blank.end()
            continue
        token, at = _token(text, at)
        yield token
        if token.kind is Kind.FIELD and (value := _value(text, at, token.text in listed, token.text in single)):
            yield value
            at += len(value.text)
    yield Token(kind=Kind.END, text="", position=len(text))


def _token(text: str, at: int) -> tuple[Token, int]:
    sign = text[at]
    for signs, kind in ((_OPENS, Kind.OPEN), (_CLOSES, Kind.CLOSE)):
        if sign in signs:
            return Token(kind=kind, text=sign, position=at), at + 1
    if bar := _BAR.match(text, at):
        return Token(kind=Kind.OR, text=bar[0], position=at), bar.end()
    if sign in _MINUS:
        return _minus(text, at)
    if sign in _QUOTES:
        return _phrase(text, at)
    if field := _FIELD.match(text, at):
        return Token(kind=Kind.FIELD, text=normalize("NFKC", field[1]).lower(), position=at), field.end()
    return _word(text, at)


def _minus(text: str, at: int) -> tuple[Token, int]:
    if not text[at + 1 : at + 2].strip():
        remedy = "write -招聘 without a blank to exclude a word"
        raise QueryError("a minus that stands alone", position=at, remedy=remedy)
    return Token(kind=Kind.NOT, text=text[at], position=at), at + 1


def _phrase(text: str, at: int) -> tuple[Token, int]:
    ends = [place for sign in _QUOTES[text[at]] if (place := text.find(sign, at + 1)) >= 0]
    if not ends:
        remedy = "close it or leave it out"
        raise QueryError(f"the quotation mark {text[at]} is never closed", position=at, remedy=remedy)
    return Token(kind=Kind.PHRASE, text=text[at + 1 : min(ends)], position=at), min(ends) + 1


def _word(text: str, at: int) -> tuple[Token, int]:
    found = _WORD_ENDS.search(text, at + 1)
    end = found.start() if found else len(text)
    word = text[at:end]
    if operator := OPERATORS.get(normalize("NFKC", word).lower()):
        return Token(kind=operator, text=word, position=at), end
    for slip, problem, remedy in _SLIPS:
        if re.match(slip, word):
            raise QueryError(problem, position=at, remedy=f"{remedy}; to look for it as it stands, put it in quotes")
    return Token(kind=Kind.WORD, text=word.lstrip("+＋").strip(_HARMLESS_EDGE) or word, position=at), end


def _value(text: str, at: int, listed: bool, single: bool) -> Token | None:
    """None where a phrase, a bracket or a text to look for follows."""
    if listed and not text.startswith(tuple(_MINUS), at):
        found = _VALUES.match(text, at)
    else:
        found = (_DATE_WITH_HOUR.match(text, at) or _VALUE.match(text, at)) if single else None
    return Token(kind=Kind.WORD, text=found[0], position=at) if found else None
