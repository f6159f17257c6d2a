"""What nearly every command begins with: the configuration, the store, the time."""

from __future__ import annotations

import sys
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitors.configuration import Configuration
    from storage import Store

ConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", help="Configuration file (default: fenghuo.toml in this folder).")
]

JsonOption = Annotated[bool, typer.Option("--json", help="As JSON.")]


def now() -> datetime:
    return datetime.now(UTC)


def configuration(path: Path | None) -> Configuration:
    from monitors.configuration import load
    from monitors.workdays import follow

    configured = load(path)
    follow(configured.holidays)
    return configured


@contextmanager
def opened(configured: Configuration, *, reading: bool = False, new: bool = False) -> Iterator[Store]:
    """The store of the configuration, with the shipped sources and profile in it.

    With `reading` a database that may not be written, or is damaged, will do as it is; with `new` one is made where
    there is none.
    """
    with closing(_open(configured, reading=reading, new=new)) as store:
        yield store


@contextmanager
def opened_or_shipped(configured: Configuration) -> Iterator[Store]:
    """For reading; where there is no database, what a new one begins with, in a file that goes away again."""
    from storage.errors import StoreMissing

    with ExitStack() as stack:
        lacking = ""
        try:
            store = stack.enter_context(opened(configured, reading=True))
        except StoreMissing as error:
            lacking = str(error)
            database = f"sqlite:///{stack.enter_context(TemporaryDirectory())}/shipped.db"
            store = stack.enter_context(opened(configured.model_copy(update={"database": database}), new=True))
        yield store
    if lacking:
        print(f"fenghuo: {lacking}; this is what is shipped", file=sys.stderr)


def _open(configured: Configuration, *, reading: bool, new: bool) -> Store:
    from monitors.shipping import ship, take_profiles
    from storage import Store
    from storage.errors import StoreDamaged, StoreReadOnly

    url = configured.database
    try:
        store = Store.open(url, now=now(), make=new)
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
