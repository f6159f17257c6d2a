"""Making what is derived from texts anew, after a change of the folding, of the index or of the fingerprints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from storage import lookups, meta, search, stories, tables
from storage.fingerprints import VERSION, fingerprint
from storage.folding import FOLD_VERSION
from storage.forms import fold_page

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from sqlalchemy import Connection

    from storage.records import Article

#: What the stored index and the fingerprints were made with.
MADE_WITH = f"search {search.VERSION}, folding {FOLD_VERSION}, fingerprints {VERSION}"
KEY = "index"
BATCH = 500

_texts = tables.texts.c


def is_needed(connection: Connection) -> bool:
    return meta.get(connection, KEY) != MADE_WITH


def reindex(connection: Connection, *, now: datetime) -> None:
    """Fold all texts, make their fingerprints and the index anew, in one transaction; until it ends nobody sees it.

    An article whose text is not kept any more stays with the fingerprint it has, which is compared with none.
    """
    if is_needed(connection):  # else another process was first
        for articles in _batches(connection):
            _refold(connection, articles)
            for article in articles:
                stories.print_again(connection, article.id, fingerprint(article.title, article.text))
        search.create(connection)
        search.rebuild(connection)
        meta.put(connection, KEY, MADE_WITH, now=now)


def _batches(connection: Connection) -> Iterator[Collection[Article]]:
    last = 0
    while True:
        after = select(_texts.article_id).where(_texts.article_id > last).order_by(_texts.article_id).limit(BATCH)
        ids = connection.scalars(after).all()
        if not ids:
            return
        yield [article for _, article in sorted(lookups.articles(connection, ids).items())]
        last = ids[-1]


def _refold(connection: Connection, articles: Collection[Article]) -> None:
    forms = {article.id: fold_page(article) for article in articles}
    facts = [{"of": article, **found.facts} for article, found in forms.items()]
    texts = [{"of": article, **found.texts} for article, found in forms.items()]
    connection.execute(update(tables.articles).where(tables.articles.c.id == bindparam("of")), facts)
    connection.execute(update(tables.texts).where(_texts.article_id == bindparam("of")), texts)
