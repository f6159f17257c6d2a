"""Who is to be told what, and the messages that tell it.

A notice is a plan (reader, watch, story), written with the match; a delivery is a message, frozen byte for byte, for
one channel. `sending` is committed before a byte goes out, and `handed_over` before the last word, so whoever dies in
between leaves a row that says so: it becomes `unknown`; what died before that is simply sent again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import and_, delete, func, insert, literal, or_, select, update

from storage import tables, upserts
from storage.audience import Delivery, Notice, State
from storage.records import as_dict
from storage.rows import fact

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection


_notices, _deliveries, _tellings = tables.notices.c, tables.deliveries.c, tables.tellings.c

#: No rhythm waits longer (`monitors.rhythm.HORIZON_DAYS`): what is due later was planned by a clock that was wrong.
FARTHEST = timedelta(days=62)

DIED = "the sender ended before it said how it went"


def due_notices(connection: Connection, *, now: datetime) -> list[Notice]:
    due = or_(_notices.due_at <= now, _notices.due_at > now + FARTHEST)
    query = select(tables.notices).where(_notices.delivery_id.is_(None), due)
    return [fact(Notice, row) for row in connection.execute(query.order_by(_notices.id)).mappings()]


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
    """Due messages, the longest due first, now `sending` and ours."""
    _end_leases(connection, now)
    is_due = or_(_deliveries.due_at <= now, _deliveries.due_at > now + FARTHEST)
    due = select(_deliveries.id).where(_deliveries.state == State.PENDING, is_due)
    ids = connection.scalars(
        due.order_by(_deliveries.due_at, _deliveries.id).limit(limit).with_for_update(skip_locked=True)
    ).all()
    taken = {
        "state": State.SENDING,
        "token": uuid4().hex,
        "lease_until": now + lease,
        "attempts": _deliveries.attempts + 1,
        "handed_over": False,
    }
    claimed = update(tables.deliveries).where(_deliveries.id.in_(ids)).values(taken).returning(*_deliveries)
    found = [fact(Delivery, row) for row in connection.execute(claimed).mappings()]
    return sorted(found, key=lambda one: (one.due_at, one.id))


def _end_leases(connection: Connection, now: datetime) -> None:
    """What others left as `sending` was not sent where it was not handed over yet; else it may have arrived."""
    left = and_(_deliveries.state == State.SENDING, _deliveries.lease_until <= now)
    freed = {"token": None, "lease_until": None, "error": DIED}
    begun = {**freed, "state": State.UNKNOWN, "unknowns": _deliveries.unknowns + 1}
    connection.execute(update(tables.deliveries).where(left, _deliveries.handed_over).values(begun))
    connection.execute(update(tables.deliveries).where(left).values({**freed, "state": State.PENDING}))


def hand_over(connection: Connection, delivery_id: int, token: str, *, now: datetime, lease: timedelta) -> bool:
    """Says, before the last word of a message is sent, that it is; the lease begins anew. False: not ours any more."""
    ours = and_(
        _deliveries.id == delivery_id,
        _deliveries.token == token,
        _deliveries.state == State.SENDING,
        _deliveries.lease_until > now,
    )
    begun = {"handed_over": True, "lease_until": now + lease}
    return connection.execute(update(tables.deliveries).where(ours).values(begun)).rowcount > 0


def repeat_unknown(connection: Connection, *, kind: str, times: int, now: datetime) -> int:
    """Messages of a kind whose arrival is unknown are due again, the same bytes, so many times at most."""
    unsure = and_(_deliveries.state == State.UNKNOWN, _deliveries.kind == kind, _deliveries.unknowns <= times)
    again = {"state": State.PENDING, "due_at": now}
    return connection.execute(update(tables.deliveries).where(unsure).values(again)).rowcount


def postpone(connection: Connection, notices: Collection[int], *, kind: str, due_at: datetime) -> int:
    """Untold notices are told later, in a message of another kind."""
    untold = and_(_notices.id.in_(list(notices)), _notices.delivery_id.is_(None))
    later = {"kind": kind, "due_at": due_at}
    return connection.execute(update(tables.notices).where(untold).values(later)).rowcount


def put_back(connection: Connection, delivery_id: int, token: str, *, due_at: datetime, error: str) -> bool:
    """A claimed message that was not tried after all: the try that the claim counted is taken back."""
    ours = and_(_deliveries.id == delivery_id, _deliveries.token == token, _deliveries.state == State.SENDING)
    waits = {"state": State.PENDING, "token": None, "lease_until": None, "due_at": due_at, "error": error}
    waiting = update(tables.deliveries).where(ours).values({**waits, "attempts": _deliveries.attempts - 1})
    return connection.execute(waiting).rowcount > 0


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
    outcome: dict[str, object] = {"state": state, "token": None, "lease_until": None, "error": error}
    if state in (State.SENT, State.ACCEPTED):
        outcome["sent_at"] = now
    if state is State.UNKNOWN:
        outcome["unknowns"] = _deliveries.unknowns + 1
    if due_at is not None:
        outcome["due_at"] = due_at
    return connection.execute(update(tables.deliveries).where(ours).values(outcome)).rowcount > 0


def retry(connection: Connection, delivery_id: int, *, now: datetime) -> bool:
    """A person's decision: what is dead or unknown goes out again, the same bytes, with all its tries before it."""
    again = {"state": State.PENDING, "due_at": now, "error": "", "attempts": 0}
    return _decide(connection, delivery_id, (State.UNKNOWN, State.DEAD), again)


