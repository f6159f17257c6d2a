"""A server that says exactly the bytes that it is told, right or wrong."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from storage.records import Source

if TYPE_CHECKING:
    import ssl
    from types import TracebackType

    from world.unpatched_tls import UnpatchedTls

#: Speaks on a connection whose request was read; returning closes it.
Speech = Callable[[socket.socket], None]
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def saying(*pieces: bytes) -> Speech:
    def speak(line: socket.socket) -> None:
        for piece in pieces:
            line.sendall(piece)

    return speak


def forever(start: bytes, piece: bytes) -> Speech:
    """Until the other side has had enough."""

    def speak(line: socket.socket) -> None:
        line.sendall(start)
        while True:
            line.sendall(piece)

    return speak


class RawServer:
    """One host; `speeches` by path, anything else is 404. `asked` are the request lines in order."""

    def __init__(
        self, host: str, speeches: Mapping[str, Speech], context: ssl.SSLContext | UnpatchedTls | None = None
    ) -> None:
        self.host, self.asked = host, list[str]()
        self._speeches, self._context = speeches, context

    def __enter__(self) -> RawServer:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.hosts = {self.host: f"127.0.0.1:{self._socket.getsockname()[1]}"}
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()

    def source(self, path: str = "/xw/", *, scheme: str = "http", **overrides: object) -> Source:
        facts = {"id": "raw", "name": "raw", "url": f"{scheme}://{self.host}{path}", "allow_private": True, "delay": 0}
        return Source(**facts | overrides)  # type: ignore[arg-type]

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        try:
            with self._context.wrap_socket(line, server_side=True) if self._context else line as safe:
                request = safe.recv(65_536).decode("latin-1").partition("\r\n")[0]
                self.asked.append(request)
                path = request.split()[1] if request.count(" ") == 2 else ""
                self._speeches.get(path, saying(NOT_FOUND))(safe)
        except OSError:
            """The client went away, which is what some tests are about."""
