"""What was read, as it is found, shown and read again: the part of `Store` that is asked for articles and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import lookups, pages, rereading, search, unknowns
from storage.query import Query, parse

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from storage.database import Database
    from storage.records import Article, Finding, RawPage
    from storage.reports import Dossier, Explanation, Kept, Rereading, Results, Revision, Unknown
    from storage.search import Count, Facets


class Archive:
    _database: Database

    def search(
        self,
        query: str | Query,
        *,
        now: datetime,
        limit: int = 20,
        after: str | None = None,
        all_articles: bool = False,
        sort: str = "newest",
    ) -> Results:
        """A page of the articles that match; items only, unless `all_articles`. `sort` is "newest" or "best".

        `after` is the cursor of the page before. Raises `QueryError`, and `ValueError` for a cursor that is none.
        """
        asked = _parsed(query, now)
        return self._database.read(lambda connection: lookups.search_page(
            connection, asked, limit=limit, after=after, all_articles=all_articles, sort=sort
        ))  # fmt: skip

    def count(self, query: str | Query, *, now: datetime, all_articles: bool = False) -> Count:
        asked = _parsed(query, now)
        return self._database.read(lambda connection: search.count(connection, asked, all_articles=all_articles))

    def facets(self, query: str | Query, *, now: datetime, all_articles: bool = False) -> Facets:
        asked = _parsed(query, now)
        return self._database.read(lambda connection: search.facets(connection, asked, all_articles=all_articles))

    def unknown(self, query: str | Query, *, now: datetime) -> list[Unknown]:
        """Provinces, levels, sources and watches in a query that fit nothing here: slips, which find nothing."""
        asked = _parsed(query, now)
        return self._database.read(lambda connection: unknowns.find(connection, asked))

    def article(self, url_or_key: str) -> Article | None:
        return self._database.read(lambda connection: lookups.article(connection, url_or_key))

    def page(self, url_or_key: str) -> RawPage | None:
        """As received last; pages of articles that matched no watch are not kept."""
        return self._database.read(lambda connection: lookups.page(connection, url_or_key))

    def revisions(self, url_or_key: str) -> list[Revision]:
        """What an article said before, the oldest first."""
        return self._database.read(lambda connection: lookups.revisions(connection, url_or_key))

    def pages(self, *, after: int = 0, limit: int = 100) -> list[tuple[int, RawPage]]:
        """All pages in the order in which they were stored, each with its number; `after` is the last one seen."""
        return self._database.read(lambda connection: list(pages.after(connection, after, limit=limit)))

    def articles_with_page(self, query: str | Query = "", *, now: datetime) -> list[int]:
        """Ids of those that match, the first to be stored first."""
        asked = _parsed(query, now)
        return self._database.read(lambda connection: rereading.with_page(connection, asked))

    def pages_of(self, article_ids: Collection[int]) -> list[RawPage]:
        """All versions that are kept, further pages included, in the order in which they were stored."""
        return self._database.read(lambda connection: list(pages.versions(connection, article_ids)))

    def dossiers(self, article_ids: Collection[int]) -> list[Dossier]:
        """Articles with their newest page; those that have none are left out."""
        return self._database.read(lambda connection: rereading.dossiers(connection, article_ids))

    def foresee(self, finding: Finding) -> int | None:
        """The story in which `reread` would put it, if it were the only one; nothing is written."""
        return self._database.read(lambda connection: rereading.foresee(connection, finding))

    def reread(self, rereadings: Sequence[Rereading], *, watches: Collection[str], now: datetime) -> list[Kept]:
        """What their pages say today takes the place of what was stored, which becomes a revision; nobody is told.

        `watches` are those that were asked again. One that was read anew meanwhile is "overtaken" and stays as it is.
        """
        return self._database.write(
            lambda connection: rereading.reread(connection, rereadings, watches=watches, now=now)
        )

    def explain(self, url: str) -> Explanation:
        return self._database.read(lambda connection: lookups.explain(connection, url))


def _parsed(query: str | Query, now: datetime) -> Query:
    return query if isinstance(query, Query) else parse(query, now=now)
