"""What a new installation begins with: the shipped sources, none enabled, and the AI-industry watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from storage import Store

#: Raise it when the shipped catalogue changes: a store that has an older one takes the new rows in.
CATALOGUE_VERSION = "1"
MARK = "shipped.catalogue"


def ship(store: Store, *, now: datetime) -> None:
    """Take in what is shipped, once; a user's own changes to it stay."""
    if store.meta(MARK) == CATALOGUE_VERSION:
        return
    # Not before it is needed: reading and checking the catalogue costs more than most commands.
    from crawler import catalogue
    from monitors.profiles import shipped_watch

    store.add_sources(catalogue.load(), now=now)
    if store.meta(MARK) is None and shipped_watch().name not in {watch.name for watch in store.watches()}:
        store.save_watch(shipped_watch(), now=now, by="fenghuo")
    store.set_meta(MARK, CATALOGUE_VERSION, now=now)


def take_profiles(store: Store, files: Iterable[Path], *, now: datetime) -> None:
    """Take in the operator's profiles as their files are now. Raises `ProfileError`."""
    for path in files:
        from monitors.profiles import read_own

        store.save_profile(read_own(path), now=now, by=str(path))
