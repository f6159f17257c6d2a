"""The demonstration's sites over real HTTP."""

from collections.abc import Iterator
from datetime import date
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest

from crawler.demo import Request, Served, serve, sites, sources

ANCHOR = date(2026, 11, 24)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve(ANCHOR) as running:
        yield running


def ask(served: Served, host: str, path: str, headers: dict[str, str] | None = None) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(served.hosts[host], timeout=10)
    connection.request("GET", path, headers={"Host": host} | (headers or {}))
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def test_every_list_answers_except_the_challenged_one(served: Served) -> None:
    for source in sources():
        url = urlsplit(source.url)
        response, _ = ask(served, url.netloc, url.path)
        assert response.status == (412 if source.id == "demo-sjj" else 200)


def test_the_same_path_is_another_page_on_another_host(served: Served) -> None:
    assert ask(served, "www.yunling.gov.example", "/xw/ylyw/index.html")[0].status == 200
    assert ask(served, "www.ylnews.example", "/xw/ylyw/index.html")[0].status == 404


def test_a_host_it_does_not_serve_is_not_found(served: Served) -> None:
    connection = HTTPConnection(served.hosts["www.ylnews.example"], timeout=10)
    connection.request("GET", "/", headers={"Host": "elsewhere.example"})
    assert connection.getresponse().status == 404
    connection.close()


def test_robots_txt_stands_on_each_site_that_can_be_read(served: Served) -> None:
    for site in sites(ANCHOR):
        response, body = ask(served, site.host, "/robots.txt")
        assert (response.status, body[:11]) == ((412, b"<!DOCTYPE h") if site.challenge else (200, b"User-agent:"))


def test_the_header_of_the_department_is_wrong(served: Served) -> None:
    response, body = ask(served, "gxt.yunling.gov.example", "/col/col1042/index.html")
    assert response.headers["Content-Type"] == "text/html; charset=GBK"
    assert "云岭省工业和信息化厅" in body.decode("utf-8")


def test_the_park_is_gbk_and_says_so_nowhere(served: Served) -> None:
    response, body = ask(served, "www.lanjiang-hitech.example", "/a/yqxw/")
    assert response.headers["Content-Type"] == "text/html"
    assert b"charset" not in body
    assert "岚江高新区智算中心二期封顶" in body.decode("gbk")
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_a_listed_article_is_gone_with_status_200(served: Served) -> None:
    _, listing = ask(served, "gxt.yunling.gov.example", "/col/col1042/index.html")
    path = listing.decode().split("第三季度工业经济")[1].split("href='")[1].split("'")[0]
    response, body = ask(served, "gxt.yunling.gov.example", path)
    assert response.status == 200
    assert "不存在" in body.decode()


def test_an_unchanged_list_is_304_where_the_server_knows_validators(served: Served) -> None:
    response, _ = ask(served, "www.yunling.gov.example", "/xw/ylyw/index.html")
    etag = response.headers["ETag"]
    again, body = ask(served, "www.yunling.gov.example", "/xw/ylyw/index.html", {"If-None-Match": etag})
    assert (again.status, body) == (304, b"")


def test_the_addresses_of_a_later_day_are_the_same() -> None:
    with serve(date(2026, 11, 24)) as today, serve(date(2027, 3, 2)) as later:
        for site in sites(ANCHOR):
            if not site.challenge and site.family != "jpage":
                pages = [ask(served, site.host, site.path)[1] for served in (today, later)]
                links = [sorted(part.split(b'"')[0] for part in page.split(b'href="')[1:]) for page in pages]
                assert links[0] == links[1]


def test_requests_are_logged_as_they_came() -> None:
    with serve(ANCHOR) as fresh:
        ask(fresh, "www.ylnews.example", "/robots.txt")
        ask(fresh, "www.ylnews.example", "/nowhere")
        assert fresh.requests == [
            Request(host="www.ylnews.example", path="/robots.txt", status=200),
            Request(host="www.ylnews.example", path="/nowhere", status=404),
        ]
