"""Every test that asks for a `store` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from storage import Store
from world.databases import Databases, Postgresql

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def server() -> Iterator[Postgresql]:
    server = Postgresql()
    yield server
    server.close()


@pytest.fixture(scope="session")
def made_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database as it is made, without anything in it."""
    path = tmp_path_factory.mktemp("sqlite") / "made.db"
    Store.open(f"sqlite:///{path}", now=datetime.now(UTC)).close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path: Path, made_file: Path) -> Databases:
    server = request.getfixturevalue("server") if request.param == "postgresql" else None
    return Databases(kind=request.param, folder=tmp_path, server=server, template=made_file)


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    url = databases.fresh()
    yield url
    databases.discard(url)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store.open(url, now=datetime.now(UTC))
    yield store
    store.close()
