"""The demonstration's articles as a newcomer meets them: fresh, of both kinds, damaged in every way."""

from collections import Counter
from datetime import date, timedelta

import pytest

from crawler.demo import Site, sites, sources
from crawler.demo.damage import inject_readings
from storage.records import Level

ANCHOR = date(2026, 11, 24)
SITES = sites(ANCHOR)
TEXTS = [text for site in SITES for text in site.texts]


def test_the_four_levels_speak() -> None:
    assert {site.level for site in SITES} == {Level.PROVINCE, Level.DEPARTMENT, Level.PARK, Level.MEDIA}


def test_each_site_is_of_a_family_of_its_own() -> None:
    assert Counter(site.family for site in SITES if site.texts) == Counter(["trs", "jpage", "dede", "ucap"])


@pytest.mark.parametrize("site", [site for site in SITES if not site.challenge], ids=lambda site: site.name)
def test_each_site_has_enough_to_read(site: Site) -> None:
    assert len(site.texts) >= 7
    assert all(190 <= sum(map(len, text.paragraphs)) <= 600 for text in site.texts)


def test_about_half_is_about_the_industry() -> None:
    assert 0.4 <= sum(text.about_ai for text in TEXTS) / len(TEXTS) <= 0.6


def test_most_articles_are_news_when_the_demo_starts() -> None:
    fresh = [text for text in TEXTS if text.published_at.date() >= ANCHOR - timedelta(days=2)]
    assert all(text.published_at.date() < ANCHOR for text in TEXTS)
    assert all(text in fresh for text in TEXTS if text.about_ai)
    assert 0 < len(TEXTS) - len(fresh) <= 5


def test_a_repost_says_what_its_original_says_under_another_title() -> None:
    originals = {f"{site.name}/{text.slug}": text for site in SITES for text in site.texts}
    reposts = [text for text in TEXTS if text.reposts]
    assert len(reposts) == 3
    for text in reposts:
        original = originals[text.reposts]
        assert text.title != original.title
        assert text.paragraphs[0].endswith(original.paragraphs[0])
        assert text.paragraphs[1:] == original.paragraphs[1:]


def test_every_kind_of_damage_is_there() -> None:
    assert {text.damage for text in TEXTS} == {"", "readings", "mojibake"}
    assert {text.charset for text in TEXTS} == {"", "gb2312"}
    wide = "".join("".join(text.paragraphs) for text in TEXTS if text.charset)
    assert all(char in wide for char in "镕喆€")


def test_readings_reach_every_text_that_is_to_have_them() -> None:
    for text in TEXTS:
        if text.damage == "readings":
            assert "(" in inject_readings("".join(text.paragraphs))


def test_a_later_day_changes_the_dates_and_nothing_else() -> None:
    for today, tomorrow in zip(SITES, sites(ANCHOR + timedelta(days=1)), strict=True):
        assert [text.slug for text in today.texts] == [text.slug for text in tomorrow.texts]
        moved = [
            later.published_at - text.published_at for text, later in zip(today.texts, tomorrow.texts, strict=True)
        ]
        assert set(moved) <= {timedelta(days=1)}


def test_sources_are_ready_to_be_visited() -> None:
    found = sources()
    assert [source.id for source in found] == [f"demo-{site.name}" for site in SITES]
    assert all(source.enabled and source.allow_private for source in found)
    assert found[0].url == "http://www.yunling.gov.example/xw/ylyw/index.html"
