"""Servers that break HTTP, by kind of fault: each ends a visit with its reason, soon, and nothing is stored."""

from __future__ import annotations

import socket
import ssl
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest

from storage import Store
from storage.records import Outcome
from world.articles import items
from world.certificates import self_signed
from world.layouts import html, rows, trs_address, trs_static
from world.raw import RawServer, Speech, forever, saying
from world.rig import Rig
from world.server import Reply, Site, World
from world.unpatched_tls import UnpatchedTls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.workers import Workers

HOST = "www.raw.example"
TODAY = datetime.now(UTC).date()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
PAGE = html(f"<ul>{rows(items(5, TODAY), trs_address)}</ul>", "<meta charset=utf-8>")


@pytest.fixture
def rig(tmp_path: Path, drive: Any, workers: Workers) -> Iterator[Rig]:
    store = Store.open(f"sqlite:///{tmp_path}/faults.db", now=datetime.now(UTC))
    yield Rig(store=store, drive=drive, workers=workers)
    store.close()


@pytest.mark.parametrize(
    ("speech", "words"),
    [
        (forever(b"HTTP/1.1 200 OK\r\n", b"X-Endless: " + b"y" * 900 + b"\r\n"), "headers"),
        (saying(HEAD, b"X-Long: " + b"y" * 300_000 + b"\r\n\r\n"), "reset"),
        (saying(HEAD, b"Content-Length: -1\r\n\r\n", PAGE), "reset"),
        (saying(HEAD, b"Content-Length: 10\r\nContent-Length: 20\r\n\r\n", PAGE), "reset"),
        (saying(HEAD, b"Content-Length: 1000000000000000\r\n\r\n", PAGE), "too-large"),
        (saying(HEAD, b"Content-Length: 99999\r\n\r\n", PAGE), "cut"),
        (saying(HEAD, b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(PAGE), PAGE), "cut"),
        (saying(HEAD, b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", PAGE), "cut"),
        (saying(HEAD, b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n" * 30_000), "crumbs"),
        (forever(HEAD + b"\r\n", b"<p>endless</p>" * 10_000), "too-large"),
        (saying(b"HTTP/1.1 banana\r\n\r\n", PAGE), "reset"),
        (saying(b"HTTP/1.1 999 Denied\r\nContent-Length: 2\r\n\r\nno"), "999"),
        (saying(PAGE), "reset"),
        (saying(), "reset"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_broken_answers_are_unreachable_for_a_reason(rig: Rig, speech: Speech, words: str) -> None:
    begun = monotonic()
    with RawServer(HOST, {"/xw/": speech}) as server:
        (visit,) = rig.visit(server, server.source())
    assert visit.outcome is Outcome.UNREACHABLE, visit.detail
    assert words in visit.detail
    assert not rig.articles()
    assert monotonic() - begun < 20


def test_a_list_whose_length_is_said_too_short_is_still_a_list(rig: Rig) -> None:
    """Half a list is read on: its articles are whole, and the rest is there the next time."""
    with RawServer(HOST, {"/xw/": saying(HEAD, b"Content-Length: %d\r\n\r\n" % (len(PAGE) - 200), PAGE)}) as server:
        (visit,) = rig.visit(server, server.source())
    assert visit.detail
    assert not rig.articles()


def test_robots_of_16_megabytes_is_read_to_its_limit(rig: Rig) -> None:
    robots = b"User-agent: *\n" + b"Disallow: /private/\n" * 800_000
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(robots)
    speeches = {"/robots.txt": saying(head, robots), "/private/": saying(HEAD, b"\r\n", PAGE)}
    with RawServer(HOST, speeches) as server:
        (visit,) = rig.visit(server, server.source("/private/"))
        assert [line.split()[1] for line in server.asked] == ["/robots.txt"]
    assert visit.outcome is Outcome.BLOCKED
    assert "robots.txt forbids" in visit.detail


def test_a_silent_robots_file_ends_the_visit_as_what_it_is(rig: Rig) -> None:
    with RawServer(HOST, {"/robots.txt": saying()}) as server:
        (visit,) = rig.visit(server, server.source())
        assert not [line for line in server.asked if "/xw/" in line]
    assert visit.outcome is Outcome.UNREACHABLE
    assert "(robots.txt)" in visit.detail


def test_redirects_have_one_deadline_together(rig: Rig) -> None:
    pages = {f"/{n}": Reply(status=302, headers={"Location": f"/{n + 1}"}, delay=0.8) for n in range(9)}
    begun = monotonic()
    with World(Site(host=HOST, column="/0", pages=pages)) as world:
        (visit,) = rig.visit(world, world.source(HOST))
    assert "redirects took" in visit.detail or "timeout" in visit.detail, visit.detail
    assert monotonic() - begun < 15


# TLS of fifteen years ago.


def old_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    with tempfile.TemporaryDirectory() as folder:
        both = Path(folder) / "both.pem"
        both.write_bytes(b"".join(self_signed([HOST])))
        context.load_cert_chain(both)
    return context


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated")
def test_a_server_of_tls_1_0_needs_the_legacy_lane_and_a_trusted_certificate(rig: Rig) -> None:
    page = saying(HEAD, b"Content-Length: %d\r\n\r\n" % len(PAGE), PAGE)
    with RawServer(HOST, {"/xw/": page}, old_context()) as server:
        source = server.source(scheme="https")
        (modern,) = rig.visit(server, source)
        assert modern.detail.startswith("tls: ")
        assert "legacy_tls" in modern.detail
        (verified,) = rig.visit(server, replace(source, legacy_tls=True))
        assert "verify_tls" in verified.detail
        (visit,) = rig.visit(server, replace(source, legacy_tls=True, verify_tls=False))
    assert visit.links == 5, visit.detail


@pytest.mark.parametrize("legacy_tls", [False, True])
def test_a_server_that_knows_no_secure_renegotiation_is_read_in_both_lanes(rig: Rig, legacy_tls: bool) -> None:
    page = saying(HEAD, b"Content-Length: %d\r\n\r\n" % len(PAGE), PAGE)
    with RawServer(HOST, {"/xw/": page}, UnpatchedTls(HOST)) as server:
        refuse_as_openssl_does(server.hosts[HOST])
        (visit,) = rig.visit(server, server.source(scheme="https", verify_tls=False, legacy_tls=legacy_tls))
    assert visit.links == 5, visit.detail


def refuse_as_openssl_does(address: str) -> None:
    host, _, port = address.partition(":")
    context = ssl._create_unverified_context()
    context.set_ciphers("AES128-GCM-SHA256")
    refused = pytest.raises(ssl.SSLError, match="UNSAFE_LEGACY_RENEGOTIATION_DISABLED")
    with socket.create_connection((host, int(port))) as line, refused:
        context.wrap_socket(line)


# The other scheme, and what a source sends.


def test_an_https_address_of_a_plain_server_is_tried_once_as_http(rig: Rig) -> None:
    with World(trs_static(HOST, items(3, TODAY))) as world:
        source = world.source(HOST)
        (visit,) = rig.visit(world, replace(source, url=source.url.replace("http:", "https:")))
    assert (visit.outcome, visit.new) == (Outcome.OK, 3), visit.detail


def test_headers_and_referer_are_sent_to_the_source_and_to_nobody_else(rig: Rig) -> None:
    away = Site(host="www.other.example", column="/", pages={"*": Reply(body=html("<p>他站</p>"))})
    here = Site(
        host=HOST,
        column="/xw/",
        pages={"/xw/": Reply(status=302, headers={"Location": "http://www.other.example/"})},
    )
    with World(here, away) as world:
        other = replace(world.source("www.other.example"), id="other")
        sent = {"headers": {"X-Api-Key": "secret"}, "referer": f"http://{HOST}/"}
        rig.visit(world, world.source(HOST, **sent), other)
        asked = {request.host: request.headers for request in world.requests if request.target != "/robots.txt"}
    assert asked[HOST]["x-api-key"] == "secret"
    assert asked[HOST]["referer"] == f"http://{HOST}/"
    assert "x-api-key" not in asked.get("www.other.example", {})


def test_a_source_goes_through_its_own_proxy(rig: Rig) -> None:
    site = trs_static("www.far.example", items(2, TODAY))
    with World(replace(site, host="127.0.0.1")) as proxy:
        address = proxy.hosts["127.0.0.1"]
        source = replace(proxy.source("127.0.0.1"), url="http://www.far.example/xw/index.html")
        (visit,) = rig.visit(proxy, replace(source, proxy=f"http://{address}"))
        assert proxy.requests
        assert all(request.target.startswith("http://www.far.example/") for request in proxy.requests)
    assert visit.requests == len(proxy.requests)
