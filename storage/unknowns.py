"""What a query names that is not here: 火星 is no province of any source. Only a database can know, `parse` cannot."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from sqlalchemy import select

from storage.expressions import Fact, leaves, province
from storage.reports import Unknown
from storage.search_conditions import OF_SOURCES, meant
from storage.tables import matches, sources, watches

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import Connection, Executable

    from storage.query import Query

_THERE: Mapping[str, Executable] = {
    "province": select(sources.c.province).distinct(),
    "level": select(sources.c.level).distinct(),
    "source": select(sources.c.id).union(select(sources.c.name)),
    "watch": select(watches.c.name).union(select(matches.c.watch)),
}
#: How alike a value is that may have been meant: of two characters, one. A level is known to be one.
_ALIKE = {"province": 0.5, "source": 0.6, "watch": 0.6}


def find(connection: Connection, query: Query) -> list[Unknown]:
    asked = dict.fromkeys(one for one in leaves(query.tree) if isinstance(one, Fact) and one.field in _THERE)
    return [_unknown(connection, fact) for fact in asked if not _is_here(connection, fact)]


def _is_here(connection: Connection, fact: Fact) -> bool:
    return bool(meant(connection, fact)) if fact.field in OF_SOURCES else fact.value in _there(connection, fact.field)


def _unknown(connection: Connection, fact: Fact) -> Unknown:
    there = _there(connection, fact.field)
    value = province(fact.value) if fact.field == "province" else fact.value
    near = get_close_matches(value, sorted(there), cutoff=_ALIKE[fact.field]) if fact.field in _ALIKE else ()
    return Unknown(field=fact.field, value=fact.value, near=tuple(near), there=tuple(sorted(there)))


def _there(connection: Connection, field: str) -> Collection[str]:
    return {value for value in connection.scalars(_THERE[field]) if value}
