"""The query language: one expression for search, watch, back-test and feed. docs/query.md says what it means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING
from unicodedata import normalize

from storage import query_dates
from storage.expressions import And, Fact, Node, Not, Or, Time, Word, wanted
from storage.folding import fold, grams
from storage.query_words import Kind, QueryError, Token, tokens
from storage.records import Article, Level
from storage.subjects import Subject, occurrences

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

__all__ = ["Hits", "Query", "QueryError", "Subject", "joined", "parse"]

MAX_LENGTH = 10_000
MAX_TERMS = 256
MAX_DEPTH = 32
MAX_TERM = 100

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TEXT_FIELDS = frozenset({"title", "text"})
_DATE_FIELDS = frozenset({"since", "until", "seen"})
_FACT_FIELDS = frozenset({"province", "level", "source", "origin", "author", "watch", "story", "has"})
_FIELDS = _TEXT_FIELDS | _DATE_FIELDS | _FACT_FIELDS
_ALIASES = {
    "标题": "title", "正文": "text", "内容": "text", "省": "province", "省份": "province", "级别": "level",
    "层级": "level", "信源": "source", "来源": "origin", "作者": "author", "监测": "watch", "事件": "story",
    "自": "since", "至": "until", "发现": "seen", "含": "has",
}  # fmt: skip
_LEVELS = {
    "部委": "ministry", "部级": "ministry", "国家": "ministry", "省级": "province", "省": "province",
    "厅局": "department", "部门": "department", "市级": "city", "市": "city", "区县": "county", "县级": "county",
    "县": "county", "园区": "park", "开发区": "park", "门户": "portal", "媒体": "media",
} | {level.value: level.value for level in Level}  # fmt: skip
#: What other programs call our fields.
_ELSEWHERE = {
    "after": "since", "from": "since", "date": "since", "published": "since", "日期": "since", "时间": "since",
    "发布时间": "since", "before": "until", "to": "until", "截至": "until", "site": "source", "url": "source",
    "inurl": "source", "网站": "source", "站点": "source", "单位": "source", "地区": "province", "地方": "province",
    "省市": "province", "region": "province", "等级": "level", "body": "text", "intext": "text", "content": "text",
    "全文": "text", "关键词": "text", "headline": "title", "题目": "title", "题名": "title", "记者": "author",
    "filetype": "has", "附件": "has",
}  # fmt: skip
#: The fields of facts and of dates, in any spelling.
_LISTED = _FACT_FIELDS | {name for name, field in _ALIASES.items() if field in _FACT_FIELDS}
_SINGLE = _DATE_FIELDS | {name for name, field in _ALIASES.items() if field in _DATE_FIELDS}
#: province=山西, since>=2026-11-01.
_EQUATION = re.compile(r"([^\W\d_]{1,20})[=＝<>＜＞≤≥]+")
_HAS = {"attachment": "attachment", "attachments": "attachment", "附件": "attachment"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A place where a term stands, in the folded text of a piece: `field` "title" or "text", its `piece`th."""

    field: str
    piece: int
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Hits:
    """The answer of a query about an article: true when it matches, with the places of the terms it looked for."""

    matched: bool
    places: tuple[Hit, ...] = ()

    def __bool__(self) -> bool:
        return self.matched


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. `str(query)` is a text that parses to the same tree, with its relative dates made absolute."""

    #: As it was typed.
    text: str
    tree: Node

    def holds(self, subject: Subject) -> bool:
        return self.tree.holds(subject)

    def matches(self, article: Article | Subject) -> Hits:
        """Whether it matches and where. Many queries of one article: make its `Subject` once."""
        subject = article if isinstance(article, Subject) else Subject.of(article)
        if not self.holds(subject):
            return Hits(matched=False)
        return Hits(matched=True, places=tuple(sorted(_places(self.tree, subject), key=_in_order)))

    def lacks(self, article: Article | Subject) -> tuple[str, ...]:
        """The parts that kept it from matching; one alone is a near miss."""
        subject = article if isinstance(article, Subject) else Subject.of(article)
        parts = self.tree.parts if isinstance(self.tree, And) else (self.tree,)
        return tuple(str(part) for part in parts if not part.holds(subject))

    def __str__(self) -> str:
        return str(self.tree)


def parse(text: str, *, now: datetime) -> Query:
    """Raises `QueryError`. `now` is what relative dates count from; the empty text matches everything."""
    if len(text) > MAX_LENGTH:
        raise QueryError(f"{len(text)} characters", position=MAX_LENGTH, remedy=f"at most {MAX_LENGTH} are read")
    if bad := _UNPRINTABLE.search(text):
        raise QueryError(f"an unprintable sign {bad[0]!r}", position=bad.start(), remedy="take it out")
    return Query(text, _Parser(list(tokens(text, listed=_LISTED, single=_SINGLE)), now).query())


def joined(queries: Sequence[Query]) -> Query:
    """What all of them hold of."""
    parts = tuple(query.tree for query in queries if query.tree != And())
    text = " ".join(f"({query.text})" for query in queries if query.tree != And())
    return Query(text, parts[0] if len(parts) == 1 else And(parts))


def _places(tree: Node, subject: Subject) -> set[Hit]:
    return {
        Hit(field=field, piece=number, start=start, end=start + len(word.needle))
        for word in wanted(tree)
        for field, pieces in (("title", subject.folded_titles), ("text", subject.folded_bodies))
        if word.field in ("", field)
        for number, piece in enumerate(pieces)
        for start in occurrences(word.needle, piece)
    }


def _in_order(hit: Hit) -> tuple[bool, int, int, int]:
    return hit.field == "text", hit.piece, hit.start, hit.end


class _Parser:
    """Recursive descent: or < and < not < primary. `field` is the one whose bracket is being read."""

    def __init__(self, found: list[Token], now: datetime) -> None:
        self._tokens, self._now = found, now
        self._at = self._depth = self._terms = 0

    def query(self) -> Node:
        if self._take(Kind.END):
            return And()
        tree = self._or("")
        if not self._take(Kind.END):
            raise self._error("a bracket that was never opened", "take it out or open one before")
        return tree

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    def _take(self, *kinds: Kind) -> bool:
        taken = self._token.kind in kinds
        self._at += taken
        return taken

    def _error(self, problem: str, remedy: str, position: int | None = None) -> QueryError:
        return QueryError(problem, position=self._token.position if position is None else position, remedy=remedy)

    def _or(self, field: str) -> Node:
        parts = [self._and(field)]
        while self._take(Kind.OR):
            parts.append(self._and(field))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _and(self, field: str) -> Node:
        parts = [self._not(field)]
        while self._take(Kind.AND) or self._token.kind not in (Kind.OR, Kind.CLOSE, Kind.END):
            parts.append(self._not(field))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _not(self, field: str) -> Node:
        negative = False
        while self._take(Kind.NOT):
            negative = not negative
        part = self._primary(field)
        if not negative:
            return part
        return part.part if isinstance(part, Not) else Not(part)

    def _primary(self, field: str) -> Node:
        token = self._token
        if self._take(Kind.OPEN):
            return self._bracket(field, token)
        if self._take(Kind.FIELD):
            return self._field(token, field)
        if self._take(Kind.WORD, Kind.PHRASE):
            return self._leaf(field, token)
        raise self._error("a term is missing here", _MISSING.get(token.kind, "write a term"))

    def _bracket(self, field: str, opened: Token) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(f"more than {MAX_DEPTH} brackets inside each other", "write it flatter")
        part = self._or(field)
        if not self._take(Kind.CLOSE):
            raise self._error("a bracket that is never closed", "close it or leave it out", opened.position)
        self._depth -= 1
        return part

    def _field(self, name: Token, outer: str) -> Node:
        field = _field_named(name)
        if outer:
            raise self._error(f"{field}: inside the bracket of {outer}:", "close the bracket first", name.position)
        token = self._token
        if self._take(Kind.OPEN):
            return self._bracket(field, token)
        if self._take(Kind.WORD, Kind.PHRASE):
            return self._leaf(field, token)
        remedy = f"write it right behind the colon, as {_SAMPLES[field]}"
        if token.kind is Kind.NOT:
            remedy = f"to exclude it, write the minus in front, as -{_SAMPLES[field]}"
        raise self._error(f"{field}: has no value", remedy, name.position)

    def _leaf(self, field: str, token: Token) -> Node:
        self._terms += 1
        if self._terms > MAX_TERMS:
            raise self._error(f"more than {MAX_TERMS} terms", "make several queries of it", token.position)
        if field in _DATE_FIELDS:
            return _time(field, token, self._now)
        if field in _FACT_FIELDS:
            return _facts(field, token)
        return _word(field, token)


_MISSING = {
    Kind.END: "the query ends too early: write a term or take the last operator out",
    Kind.CLOSE: "put a term into the bracket or take it out",
    Kind.AND: "AND stands between two terms; to look for the word itself, put it in quotes",
    Kind.OR: "OR stands between two terms; to look for the word itself, put it in quotes",
}
_SAMPLES: Mapping[str, str] = {
    "title": "title:算力", "text": "text:算力", "province": "province:山西",
    "level": "level:park", "source": "source:山西", "origin": "origin:新华社", "author": "author:张三",
    "watch": "watch:ai", "story": "story:17", "has": "has:attachment",
    "since": "since:7d", "until": "until:2026-11-01", "seen": "seen:今天",
}  # fmt: skip


def _field_named(token: Token) -> str:
    name = _ALIASES.get(token.text, token.text)
    if name in _FIELDS:
        return name
    near = [_ELSEWHERE[name]] if name in _ELSEWHERE else get_close_matches(name, [*_FIELDS, *_ALIASES], n=1)
    meant = f"did you mean {near[0]}:?" if near else f"there are {', '.join(sorted(_FIELDS))}."
    remedy = f"{meant} To look for the text itself, put it in quotes"
    raise QueryError(f"no field is called {token.text}", position=token.position, remedy=remedy)


def _word(field: str, token: Token) -> Word:
    needle = " ".join(fold(token.text).split())
    if not grams(needle):
        remedy = "write a letter, a digit or a Chinese character"
        raise QueryError(f"nothing to look for in “{token.text}”", position=token.position, remedy=remedy)
    if len(needle) > MAX_TERM:
        raise QueryError(f"a term of {len(needle)} characters", position=token.position, remedy=f"at most {MAX_TERM}")
    if token.kind is Kind.WORD and (equation := _EQUATION.match(token.text)):
        _refuse_equation(equation, token)
    return Word(needle, field)


def _refuse_equation(found: re.Match[str], token: Token) -> None:
    name = normalize("NFKC", found[1]).lower()
    if name in _FIELDS or name in _ALIASES:
        meant = f"did you mean {name}:{token.text[found.end() :]}? To look for the text itself, put it in quotes"
        raise QueryError("a field ends with a colon", position=token.position, remedy=meant)


def _facts(field: str, token: Token) -> Node:
    """A value, or several with commas between them: any of these."""
    texts = re.split("[,，、|｜]", token.text) if token.kind is Kind.WORD else [token.text]
    values = [Fact(field, _VALUES.get(field, _as_written)(text.strip(), token)) for text in texts if text.strip()]
    if not values:
        raise QueryError(f"{field}: has no value", position=token.position, remedy=f"write it as {_SAMPLES[field]}")
    return values[0] if len(values) == 1 else Or(tuple(values))


def _as_written(value: str, token: Token) -> str:
    if len(value) > MAX_TERM:
        raise QueryError(f"a value of {len(value)} characters", position=token.position, remedy=f"at most {MAX_TERM}")
    return value


def _level(value: str, token: Token) -> str:
    return _one_of(_LEVELS, normalize("NFKC", value).lower(), token, "level")


def _has(value: str, token: Token) -> str:
    return _one_of(_HAS, normalize("NFKC", value).lower(), token, "has")


def _one_of(known: Mapping[str, str], value: str, token: Token, field: str) -> str:
    if value in known:
        return known[value]
    near = get_close_matches(value, known, n=1, cutoff=0.6)
    remedy = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(set(known.values())))}"
    raise QueryError(f"{field}:{value} is not known", position=token.position, remedy=remedy)


def _story(value: str, token: Token) -> str:
    value = normalize("NFKC", value)
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        raise QueryError(f"{value} is no story", position=token.position, remedy="write its number, as story:17")
    return str(int(value))


_VALUES: Mapping[str, Callable[[str, Token], str]] = {"level": _level, "has": _has, "story": _story}


def _time(field: str, token: Token, now: datetime) -> Time:
    first, dots, last = token.text.partition("..")
    try:
        start = query_dates.interval(first, now=now)[0] if first else None
        end = query_dates.interval(last if dots else first, now=now)[1] if last or not dots else None
    except (ValueError, OverflowError) as error:
        remedy = f"write it as {query_dates.EXAMPLES}"
        raise QueryError(str(error), position=token.position, remedy=remedy) from None
    if dots and field != "seen":
        raise QueryError(f"{field}: takes one date", position=token.position, remedy="write since:… until:…")
    if field == "seen":
        return Time("seen", start, end if dots else None)
    return Time("moment", since=start) if field == "since" else Time("moment", before=end)
