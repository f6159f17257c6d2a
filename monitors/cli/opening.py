"""What nearly every command begins with: the configuration, the store, the time."""

from __future__ import annotations

from contextlib import contextmanager
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

    return load(path)


@contextmanager
def opened(configured: Configuration) -> Iterator[Store]:
    """The store of the configuration, with the shipped sources and profile in it."""
    from monitors.shipping import ship
    from storage import Store

    store = Store.open(configured.database, now=now())
    try:
        ship(store, now=now())
        yield store
    finally:
        store.close()
