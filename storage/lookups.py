"""Articles and stories as they are read: with their sources, matches and texts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from storage import outbox, pages, search, seen, tables
from storage.addresses import article_key
from storage.records import Level, Match, Source
from storage.reports import Explanation, Results, Revision, Story
from storage.rows import article_of, fact

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import ColumnElement, Connection

    from storage.query import Query
    from storage.records import Article, RawPage

_articles = tables.articles.c
_RANKS = {level: rank for rank, level in enumerate(Level)}
_FULL = select(tables.articles, tables.texts.c.text, tables.texts.c.attachments).select_from(
    tables.articles.outerjoin(tables.texts)
)


def articles(connection: Connection, ids: Collection[int]) -> dict[int, Article]:
    return {article.id: article for article in _read(connection, _articles.id.in_(list(ids)))}


def article(connection: Connection, url_or_key: str) -> Article | None:
    return next(iter(_read(connection, _articles.key == key_of(url_or_key))), None)


def page(connection: Connection, url_or_key: str) -> RawPage | None:
    """As received last."""
    id = connection.execute(select(_articles.id).where(_articles.key == key_of(url_or_key))).scalar()
    return None if id is None else next(iter(pages.newest(connection, id).values()), None)


def stories(connection: Connection, ids: Collection[int]) -> dict[int, Story]:
    told: defaultdict[int, list[Article]] = defaultdict(list)
    for one in _read(connection, _articles.story_id.in_(list(ids))):
        told[one.story_id].append(one)
    return {story_id: _story(story_id, found) for story_id, found in told.items()}


def search_page(
    connection: Connection, query: Query, *, limit: int, after: str | None, all_articles: bool, sort: str
) -> Results:
    found = search.find(connection, query, limit=limit, after=after, all_articles=all_articles, sort=sort)
    read = articles(connection, found.articles)
    return Results(articles=tuple(read[id] for id in found.articles), after=found.after)


def revisions(connection: Connection, url_or_key: str) -> list[Revision]:
    of_article = select(tables.revisions).join(tables.articles).where(_articles.key == key_of(url_or_key))
    rows = connection.execute(of_article.order_by(tables.revisions.c.id)).mappings()
    return [fact(Revision, row) for row in rows]


def explain(connection: Connection, url: str) -> Explanation:
    """Raises `AddressError` where `url` is none."""
    key = article_key(url)
    found = article(connection, key)
    return Explanation(
        url=url,
        key=key,
        sightings=seen.sightings_of(connection, key),
        article=found,
        problem="" if found else seen.problem_of(connection, key),
        story=stories(connection, [found.story_id])[found.story_id] if found else None,
        told=outbox.told(connection, found.story_id) if found else (),
    )


def key_of(url_or_key: str) -> str:
    """Raises `AddressError`."""
    return article_key(url_or_key) if "://" in url_or_key else url_or_key


def _story(story_id: int, found: Iterable[Article]) -> Story:
    """Of those at the highest level the first leads."""
    by_time = sorted(found, key=lambda one: one.id)
    lead = min(by_time, key=lambda one: _RANKS[one.source.level] if one.source.level else len(_RANKS))
    return Story(id=story_id, lead=lead, reprints=tuple(one for one in by_time if one is not lead))


def _read(connection: Connection, wanted: ColumnElement[bool]) -> list[Article]:
    rows = connection.execute(_FULL.where(wanted).order_by(_articles.id)).mappings().all()
    matched = _matches(connection, [row["id"] for row in rows])
    wanted_sources = tables.sources.c.id.in_({row["source_id"] for row in rows})
    found = connection.execute(select(tables.sources).where(wanted_sources)).mappings()
    sources = {row["id"]: fact(Source, row) for row in found}
    return [article_of(row, sources[row["source_id"]], matched[row["id"]]) for row in rows]


def _matches(connection: Connection, ids: Collection[int]) -> defaultdict[int, list[Match]]:
    matched: defaultdict[int, list[Match]] = defaultdict(list)
    said = select(tables.matches).where(tables.matches.c.article_id.in_(ids)).order_by(tables.matches.c.watch)
    for row in connection.execute(said).mappings():
        matched[row["article_id"]].append(fact(Match, row))
    return matched
