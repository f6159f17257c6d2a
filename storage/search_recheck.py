"""Asking the folded texts of candidates what neither index nor columns can answer.

Whether Han stand in a text the database says itself, with the candidates, in a third of the time that it takes to send
the text. What has words or facts is asked by the code of `Query.holds`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Text, and_, bindparam, false, not_, or_, select, true

from storage.expressions import And, Not, Or, Word
from storage.search_terms import asks_facts
from storage.subjects import WORD_SIGN, Subject
from storage.tables import articles, matches, sources, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Row

    from storage.expressions import Node

#: Texts are long: at first no more of them are read than the caller wants to see.
_AT_ONCE, _MOST_AT_ONCE = 32, 512
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)

_WORDS = select(texts.c.article_id.label("id"), texts.c.folded_title, texts.c.folded_text)
_FACTS = (
    select(
        articles.c.id, articles.c.source_id, articles.c.seen_at, articles.c.published_at, articles.c.origin,
        articles.c.author, articles.c.story_id, articles.c.attachment_count, texts.c.folded_title,
        texts.c.folded_text, sources.c.name.label("source_name"), sources.c.province, sources.c.level,
    )
    .select_from(articles.join(texts).join(sources))
)  # fmt: skip
_WATCHES = select(matches.c.article_id, matches.c.watch)
_KEPT = select(texts.c.article_id)

#: The database's condition that ids are in the parameter `ids`.
Among = Callable[[Any], ColumnElement[bool]]


def holding(connection: Connection, among: Among, residue: Node, rows: Sequence[Row[Any]]) -> Iterator[Row[Any]]:
    """Those whose text is kept and of which `residue` holds, in their order; lazily."""
    for some, ids in _batches(rows):
        subjects = _subjects(connection, among, residue, ids)
        yield from (row for row in some if row.id in subjects and residue.holds(subjects[row.id]))


def kept(connection: Connection, among: Among, rows: Sequence[Row[Any]]) -> Iterator[Row[Any]]:
    """Those whose text is kept."""
    for some, ids in _batches(rows):
        found = set(connection.scalars(_KEPT.where(among(texts.c.article_id)), {"ids": ids}))
        yield from (row for row in some if row.id in found)


def is_of_han(node: Node) -> bool:
    """Whether its words neither begin nor end where a word would have to: the database can say where they stand."""
    if isinstance(node, And | Or):
        return all(map(is_of_han, node.parts))
    if isinstance(node, Not):
        return is_of_han(node.part)
    return isinstance(node, Word) and not WORD_SIGN.match(node.needle) and not WORD_SIGN.match(node.needle[-1])


def shape_of(node: Node, needles: dict[str, str]) -> Node:
    """The tree with a name in the place of each needle, which comes into `needles`: the same for many queries."""
    if isinstance(node, Word):
        name = f"needle_{len(needles)}"
        needles[name] = node.needle
        return Word(name, node.field)
    if isinstance(node, And | Or):
        return type(node)(tuple(shape_of(part, needles) for part in node.parts))
    return Not(shape_of(node.part, needles)) if isinstance(node, Not) else node


def condition(shape: Node, position: Any) -> ColumnElement[bool]:
    """Of a text, with the parameters that `shape_of` named; `position` gives the place of a text in another one."""
    if isinstance(shape, And):
        return and_(true(), *(condition(part, position) for part in shape.parts))
    if isinstance(shape, Or):
        return or_(false(), *(condition(part, position) for part in shape.parts))
    if isinstance(shape, Not):
        return not_(condition(shape.part, position))
    assert isinstance(shape, Word)
    columns = [texts.c.folded_title] * (shape.field != "text") + [texts.c.folded_text] * (shape.field != "title")
    return or_(*(position(column, bindparam(shape.needle, type_=Text)) > 0 for column in columns))


def _batches(rows: Sequence[Row[Any]]) -> Iterator[tuple[Sequence[Row[Any]], list[int]]]:
    start, size = 0, _AT_ONCE
    while some := rows[start : start + size]:
        yield some, [row.id for row in some]
        start, size = start + size, min(2 * size, _MOST_AT_ONCE)


def _subjects(connection: Connection, among: Among, residue: Node, ids: list[int]) -> dict[int, Subject]:
    if not asks_facts(residue):
        chosen = _WORDS.where(among(texts.c.article_id))
        return {row.id: _words(row) for row in connection.execute(chosen, {"ids": ids})}
    watches: defaultdict[int, list[str]] = defaultdict(list)
    for row in connection.execute(_WATCHES.where(among(matches.c.article_id)), {"ids": ids}):
        watches[row.article_id].append(row.watch)
    chosen = _FACTS.where(among(articles.c.id))
    return {row.id: _subject(row, watches[row.id]) for row in connection.execute(chosen, {"ids": ids})}


def _words(row: Any) -> Subject:
    return Subject(folded_titles=(row.folded_title,), folded_bodies=(row.folded_text,), seen_at=_NEVER)


def _subject(row: Any, watches: Sequence[str]) -> Subject:
    return Subject(
        folded_titles=(row.folded_title,),
        folded_bodies=(row.folded_text,),
        seen_at=row.seen_at,
        published_at=row.published_at,
        source_id=row.source_id,
        source_name=row.source_name,
        province=row.province,
        level=row.level or "",
        origin=row.origin,
        author=row.author,
        watches=tuple(watches),
        story=row.story_id,
        attachments=row.attachment_count,
    )
