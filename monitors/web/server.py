"""The pages over HTTP, for a reverse proxy that speaks TLS: few connections at a time, each for a short time."""

from __future__ import annotations

import logging
import socket
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

from storage import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitors.web.unsubscribing import Answer, Desk

log = logging.getLogger(__name__)

#: A reader's button says "List-Unsubscribe=One-Click", and a form says nothing.
MOST_BYTES: Final = 4_096
MOST_CONNECTIONS: Final = 32
#: Between two bytes, and for the whole of a request.
SECONDS: Final = 10.0
LONGEST: Final = 20.0


class Pages:
    """Serves from threads of its own until it is closed. Raises `OSError` where the address is taken."""

    def __init__(self, desk: Desk, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._server = _Server((host or "127.0.0.1", int(port)), _handler(desk))
        self.port: int = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True, name="web").start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._room = threading.BoundedSemaphore(MOST_CONNECTIONS)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        end = threading.Timer(LONGEST, _hang_up, [request])
        end.daemon = True
        end.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            end.cancel()
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.debug("a request to the web pages broke", exc_info=True)


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _handler(desk: Desk) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = SECONDS
        server_version, sys_version = "fenghuo", ""

        def do_GET(self) -> None:
            self._answer(desk.look)

        do_HEAD = do_GET

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "0")
            if not length.isascii() or not length.isdigit() or int(length) > MOST_BYTES:
                self.send_error(413)
                return
            self.rfile.read(int(length))
            self._answer(desk.act)

        def _answer(self, question: Callable[[str, str], Answer]) -> None:
            language = self.headers.get("Accept-Language", "").partition(",")[0]
            try:
                answer = question(self.path.partition("?")[0], language)
            except StoreError as error:
                log.error("a web page could not be shown: %s", error)
                self.send_error(503)
                return
            body = answer.html.encode()
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Addresses here are keys; what was done stands in the log by the reader's name."""

    return Handler
