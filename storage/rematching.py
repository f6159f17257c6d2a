"""A rule applied to articles that are stored: matches come and go as if it had been there when they were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, exists, select, update

from storage import tables, upserts
from storage.records import as_dict
from storage.reports import Rematched

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from storage.audience import Watch
    from storage.records import Match, NoticePlan

_articles, _matches, _notices, _watches = tables.articles.c, tables.matches.c, tables.notices.c, tables.watches.c

_SAID = ("score", "reasons", "words", "rule_version")


def rematch(
    connection: Connection,
    watch: Watch,
    verdicts: Mapping[int, Match | None],
    *,
    plans: Sequence[NoticePlan],
    now: datetime,
) -> Rematched | None:
    """Write what `watch` says of articles, by id; None, and nothing written, where it is not at that version any more.

    `plans` are for each that matches and is no backlog; who was told of its story, or will be, is not told again.
    """
    held = select(_watches.version).where(_watches.name == watch.name).with_for_update(read=True)
    if connection.scalar(held) != watch.version:
        return None
    before = _matched(connection, watch.name, verdicts)
    hits = {article: match for article, match in verdicts.items() if match}
    _add(connection, hits, now)
    _plan(connection, hits.keys(), plans)
    dropped = before - hits.keys()
    _drop(connection, watch.name, dropped)
    return Rematched(added=tuple(sorted(hits.keys() - before)), dropped=tuple(sorted(dropped)))


def _matched(connection: Connection, watch: str, articles: Collection[int]) -> set[int]:
    known = select(_matches.article_id).where(_matches.watch == watch, _matches.article_id.in_(list(articles)))
    return set(connection.scalars(known))


def _add(connection: Connection, hits: Mapping[int, Match], now: datetime) -> None:
    if hits:
        rows = [{"article_id": article, "matched_at": now, **as_dict(match)} for article, match in hits.items()]
        connection.execute(upserts.replace(connection, tables.matches, _SAID), rows)
        connection.execute(update(tables.articles).where(_articles.id.in_(list(hits))).values(item=True))


def _plan(connection: Connection, hits: Collection[int], plans: Sequence[NoticePlan]) -> None:
    told = select(_articles.id, _articles.story_id).where(_articles.id.in_(list(hits)), ~_articles.backlog)
    rows = [
        as_dict(plan) | {"article_id": id_, "story_id": story_id}
        for id_, story_id in connection.execute(told.order_by(_articles.id))
        for plan in plans
    ]
    if rows:
        connection.execute(upserts.add(connection, tables.notices), rows)


def _drop(connection: Connection, watch: str, dropped: Collection[int]) -> None:
    """What was told stays told, and its article an item; what waits to be told goes, unless its story matches still."""
    if not dropped:
        return
    ids = list(dropped)
    connection.execute(delete(tables.matches).where(_matches.watch == watch, _matches.article_id.in_(ids)))
    of_story = exists().where(
        _matches.watch == watch, _matches.article_id == _articles.id, _articles.story_id == _notices.story_id
    )
    stories = select(_articles.story_id).where(_articles.id.in_(ids))
    waiting = and_(_notices.watch == watch, _notices.delivery_id.is_(None), _notices.story_id.in_(stories))
    connection.execute(delete(tables.notices).where(waiting, ~of_story))
    wanted = exists().where(_matches.article_id == _articles.id) | exists().where(_notices.article_id == _articles.id)
    connection.execute(update(tables.articles).where(_articles.id.in_(ids), ~wanted).values(item=False))
