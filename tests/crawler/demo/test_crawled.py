"""The demonstration as its command sees it: the first run finds the news, a run on any later day nothing new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crawler.demo import serve, sites, sources
from storage import Store
from storage.records import Outcome
from world.rig import Rig

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TODAY = datetime.now(UTC).date()
SITES = {f"demo-{site.name}": site for site in sites(TODAY)}


@pytest.fixture
def rig(tmp_path: Path, drive: Any) -> Iterator[Rig]:
    store = Store.open(f"sqlite:///{tmp_path}/demo.db", now=datetime.now(UTC))
    yield Rig(store=store, drive=drive)
    store.close()


def test_the_first_run_finds_everything_and_a_later_day_nothing_new(rig: Rig) -> None:
    with serve(TODAY) as served:
        first = rig.visit(served, *sources())
    for visit in first:
        site = SITES[visit.source_id]
        wanted = Outcome.BLOCKED if site.challenge else Outcome.OK
        assert (visit.outcome, visit.new, visit.problems) == (wanted, len(site.texts), len(site.gone)), visit.detail
    with serve(TODAY + timedelta(days=1)) as served:
        later = rig.visit(served, *sources())
    assert len(later) == len(SITES)
    assert sum(visit.new for visit in later) == 0


def test_a_repost_is_the_same_story_however_it_was_damaged(rig: Rig) -> None:
    with serve(TODAY) as served:
        rig.visit(served, *sources())
    stories = {article.title: article.story_id for article in rig.articles()}
    texts = {f"{site.name}/{text.slug}": text for site in SITES.values() for text in site.texts}
    for text in texts.values():
        if text.reposts:
            assert stories[text.title] == stories[texts[text.reposts].title]
    assert len(set(stories.values())) == len(texts) - sum(bool(text.reposts) for text in texts.values())


def test_the_old_ones_are_backlog(rig: Rig) -> None:
    with serve(TODAY) as served:
        rig.visit(served, *sources())
    old = {
        text.title for site in SITES.values() for text in site.texts if text.published_at.date() < TODAY - timedelta(4)
    }
    assert {article.title for article in rig.articles() if article.backlog} == old
