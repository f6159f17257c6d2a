"""What is kept for good and what for a time.

An article that matched a watch is kept for good, with its pages and revisions. Of the others the text goes after some
days; address and fingerprint stay, so that they are not fetched again and their reprints are known.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from storage import search, tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

#: Articles of one transaction, so that writers wait for half a second at most.
BATCH = 200
#: The rhythm of a source is learnt from some weeks; a year is for people.
VISITS = timedelta(days=400)
#: After this a page that never gave an article may be tried once more.
MISREADINGS = timedelta(days=180)


def forget_texts(connection: Connection, *, before: datetime) -> int:
    """Of at most `BATCH` articles without a match, seen before then."""
    ids = _forgettable(connection, before)
    search.remove(connection, ids)
    for owned in (tables.texts, tables.revisions):
        connection.execute(delete(owned).where(owned.c.article_id.in_(ids)))
    return len(ids)


def forget_visits(connection: Connection, *, now: datetime) -> None:
    connection.execute(delete(tables.visits).where(tables.visits.c.ended_at < now - VISITS))
    old = tables.misreadings.c.tried_at < now - MISREADINGS
    connection.execute(delete(tables.misreadings).where(old))


def _forgettable(connection: Connection, before: datetime) -> Sequence[int]:
    articles, texts = tables.articles.c, tables.texts.c
    query = select(texts.article_id).join_from(tables.texts, tables.articles)
    return connection.scalars(query.where(~articles.item, articles.seen_at < before).limit(BATCH)).all()
