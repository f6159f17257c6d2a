"""The simulated web keeps its promises: hosts, log, validators, faults, redesigns, TLS."""

import ssl
from collections.abc import Mapping
from datetime import date
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from threading import Thread

import pytest

from world.articles import item, items
from world.layouts import trs_static
from world.server import Fault, Reply, Site, World
from world.troubles import emptied, faulty, redesigned, self_signed_tls, slow

NEWEST = date(2026, 11, 20)
HOST = "www.a.example"
SITE = trs_static(HOST, items(30, NEWEST))


def ask(
    world: World, target: str, *, host: str = HOST, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(world.hosts[host], timeout=5)
    try:
        connection.request("POST" if body else "GET", target, body=body, headers={"Host": host} | dict(headers or {}))
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def test_hosts_share_nothing_but_the_port() -> None:
    other = trs_static("www.b.example", items(3, NEWEST))
    with World(SITE, other) as world:
        assert ask(world, "/xw/index.html")[1] != ask(world, "/xw/index.html", host="www.b.example")[1]
        assert world.hosts[HOST] == world.hosts["www.b.example"]


def test_the_log_tells_what_was_asked_and_when() -> None:
    with World(SITE) as world:
        ask(world, "/xw/index.html", headers={"User-Agent": "test"})
        ask(world, "/nowhere?a=1", body=b"x=1")
        first, second = world.requests
        assert world.asked(HOST) == ["/xw/index.html", "/nowhere?a=1"]
        assert (first.headers["user-agent"], first.status) == ("test", 200)
        assert (second.method, second.body, second.status) == ("POST", b"x=1", 404)
        assert first.began <= first.ended <= second.began
        world.forget()
        assert world.asked(HOST) == []


def test_an_unchanged_page_is_304_to_whoever_knows_it() -> None:
    with World(SITE) as world:
        etag = ask(world, "/xw/index.html")[0].headers["ETag"]
        response, body = ask(world, "/xw/index.html", headers={"If-None-Match": etag})
        assert (response.status, body) == (304, b"")
        world.replace(trs_static(HOST, items(31, NEWEST)))
        assert ask(world, "/xw/index.html", headers={"If-None-Match": etag})[0].status == 200


@pytest.mark.parametrize(
    ("fault", "error"), [(Fault.RESET, OSError), (Fault.CUT, IncompleteRead), (Fault.HANG, TimeoutError)]
)
def test_faults_break_the_connection(fault: Fault, error: type[Exception]) -> None:
    with World(faulty(SITE, fault)) as world:
        connection = HTTPConnection(world.hosts[HOST], timeout=0.5)
        with pytest.raises(error):
            connection.request("GET", "/xw/index.html", headers={"Host": HOST})
            connection.getresponse().read()
        connection.close()


def test_other_sites_answer_while_one_hangs() -> None:
    def hang() -> None:
        with pytest.raises((HTTPException, OSError)):
            ask(world, "/", host="hung.example")

    hung = faulty(trs_static("hung.example", ()), Fault.HANG)
    with World(SITE, hung) as world:
        waiting = Thread(target=hang)
        waiting.start()
        assert ask(world, "/xw/index.html")[0].status == 200
    waiting.join()


def test_a_slow_site_answers_in_the_end() -> None:
    with World(slow(SITE, 0.2)) as world:
        assert ask(world, "/xw/index.html")[0].status == 200
        (request,) = world.requests
        assert request.ended - request.began >= 0.2


def test_a_redesign_keeps_the_articles_and_an_emptied_list_has_no_links() -> None:
    listed = items(30, NEWEST)
    with World(SITE) as world:
        before = ask(world, "/xw/index.html")[1].decode()
        world.replace(redesigned(SITE, listed))
        after = ask(world, "/xw/index.html")[1].decode()
        assert before != after
        assert all(entry.title in after for entry in listed)
        world.replace(emptied(SITE))
        assert listed[0].title not in ask(world, "/xw/index.html")[1].decode()


def test_a_page_can_answer_what_it_was_asked() -> None:
    site = Site(
        host=HOST, column="/", pages={"/echo": lambda target, headers, body: Reply(body=target.encode() + body)}
    )
    with World(site) as world:
        assert ask(world, "/echo?a=1", body=b"b")[1] == b"/echo?a=1b"


@pytest.mark.parametrize(("expired", "why"), [(False, "self-signed"), (True, "expired|self-signed")])
def test_nobody_vouches_for_the_certificate(expired: bool, why: str) -> None:
    with World(self_signed_tls(SITE, expired=expired), trs_static("www.b.example", ())) as world:
        strict = HTTPSConnection(world.hosts[HOST], timeout=5)
        with pytest.raises(ssl.SSLCertVerificationError, match=why):
            strict.request("GET", "/xw/index.html", headers={"Host": HOST})
        trusting = HTTPSConnection(world.hosts[HOST], timeout=5, context=ssl._create_unverified_context())
        trusting.request("GET", "/xw/index.html", headers={"Host": HOST})
        assert trusting.getresponse().status == 200
        strict.close()
        trusting.close()
        assert world.source(HOST).url == "https://www.a.example/xw/index.html"


def test_invented_articles_are_all_different() -> None:
    many = items(400, NEWEST)
    assert len({entry.title for entry in many}) == 400
    assert len({line for entry in many for line in entry.paragraphs}) == 2_000
    assert many[0].day == NEWEST
    assert many == items(400, NEWEST)
    assert item(7, NEWEST, industry=True).title != item(7, NEWEST).title
