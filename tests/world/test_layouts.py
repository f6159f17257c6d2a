"""Every sound site of the world, read by the real reader over real HTTP: all items, with their titles and days."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from http.client import HTTPConnection
from urllib.parse import urljoin, urlsplit

import pytest

from crawler.reading import Ask, Link, ListReading, read_article, read_listing
from crawler.text import decode
from world import layouts, troubles
from world.articles import Item, item, items
from world.server import Site, World

NEWEST = date(2026, 11, 20)
NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
HOST = "www.a.example"
TWELVE = items(12, NEWEST)
Layout = Callable[[str, Sequence[Item]], Site]
LAYOUTS = [
    layouts.trs_static,
    layouts.jpage,
    layouts.ucap,
    layouts.ucap_feed,
    layouts.dede_gbk,
    layouts.script_array,
    layouts.table_layout,
    layouts.cut_titles,
    troubles.pdf_only,
]


def fetch(world: World, url: str, ask: Ask | None = None) -> str:
    connection = HTTPConnection(world.hosts[HOST], timeout=10)
    target = urlsplit(url)._replace(scheme="", netloc="").geturl()
    body = ask.body.encode() if ask and ask.body else None
    headers = {"Host": HOST} | dict(ask.headers if ask else {})
    connection.request(ask.method if ask else "GET", target, body=body, headers=headers)
    response = connection.getresponse()
    page = decode(response.read(), response.headers["Content-Type"]).text
    connection.close()
    return page


def listing(world: World) -> ListReading:
    url = world.source(HOST).url
    return read_listing(fetch(world, url), url, now=NOW)


def shown(links: Sequence[Link]) -> set[tuple[str, date | None]]:
    return {(link.title, link.date) for link in links}


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if layout is not layouts.cut_titles])
def test_the_list_shows_each_item_with_its_day(layout: Layout) -> None:
    with World(layout(HOST, TWELVE)) as world:
        assert shown(listing(world)) == {(entry.title, entry.day) for entry in TWELVE}


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if layout is not troubles.pdf_only])
def test_each_link_leads_to_its_article(layout: Layout) -> None:
    by_title = {entry.title: entry for entry in TWELVE}
    with World(layout(HOST, TWELVE)) as world:
        for link in listing(world):
            article = read_article(fetch(world, link.url), link.url, now=NOW)
            assert article.problem is None
            assert article.text == by_title.pop(article.title).text
    assert not by_title


def test_jpaas_answers_the_question_that_its_page_holds() -> None:
    with World(layouts.jpaas(HOST, TWELVE)) as world:
        (ask,) = listing(world).next_requests[:1]
        found = read_listing(fetch(world, ask.url, ask), ask.url, now=NOW)
        assert shown(found) == {(entry.title, entry.day) for entry in TWELVE}


def test_cut_titles_are_whole_where_the_attribute_is() -> None:
    with World(layouts.cut_titles(HOST, TWELVE)) as world:
        whole = {link.title for link in listing(world) if not link.cut}
        assert whole == {entry.title for entry in TWELVE if entry.number % 2}


def test_a_pinned_row_stands_first() -> None:
    old = item(900, date(2025, 3, 1))
    with World(layouts.pinned(HOST, TWELVE, old)) as world:
        assert next(iter(listing(world))).title == old.title


@pytest.mark.parametrize(
    "layout",
    [
        layouts.trs_static,
        layouts.jpage,
        layouts.ucap,
    ],
)
def test_the_further_pages_hold_the_rest(layout: Layout) -> None:
    fifty = items(50, NEWEST)
    with World(layout(HOST, fifty)) as world:
        reading, found = listing(world), set[str]()
        for _ in range(5):
            found |= {link.title for link in reading}
            if not reading.next_requests:
                break
            ask = reading.next_requests[0]
            reading = read_listing(fetch(world, ask.url, ask), ask.url, now=NOW)
        assert found == {entry.title for entry in fifty}


@pytest.mark.parametrize("shell", [troubles.frame_shell, troubles.meta_refresh])
def test_a_shell_says_where_the_list_is(shell: Layout) -> None:
    with World(shell(HOST, TWELVE)) as world:
        reading = listing(world)
        assert not reading.links
        assert reading.next_requests[0].url == urljoin(world.source(HOST).url, "/xw/index.html")


def test_a_redesign_is_read_on_and_an_emptied_list_is_a_problem() -> None:
    before = layouts.trs_static(HOST, TWELVE)
    with World(before) as world:
        world.replace(troubles.redesigned(before, TWELVE))
        assert shown(listing(world)) == {(entry.title, entry.day) for entry in TWELVE}
        world.replace(troubles.emptied(before))
        assert not listing(world).links


@pytest.mark.parametrize(
    ("make", "kind"),
    [(troubles.challenge_521, "challenge"), (troubles.challenge_412, "challenge"), (troubles.soft_404, "soft-404")],
)
def test_what_is_no_list_says_so(make: Callable[[str], Site], kind: str) -> None:
    with World(make(HOST)) as world:
        problem = listing(world).problem
        assert problem is not None
        assert problem.kind.startswith(kind)


def test_a_notice_may_be_its_attachment_alone() -> None:
    with World(troubles.pdf_only(HOST, TWELVE)) as world:
        link = listing(world)[0]
        article = read_article(fetch(world, link.url), link.url, now=NOW)
        assert [attachment.kind for attachment in article.attachments] == ["pdf"]
        assert world.source(HOST).url != article.attachments[0].url
