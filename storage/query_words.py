"""The text of a query cut into words, brackets, operators and fields, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLANK = re.compile(r"[\s，、；;]+|,(?!\d)|(?<!\d),")
_MINUS = "-－−–"
_OPENS = "(（"
_CLOSES = ")）"
_BAR = re.compile(r"[|｜]{1,2}")
_QUOTES = {"「": "」", "『": "』", "‘": "’"} | dict.fromkeys('"“”„＂', '"“”„＂')
_WORD_ENDS = re.compile(r"[\s，、；;()（）|｜\"“”„＂「『‘]|,(?!\d)|(?<!\d),")
_VALUE_ENDS = re.compile(r"[\s；;()（）|｜\"“”„＂「『‘]")
#: A date with an hour behind a blank is one value.
_DATE_WITH_HOUR = re.compile(
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]? +\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?![^\s()（）|｜])"
)
_FIELD = re.compile(r"([^\W\d_]{1,20})[:：]")
_HARMLESS_EDGE = "。！？!?…'"


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


_OPERATORS = {"and": Kind.AND, "与": Kind.AND, "且": Kind.AND, "&": Kind.AND, "&&": Kind.AND}
_OPERATORS |= {"or": Kind.OR, "或": Kind.OR, "not": Kind.NOT, "非": Kind.NOT}


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    kind: Kind
    text: str
    position: int


def tokens(text: str, *, listed: frozenset[str]) -> Iterator[Token]:
    """Ends with `Kind.END`. `listed` names the fields whose value may be a list (`province:山西,山东`)."""
    at = 0
    while at < len(text):
        if blank := _BLANK.match(text, at):
            at = blank.end()
            continue
        token, at = _token(text, at)
        yield token
        if token.kind is Kind.FIELD and token.text in listed and (value := _value(text, at)):
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
    operator = _OPERATORS.get(normalize("NFKC", word).lower())
    plain = word.lstrip("+＋").strip(_HARMLESS_EDGE) or word
    return Token(kind=operator or Kind.WORD, text=word if operator else plain, position=at), end


def _value(text: str, at: int) -> Token | None:
    found = _DATE_WITH_HOUR.match(text, at)
    ends = _VALUE_ENDS.search(text, at)
    end = found.end() if found else ends.start() if ends else len(text)
    return Token(kind=Kind.WORD, text=text[at:end], position=at) if end > at else None
