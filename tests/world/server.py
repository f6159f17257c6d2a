"""A small world wide web on loopback: real sockets, host names told apart by the Host header, every request logged.

with World(trs_static("www.a.example", items(30, newest))) as world:
    ...                                     # crawl world.source("www.a.example") with hosts=world.hosts
    assert world.asked("www.a.example") == ["/robots.txt", "/xw/index.html"]
"""

from __future__ import annotations

import hashlib
import socket
import ssl
import struct
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from storage.records import Level, Source
from world.certificates import self_signed

if TYPE_CHECKING:
    from types import TracebackType


class Fault(Enum):
    """How a connection goes wrong instead of an answer."""

    #: RST before any byte.
    RESET = "reset"
    #: Half of the promised body, then FIN.
    CUT = "cut"
    #: Nothing, until the client or the world gives up.
    HANG = "hang"


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A request as it arrived, and how it was answered."""

    host: str
    method: str
    #: Path and query.
    target: str
    headers: Mapping[str, str]
    body: bytes
    #: Of `time.monotonic`: when it had arrived, and when its answer began.
    began: float
    ended: float
    #: 0 where the connection broke.
    status: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Seconds before the answer begins.
    delay: float = 0.0
    fault: Fault | None = None
    #: Has an ETag and answers If-None-Match.
    validators: bool = False


#: What a page answers: always the same, or what it makes of the request's target, headers and body.
Answer = Reply | Callable[[str, Mapping[str, str], bytes], Reply]


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    host: str
    #: Path of the list; what `World.source` points at.
    column: str
    #: By path and query, or by path alone. "*" answers what is not named.
    pages: Mapping[str, Answer]
    family: str = ""
    tls: bool = False
    #: A certificate that ran out.
    expired: bool = False


class World:
    """Sites, served until the block ends."""

    def __init__(self, *sites: Site) -> None:
        self.requests: list[Request] = []
        self._sites = {site.host: site for site in sites}
        self._servers: list[ThreadingHTTPServer] = []
        self._over = threading.Event()
        self.hosts: dict[str, str] = {}

    def __enter__(self) -> World:
        plain = [site.host for site in self._sites.values() if not site.tls]
        if plain:
            self._open(plain, None)
        for expired in (False, True):
            secure = [site.host for site in self._sites.values() if site.tls and site.expired is expired]
            if secure:
                self._open(secure, _context(secure, days=-3 if expired else 2))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def replace(self, site: Site) -> None:
        """From now on its host is this site: a redesign, a new article, the end of an outage."""
        assert site.host in self.hosts, f"{site.host} was not there when the world began"
        self._sites[site.host] = site

    def source(self, host: str, **overrides: Any) -> Source:
        """The column of a site, ready to be visited without a pause between two requests."""
        site = self._sites[host]
        scheme = "https" if site.tls else "http"
        facts: dict[str, Any] = {
            "id": host.replace(".", "-"),
            "name": host,
            "url": f"{scheme}://{host}{site.column}",
            "province": "山西",
            "level": Level.CITY,
            "family": site.family,
            "enabled": True,
            "allow_private": True,
            "delay": 0.0,
        }
        return Source(**facts | overrides)

    def asked(self, host: str) -> list[str]:
        """What was asked of a host, in order."""
        return [request.target for request in self.requests if request.host == host]

    def forget(self) -> None:
        """Begin the log again: what comes now is the next visit."""
        self.requests.clear()

    def _open(self, hosts: list[str], context: ssl.SSLContext | None) -> None:
        server = _Server(("127.0.0.1", 0), _handler(self))
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        self._servers.append(server)
        self.hosts |= dict.fromkeys(hosts, f"127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def answer(self, host: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        site = self._sites.get(host)
        pages: Mapping[str, Answer] = site.pages if site else {}
        found = pages.get(target) or pages.get(target.partition("?")[0]) or pages.get("*") or Reply(status=404)
        return found if isinstance(found, Reply) else found(target, headers, body)

    def pause(self, seconds: float | None = None) -> None:
        """Wait, for ever if nobody says how long, but not beyond the end of the world."""
        self._over.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is what some tests are about."""


def _context(hosts: list[str], *, days: int) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        both = Path(folder) / "both.pem"
        both.write_bytes(b"".join(self_signed(hosts, days=days)))
        context.load_cert_chain(both)
    return context


def _handler(world: World) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            began = monotonic()
            host = self.headers.get("Host", "").partition(":")[0].lower()
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            reply = world.answer(host, self.path, headers, body)
            world.pause(reply.delay)
            etag = f'"{hashlib.md5(reply.body).hexdigest()}"' if reply.validators else None
            if etag and headers.get("if-none-match") == etag:
                reply = replace(reply, status=304, body=b"")
            world.requests.append(
                Request(
                    host=host,
                    method=self.command,
                    target=self.path,
                    headers=headers,
                    body=body,
                    began=began,
                    ended=monotonic(),
                    status=0 if reply.fault else reply.status,
                )
            )
            self._send(reply, etag)

        do_POST = do_GET

        def _send(self, reply: Reply, etag: str | None) -> None:
            if reply.fault in (Fault.RESET, Fault.HANG):
                self._break_off(reply.fault)
                return
            self.send_response(reply.status)
            for name, value in ({"Content-Type": reply.content_type} | dict(reply.headers)).items():
                self.send_header(name, value)
            if etag:
                self.send_header("ETag", etag)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            cut = reply.fault is Fault.CUT
            self.close_connection |= cut
            self.wfile.write(reply.body[: len(reply.body) // 2] if cut else reply.body)

        def _break_off(self, fault: Fault) -> None:
            self.close_connection = True
            if fault is Fault.HANG:
                world.pause()
            else:  # closing with a linger of zero seconds sends RST
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()

        def log_message(self, format: str, *args: object) -> None:
            """The log is `World.requests`."""

    return Handler
