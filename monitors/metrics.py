"""The service as others watch it: `/healthz` and Prometheus' `/metrics`, on an address of the operator's choice."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily

from storage import StoreError
from storage.audience import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from storage import Store
    from storage.records import Source, Visit
    from storage.reports import Status

#: The clock ticks every few seconds; a service that did not for so long hangs.
LONGEST_SILENCE: Final = 60.0

#: Metric -> what it says, and where `Status` has it.
GAUGES: Final[dict[str, tuple[str, Callable[[Status], float]]]] = {
    "fenghuo_sources_enabled": ("Sources that are visited", lambda status: status.enabled),
    "fenghuo_sources_due": ("Sources whose visit is due", lambda status: status.due),
    "fenghuo_sources_troubled": ("Sources whose last visit ended in trouble", lambda status: len(status.troubled)),
    "fenghuo_hosts_leased": ("Hosts that are being visited", lambda status: status.hosts_leased),
    "fenghuo_articles": ("Articles stored", lambda status: status.articles),
    "fenghuo_items": ("Articles that matched a watch", lambda status: status.items),
    "fenghuo_stories": ("Stories", lambda status: status.stories),
    "fenghuo_database_bytes": ("Size of the database", lambda status: status.size_bytes),
}


class Metrics:
    """What is counted in this process, and what the store says when it is asked."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._registry = CollectorRegistry()
        self._registry.register(self)
        self._visits = Counter("fenghuo_visits", "Visits ended", ["outcome"], registry=self._registry)
        self._new = Counter("fenghuo_new_articles", "Articles stored for the first time", registry=self._registry)
        self._requests = Counter("fenghuo_requests", "Requests made", registry=self._registry)
        self._ticked_at = monotonic()

    def visited(self, source: Source, visit: Visit) -> None:
        self._visits.labels(visit.outcome.value).inc()
        self._new.inc(visit.new)
        self._requests.inc(visit.requests)

    def ticked(self) -> None:
        """A sign of life of the clock."""
        self._ticked_at = monotonic()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Asked by Prometheus' registry."""
        status = self._store.status(now=self._clock())
        for name, (words, value) in GAUGES.items():
            yield GaugeMetricFamily(name, words, value=value(status))
        deliveries = GaugeMetricFamily("fenghuo_deliveries", "Messages by state", labels=["state"])
        for state in State:
            deliveries.add_metric([state.value], status.deliveries.get(state, 0))
        yield deliveries

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: the registry would else ask the store when it is made."""
        return []

    def page(self) -> bytes:
        return generate_latest(self._registry)

    def trouble(self) -> str:
        """Why the service is not well; empty when it is."""
        silence = monotonic() - self._ticked_at
        if silence > LONGEST_SILENCE:
            return f"the clock has not ticked for {silence:.0f} s"
        try:
            self._store.meta("healthz")
        except StoreError as error:
            return str(error)
        return ""


class Endpoint:
    """Serves both pages from a thread of its own until it is closed. Raises `OSError` where the address is taken."""

    def __init__(self, metrics: Metrics, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._server = ThreadingHTTPServer((host or "127.0.0.1", int(port)), _handler(metrics))
        self.port: int = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True, name="metrics").start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(metrics: Metrics) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/healthz":
                trouble = metrics.trouble()
                self._answer(503 if trouble else 200, "text/plain; charset=utf-8", f"{trouble or 'ok'}\n".encode())
            elif self.path == "/metrics":
                self._answer(200, CONTENT_TYPE_LATEST, metrics.page())
            else:
                self._answer(404, "text/plain", b"/healthz or /metrics\n")

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Not in the service's log: it would be asked every few seconds."""

    return Handler
