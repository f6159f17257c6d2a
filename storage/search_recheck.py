"""Asking the folded texts of candidates what neither index nor columns can answer.

Whether Han stand in a text the database says itself, in a third of the time that sending the text takes. What has words
or facts is asked by the code of `Query.holds`.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, false, not_, or_, select, true

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

_AMONG: BindParameter[Any] = bindparam("ids", expanding=True)
_WORDS = select(texts.c.article_id.label("id"), texts.c.folded_title, texts.c.folded_text).where(
    texts.c.article_id.in_(_AMONG)
)
_FACTS = (
    select(
        articles.c.id, articles.c.source_id, articles.c.seen_at, articles.c.published_at, articles.c.origin,
        articles.c.author, articles.c.story_id, articles.c.attachment_count, texts.c.folded_title,
        texts.c.folded_text, sources.c.name.label("source_name"), sources.c.province, sources.c.level,
    )
    .select_from(articles.join(texts).join(sources))
    .where(articles.c.id.in_(_AMONG))
)  # fmt: skip
_WATCHES = select(matches.c.article_id, matches.c.watch).where(matches.c.article_id.in_(_AMONG))
_KEPT = select(texts.c.article_id).where(texts.c.article_id.in_(_AMONG))


def holding(connection: Connection, residue: Node, rows: Sequence[Row[Any]], position: Any) -> Iterator[Row[Any]]:
    """Those whose text is kept and of which `residue` holds, in their order; lazily.

    `position` is the database's function for the place of a text in another one.
    """
    is_of_han = _is_of_han(residue)
    for some, ids in _batches(rows):
        # To compile a statement of its own takes as long as a few texts.
        if is_of_han and len(ids) > _AT_ONCE:
            found = set(connection.scalars(_KEPT.where(_condition(residue, position)), {"ids": ids}))
        else:
            subjects = _subjects(connection, residue, ids).items()
            found = {id for id, subject in subjects if residue.holds(subject)}
        yield from (row for row in some if row.id in found)


def _is_of_han(node: Node) -> bool:
    """Whether its words neither begin nor end where a word would have to."""
    if isinstance(node, And | Or):
        return all(map(_is_of_han, node.parts))
    if isinstance(node, Not):
        return _is_of_han(node.part)
    return isinstance(node, Word) and not WORD_SIGN.match(node.needle) and not WORD_SIGN.match(node.needle[-1])


def _condition(node: Node, position: Any) -> ColumnElement[bool]:
    if isinstance(node, And):
        return and_(true(), *(_condition(part, position) for part in node.parts))
    if isinstance(node, Or):
        return or_(false(), *(_condition(part, position) for part in node.parts))
    if isinstance(node, Not):
        return not_(_condition(node.part, position))
    assert isinstance(node, Word)
    columns = [texts.c.folded_title] * (node.field != "text") + [texts.c.folded_text] * (node.field != "title")
    return or_(*(position(column, node.needle) > 0 for column in columns))


def _batches(rows: Sequence[Row[Any]]) -> Iterator[tuple[Sequence[Row[Any]], list[int]]]:
    start, size = 0, _AT_ONCE
    while some := rows[start : start + size]:
        yield some, [row.id for row in some]
        start, size = start + size, min(2 * size, _MOST_AT_ONCE)


def _subjects(connection: Connection, residue: Node, ids: list[int]) -> dict[int, Subject]:
    if not asks_facts(residue):
        return {row.id: _words(row) for row in connection.execute(_WORDS, {"ids": ids})}
    watches: defaultdict[int, list[str]] = defaultdict(list)
    for row in connection.execute(_WATCHES, {"ids": ids}):
        watches[row.article_id].append(row.watch)
    return {row.id: _subject(row, watches[row.id]) for row in connection.execute(_FACTS, {"ids": ids})}


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
