"""A digest before its time: looked at, or sent now."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from monitors.background import background_of
from monitors.digest import build
from monitors.mails import page, standalone
from monitors.outgoing import dispatcher
from monitors.rhythm import zone

if TYPE_CHECKING:
    from datetime import datetime

    from monitors.configuration import Configuration
    from storage import Store
    from storage.audience import Delivery, Notice, Watch

#: Longer than any rhythm: all that is owed and not told.
AHEAD: Final = timedelta(days=32)


def preview_page(store: Store, watch: str, *, now: datetime, language: str = "zh") -> str:
    """The page of the next digest of a watch (the first that has news, where none is named); empty without news."""
    notices = _owed(store, watch, now)
    if not notices:
        return ""
    chosen = next(known for known in store.watches() if known.name == notices[0].watch)
    stories = {story.id: story for story in store.articles_of([n for n in notices if n.watch == chosen.name]).values()}
    background = background_of(store)(chosen, now)
    digest = build(list(stories.values()), watch=chosen.name, title=_title(chosen), background=background)
    rendered = page(digest, language=language, zone=zone(chosen.timezone), now=now)
    return standalone(rendered, [day.count for day in background.days])


def send_early(configuration: Configuration, store: Store, watch: str, *, now: datetime) -> list[Delivery]:
    """Send what the next digest would tell; the messages that were begun, as they stand after one try."""
    return asyncio.run(send_owed(configuration, store, watch, now=now))


async def send_owed(configuration: Configuration, store: Store, watch: str, *, now: datetime) -> list[Delivery]:
    notices = await asyncio.to_thread(_owed, store, watch, now)
    ids = [notice.id for notice in notices]
    await asyncio.to_thread(store.postpone_notices, ids, kind="early", due_at=now)
    outbox = dispatcher(configuration, store)
    started = await outbox.tick(now)
    await outbox.idle()
    await outbox.close(within=0)
    return [delivery for number in started if (delivery := store.delivery(number))]


def _owed(store: Store, watch: str, now: datetime) -> list[Notice]:
    return [notice for notice in store.due_notices(now=now + AHEAD) if not watch or notice.watch == watch]


def _title(watch: Watch) -> str:
    return watch.title or watch.name
