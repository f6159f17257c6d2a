"""robots.txt: what closes a site, what opens it, and how long it is believed."""

import asyncio

import pytest

from crawler.fetching.robots import Robots, Rules, read_rules, rules_after
from crawler.trouble import Trouble

RULES = b"User-agent: *\nDisallow: /admin/\nCrawl-delay: 7\n"


def test_disallowed_paths_are_refused_and_the_others_are_not() -> None:
    rules = read_rules(200, "text/plain", RULES, 1000)
    assert rules.allows("http://a.example/news/1.html")
    assert not rules.allows("http://a.example/admin/1.html")
    assert rules.crawl_delay == 7


def test_rules_for_us_by_name() -> None:
    rules = read_rules(200, "text/plain", b"User-agent: fenghuo\nDisallow: /\nUser-agent: *\nAllow: /\n", 1000)
    assert not rules.allows("http://a.example/news/1.html")


@pytest.mark.parametrize("status", [404, 403, 410, 302])
def test_no_robots_file_opens_the_site(status: int) -> None:
    assert read_rules(status, "text/plain", RULES, 1000).allows("http://a.example/admin/")


def test_a_server_error_closes_it_for_now() -> None:
    rules = read_rules(500, "text/plain", b"", 1000)
    assert not rules.allows("http://a.example/")
    assert rules.closed == "robots.txt answers 500"


def test_a_page_of_html_holds_no_rules() -> None:
    assert read_rules(200, "text/plain", b"<html>Disallow: /</html>", 1000).allows("http://a.example/admin/")


def test_only_so_much_is_read() -> None:
    assert read_rules(200, "text/plain", b"#" * 1000 + b"\n" + RULES, 1000).allows("http://a.example/admin/")


@pytest.mark.parametrize(("kind", "opens"), [("timeout", False), ("dns", False), ("redirects", True), ("http", True)])
def test_a_robots_file_that_cannot_be_had(kind: str, opens: bool) -> None:
    assert rules_after(Trouble(kind, "…")).allows("http://a.example/") is opens


def test_a_site_is_asked_once() -> None:
    asked = []

    async def ask(url: str) -> Rules:
        asked.append(url)
        return read_rules(200, "text/plain", RULES, 1000)

    async def visit_three() -> None:
        robots = Robots(60)
        await robots.ask_leave("http://a.example/1", ask)
        await robots.ask_leave("http://a.example/2", ask)
        with pytest.raises(Trouble, match="forbids"):
            await robots.ask_leave("http://a.example/admin/", ask)

    asyncio.run(visit_three())
    assert asked == ["http://a.example/robots.txt"]
