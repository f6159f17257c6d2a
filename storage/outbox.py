"""Who is to be told what, and the messages that tell it.

A notice is a plan (reader, watch, story), written with the match; a delivery is a message, frozen byte for byte, for
one channel. `sending` is committed before a byte goes out, so whoever dies while sending leaves a row that says so: it
becomes `unknown`, and is not sent again by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import and_, func, insert, select, update

from storage import tables
from storage.records import State, as_dict
from storage.rows import delivery_of, notice_of
from storage.upserts import insert as upsert

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import Connection

    from storage.records import Delivery, Notice

_notices, _deliveries, _tellings = tables.notices.c, tables.deliveries.c, tables.tellings.c

DIED = "the sender ended before it said how it went"


def due_notices(connection: Connection, *, now: datetime) -> list[Notice]:
    query = select(tables.notices).where(_notices.delivery_id.is_(None), _notices.due_at <= now)
    return [notice_of(row) for row in connection.execute(query.order_by(_notices.id)).mappings()]


def compose(
    connection: Connection, deliveries: Sequence[tuple[Delivery, tuple[int, ...]]], *, now: datetime
) -> list[Delivery]:
    """Those that were written. One is dropped whole where a notice of it was told by somebody else meanwhile."""
    free = _free(connection, {notice for _, notices in deliveries for notice in notices})
    written = [
        (done, notices)
        for delivery, notices in deliveries
        if free.issuperset(notices) and (done := _write(connection, delivery, now))
    ]
    for delivery, notices in written:
        _link(connection, delivery.id, notices, now)
    return [delivery for delivery, _ in written]


def claim(connection: Connection, *, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
    """Due messages, the longest due first, now `sending` and ours; what others left as `sending` becomes `unknown`."""
    left = and_(_deliveries.state == State.SENDING, _deliveries.lease_until <= now)
    lost = {"state": State.UNKNOWN, "token": None, "lease_until": None, "error": DIED}
    connection.execute(update(tables.deliveries).where(left).values(lost))
    due = select(_deliveries.id).where(_deliveries.state == State.PENDING, _deliveries.due_at <= now)
    ids = connection.scalars(
        due.order_by(_deliveries.due_at, _deliveries.id).limit(limit).with_for_update(skip_locked=True)
    ).all()
    taken = {
        "state": State.SENDING,
        "token": uuid4().hex,
        "lease_until": now + lease,
        "attempts": _deliveries.attempts + 1,
    }
    claimed = update(tables.deliveries).where(_deliveries.id.in_(ids)).values(taken).returning(*_deliveries)
    found = [delivery_of(row) for row in connection.execute(claimed).mappings()]
    return sorted(found, key=lambda one: (one.due_at, one.id))


def settle(
    connection: Connection,
    delivery_id: int,
    token: str,
    *,
    state: State,
    now: datetime,
    due_at: datetime | None = None,
    error: str = "",
) -> bool:
    """Say how it went; `due_at` where it is pending again. False where the token is not, or no longer, ours."""
    ours = and_(_deliveries.id == delivery_id, _deliveries.token == token, _deliveries.state == State.SENDING)
    outcome = {"state": state, "token": None, "lease_until": None, "error": error}
    if state is State.SENT:
        outcome["sent_at"] = now
    if due_at is not None:
        outcome["due_at"] = due_at
    return connection.execute(update(tables.deliveries).where(ours).values(outcome)).rowcount > 0


def retry(connection: Connection, delivery_id: int, *, now: datetime) -> bool:
    """A person's decision: what is dead or unknown goes out again, the same bytes."""
    again = {"state": State.PENDING, "due_at": now, "error": ""}
    return _decide(connection, delivery_id, (State.UNKNOWN, State.DEAD), again)


def drop(connection: Connection, delivery_id: int, *, now: datetime) -> bool:
    end = {"state": State.DEAD, "error": f"dropped by hand, {now:%Y-%m-%d %H:%M}"}
    return _decide(connection, delivery_id, (State.PENDING, State.UNKNOWN), end)


def _decide(connection: Connection, delivery_id: int, states: Collection[State], outcome: dict[str, object]) -> bool:
    """An intervention from outside; what is being sent at this moment is not touched."""
    chosen = update(tables.deliveries).where(_deliveries.id == delivery_id, _deliveries.state.in_(states))
    return connection.execute(chosen.values(outcome)).rowcount > 0


def find(connection: Connection, *, state: State | None = None, limit: int = 100) -> list[Delivery]:
    """The newest first."""
    query = select(tables.deliveries).order_by(_deliveries.id.desc()).limit(limit)
    if state is not None:
        query = query.where(_deliveries.state == state)
    return [delivery_of(row) for row in connection.execute(query).mappings()]


def get(connection: Connection, delivery_id: int) -> Delivery | None:
    row = connection.execute(select(tables.deliveries).where(_deliveries.id == delivery_id)).mappings().one_or_none()
    return delivery_of(row) if row else None


def told_since(connection: Connection, reader: str, watch: str, since: datetime) -> list[Notice]:
    """Alerts that were told since then."""
    query = select(tables.notices).where(
        _notices.reader == reader, _notices.watch == watch, _notices.kind == "alert", _notices.told_at >= since
    )
    return [notice_of(row) for row in connection.execute(query.order_by(_notices.id)).mappings()]


def told(connection: Connection, story_id: int) -> tuple[tuple[Notice, Delivery | None], ...]:
    """The notices of a story, each with every message that told it, or with none."""
    of_story = select(tables.notices).where(_notices.story_id == story_id).order_by(_notices.id)
    pairs: list[tuple[Notice, Delivery | None]] = []
    for row in connection.execute(of_story).mappings().all():
        by = select(tables.deliveries).join(tables.tellings).where(_tellings.notice_id == row["id"])
        messages = connection.execute(by.order_by(_deliveries.id)).mappings()
        pairs += [(notice_of(row), message) for message in [delivery_of(found) for found in messages] or [None]]
    return tuple(pairs)


def counted(connection: Connection) -> dict[State, int]:
    rows = connection.execute(select(_deliveries.state, func.count()).group_by(_deliveries.state))
    return {State(state): number for state, number in rows}


def _free(connection: Connection, ids: Collection[int]) -> set[int]:
    """Of these notices the untold ones, locked until the transaction ends."""
    query = select(_notices.id).where(_notices.id.in_(list(ids)), _notices.delivery_id.is_(None))
    return set(connection.scalars(query.order_by(_notices.id).with_for_update()))


def _write(connection: Connection, delivery: Delivery, now: datetime) -> Delivery | None:
    """None where there is one for the same reader, channel, watch, kind and period."""
    row = as_dict(delivery)
    del row["id"]
    written = upsert(connection, tables.deliveries).values(**row, created_at=now).on_conflict_do_nothing()
    found = connection.execute(written.returning(*_deliveries)).mappings().one_or_none()
    return delivery_of(found) if found else None


def _link(connection: Connection, delivery_id: int, notices: Sequence[int], now: datetime) -> None:
    if not notices:
        return
    rows = [{"delivery_id": delivery_id, "notice_id": notice} for notice in notices]
    connection.execute(insert(tables.tellings), rows)
    first = update(tables.notices).where(_notices.id.in_(notices), _notices.delivery_id.is_(None))
    connection.execute(first.values(delivery_id=delivery_id, told_at=now))
