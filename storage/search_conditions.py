"""The facts of a query as conditions on the columns of `articles`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select, true

from storage.expressions import FACTS, And, Fact, Node, Not, Or, Time
from storage.folding import fold
from storage.search_terms import Span, is_factual
from storage.subjects import Subject
from storage.tables import articles, matches, sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

OF_SOURCES = frozenset({"province", "level", "source"})
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
#: Articles of a time that are looked through for the first and the last of them: 1.3 ms.
_OF_A_TIME = 8_192


class Conditions:
    """`position` is the database's function for the place of a text in another one."""

    def __init__(self, connection: Connection, position: Any) -> None:
        self._connection, self._position = connection, position

    def of(self, node: Node) -> ColumnElement[bool]:
        """Exact for what asks nothing of the text; else true wherever the query could hold."""
        if isinstance(node, Fact):
            return self._fact(node)
        if isinstance(node, Time):
            return _time(node)
        if isinstance(node, Not):
            return not_(self.of(node.part)) if is_factual(node.part) else true()
        if isinstance(node, And):
            return and_(true(), *map(self.of, node.parts))
        if isinstance(node, Or):
            return or_(false(), *map(self.of, node.parts))
        return true()

    def _fact(self, fact: Fact) -> ColumnElement[bool]:
        if fact.field in OF_SOURCES:
            return articles.c.source_id.in_(meant(self._connection, fact))
        if fact.field == "watch":
            return exists().where(matches.c.article_id == articles.c.id, matches.c.watch == fact.value)
        if fact.field == "story":
            return articles.c.story_id.is_not_distinct_from(int(fact.value))
        if fact.field == "has":
            return articles.c.attachment_count > 0
        column = articles.c.folded_origin if fact.field == "origin" else articles.c.folded_author
        return self._position(column, fold(fact.value)) > 0  # type: ignore[no-any-return]


def everything(connection: Connection) -> Span:
    return Span(0, connection.scalar(select(func.max(articles.c.id))) or 0)


def reach(connection: Connection, node: Node) -> Span | None:
    """Where the articles of its times are in the order of discovery; None where that may be anywhere."""
    times = [_time(time) for time in _times(node)]
    if not times:
        return None
    some = select(articles.c.id).where(*times).limit(_OF_A_TIME).subquery()
    number, first, last = connection.execute(select(func.count(), func.min(some.c.id), func.max(some.c.id))).one()
    if not number:
        return Span(0, 0)
    return Span(first - 1, last) if number < _OF_A_TIME else None


def meant(connection: Connection, fact: Fact) -> Sequence[str]:
    """Ids of the sources of a fact that is one of `OF_SOURCES`."""
    if fact.field == "source":
        rows = connection.execute(select(sources.c.id, sources.c.name))
        return [row.id for row in rows if FACTS["source"](_of(source_id=row.id, source_name=row.name), fact.value)]
    # There are thousands of sources, but few provinces and levels.
    column = sources.c[fact.field]
    values = connection.scalars(select(column).distinct())
    fitting = [value for value in values if FACTS[fact.field](_of(**{fact.field: value or ""}), fact.value)]
    return connection.scalars(select(sources.c.id).where(column.in_(fitting))).all()


def _of(**facts: str) -> Subject:
    return Subject(folded_titles=(), folded_bodies=(), seen_at=_NEVER, **facts)  # type: ignore[arg-type]


def _times(node: Node) -> Iterator[Time]:
    """Without which it cannot hold."""
    for part in node.parts if isinstance(node, And) else (node,):
        if isinstance(part, Time):
            yield part
        elif isinstance(part, And):
            yield from _times(part)


def _time(time: Time) -> ColumnElement[bool]:
    column = articles.c.moment if time.axis == "moment" else articles.c.seen_at
    since = column >= time.since if time.since else true()
    return and_(since, column < time.before if time.before else true())
