"""Which story an article tells: neighbours are looked up in the database at a cost that does not grow with it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from heapq import nsmallest

from sqlalchemy import Connection, delete, insert, select, text

from storage.fingerprints import Fingerprint, Relation, compare
from storage.tables import fingerprints, neighbours

#: Of each article this many sentences and this many shingles can be looked up, the smallest hashes of each.
_STORED = 8
_ASKED_SHINGLES = 64
_ASKED_SENTENCES = 64
#: A hash met this often is not written again, so that no lookup reads more rows than this for it.
_CROWD = 20
#: A sentence in this many stories is boilerplate.
_COMMON = 5
_COMPARED = 8
_SHINGLE_BIT = 1 << 62
_LOCK = 0x666568  # "feh": any number that nobody else locks


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    story_id: int
    #: "first", "same", or "contains": it is a round-up that holds another story and is one of its own.
    relation: str


def lock(connection: Connection) -> None:
    """One transaction at a time places articles, to its end: two copies of a story would not see each other.

    Call it first in the transaction, before any row is locked. SQLite's `BEGIN IMMEDIATE` does it by itself.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def place(connection: Connection, article_id: int, fingerprint: Fingerprint) -> Placement:
    """Finds the story of a new article and remembers the article. A story has the id of its first article."""
    asked = _asked(fingerprint)
    met = _met(connection, asked)
    candidates = _candidates(connection, met)
    common = _common(met, {article: story for article, (story, _) in candidates.items()})
    placement = _placement(article_id, fingerprint, candidates, common)
    row = {"article_id": article_id, "story_id": placement.story_id, "print": fingerprint.pack()}
    connection.execute(insert(fingerprints).values(row))
    rows = [{"hash": hash, "article_id": article_id} for hash in _stored(fingerprint) if len(met[hash]) < _CROWD]
    if rows:
        connection.execute(insert(neighbours), rows)
    return placement


def remove(connection: Connection, article_id: int) -> None:
    """Forgets an article's fingerprint. Its story stays with the articles that were placed in it."""
    connection.execute(delete(neighbours).where(neighbours.c.article_id == article_id))
    connection.execute(delete(fingerprints).where(fingerprints.c.article_id == article_id))


def _placement(
    article_id: int, fingerprint: Fingerprint, candidates: dict[int, tuple[int, Fingerprint]], common: set[int]
) -> Placement:
    relations = [(compare(fingerprint, other, common=common), story) for story, other in candidates.values()]
    for relation, story in relations:
        if relation is Relation.SAME:
            return Placement(story_id=story, relation="same")
    contains = any(relation is Relation.CONTAINS for relation, _ in relations)
    return Placement(story_id=article_id, relation="contains" if contains else "first")


def _stored(fingerprint: Fingerprint) -> set[int]:
    shingles = (hash | _SHINGLE_BIT for hash in nsmallest(_STORED, fingerprint.shingles))
    return {fingerprint.exact, fingerprint.title, *nsmallest(_STORED, fingerprint.sentences), *shingles}


def _asked(fingerprint: Fingerprint) -> set[int]:
    shingles = (hash | _SHINGLE_BIT for hash in nsmallest(_ASKED_SHINGLES, fingerprint.shingles))
    return _stored(fingerprint) | {*fingerprint.sentences[:_ASKED_SENTENCES], *shingles}


def _met(connection: Connection, hashes: set[int]) -> defaultdict[int, list[int]]:
    met: defaultdict[int, list[int]] = defaultdict(list)
    for hash, article in connection.execute(select(neighbours).where(neighbours.c.hash.in_(hashes))):
        met[hash].append(article)
    return met


def _candidates(connection: Connection, met: dict[int, list[int]]) -> dict[int, tuple[int, Fingerprint]]:
    """Those met most, a rare sentence counting more than a common one; story and fingerprint of each."""
    weights: Counter[int] = Counter()
    for articles in met.values():
        for article in articles:
            weights[article] += 1 / len(articles)  # type: ignore[assignment]
    best = [article for article, _ in weights.most_common(_COMPARED)]
    rows = connection.execute(select(fingerprints).where(fingerprints.c.article_id.in_(best)))
    known = {row.article_id: (row.story_id, print) for row in rows if (print := Fingerprint.unpack(row.print))}
    return {article: known[article] for article in best if article in known}


def _common(met: dict[int, list[int]], stories: dict[int, int]) -> set[int]:
    return {hash for hash, articles in met.items() if len({stories.get(a, a) for a in articles}) >= _COMMON}
