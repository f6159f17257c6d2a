"""Which due notices go into which message, now. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from monitors import rhythm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from storage.audience import Notice, Reader, Watch

#: Alerts wait until none has come for so long …
QUIET: Final = timedelta(seconds=30)
#: … but the first of them no longer than this: many at once become one message.
PATIENCE: Final = timedelta(minutes=3)
HOUR: Final = timedelta(hours=1)
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """Notices that belong into one message (in parts, where they are many)."""

    reader: Reader
    watch: Watch
    kind: str
    notices: tuple[Notice, ...]
    #: What makes it unique: the period of a digest, the first notice of an alert.
    period: str


def tellings(
    due: Iterable[Notice], watches: Mapping[str, Watch], readers: Mapping[str, Reader], *, now: datetime
) -> list[Telling]:
    """A reader who is suspended, gone or unsubscribed is told nothing; what is owed to the reader stays owed.

    Notices of kind "early" are told now, in a digest beside those of the rhythm.
    """
    groups: defaultdict[tuple[str, str, str], list[Notice]] = defaultdict(list)
    for notice in due:
        reader = readers.get(notice.reader)
        if reader and notice.watch in watches and is_told(reader, notice.watch):
            groups[notice.reader, notice.watch, notice.kind].append(notice)
    return [
        Telling(
            reader=readers[reader],
            watch=watches[watch],
            kind="alert" if kind == "alert" else "digest",
            notices=tuple(notices),
            period=period(watches[watch], notices, kind, now=now),
        )
        for (reader, watch, kind), notices in groups.items()
        if kind != "alert" or is_ripe(notices, now=now)
    ]


def is_told(reader: Reader, watch: str) -> bool:
    return bool(reader.channels) and not reader.suspended and watch not in reader.unsubscribed


def is_ripe(alerts: Sequence[Notice], *, now: datetime) -> bool:
    latest, first = max(alert.due_at for alert in alerts), min(alert.due_at for alert in alerts)
    return now - latest >= QUIET or now - first >= PATIENCE


def period(watch: Watch, notices: Sequence[Notice], kind: str, *, now: datetime) -> str:
    if kind == "alert":
        return f"alert {min(notice.id for notice in notices)}"
    if kind == "early":
        return f"early {now:%Y-%m-%dT%H:%M:%S}"
    # A watch without digests tells by the hour what was over its cap.
    return rhythm.period(watch, now) or f"{now:%Y-%m-%dT%H}"


def over_cap(telling: Telling, told_this_hour: int) -> tuple[Notice, ...]:
    """The alerts that are too many for this hour, the newest."""
    if telling.kind != "alert":
        return ()
    return telling.notices[max(0, telling.watch.cap - told_this_hour) :]


def previous_digest(watch: Watch, now: datetime) -> datetime | None:
    """When the digest before the one of `now` was due: what was alerted since then is counted in this one."""
    current = rhythm.last_digest(watch, now)
    return rhythm.last_digest(watch, current - timedelta(seconds=1)) if current else None


def owes_sign(watch: Watch, *, last_told: datetime, now: datetime) -> bool:
    """Whether a week has passed in silence, at a moment when the watch tells anyway."""
    slot = rhythm.last_digest(watch, now)
    return slot is not None and slot > last_told and slot - last_told >= WEEK - HOUR
