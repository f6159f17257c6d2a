"""Due notices become messages, frozen in the outbox: one message a reader and channel, each story once."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from monitors import rhythm, telling
from monitors.channels import ChannelError, masked, scheme_of
from monitors.digest import Background, build, numbered
from monitors.mails import Envelope, TooLongError, message_id
from monitors.mails.addresses import AddressError
from monitors.mails.pages import subject
from storage.audience import Delivery

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from monitors.channels import Channel
    from monitors.digest import Digest
    from monitors.refusals import Refusals
    from monitors.telling import Telling
    from storage import Store
    from storage.audience import Reader, Watch
    from storage.reports import Story

log = logging.getLogger(__name__)

#: A message and the ids of the notices that it tells.
Message: TypeAlias = "tuple[Delivery, tuple[int, ...]]"
#: Tellings written in one transaction; each transaction waits for the disk (some 10 ms).
BATCH = 50
#: Parts of one digest follow each other, so that they arrive in order.
BETWEEN_PARTS = timedelta(seconds=1)


def _no_background(watch: Watch, now: datetime) -> Background:
    return Background()


class Composer:
    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        *,
        domain: str,
        refusals: Refusals,
        background: Callable[[Watch, datetime], Background] = _no_background,
    ) -> None:
        """`domain` stands in the Message-IDs; `background` says what a digest tells besides its stories."""
        self._refusals = refusals
        self._store, self._channels = store, channels
        self._domain, self._background = domain, background
        #: Digests that another process composed, and what came too late for them: not tried again before the next.
        self._closed: set[tuple[str, str, str, str]] = set()
        #: For readers who want a sign of life: the digest time that was looked at last.
        self._looked_at: dict[tuple[str, str], datetime | None] = {}

    def compose(self, now: datetime) -> list[Delivery]:
        """What is due is written into the outbox, some messages a transaction. Blocking."""
        watches = {watch.name: watch for watch in self._store.watches() if watch.enabled}
        readers = {reader.name: reader for reader in self._store.readers()}
        due = self._store.due_notices(now=now)
        written: list[Delivery] = []
        ready: list[tuple[Telling, list[Message]]] = []
        for one in (*telling.tellings(due, watches, readers, now=now), *self._signs(watches, readers, now)):
            ready.append(self._tell(self._capped(one, now), now))
            if len(ready) >= BATCH:
                written += self._write(ready, now)
                ready = []
        return written + self._write(ready, now)

    def _write(self, ready: Sequence[tuple[Telling, list[Message]]], now: datetime) -> list[Delivery]:
        messages = [message for _, some in ready for message in some]
        written = self._store.compose(messages, now=now) if messages else []
        for one, some in ready:
            if one.kind == "digest":
                self._closed.add(_key(one))
            if some and one.reader.weekly_sign:
                self._remember(one.reader, one.watch, now)
        return written

    def _capped(self, one: Telling, now: datetime) -> Telling:
        """The telling without the alerts that are over the cap; those go into the next digest."""
        if one.kind != "alert":
            return one
        told = self._store.told_since(one.reader.name, one.watch.name, now - telling.HOUR)
        over = telling.over_cap(one, len(told))
        if over:
            due_at = rhythm.due_overflow(one.watch, now)
            self._store.postpone_notices([notice.id for notice in over], kind="digest", due_at=due_at)
        return replace(one, notices=one.notices[: len(one.notices) - len(over)])

    def _tell(self, one: Telling, now: datetime) -> tuple[Telling, list[Message]]:
        """The messages of a telling, not written yet."""
        if (not one.notices and one.kind != "sign") or _key(one) in self._closed:
            return one, []
        stories = self._store.articles_of(one.notices)
        notice_of = {story.id: notice for notice, story in stories.items()}
        return one, [
            (delivery, tuple(notice_of[story.id] for story in told))
            for channel in self._refusals.open_channels(one.reader)
            for delivery, told in self._possible(one, channel, list(stories.values()), now)
        ]

    def _possible(
        self, one: Telling, channel: str, stories: Sequence[Story], now: datetime
    ) -> list[tuple[Delivery, Sequence[Story]]]:
        """Nothing for a channel that cannot be used: what else is due must not wait for it."""
        try:
            return self._messages(one, channel, stories, now)
        except (AddressError, ChannelError) as error:
            log.error("reader %s: %s", one.reader.name, error)
            return []

    def _channel(self, channel: str) -> Channel:
        found = self._channels.get(scheme_of(channel))
        if found is None:
            raise ChannelError(f"{masked(channel)}: no such channel")
        return found

    def _messages(
        self, one: Telling, channel: str, stories: Sequence[Story], now: datetime
    ) -> list[tuple[Delivery, Sequence[Story]]]:
        """The deliveries for a channel, each with the stories that it tells."""
        background = self._background_of(one, now)

        def digest_of(some: Sequence[Story]) -> Digest:
            return build(some, watch=one.watch.name, title=_title(one.watch), kind=one.kind, background=background)

        def fits(some: Sequence[Story]) -> bool:
            try:
                self._freeze(one, channel, digest_of(some), now)
            except TooLongError:
                return False
            return True

        whole = digest_of(stories)
        by_id = {story.id: story for story in stories}
        ordered = [by_id[entry.story_id] for entry in whole.entries]
        # Nearly always one message holds them all, and to render it twice is half of the work.
        with suppress(TooLongError):
            return [(self._freeze(one, channel, whole, now), ordered)]
        parts = halved(ordered, fits)
        digests = numbered([digest_of(part) for part in parts])
        return [(self._freeze(one, channel, digest, now), part) for digest, part in zip(digests, parts, strict=True)]

    def _background_of(self, one: Telling, now: datetime) -> Background:
        """An alert is short: only a digest tells of the past."""
        if one.kind == "alert":
            return Background()
        since = telling.previous_digest(one.watch, now)
        told = self._store.told_since(one.reader.name, one.watch.name, since) if since else []
        return replace(self._background(one.watch, now), alerted=len(told))

    def _freeze(self, one: Telling, channel: str, digest: Digest, now: datetime) -> Delivery:
        part = f"#{digest.part}" if digest.parts > 1 else ""
        names = (one.reader.name, channel, one.watch.name, one.kind, one.period + part)
        envelope = Envelope(
            reader=one.reader,
            channel=channel,
            watch=one.watch,
            message_id=message_id(names, self._domain),
            now=now.astimezone(rhythm.zone(one.watch.timezone)),
        )
        return Delivery(
            reader=one.reader.name,
            channel=channel,
            watch=one.watch.name,
            kind=one.kind,
            subject=subject(digest, language=one.reader.language),
            payload=self._channel(channel).write(digest, envelope),
            message_id=envelope.message_id,
            due_at=now + BETWEEN_PARTS * (digest.part - 1),
            period=one.period + part,
        )

    def _signs(self, watches: Mapping[str, Watch], readers: Mapping[str, Reader], now: datetime) -> list[Telling]:
        """A sign of life for those who want one and were told nothing for a week."""
        return [
            telling.Telling(reader=reader, watch=watch, kind="sign", notices=(), period=f"{now:%G-W%V}")
            for watch in watches.values()
            for name in watch.readers
            if (reader := readers.get(name)) and reader.weekly_sign and telling.is_told(reader, watch.name)
            if self._owes_sign(reader, watch, now)
        ]

    def _owes_sign(self, reader: Reader, watch: Watch, now: datetime) -> bool:
        """Looked at once a digest time; the week begins when the reader is seen first."""
        slot = rhythm.last_digest(watch, now)
        if self._looked_at.get((reader.name, watch.name)) == slot:
            return False
        self._looked_at[reader.name, watch.name] = slot
        last = self._store.meta(_told_key(reader, watch))
        if last is None:
            self._remember(reader, watch, now)
            return False
        return telling.owes_sign(watch, last_told=datetime.fromisoformat(last), now=now)

    def _remember(self, reader: Reader, watch: Watch, now: datetime) -> None:
        """The digest time is remembered, not the minutes after it: else each sign would come a day later."""
        moment = rhythm.last_digest(watch, now) or now
        self._store.set_meta(_told_key(reader, watch), moment.astimezone(UTC).isoformat(), now=now)


def halved(stories: Sequence[Story], fits: Callable[[Sequence[Story]], bool]) -> list[Sequence[Story]]:
    """The stories in order, in as few halvings as make each part fit; a single story is taken to fit."""
    if len(stories) <= 1 or fits(stories):
        return [stories]
    middle = len(stories) // 2
    return [*halved(stories[:middle], fits), *halved(stories[middle:], fits)]


def _title(watch: Watch) -> str:
    return watch.title or watch.name


def _key(one: Telling) -> tuple[str, str, str, str]:
    return one.reader.name, one.watch.name, one.kind, one.period


def _told_key(reader: Reader, watch: Watch) -> str:
    return f"told:{reader.name}:{watch.name}"