def drop(connection: Connection, delivery_id: int, *, now: datetime) -> bool:
    end = {"state": State.DEAD, "error": f"dropped by hand, {now:%Y-%m-%d %H:%M}"}
    return _decide(connection, delivery_id, (State.PENDING, State.UNKNOWN), end)


def _decide(connection: Connection, delivery_id: int, states: Collection[State], outcome: Mapping[str, object]) -> bool:
    """An intervention from outside; what is being sent at this moment is not touched."""
    chosen = update(tables.deliveries).where(_deliveries.id == delivery_id, _deliveries.state.in_(states))
    return connection.execute(chosen.values(outcome)).rowcount > 0


def follow(connection: Connection, article_id: int, old: int, new: int) -> None:
    """An article went to another story: who was told of the old one, or is to be, has no news in the new one.

    A plan goes where no article of its story matches its watch any more.
    """
    names = ["reader", "watch", "kind", "due_at", "delivery_id", "told_at"]
    moved = select(*(_notices[name] for name in names), literal(new), literal(article_id))
    known = moved.where(_notices.story_id == old)
    adding = upserts.insert(connection, tables.notices).from_select([*names, "story_id", "article_id"], known)
    told = {name: adding.excluded[name] for name in ("delivery_id", "told_at")}
    untold = _notices.delivery_id.is_(None)
    keys = ["reader", "watch", "story_id"]
    connection.execute(adding.on_conflict_do_update(index_elements=keys, set_=told, where=untold))
    _copy_tellings(connection, old, new)
    withdraw(connection, {old, new})


def _copy_tellings(connection: Connection, old: int, new: int) -> None:
    after = tables.notices.alias()
    same = and_(after.c.reader == _notices.reader, after.c.watch == _notices.watch, after.c.story_id == new)
    by = select(_tellings.delivery_id, after.c.id).join(tables.notices).join(after, same)
    adding = upserts.add(connection, tables.tellings)
    connection.execute(adding.from_select(["delivery_id", "notice_id"], by.where(_notices.story_id == old)))


def withdraw(connection: Connection, story_ids: Collection[int]) -> None:
    """Plans for watches that no article of the story matches."""
    articles, matches = tables.articles.c, tables.matches.c
    wanted = select(matches.watch).select_from(tables.matches.join(tables.articles))
    wanted = wanted.where(articles.story_id == _notices.story_id).correlate(tables.notices)
    idle = and_(_notices.story_id.in_(story_ids), _notices.delivery_id.is_(None), _notices.watch.not_in(wanted))
    connection.execute(delete(tables.notices).where(idle))


def find(connection: Connection, *, state: State | None = None, limit: int = 100) -> list[Delivery]:
    """The newest first."""
    query = select(tables.deliveries).order_by(_deliveries.id.desc()).limit(limit)
    if state is not None:
        query = query.where(_deliveries.state == state)
    return [fact(Delivery, row) for row in connection.execute(query).mappings()]


def get(connection: Connection, delivery_id: int) -> Delivery | None:
    row = connection.execute(select(tables.deliveries).where(_deliveries.id == delivery_id)).mappings().one_or_none()
    return fact(Delivery, row) if row else None


def told_since(connection: Connection, reader: str, watch: str, since: datetime) -> list[Notice]:
    """Alerts that were told since then."""
    query = select(tables.notices).where(
        _notices.reader == reader, _notices.watch == watch, _notices.kind == "alert", _notices.told_at >= since
    )
    return [fact(Notice, row) for row in connection.execute(query.order_by(_notices.id)).mappings()]


def told(connection: Connection, story_id: int) -> tuple[tuple[Notice, Delivery | None], ...]:
    """The notices of a story, each with every message that told it, or with none."""
    of_story = select(tables.notices).where(_notices.story_id == story_id).order_by(_notices.id)
    pairs: list[tuple[Notice, Delivery | None]] = []
    for row in connection.execute(of_story).mappings().all():
        by = select(tables.deliveries).join(tables.tellings).where(_tellings.notice_id == row["id"])
        messages = [fact(Delivery, found) for found in connection.execute(by.order_by(_deliveries.id)).mappings()]
        pairs += [(fact(Notice, row), message) for message in messages or (None,)]
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
    written = upserts.add(connection, tables.deliveries).returning(*_deliveries)
    found = connection.execute(written, {**row, "created_at": now}).mappings().one_or_none()
    return fact(Delivery, found) if found else None


def _link(connection: Connection, delivery_id: int, notices: Sequence[int], now: datetime) -> None:
    if not notices:
        return
    rows = [{"delivery_id": delivery_id, "notice_id": notice} for notice in notices]
    connection.execute(insert(tables.tellings), rows)
    first = update(tables.notices).where(_notices.id.in_(notices), _notices.delivery_id.is_(None))
    connection.execute(first.values(delivery_id=delivery_id, told_at=now))
