"""What can be read of a database that may not be written."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from monitors.cli.opening import opened
from monitors.configuration import Configuration
from storage import Store
from storage.errors import StoreReadOnly
from world.facts import NOW, finding, matched, source

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Configuration:
    url = f"sqlite:///{tmp_path / 'fenghuo.db'}"
    store = Store.open(url, now=NOW)
    store.add_sources([source()], now=NOW)
    store.keep([matched(finding())], now=NOW)
    store.close()
    # Tests run as root, too, who may write everywhere.
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
    return Configuration(database=url)


def test_reading_commands_open_it(configured: Configuration) -> None:
    with opened(configured, reading=True) as store:
        assert len(store.search("介绍", now=datetime.now(UTC)).articles) == 1


def test_others_say_what_is_missing(configured: Configuration) -> None:
    with pytest.raises(StoreReadOnly, match="may not be written"), opened(configured):
        pass
