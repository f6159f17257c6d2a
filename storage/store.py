"""The one public door: every method is one use case and one transaction.

Synchronous and safe for threads; in an asyncio program call it through `asyncio.to_thread`. Methods raise `StoreError`
when the database fails; what was acknowledged before is on disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import (
    articles,
    leases,
    lookups,
    meta,
    outbox,
    overview,
    rematching,
    schema,
    seen,
    sources,
    visits,
    watches,
)
from storage.archive import Archive
from storage.database import Database
from storage.upkeep import Upkeep

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from storage.audience import Delivery, Notice, ProfileText, Reader, State, Watch
    from storage.records import (
        Finding,
        HostClaim,
        HostLease,
        Level,
        Match,
        Misreading,
        NoticePlan,
        Sighting,
        Source,
        SourceState,
        Visit,
    )
    from storage.reports import (
        HourOfVisits,
        Kept,
        Rematched,
        Status,
        Story,
        WatchChange,
    )


class Store(Archive, Upkeep):
    @classmethod
    def open(cls, url: str, *, now: datetime, read_only: bool = False, make: bool = True) -> Store:
        """`sqlite:///path` is made or migrated where need be; `postgresql://user@host/name` is made where it is empty.

        Raises `StoreError`, with a line that says what to do; without `make`, `StoreMissing` where there is none.
        """
        database = Database(url, read_only=read_only)
        try:
            schema.prepare(database, now=now, make=make)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def close(self) -> None:
        self._database.close()

    # Sources

    def add_sources(self, sources_: Iterable[Source], *, now: datetime) -> int:
        """Adds or configures anew; `enabled` counts for new ones only."""
        return self._write(lambda connection: sources.add(connection, sources_, now=now))

    def sources(
        self,
        *,
        enabled: bool | None = None,
        ids: Collection[str] | None = None,
        provinces: Collection[str] | None = None,
        levels: Collection[Level] | None = None,
    ) -> list[Source]:
        return self._read(lambda connection: sources.find(
            connection, enabled=enabled, ids=ids, provinces=provinces, levels=levels
        ))  # fmt: skip

    def source_states(self, ids: Collection[str] | None = None) -> dict[str, SourceState]:
        return self._read(lambda connection: sources.states(connection, ids))

    def set_enabled(self, ids: Collection[str], on: bool, *, now: datetime) -> int:
        """How many changed; those switched on are due at once."""
        return self._write(lambda connection: sources.set_enabled(connection, ids, on, now=now))

    def put_off(self, source_id: str, until: datetime) -> None:
        """A claimed source that is not visited now after all."""
        self._write(lambda connection: sources.put_off(connection, source_id, until))

    def remove_source(self, source_id: str) -> bool:
        """Its articles stay."""
        return self._write(lambda connection: sources.remove(connection, source_id))

    # Visits

    def claim_visits(
        self, *, now: datetime, lease: timedelta, hosts: int, only: Collection[str] | None = None
    ) -> list[HostClaim]:
        """At most `hosts` free hosts, each with its due sources, or those in `only` whether due or not."""
        return self._write(
            lambda connection: leases.claim_visits(connection, now=now, lease=lease, hosts=hosts, only=only)
        )

    def lease_host(self, host: str, *, now: datetime, lease: timedelta) -> HostLease | None:
        return self._write(lambda connection: leases.lease_host(connection, host, now=now, lease=lease))

    def extend_host(self, held: HostLease, *, now: datetime, lease: timedelta) -> HostLease | None:
        return self._write(lambda connection: leases.extend_host(connection, held, now=now, lease=lease))

    def release_host(self, held: HostLease, *, now: datetime, next_request_at: datetime) -> bool:
        return self._write(
            lambda connection: leases.release_host(connection, held, now=now, next_request_at=next_request_at)
        )

    def known(self, keys: Collection[str], *, now: datetime) -> set[str]:
        """Keys of which there is nothing to ask now."""
        return self._read(lambda connection: seen.known(connection, keys, now=now))

    def keep(self, findings: Sequence[Finding], *, now: datetime) -> list[Kept]:
        """What became of each, in their order. One that cannot be stored is set aside and costs the others nothing."""
        return self._write(lambda connection: articles.keep(connection, findings, now=now))

    def misread(self, misreadings: Sequence[Misreading], *, now: datetime) -> None:
        self._write(lambda connection: seen.misread(connection, misreadings))

    def record_sightings(self, sightings: Sequence[Sighting], *, now: datetime) -> None:
        if new := self._read(lambda connection: seen.unrecorded(connection, sightings)):
            self._write(lambda connection: seen.record_sightings(connection, new))

    def finish_visit(self, visit: Visit, state: SourceState, *, lease: HostLease) -> bool:
        """False, and nothing written, where the lease has passed to somebody else."""
        return self._write(lambda connection: leases.finish_visit(connection, visit, state, lease=lease))

    def visits(self, source_id: str | None = None, *, since: datetime | None = None, limit: int = 100) -> list[Visit]:
        """The newest `limit`, in the order of time."""
        return self._read(lambda connection: visits.visits(connection, source_id, since=since, limit=limit))

    def telling_visits(self, source_id: str, *, since: datetime, lately: datetime, until: datetime) -> list[Visit]:
        """In the order of time: all those since `lately`, and of the ones before them those that say something.

        That is what found news or failed, and the last of each day, which says that it was looked at.
        """
        return self._read(
            lambda connection: visits.telling_visits(connection, source_id, since=since, lately=lately, until=until)
        )

    def hours_of_visits(self, *, since: datetime, until: datetime) -> list[HourOfVisits]:
        """How many sources were visited and could not be reached, by the clock hour, the oldest first."""
        return self._read(lambda connection: visits.hours(connection, since=since, until=until))

    def visits_at_host_of(self, source_id: str, *, since: datetime, until: datetime) -> list[Visit]:
        """Of all sources at its host, the oldest first."""
        return self._read(lambda connection: visits.visits_at_host_of(connection, source_id, since=since, until=until))

    def spent(self, *, since: datetime, until: datetime) -> tuple[int, int]:
        """Visits that ended in that time, and the requests that they made."""
        return self._read(lambda connection: visits.spent(connection, since=since, until=until))

    # Watches and readers

    def save_watch(self, watch: Watch, *, now: datetime, by: str) -> Watch:
        """As stored: its version is raised where it asks for something else than before."""
        return self._write(lambda connection: watches.save(connection, watch, now=now, by=by))

    def watches(self) -> list[Watch]:
        return self._read(watches.everything)

    def remove_watch(self, name: str, *, now: datetime, by: str) -> bool:
        return self._write(lambda connection: watches.remove(connection, name, now=now, by=by))

    def watch_changes(self, name: str) -> list[WatchChange]:
        return self._read(lambda connection: watches.changes(connection, name))

    def rematch(
        self, watch: Watch, verdicts: Mapping[int, Match | None], *, plans: Sequence[NoticePlan] = (), now: datetime
    ) -> Rematched | None:
        """What the watch says of stored articles, by id; None where it was changed meanwhile.

        `plans` are who is to be told of each that matches, where nobody of them was, and is no backlog.
        """
        return self._write(lambda connection: rematching.rematch(connection, watch, verdicts, plans=plans, now=now))

    def note_application(self, watch: Watch, *, since: datetime, rematched: Rematched, now: datetime, by: str) -> None:
        """That the rule was applied to stored articles, for `watch_changes`."""
        self._write(lambda connection: watches.note_application(
            connection, watch, since=since, rematched=rematched, now=now, by=by
        ))  # fmt: skip

    def save_profile(self, profile: ProfileText, *, now: datetime, by: str) -> bool:
        """Whether it was not the same before; the versions of watches that use it are raised then."""
        return self._write(lambda connection: watches.save_profile(connection, profile, now=now, by=by))

    def profiles(self, *, at: datetime | None = None) -> list[ProfileText]:
        """The operator's own, as they are or were at a moment."""
        return self._read(lambda connection: watches.profiles(connection, at=at))

    def save_reader(self, reader: Reader, *, now: datetime) -> Reader:
        return self._write(lambda connection: watches.save_reader(connection, reader))

    def readers(self) -> list[Reader]:
        return self._read(watches.readers)

    def remove_reader(self, name: str) -> bool:
        return self._write(lambda connection: watches.remove_reader(connection, name))

    def unsubscribe(self, reader: str, watch: str) -> bool:
        """The reader is told nothing more for the watch; False where there is no such reader."""
        return self._write(lambda connection: watches.unsubscribe(connection, reader, watch))

    def resubscribe(self, reader: str, watch: str) -> bool:
        return self._write(lambda connection: watches.resubscribe(connection, reader, watch))

    def suspend_reader(self, name: str, reason: str) -> bool:
        """Nothing is sent until the reason is empty again."""
        return self._write(lambda connection: watches.suspend_reader(connection, name, reason))

    # Outbox

    def due_notices(self, *, now: datetime) -> list[Notice]:
        """Plans whose time has come and that no message tells yet."""
        return self._read(lambda connection: outbox.due_notices(connection, now=now))

    def articles_of(self, notices: Collection[Notice]) -> dict[int, Story]:
        """The story of each notice, by the notice's id."""
        found = self.stories({notice.story_id for notice in notices})
        return {notice.id: found[notice.story_id] for notice in notices}

    def stories(self, ids: Collection[int]) -> dict[int, Story]:
        return self._read(lambda connection: lookups.stories(connection, ids))

    def compose(self, deliveries: Sequence[tuple[Delivery, tuple[int, ...]]], *, now: datetime) -> list[Delivery]:
        """Writes messages, each with the ids of the notices it tells: those returned are in the outbox.

        One is dropped where a notice of it is told already, or where there is one for its reader, channel, watch,
        kind and period. All channels of a reader belong into one call.
        """
        return self._write(lambda connection: outbox.compose(connection, deliveries, now=now))

    def claim_deliveries(self, *, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
        """Due messages, now `sending` under a token of ours."""
        return self._write(lambda connection: outbox.claim(connection, now=now, lease=lease, limit=limit))

    def hand_over_delivery(self, delivery_id: int, token: str, *, now: datetime, lease: timedelta) -> bool:
        """To be called right before the word that cannot be taken back; False: the lease is lost, do not say it."""
        return self._write(lambda connection: outbox.hand_over(connection, delivery_id, token, now=now, lease=lease))

    def repeat_unknown(self, *, kind: str, times: int, now: datetime) -> int:
        """Makes messages of a kind due again whose arrival is unknown, so many times at most."""
        return self._write(lambda connection: outbox.repeat_unknown(connection, kind=kind, times=times, now=now))

    def postpone_notices(self, ids: Collection[int], *, kind: str, due_at: datetime) -> int:
        """Untold notices are told later, in a message of another kind ("digest")."""
        return self._write(lambda connection: outbox.postpone(connection, ids, kind=kind, due_at=due_at))

    def put_back_delivery(self, delivery_id: int, token: str, *, due_at: datetime, error: str) -> bool:
        """Of a claimed message that was not tried: due again, and no try is counted."""
        return self._write(lambda connection: outbox.put_back(
            connection, delivery_id, token, due_at=due_at, error=error
        ))  # fmt: skip

    def settle_delivery(
        self,
        delivery_id: int,
        token: str,
        *,
        state: State,
        now: datetime,
        due_at: datetime | None = None,
        error: str = "",
    ) -> bool:
        """How it went; False, and nothing written, where the token is no longer the right one."""
        return self._write(lambda connection: outbox.settle(
            connection, delivery_id, token, state=state, now=now, due_at=due_at, error=error
        ))  # fmt: skip

    def deliveries(self, *, state: State | None = None, limit: int = 100) -> list[Delivery]:
        """The newest first."""
        return self._read(lambda connection: outbox.find(connection, state=state, limit=limit))

    def delivery(self, delivery_id: int) -> Delivery | None:
        return self._read(lambda connection: outbox.get(connection, delivery_id))

    def retry_delivery(self, delivery_id: int, *, now: datetime) -> bool:
        """The same bytes once more; for those that are dead or unknown."""
        return self._write(lambda connection: outbox.retry(connection, delivery_id, now=now))

    def drop_delivery(self, delivery_id: int, *, now: datetime) -> bool:
        return self._write(lambda connection: outbox.drop(connection, delivery_id, now=now))

    def told_since(self, reader: str, watch: str, since: datetime) -> list[Notice]:
        """Alerts that messages tell since then."""
        return self._read(lambda connection: outbox.told_since(connection, reader, watch, since))

    def meta(self, key: str) -> str | None:
        return self._read(lambda connection: meta.get(connection, key))

    def meta_once(self, key: str, value: str, *, now: datetime) -> str:
        """The value that was there first: ours, or that of another process."""
        return self._write(lambda connection: meta.put_once(connection, key, value, now=now))

    def set_meta(self, key: str, value: str, *, now: datetime) -> None:
        self._write(lambda connection: meta.put(connection, key, value, now=now))

    def status(self, *, now: datetime) -> Status:
        return self._read(lambda connection: overview.status(connection, now=now))
