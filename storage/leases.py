"""The right to speak to a host, for one holder at a time across all processes.

A lease is one row that changes hands by one conditional statement, so two that ask at the same moment are told
apart by the database: the second waits for the first and then finds the condition false.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import and_, case, func, literal, or_, select, update

from storage import tables
from storage.columns import Moment
from storage.records import HostClaim, HostLease, Source, SourceState, Visit, as_dict
from storage.rows import fact
from storage.sources import save_state
from storage.upserts import insert

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection


_hosts, _sources, _states, _visits = tables.hosts.c, tables.sources.c, tables.states.c, tables.visits.c
_known = tables.sources.join(tables.states)

#: After so many claims that never ended something about a source kills its visitors: it is put off for the pause.
MOST_UNFINISHED = 5
PAUSE = timedelta(days=1)
#: Nothing is planned further ahead (a dead source: a week): what is, was written by a clock that was wrong.
FARTHEST = timedelta(days=15)


def claim_visits(
    connection: Connection,
    *,
    now: datetime,
    lease: timedelta,
    hosts: int,
    only: Collection[str] | None = None,
) -> list[HostClaim]:
    """At most `hosts` hosts, the longest due first, each with all of its sources that are due, or are in `only`."""
    wanted = _sources.id.in_(list(only)) if only is not None else _is_due(now)
    claims: list[HostClaim] = []
    for host in _waiting_hosts(connection, wanted, now):
        if len(claims) >= hosts:
            break
        if held := lease_host(connection, host, now=now, lease=lease, rested=True):
            claims.append(HostClaim(lease=held, visits=_visits_at(connection, host, wanted)))
    _count_claims(connection, [source.id for claim in claims for source, _ in claim.visits], now)
    return claims


def lease_host(
    connection: Connection, host: str, *, now: datetime, lease: timedelta, rested: bool = False
) -> HostLease | None:
    """None while somebody else holds it or, with `rested`, while its pause is not over."""
    free = _is_over(_hosts.until, now)
    if rested:
        free = and_(free, _is_over(_hosts.next_request_at, now))
    new = insert(connection, tables.hosts)
    pause = case((_hosts.next_request_at > now + FARTHEST, new.excluded.next_request_at), else_=_hosts.next_request_at)
    changed = {"token": new.excluded.token, "until": new.excluded.until, "next_request_at": pause}
    taken = new.on_conflict_do_update(index_elements=["host"], set_=changed, where=free).returning(*_hosts)
    values = {"host": host, "token": uuid4().hex, "until": now + lease, "next_request_at": now}
    row = connection.execute(taken, values).mappings().one_or_none()
    return HostLease(**row) if row else None


def extend_host(connection: Connection, held: HostLease, *, now: datetime, lease: timedelta) -> HostLease | None:
    """None where the lease has passed to somebody else."""
    longer = update(tables.hosts).where(_is_held(held)).values(until=now + lease).returning(*_hosts)
    row = connection.execute(longer).mappings().one_or_none()
    return HostLease(**row) if row else None


def release_host(connection: Connection, held: HostLease, *, now: datetime, next_request_at: datetime) -> bool:
    given_back = update(tables.hosts).where(_is_held(held))
    return connection.execute(given_back.values(token=None, until=now, next_request_at=next_request_at)).rowcount > 0


def finish_visit(connection: Connection, visit: Visit, state: SourceState, *, lease: HostLease) -> bool:
    """Write how a visit ended, unless its lease has passed to somebody else, whose visit will be written."""
    # An update, not a look: the row stays locked to the end of the transaction.
    if not connection.execute(update(tables.hosts).where(_is_held(lease)).values(host=lease.host)).rowcount:
        return False
    connection.execute(insert(connection, tables.visits), as_dict(visit))
    known = select(_states.source_id).where(_states.source_id == state.source_id)
    if connection.execute(known).first():  # else it was removed meanwhile
        save_state(connection, state)
    return True


def _waiting_hosts(connection: Connection, wanted: ColumnElement[bool], now: datetime) -> Sequence[str]:
    free = or_(_hosts.host.is_(None), and_(_is_over(_hosts.until, now), _is_over(_hosts.next_request_at, now)))
    query = (
        select(_sources.host)
        .select_from(_known.outerjoin(tables.hosts, _hosts.host == _sources.host))
        .where(wanted, free, ~_sources.removed)
        .group_by(_sources.host)
        .order_by(func.min(_states.next_visit_at).nulls_first(), _sources.host)
    )
    return connection.execute(query).scalars().all()


def _visits_at(
    connection: Connection, host: str, wanted: ColumnElement[bool]
) -> tuple[tuple[Source, SourceState], ...]:
    """Those that ended lately first: one that kills its visitor never ends, and must not stand before the others."""
    query = (
        select(tables.sources, tables.states)
        .select_from(_known)
        .where(_sources.host == host, wanted, ~_sources.removed)
        .order_by(_states.last_visit_at.desc().nulls_last(), _sources.id)
    )
    return tuple((fact(Source, row), fact(SourceState, row)) for row in connection.execute(query).mappings())


def _count_claims(connection: Connection, ids: Sequence[str], now: datetime) -> None:
    count = _states.unfinished + 1
    put_off = case((count > MOST_UNFINISHED, literal(now + PAUSE, Moment)), else_=_states.next_visit_at)
    claimed = update(tables.states).where(_states.source_id.in_(ids))
    connection.execute(claimed.values(unfinished=count, next_visit_at=put_off))


def _is_held(lease: HostLease) -> ColumnElement[bool]:
    return and_(_hosts.host == lease.host, _hosts.token == lease.token)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(_sources.enabled, or_(_is_over(_states.next_visit_at, now), _states.next_visit_at.is_(None)))


def _is_over(moment: ColumnElement[Any], now: datetime) -> ColumnElement[bool]:
    """Past, or so far ahead that the clock must have been set back since it was written."""
    return or_(moment <= now, moment > now + FARTHEST)
