"""A changed rule applied to what is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitors import reapplying
from monitors.reapplying import Application, ApplicationError, since_of
from monitors.trial import as_of, judged_at
from storage import Store
from storage.audience import ProfileText, Reader, Watch
from world.facts import DAY, HOUR, NOW, finding, source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WATCH = Watch(name="ai", rule="算力", readers=("an",), rhythm="at once")
MONTH = NOW - 30 * DAY
VINEGAR = ProfileText(name="vinegar", text='[weights]\nstrong = 0.9\n[[group]]\nname = "醋"\nstrong = ["陈醋"]\n')


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Six articles, an hour apart: every other one speaks of 算力, all of 陈醋."""
    store = Store.open(f"sqlite:///{tmp_path}/past.db", now=NOW)
    store.add_sources([source()], now=NOW)
    store.save_reader(Reader(name="an", channels=("mailto:an@example.org",)), now=NOW)
    store.save_watch(WATCH, now=NOW - 2 * DAY, by="me")
    texts = [f"{'算力' if number % 2 else '会议'}第{number}号，陈醋。" * 9 for number in range(6)]
    store.keep(
        [finding(n, text=text, seen_at=NOW - n * HOUR, published_at=NOW - n * HOUR) for n, text in enumerate(texts)],
        now=NOW,
    )
    yield store
    store.close()


def apply(store: Store, watch: Watch, *, notify: bool = False) -> tuple[int, int]:
    applied = Application(store, watch, notify=notify, now=NOW).run(MONTH, by="me")
    return len(applied.added), len(applied.dropped)


def matching(store: Store) -> int:
    return store.count("watch:ai", now=NOW).number


def owed(store: Store) -> list[str]:
    return [notice.kind for notice in store.due_notices(now=NOW + DAY)]


def test_what_the_rule_finds_is_added_and_what_it_finds_no_more_is_dropped(store: Store) -> None:
    assert apply(store, WATCH) == (3, 0)
    changed = store.save_watch(replace(WATCH, rule="会议"), now=NOW, by="me")
    assert apply(store, changed) == (3, 3)
    assert matching(store) == 3
    assert owed(store) == []


def test_who_asks_has_it_in_the_next_digest_once(store: Store) -> None:
    apply(store, WATCH)
    assert apply(store, WATCH, notify=True) == (0, 0)
    assert apply(store, WATCH, notify=True) == (0, 0)
    assert owed(store) == ["digest"] * 3


def test_a_watch_that_is_off_is_judged_and_tells_nobody(store: Store) -> None:
    off = store.save_watch(replace(WATCH, enabled=False), now=NOW, by="me")
    assert apply(store, off, notify=True) == (3, 0)
    assert owed(store) == []


def test_interrupted_it_is_finished_by_doing_it_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reapplying, "PAGE", 2)

    def stop(looked_at: int) -> None:
        if looked_at >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Application(store, WATCH, notify=True, now=NOW).run(MONTH, by="me", progress=stop)
    assert matching(store) == 2
    assert apply(store, WATCH, notify=True) == (1, 0)
    assert (matching(store), len(owed(store))) == (3, 3)


def test_who_changes_the_watch_meanwhile_ends_it(store: Store) -> None:
    application = Application(store, WATCH, notify=False, now=NOW)
    store.save_watch(replace(WATCH, rule="会议"), now=NOW, by="you")
    with pytest.raises(ApplicationError, match="fenghuo watch history ai"):
        application.run(MONTH, by="me")
    assert matching(store) == 0


def test_older_articles_are_left_alone(store: Store) -> None:
    applied = Application(store, WATCH, notify=False, now=NOW).run(NOW - 3 * HOUR - timedelta(minutes=1), by="me")
    assert (applied.looked_at, len(applied.added)) == (4, 2)


def test_a_profile_of_ones_own_is_applied(store: Store) -> None:
    store.save_profile(VINEGAR, now=NOW, by="me")
    vinegar = store.save_watch(replace(WATCH, rule="", profile="vinegar", threshold=0.5), now=NOW, by="me")
    assert apply(store, vinegar) == (6, 0)


def test_an_article_is_explained_by_the_rule_that_had_the_last_say(store: Store) -> None:
    (article,) = store.search("会议第2号", all_articles=True, now=NOW).articles
    changed = store.save_watch(replace(WATCH, rule="会议"), now=NOW, by="me")
    changes = store.watch_changes("ai")
    assert as_of(changes, judged_at(changes, article)) == WATCH
    apply(store, changed)
    changes = store.watch_changes("ai")
    assert as_of(changes, judged_at(changes, article)) == changed
    assert (changes[-1].applied_since, changes[-1].added) == (MONTH, 3)


@pytest.mark.parametrize("text", ["bogus", "", "2026-13-01", "9999999d"])
def test_a_time_that_cannot_be_understood(text: str) -> None:
    with pytest.raises(ApplicationError, match="write one of"):
        since_of(text, now=NOW)


def test_days_ago_and_dates() -> None:
    assert since_of("30d", now=NOW) == MONTH
    assert since_of("2026-11-01", now=NOW).isoformat() == "2026-11-01T00:00:00+08:00"
