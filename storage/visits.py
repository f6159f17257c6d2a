"""What the visits of sources said, as it is asked for by those who plan, judge and report.

None after `until`: a clock that ran ahead leaves visits that lie in the future when it is right again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, case, extract, func, or_, select

from storage import tables
from storage.records import SOUND, Outcome, Visit
from storage.reports import HourOfVisits
from storage.rows import fact

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

_sources, _visits = tables.sources.c, tables.visits.c
#: Midnight in Asia/Shanghai, by UTC.
MIDNIGHT_HOUR = 16


def visits(
    connection: Connection, source_id: str | None = None, *, since: datetime | None = None, limit: int = 100
) -> list[Visit]:
    """The newest ones, oldest of them first."""
    query = select(tables.visits).order_by(_visits.ended_at.desc(), _visits.id.desc()).limit(limit)
    if source_id is not None:
        query = query.where(_visits.source_id == source_id)
    if since is not None:
        query = query.where(_visits.ended_at >= since)
    return [fact(Visit, row) for row in connection.execute(query).mappings()][::-1]


def visits_at_host_of(connection: Connection, source_id: str, *, since: datetime, until: datetime) -> list[Visit]:
    """Of all sources at its host, the oldest first."""
    host = select(_sources.host).where(_sources.id == source_id).scalar_subquery()
    neighbours = select(_sources.id).where(_sources.host == host)
    query = select(tables.visits).where(_visits.source_id.in_(neighbours), _visits.ended_at.between(since, until))
    return [fact(Visit, row) for row in connection.execute(query.order_by(_visits.ended_at, _visits.id)).mappings()]


def spent(connection: Connection, *, since: datetime, until: datetime) -> tuple[int, int]:
    """Visits and their requests."""
    query = select(func.count(), func.coalesce(func.sum(_visits.requests), 0)).where(
        _visits.ended_at.between(since, until)
    )
    visits_, requests = connection.execute(query).one()
    return int(visits_), int(requests)


def telling_visits(
    connection: Connection, source_id: str, *, since: datetime, lately: datetime, until: datetime
) -> list[Visit]:
    """All of late, and of those before what found something or failed, and the last ones of a day that did not."""
    of_source = _visits.source_id == source_id, _visits.ended_at.between(since, until)
    last = select(func.max(_visits.id)).where(*of_source, _visits.outcome.in_(SOUND)).group_by(*_half_day())
    tells = or_(
        _visits.ended_at >= lately,
        _visits.new > 0,
        _visits.problems > 0,
        _visits.outcome.not_in(SOUND),
        _visits.id.in_(last),
    )
    query = select(tables.visits).where(*of_source, tells).order_by(_visits.ended_at, _visits.id)
    return [fact(Visit, row) for row in connection.execute(query).mappings()]


def hours(connection: Connection, *, since: datetime, until: datetime) -> list[HourOfVisits]:
    """How many sources were visited and how many could not be reached, by the clock hour, the oldest first."""
    unreached = case((_visits.outcome == Outcome.UNREACHABLE, _visits.source_id))
    query = (
        select(func.min(_visits.started_at), func.count(_visits.source_id.distinct()), func.count(unreached.distinct()))
        .where(_visits.started_at.between(since, until))
        .group_by(*_day(), extract("hour", _visits.started_at))
        .order_by(func.min(_visits.started_at))
    )
    return [
        HourOfVisits(hour=first.replace(minute=0, second=0, microsecond=0), visited=visited, unreached=failed)
        for first, visited, failed in connection.execute(query)
    ]


def _day() -> tuple[ColumnElement[int], ColumnElement[int]]:
    return extract("year", _visits.started_at), extract("doy", _visits.started_at)


def _half_day() -> tuple[ColumnElement[int] | ColumnElement[bool], ...]:
    """The two parts of a day, neither of which goes past midnight in Asia/Shanghai."""
    return (*_day(), extract("hour", _visits.started_at) >= MIDNIGHT_HOUR)
