"""The outbox, put together: `open_dispatcher` is all that a service needs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitors.channels import open_channels
from monitors.composing import Composer
from monitors.delivery import Dispatcher
from monitors.digest import Background
from monitors.notes import note
from monitors.refusals import Refusals
from storage.audience import Reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitors.channels import Settings
    from storage import Store
    from storage.audience import Watch


def no_background(watch: Watch, now: datetime) -> Background:
    return Background()


def utc_now() -> datetime:
    return datetime.now(UTC)


def open_dispatcher(
    store: Store,
    settings: Settings,
    *,
    background: Callable[[Watch, datetime], Background] = no_background,
    clock: Callable[[], datetime] = utc_now,
) -> Dispatcher:
    """`background` gives what a digest tells besides its stories: past days, what is unusual, how the sources are."""
    channels = open_channels(settings)

    def tell_operator(reader: str, reason: str) -> None:
        if settings.operator:
            operator = Reader(name="operator", channels=(settings.operator,), language=settings.language)
            values, now = {"reader": reader, "reason": reason}, clock()
            told = note("suspended", values, to=operator, letterhead=settings.letterhead, now=now)
            store.compose([(told, ())], now=now)

    refusals = Refusals(store, tell=tell_operator)
    composer = Composer(
        store, channels, domain=settings.letterhead.list_domain, background=background, refusals=refusals
    )
    return Dispatcher(store, channels, composer, refusals, clock=clock)
