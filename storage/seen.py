"""Addresses that were seen: on which lists, and which of them gave no article."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from storage import tables
from storage.records import Misreading, Sighting, as_dict
from storage.rows import fact
from storage.upserts import add, insert

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Connection


#: An address that gave no article is tried so often, with this between two tries.
TRIES = 3
PAUSE = timedelta(days=1)

_misreadings, _sightings = tables.misreadings.c, tables.sightings.c


def known(connection: Connection, keys: Collection[str], *, now: datetime) -> set[str]:
    """Those of which there is nothing to ask now: stored, or tried in vain lately or often."""
    asked = list(keys)
    given_up = or_(_misreadings.tries >= TRIES, _misreadings.tried_at > now - PAUSE)
    stored = connection.scalars(select(tables.articles.c.key).where(tables.articles.c.key.in_(asked)))
    in_vain = connection.scalars(select(_misreadings.key).where(_misreadings.key.in_(asked), given_up))
    return {*stored, *in_vain}


def misread(connection: Connection, misreadings: Sequence[Misreading]) -> None:
    for one in sorted(misreadings, key=lambda one: one.key):
        row = as_dict(one)
        row.pop("sighting")
        again = {**row, "tries": _misreadings.tries + 1}
        tried = insert(connection, tables.misreadings).on_conflict_do_update(index_elements=["key"], set_=again)
        connection.execute(tried, {**row, "tries": 1})
    record_sightings(connection, [one.sighting for one in misreadings if one.sighting])


def unrecorded(connection: Connection, sightings: Sequence[Sighting]) -> list[Sighting]:
    """Those that say something new: most lists show what they showed an hour ago."""
    keys = {one.key for one in sightings}
    rows = connection.execute(select(_sightings.key, _sightings.source_id).where(_sightings.key.in_(keys)))
    have = {tuple(row) for row in rows}
    return [one for one in sightings if (one.key, one.source_id) not in have]


def record_sightings(connection: Connection, sightings: Sequence[Sighting]) -> None:
    """The first of an address on the lists of a source stays."""
    rows = sorted((as_dict(one) for one in sightings), key=lambda row: (row["key"], row["source_id"]))
    if rows:
        connection.execute(add(connection, tables.sightings), rows)


def sightings_of(connection: Connection, key: str) -> tuple[Sighting, ...]:
    rows = connection.execute(select(tables.sightings).where(_sightings.key == key).order_by(_sightings.seen_at))
    return tuple(fact(Sighting, row) for row in rows.mappings())


def problem_of(connection: Connection, key: str) -> str:
    row = connection.execute(select(tables.misreadings).where(_misreadings.key == key)).mappings().one_or_none()
    if row is None:
        return ""
    one = fact(Misreading, row)
    return f"{one.kind}: {one.evidence} (tried {row['tries']} times, last {one.tried_at:%Y-%m-%d %H:%M} UTC)"
