"""Pages as received, zstd-compressed against an earlier page of their source.

Pages of one source share their frame, so one of them is the best dictionary for the others: of 400 synthetic pages
12.8 % of the bytes were left, against 17.6 % with a dictionary trained for the site, 25 % with one for all sites and
44 % as gzipped WARC. A dictionary is a row that never changes; a source gets a new one when pages stop resembling it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import zstandard
from sqlalchemy import bindparam, delete, func, insert, select

from storage import tables
from storage.errors import StoreDamaged
from storage.rows import page_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Connection, RowMapping

    from storage.records import RawPage

#: 3 costs half of what 10 costs, for 7 % more bytes.
LEVEL = 3
#: A page of which its source's newest dictionaries leave more than this becomes the next one.
POOR = 0.5
TRIED = 3
#: Dictionaries of a source; a site that looks otherwise on every page has no use for more.
MOST_DICTIONARIES = 20
#: Versions kept of one article's page.
MOST_PAGES = 5

_pages = tables.pages.c
_newest = select(func.max(_pages.id)).where(_pages.part == 0)
_ADD = insert(tables.pages)
_of = _pages.article_id == bindparam("of")
_kept = select(_pages.id).where(_of, _pages.part == 0).order_by(_pages.id.desc()).limit(MOST_PAGES).subquery()
_DROP_OLD = delete(tables.pages).where(_of, _pages.id < select(func.min(_kept.c.id)).scalar_subquery())


def keep(
    connection: Connection, article_id: int, source_id: str, page: RawPage, further: Sequence[RawPage] = ()
) -> None:
    """A version of an article's page, with its further pages."""
    for part, one in enumerate((page, *further)):
        _add(connection, article_id, source_id, one, part)
    connection.execute(_DROP_OLD, {"of": article_id})


def _add(connection: Connection, article_id: int, source_id: str, page: RawPage, part: int) -> None:
    dictionary_id, body = _packed(connection, source_id, page.body)
    row = {
        "article_id": article_id,
        "part": part,
        "url": page.url,
        "status": page.status,
        "headers": page.headers,
        "fetched_at": page.fetched_at,
        "size": len(page.body),
        "dictionary_id": dictionary_id,
        "body": body,
    }
    connection.execute(_ADD, row)


def newest(connection: Connection, article_id: int) -> dict[int, RawPage]:
    """The newest version of an article's page by its numbers: the page, then its further pages."""
    since = _newest.where(_pages.article_id == article_id).scalar_subquery()
    rows = select(tables.pages).where(_pages.article_id == article_id, _pages.id >= since).order_by(_pages.id)
    return {row["id"]: _page(connection, row) for row in connection.execute(rows).mappings().all()}


def newest_id(connection: Connection, article_id: int) -> int | None:
    return connection.execute(_newest.where(_pages.article_id == article_id)).scalar()


def owners(connection: Connection) -> Sequence[int]:
    """The articles that have a page, the first to be stored first."""
    return connection.scalars(select(_pages.article_id).distinct().order_by(_pages.article_id)).all()


def versions(connection: Connection, article_ids: Collection[int]) -> Iterator[RawPage]:
    """All that is kept of these articles, in the order in which it was stored."""
    rows = select(tables.pages).where(_pages.article_id.in_(article_ids)).order_by(_pages.id)
    for row in connection.execute(rows).mappings().all():
        yield _page(connection, row)


def after(connection: Connection, page_id: int, *, limit: int) -> Iterator[tuple[int, RawPage]]:
    """Pages in the order in which they were stored, each with its number."""
    query = select(tables.pages).where(_pages.id > page_id).order_by(_pages.id).limit(limit)
    for row in connection.execute(query).mappings().all():
        yield row["id"], _page(connection, row)


def proven(connection: Connection) -> tuple[int, list[int]]:
    """How many there are, and the articles of those that cannot be unpacked."""
    number, bad = 0, list[int]()
    for row in connection.execute(select(tables.pages).order_by(_pages.id)).yield_per(100).mappings():
        number += 1
        try:
            _page(connection, row)
        except StoreDamaged:
            bad.append(row["article_id"])
    return number, bad


def _page(connection: Connection, row: RowMapping) -> RawPage:
    try:
        body = _decompress(row["body"], _dictionary(connection, row["dictionary_id"]))
    except zstandard.ZstdError as error:
        raise StoreDamaged(f"the page of {row['url']} is damaged ({error}): restore a backup") from error
    return page_of(row, body)


def _packed(connection: Connection, source_id: str, body: bytes) -> tuple[int, bytes]:
    """The dictionary's number and the compressed bytes; by the first page of its kind the dictionary is itself."""
    known = _dictionaries(connection, source_id)
    tried = ((number, _compress(body, _dictionary(connection, number))) for number in known[:TRIED])
    good = next(((number, packed) for number, packed in tried if len(packed) <= POOR * len(body)), None)
    if good:
        return good
    if len(known) >= MOST_DICTIONARIES:
        return known[0], _compress(body, _dictionary(connection, known[0]))
    row = {"source_id": source_id, "body": _compress(body, b"")}
    number = connection.execute(
        insert(tables.dictionaries).values(row).returning(tables.dictionaries.c.id)
    ).scalar_one()
    return number, _compress(body, body)


def _dictionaries(connection: Connection, source_id: str) -> list[int]:
    """The newest first."""
    table = tables.dictionaries.c
    return list(connection.scalars(select(table.id).where(table.source_id == source_id).order_by(table.id.desc())))


def _dictionary(connection: Connection, number: int) -> bytes:
    query = select(tables.dictionaries.c.body).where(tables.dictionaries.c.id == number)
    return _decompress(connection.execute(query).scalar_one(), b"")


# Compressors must not be shared by threads; prepared dictionaries may be.
def _compress(body: bytes, dictionary: bytes) -> bytes:
    prepared = _prepared(dictionary)
    return zstandard.ZstdCompressor(level=LEVEL, dict_data=prepared, write_checksum=True).compress(body)


def _decompress(body: bytes, dictionary: bytes) -> bytes:
    return zstandard.ZstdDecompressor(dict_data=_prepared(dictionary)).decompress(body)


@lru_cache(maxsize=64)
def _prepared(dictionary: bytes) -> zstandard.ZstdCompressionDict | None:
    if not dictionary:
        return None
    prepared = zstandard.ZstdCompressionDict(dictionary, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    prepared.precompute_compress(level=LEVEL)
    return prepared
