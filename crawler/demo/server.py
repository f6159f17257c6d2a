"""The demonstration's sites on loopback: one server, told apart by the Host header."""

from __future__ import annotations

import hashlib
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import TYPE_CHECKING

from crawler.demo.damage import damaged, encode_wide
from crawler.demo.markup import pages
from crawler.demo.texts import Site, sites

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

_ROBOTS = b"User-agent: *\nDisallow: /admin/\n"
_CHALLENGE = (
    '<!DOCTYPE html><html><head><meta id="9DhefwqGPrzGxEp9hPaoag" content="{0}" r="m">'
    "<script>$_ts=window['$_ts'];if(!$_ts)$_ts={{}};$_ts.nsd=61405;$_ts.cd=\"{0}\";</script>"
    '<script src="/4QbVtADbnLVIc/d.FxJzG50F.js" r="m"></script></head><body></body></html>'
).format("qYAaDgrrHqLmAqp9" * 24)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    status: int = 200
    content_type: str = "text/html"
    body: bytes = b""
    #: Answers If-None-Match with 304.
    etag: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A request as the server logged it."""

    host: str
    path: str
    status: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    #: Where each host name is to be found: {"www.yunling.gov.example": "127.0.0.1:43210"}.
    hosts: Mapping[str, str]
    requests: list[Request] = field(default_factory=list)


@contextmanager
def serve(anchor: date) -> Iterator[Served]:
    """Serves the sites, as of `anchor`, on a free port of 127.0.0.1 until the block ends.

    The host names do not exist (RFC 2606): whoever asks must go by `hosts` instead of DNS.
    """
    replies = {site.host: replies_of(site) for site in sites(anchor)}
    log: list[Request] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(replies, log))
    server.daemon_threads = True
    hosts = dict.fromkeys(replies, f"127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Served(hosts=MappingProxyType(hosts), requests=log)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def replies_of(site: Site) -> Mapping[str, Reply]:
    """What the site answers, by path. Any other path is a 404, or the challenge where the site has one."""
    if site.challenge:
        return {"*": Reply(status=412, content_type="text/html; charset=utf-8", body=_CHALLENGE.encode())}
    content_type = f"text/html; charset={site.header_charset}" if site.header_charset else "text/html"
    replies = {"/robots.txt": Reply(content_type="text/plain", body=_ROBOTS)}
    for path, html in pages(replace(site, texts=tuple(map(damaged, site.texts)))):
        body = encode_wide(html, site.encoding)
        etag = f'"{hashlib.md5(body).hexdigest()}"' if site.validators else None
        replies[path] = Reply(content_type=content_type, body=body, etag=etag)
    return replies


def _handler(sites: Mapping[str, Mapping[str, Reply]], log: list[Request]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            host = self.headers.get("Host", "").partition(":")[0].lower()
            reply = _find(sites.get(host, {}), self.path)
            known = reply.etag is not None and reply.etag == self.headers.get("If-None-Match")
            status = 304 if known else reply.status
            log.append(Request(host=host, path=self.path, status=status))
            self._send(status, reply, b"" if known else reply.body)

        def _send(self, status: int, reply: Reply, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(body)))
            if reply.etag is not None:
                self.send_header("ETag", reply.etag)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """The log is `Served.requests`."""

    return Handler


def _find(replies: Mapping[str, Reply], path: str) -> Reply:
    missing = Reply(status=404, content_type="text/html; charset=utf-8", body=b"<h1>404 Not Found</h1>")
    return replies.get(path) or replies.get("*") or missing
