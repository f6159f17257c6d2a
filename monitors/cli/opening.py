"""What nearly every command begins with: the configuration, the store, the time."""

from __future__ import annotations

from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitors.configuration import Configuration
    from storage import Store

ConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", help="Configuration file (default: fenghuo.toml in this folder).")
]


def now() -> datetime:
    return datetime.now(UTC)


def configuration(path: Path | None) -> Configuration:
    from monitors.configuration import load
    from monitors.workdays import follow

    configured = load(path)
    follow(configured.holidays)
    return configured


@contextmanager
def opened(configured: Configuration, *, reading: bool = False) -> Iterator[Store]:
    """The store of the configuration, with the shipped sources and profile in it.

    With `reading` a database that may not be written, or is damaged, will do as it is.
    """
    with closing(_open(configured, reading)) as store:
        yield store


def _open(configured: Configuration, reading: bool) -> Store:
    from monitors.shipping import ship, take_profiles
    from storage import Store
    from storage.errors import StoreDamaged, StoreReadOnly

    url = configured.database
    try:
        store = Store.open(url, now=now())
    except StoreReadOnly:
        if not reading:
            raise
        return Store.open(url, now=now(), read_only=True)
    try:
        ship(store, now=now())
        take_profiles(store, configured.profiles, now=now())
    except BaseException as error:
        if reading and isinstance(error, StoreDamaged):  # what is sound of it can still be read
            return store
        store.close()
        raise
    return store
