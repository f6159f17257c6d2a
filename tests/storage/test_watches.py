from dataclasses import replace

from storage import Store
from storage.audience import Reader, Watch
from world.facts import HOUR, NOW

WATCH = Watch(name="ai", title="人工智能", rule="人工智能 OR 大模型", readers=("an",), rhythm="at once + daily 08:30")


def test_everything_said_of_a_watch_comes_back(store: Store) -> None:
    said = replace(WATCH, profile="ai-industry", threshold=2.5, quiet_hours="22:00-07:00", cap=3, enabled=False)
    assert store.save_watch(said, now=NOW, by="me") == said
    assert store.watches() == [said]


def test_the_version_counts_the_changes_of_what_is_asked(store: Store) -> None:
    changes = [{}, {"title": "AI"}, {"rule": "算力"}, {"readers": ("bo",)}, {"profile": "x"}, {"threshold": 3.0}, {}]
    watch, versions = WATCH, []
    for change in changes:
        watch = store.save_watch(replace(watch, **change, version=1), now=NOW, by="me")
        versions.append(watch.version)
    assert versions == [1, 1, 2, 2, 3, 4, 4]


def test_every_change_says_who_made_it_when_and_of_what(store: Store) -> None:
    store.save_watch(WATCH, now=NOW, by="me")
    store.save_watch(WATCH, now=NOW, by="nobody, because nothing changed")
    changed = store.save_watch(replace(WATCH, rule="算力"), now=NOW + HOUR, by="you")
    store.remove_watch("ai", now=NOW + 2 * HOUR, by="them")
    said = [(one.by, one.changed_at, one.before, one.after) for one in store.watch_changes("ai")]
    assert said == [
        ("me", NOW, None, WATCH),
        ("you", NOW + HOUR, WATCH, changed),
        ("them", NOW + 2 * HOUR, changed, None),
    ]
    assert store.watches() == []
    assert not store.remove_watch("ai", now=NOW, by="me")


def test_readers_are_saved_suspended_and_removed(store: Store) -> None:
    reader = Reader(name="an", channels=("mailto:an@example.org", "feishu://x"), language="en", weekly_sign=True)
    store.save_reader(reader, now=NOW)
    assert store.readers() == [reader]
    assert store.suspend_reader("an", "550 no such user")
    assert store.readers() == [replace(reader, suspended="550 no such user")]
    assert store.remove_reader("an")
    assert not store.remove_reader("an")
    assert not store.suspend_reader("an", "x")


def test_notes_of_other_rooms_are_kept(store: Store) -> None:
    assert store.meta("seen") is None
    store.set_meta("seen", "1", now=NOW)
    store.set_meta("seen", "2", now=NOW)
    assert store.meta("seen") == "2"
