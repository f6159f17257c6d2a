"""What there is, for ten lines on a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text

from storage import outbox, sources, tables
from storage.records import SOUND, Outcome
from storage.reports import Status

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

#: Where the sources are: "today" begins at their midnight.
ZONE = ZoneInfo("Asia/Shanghai")

_sources, _states, _visits = tables.sources.c, tables.states.c, tables.visits.c
_articles, _notices = tables.articles.c, tables.notices.c


def status(connection: Connection, *, now: datetime) -> Status:
    known = sources.counted(connection, now=now)
    stored = _stored(connection)
    return Status(
        schema=tables.REVISION,
        sources=known["known"],
        enabled=known["enabled"],
        due=known["due"],
        next_visit_at=known["next_visit_at"],
        hosts_leased=_count_leases(connection, now),
        articles=stored["articles"],
        items=stored["items"],
        stories=stored["stories"],
        newest_seen_at=stored["newest_seen_at"],
        visits_today=_visits_today(connection, now),
        troubled=_troubled(connection),
        deliveries=outbox.counted(connection),
        next_digest_at=_next_digest(connection),
        size_bytes=size(connection),
    )


def size(connection: Connection) -> int:
    """Bytes of the database, without SQLite's journal."""
    sqlite = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    postgresql = "SELECT pg_database_size(current_database())"
    found = connection.execute(text(sqlite if connection.dialect.name == "sqlite" else postgresql)).scalar_one()
    return int(found)


def _stored(connection: Connection) -> RowMapping:
    return connection.execute(
        select(
            select(func.count()).select_from(tables.articles).scalar_subquery().label("articles"),
            select(func.count()).where(_articles.item).scalar_subquery().label("items"),
            select(func.count(_articles.story_id.distinct())).scalar_subquery().label("stories"),
            select(func.max(_articles.seen_at)).scalar_subquery().label("newest_seen_at"),
        )
    ).mappings().one()  # fmt: skip


def _count_leases(connection: Connection, now: datetime) -> int:
    return connection.execute(select(func.count()).where(tables.hosts.c.until > now)).scalar_one()


def _visits_today(connection: Connection, now: datetime) -> dict[Outcome, int]:
    midnight = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    counts = select(_visits.outcome, func.count()).where(_visits.ended_at >= midnight).group_by(_visits.outcome)
    return {Outcome(outcome): number for outcome, number in connection.execute(counts)}


def _troubled(connection: Connection) -> tuple[tuple[str, str, Outcome, str], ...]:
    """Enabled sources whose last visit ended in trouble, the longest troubled first."""
    detail = (
        select(_visits.detail)
        .where(_visits.source_id == _sources.id)
        .order_by(_visits.ended_at.desc(), _visits.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(_sources.id, _sources.name, _states.last_outcome, func.coalesce(detail, ""))
        .select_from(tables.sources.join(tables.states))
        .where(_sources.enabled, _states.last_outcome.is_not(None), _states.last_outcome.not_in(SOUND))
        .order_by(_states.failures.desc(), _sources.id)
    )
    return tuple((id, name, Outcome(outcome), said) for id, name, outcome, said in connection.execute(query))


def _next_digest(connection: Connection) -> datetime | None:
    waiting = select(func.min(_notices.due_at)).where(_notices.delivery_id.is_(None), _notices.kind == "digest")
    return connection.execute(waiting).scalar()
