"""Whatever was done to a text of the demonstration, the real decoding, repair and reading bring the truth back."""

from datetime import date
from typing import NamedTuple

import pytest

from crawler.demo import Site, Text, sites, sources
from crawler.demo.markup import FAMILIES
from crawler.demo.server import Reply, replies_of
from crawler.mending import ArticlePage, Raw, mend_article, mend_list
from crawler.reading import Overrides

SITES = sites(date(2026, 11, 20))


class Case(NamedTuple):
    site: Site
    text: Text


CASES = [Case(site, text) for site in SITES for text in site.texts]


def raw(site: Site, path: str, damage: str | None = None) -> Raw:
    reply: Reply = replies_of(site)[path]
    url = f"http://{site.host}{path}"
    return Raw(
        url=url,
        body=reply.body,
        content_type=reply.content_type,
        encoding=None,
        damage=damage,
        overrides=Overrides(),
    )


def mended(case: Case) -> ArticlePage:
    return mend_article(raw(case.site, FAMILIES[case.site.family].address(case.text.slug)))


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.site.name}-{case.text.slug}")
def test_an_article_comes_back_as_it_was_written(case: Case) -> None:
    article = mended(case).article
    assert article.problem is None
    assert article.title == case.text.title
    assert [squeezed(line) for line in article.text.split("\n")] == [squeezed(line) for line in case.text.paragraphs]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.site.name}-{case.text.slug}")
def test_its_time_comes_back_to_the_minute(case: Case) -> None:
    article = mended(case).article
    assert (article.published_at, article.precision) == (case.text.published_at, "minute")


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.text.origin], ids=lambda case: f"{case.site.name}-{case.text.slug}"
)
def test_its_origin_comes_back(case: Case) -> None:
    assert mended(case).article.origin == case.text.origin


def test_nothing_is_said_to_be_lost() -> None:
    assert not any(mended(case).mended.lost for case in CASES)


@pytest.mark.parametrize("case", [case for case in CASES if case.text.damage], ids=lambda case: case.text.slug)
def test_a_repair_is_told(case: Case) -> None:
    assert mended(case).mended.repairs


@pytest.mark.parametrize("case", [case for case in CASES if not case.text.damage], ids=lambda case: case.text.slug)
def test_a_sound_page_is_not_repaired(case: Case) -> None:
    assert mended(case).mended.repairs == ()


@pytest.mark.parametrize("site", [site for site in SITES if not site.challenge], ids=lambda site: site.name)
def test_the_list_shows_every_article(site: Site) -> None:
    links = {link.url: link for link in mend_list(raw(site, site.path)).reading}
    address = FAMILIES[site.family].address
    for text in site.texts:
        link = links[f"http://{site.host}{address(text.slug)}"]
        assert link.date == text.published_at.date()


def test_the_challenge_is_seen_as_one() -> None:
    (site,) = (site for site in SITES if site.challenge)
    reply = replies_of(site)["*"]
    url = next(source.url for source in sources() if site.host in source.url)
    page = mend_list(
        Raw(
            url=url,
            body=reply.body,
            content_type=reply.content_type,
            encoding=None,
            damage=None,
            overrides=Overrides(),
        )
    )
    assert page.reading.problem is not None
    assert page.reading.problem.kind.startswith("challenge")


def test_the_article_that_is_gone_is_seen_as_gone() -> None:
    (site,) = (site for site in SITES if site.gone)
    article = mend_article(raw(site, FAMILIES[site.family].address(site.gone[0]))).article
    assert article.problem is not None
    assert article.problem.kind == "soft-404"
