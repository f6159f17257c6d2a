"""Which story an article tells: neighbours are looked up in the database at a cost that does not grow with it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from heapq import nsmallest
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select, text, update

from storage.fingerprints import Fingerprint, Relation, compare
from storage.tables import fingerprints, neighbours

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Of each article this many sentences and this many shingles can be looked up, the smallest hashes of each.
_STORED = 8
_ASKED_SHINGLES = 64
_ASKED_SENTENCES = 64
#: A hash met this often is not written again, so that no lookup reads more rows than this for it.
_CROWD = 20
#: A sentence in this many stories is boilerplate.
_COMMON = 5
#: Neighbours that are compared, and how many of one story.
_COMPARED, _COMPARED_OF_STORY = 16, 6
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
    met = _met(connection, _asked(fingerprint))
    placement = _found(connection, article_id, fingerprint, met)
    row = {"article_id": article_id, "story_id": placement.story_id, "print": fingerprint.pack()}
    connection.execute(insert(fingerprints).values(row))
    _make_known(connection, article_id, fingerprint, met)
    return placement


def foresee(connection: Connection, article_id: int, fingerprint: Fingerprint) -> Placement:
    """Where `place_again` would put it; nothing is written."""
    met = _met(connection, _asked(fingerprint))
    others = {hash: [place for place in places if place[0] != article_id] for hash, places in met.items()}
    return _found(connection, article_id, fingerprint, others)


def place_again(connection: Connection, article_id: int, fingerprint: Fingerprint) -> Placement:
    """Finds the story of an article whose text is another one now. Nothing else moves."""
    remove(connection, article_id)
    return place(connection, article_id, fingerprint)


def print_again(connection: Connection, article_id: int, fingerprint: Fingerprint) -> None:
    """The fingerprint of the same text, made another way. It stays in its story."""
    connection.execute(delete(neighbours).where(neighbours.c.article_id == article_id))
    chosen = update(fingerprints).where(fingerprints.c.article_id == article_id)
    connection.execute(chosen.values(print=fingerprint.pack()))
    _make_known(connection, article_id, fingerprint, _met(connection, _stored(fingerprint)))


def remove(connection: Connection, article_id: int) -> None:
    """Forgets an article's fingerprint. Its story stays with the articles that were placed in it."""
    connection.execute(delete(neighbours).where(neighbours.c.article_id == article_id))
    connection.execute(delete(fingerprints).where(fingerprints.c.article_id == article_id))


def _make_known(
    connection: Connection, article_id: int, fingerprint: Fingerprint, met: Mapping[int, list[tuple[int, int]]]
) -> None:
    known = (hash for hash in _stored(fingerprint) if len(met.get(hash, ())) < _CROWD)
    rows = [{"hash": hash, "article_id": article_id} for hash in known]
    if rows:
        connection.execute(insert(neighbours), rows)


def _found(
    connection: Connection, article_id: int, fingerprint: Fingerprint, met: dict[int, list[tuple[int, int]]]
) -> Placement:
    candidates = _candidates(connection, met)
    return _placement(article_id, fingerprint, candidates, _common(met) | _shared(candidates))


def _placement(
    article_id: int, fingerprint: Fingerprint, candidates: dict[int, tuple[int, Fingerprint]], common: set[int]
) -> Placement:
    same: list[tuple[int, Fingerprint]] = []
    contained: list[tuple[int, Fingerprint]] = []
    for story, other in candidates.values():
        relation = compare(fingerprint, other, common=common)
        if relation is Relation.SAME:
            same.append((story, other))
        elif relation is Relation.CONTAINS and fingerprint.length > other.length:
            contained.append((story, other))
    # That of its own length first: two pages of one article, stored as two stories, make no round-up of the whole.
    same.sort(key=lambda found: abs(found[1].length - fingerprint.length))
    if same and not _is_round_up(fingerprint, same + contained):
        return Placement(story_id=same[0][0], relation="same")
    return Placement(story_id=article_id, relation="contains" if same or contained else "first")


def _is_round_up(fingerprint: Fingerprint, found: list[tuple[int, Fingerprint]]) -> bool:
    """It holds two stories that have nothing to do with each other."""
    (story, first), *others = found
    return any(
        other_story != story
        and fingerprint.length > first.length + 0.6 * other.length
        and compare(first, other) is Relation.DIFFERENT
        for other_story, other in others
    )


def _stored(fingerprint: Fingerprint) -> set[int]:
    shingles = (hash | _SHINGLE_BIT for hash in nsmallest(_STORED, fingerprint.shingles))
    return {fingerprint.exact, fingerprint.title, *nsmallest(_STORED, fingerprint.sentences), *shingles}


def _asked(fingerprint: Fingerprint) -> set[int]:
    shingles = (hash | _SHINGLE_BIT for hash in nsmallest(_ASKED_SHINGLES, fingerprint.shingles))
    return _stored(fingerprint) | {*fingerprint.sentences[:_ASKED_SENTENCES], *shingles}


def _met(connection: Connection, hashes: set[int]) -> defaultdict[int, list[tuple[int, int]]]:
    """Article and story, of each hash."""
    met: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = select(neighbours.c.hash, neighbours.c.article_id, fingerprints.c.story_id).join_from(
        neighbours, fingerprints, fingerprints.c.article_id == neighbours.c.article_id
    )
    for hash, article, story in connection.execute(rows.where(neighbours.c.hash.in_(hashes))):
        met[hash].append((article, story))
    return met


def _candidates(connection: Connection, met: dict[int, list[tuple[int, int]]]) -> dict[int, tuple[int, Fingerprint]]:
    """Story and fingerprint of those met most, a rare sentence counting more than a common one."""
    weights: defaultdict[tuple[int, int], float] = defaultdict(float)
    for places in met.values():
        for place in places:
            weights[place] += 1 / len(places)
    best = _few_of_each_story(sorted(weights, key=lambda place: (-weights[place], place)))
    rows = connection.execute(select(fingerprints).where(fingerprints.c.article_id.in_(best)))
    known = {row.article_id: (row.story_id, print) for row in rows if (print := Fingerprint.unpack(row.print))}
    return {article: known[article] for article in best if article in known}


def _shared(candidates: dict[int, tuple[int, Fingerprint]]) -> set[int]:
    """Sentences that the candidates of many stories have in common."""
    stories = {(hash, story) for story, other in candidates.values() for hash in other.sentences}
    return {hash for hash, number in Counter(hash for hash, _ in stories).items() if number >= _COMMON}


def _few_of_each_story(places: list[tuple[int, int]]) -> list[int]:
    chosen: list[int] = []
    taken: Counter[int] = Counter()
    for article, story in places:
        if len(chosen) < _COMPARED and taken[story] < _COMPARED_OF_STORY:
            taken[story] += 1
            chosen.append(article)
    return chosen


def _common(met: dict[int, list[tuple[int, int]]]) -> set[int]:
    return {hash for hash, places in met.items() if len({story for _, story in places}) >= _COMMON}
