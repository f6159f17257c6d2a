"""Stored pages read again by a newer program: what they say now takes the place of what they said.

Index, matches and story follow the text. Nobody is told of what is found this way: it is old news. An article stays an
item, and what its earlier text matched of watches that were not asked again stays too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select, update

from storage import articles, lookups, outbox, pages, search, seen, stories, tables
from storage.faults import without_nul
from storage.fingerprints import fingerprint
from storage.forms import fold_page
from storage.reports import Dossier, Kept

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from storage.query import Query
    from storage.records import Finding
    from storage.reports import Rereading

_articles, _matches = tables.articles.c, tables.matches.c
_BY_KEY = (
    select(_articles.id, _articles.story_id, _articles.relation, _articles.title, tables.texts.c.text)
    .select_from(tables.articles.outerjoin(tables.texts))
    .where(_articles.key == bindparam("wanted"))
)
#: Hits of a query that are taken at a time.
_HITS = 10_000


def with_page(connection: Connection, query: Query) -> list[int]:
    """Articles that match and have a page, the first to be stored first."""
    owners = pages.owners(connection)
    if not str(query):
        return list(owners)
    hits = set(_hits(connection, query))
    return [article for article in owners if article in hits]


def _hits(connection: Connection, query: Query) -> Iterator[int]:
    after = None
    while True:
        found = search.find(connection, query, limit=_HITS, after=after, all_articles=True)
        yield from found.articles
        after = found.after
        if after is None:
            return


def dossiers(connection: Connection, article_ids: Collection[int]) -> list[Dossier]:
    """In the order of the articles; those without a page are left out."""
    found = lookups.articles(connection, article_ids)
    kept = ((found[id], pages.newest(connection, id)) for id in article_ids if id in found)
    return [
        Dossier(
            article=article,
            page_id=min(parts),
            pages=tuple(parts.values()),
            sighting=next(iter(seen.sightings_of(connection, article.key)), None),
        )
        for article, parts in kept
        if parts
    ]


def reread(
    connection: Connection, rereadings: Sequence[Rereading], *, watches: Collection[str], now: datetime
) -> list[Kept]:
    """What became of each. `watches` are those whose matches the findings bear."""
    stories.lock(connection)
    done = [_reread(connection, one, watches, now) for one in rereadings]
    search.index(connection, {kept.article_id for kept in done if kept.article_id and kept.status == "revised"})
    return done


def foresee(connection: Connection, finding: Finding) -> int | None:
    """The story that it would be in; None where its article is not stored."""
    row = connection.execute(_BY_KEY, {"wanted": finding.key}).one_or_none()
    if row is None or (row.title, row.text) == (finding.title, finding.text):
        return row and row.story_id
    return stories.foresee(connection, row.id, fingerprint(finding.title, finding.text)).story_id


def _reread(connection: Connection, one: Rereading, watches: Collection[str], now: datetime) -> Kept:
    finding = without_nul(one.finding)
    row = connection.execute(_BY_KEY, {"wanted": finding.key}).one_or_none()
    if row is None or pages.newest_id(connection, row.id) != one.page_id:
        return Kept(key=finding.key, status="overtaken")
    return articles.tried(connection, finding, lambda: _replace(connection, row, finding, watches, now))


def _replace(
    connection: Connection, row: Row[*tuple[Any, ...]], finding: Finding, watches: Collection[str], now: datetime
) -> Kept:
    said = (row.title, row.text)
    if said != (finding.title, finding.text):
        articles.archive(connection, row.id, now)
    articles.replace(connection, row.id, finding, fold_page(finding))
    _match(connection, row.id, finding, watches, now)
    story_id, relation = row.story_id, row.relation
    if said != (finding.title, finding.text):
        story_id, relation = _place(connection, row, finding)
    return Kept(
        key=finding.key,
        status="revised",
        article_id=row.id,
        story_id=story_id,
        relation=relation,
        matched=bool(finding.matches),
    )


def _match(connection: Connection, article_id: int, finding: Finding, watches: Collection[str], now: datetime) -> None:
    lost = set(watches) - {match.watch for match in finding.matches}
    connection.execute(delete(tables.matches).where(_matches.article_id == article_id, _matches.watch.in_(lost)))
    articles.mark(connection, article_id, finding, now)


def _place(connection: Connection, row: Row[*tuple[Any, ...]], finding: Finding) -> tuple[int, str]:
    placed = stories.place_again(connection, row.id, fingerprint(finding.title, finding.text))
    where = {"story_id": placed.story_id, "relation": placed.relation}
    connection.execute(update(tables.articles).where(_articles.id == row.id).values(where))
    if placed.story_id != row.story_id:
        outbox.follow(connection, row.id, row.story_id, placed.story_id)
    outbox.withdraw(connection, {placed.story_id})
    return placed.story_id, placed.relation
