"""/healthz and /metrics over HTTP, beside a real store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from monitors import metrics as module
from monitors.metrics import Endpoint, Metrics
from storage import Store
from storage.records import Outcome, Source, Visit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SOURCE = Source(id="s", name="示例", url="http://www.shili.example/", enabled=True)


@pytest.fixture
def metrics(tmp_path: Path) -> Iterator[Metrics]:
    store = Store.open(f"sqlite:///{tmp_path}/metrics.db", now=NOW)
    store.add_sources([SOURCE], now=NOW)
    yield Metrics(store, clock=lambda: NOW)
    store.close()


@pytest.fixture
def address(metrics: Metrics) -> Iterator[str]:
    endpoint = Endpoint(metrics, "127.0.0.1:0")
    yield f"http://127.0.0.1:{endpoint.port}"
    endpoint.close()


def test_what_is_stored_and_what_was_done(metrics: Metrics, address: str) -> None:
    metrics.visited(SOURCE, Visit(source_id="s", started_at=NOW, ended_at=NOW, outcome=Outcome.OK, new=3, requests=4))
    with urlopen(f"{address}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    assert "fenghuo_sources_enabled 1.0" in lines
    assert 'fenghuo_visits_total{outcome="ok"} 1.0' in lines
    assert "fenghuo_new_articles_total 3.0" in lines
    assert 'fenghuo_deliveries{state="dead"} 0.0' in lines


def test_a_service_that_is_well(address: str) -> None:
    with urlopen(f"{address}/healthz") as answer:
        assert answer.read() == b"ok\n"


def test_a_clock_that_stands_still_is_told(metrics: Metrics, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_SILENCE", -1.0)
    with pytest.raises(HTTPError, match="503") as caught:
        urlopen(f"{address}/healthz")
    assert b"has not ticked" in caught.value.read()
    caught.value.close()


def test_anything_else_is_not_there(address: str) -> None:
    with pytest.raises(HTTPError, match="404") as caught:
        urlopen(f"{address}/../etc/passwd")
    caught.value.close()
