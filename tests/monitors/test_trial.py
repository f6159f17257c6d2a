"""Rules tried on one article and on the past."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from monitors.trial import as_of, try_on, try_on_past
from storage.audience import Watch
from storage.records import Article, Source
from storage.reports import WatchChange

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SOURCE = Source(id="s", name="示例", url="http://www.shili.example/", province="山西")


def article(number: int, text: str, days: int = 0) -> Article:
    return Article(
        id=number,
        story_id=number,
        relation="first",
        url=f"http://www.shili.example/{number}.html",
        key=str(number),
        source=SOURCE,
        title=f"标题{number}",
        text=text,
        seen_at=NOW - timedelta(days=days),
    )


def watch(rule: str) -> Watch:
    return Watch(name="trial", rule=rule)


PAST = (
    article(1, "太原建设算力中心", days=2),
    article(2, "太原召开会议", days=2),
    article(3, "大同建设算力中心", days=1),
    article(4, "太原算力平台招聘工程师", days=1),
)


def test_a_hit_comes_with_its_reasons_and_a_miss_with_what_it_lacks() -> None:
    hit = try_on(watch("算力 AND 太原"), PAST[0], now=NOW)
    assert hit.match
    assert hit.match.reasons == ("正文：算力 ×1", "正文：太原 ×1")
    miss = try_on(watch("算力 AND 太原"), PAST[1], now=NOW)
    assert miss.match is None
    assert miss.lacks == ("算力",)


def test_the_past_is_counted_by_day_with_near_misses() -> None:
    found = try_on_past(watch("算力 AND 太原 -招聘"), PAST, now=NOW)
    assert [hit.id for hit in found.hits] == [1]
    assert found.days == ((date(2026, 11, 21), 1),)
    assert [(near.id, lack) for near, lack in found.near] == [(2, "算力"), (3, "太原"), (4, "-招聘")]
    assert found.looked_at == 4


def test_beside_another_rule_it_says_what_would_change() -> None:
    found = try_on_past(watch("算力 AND 太原"), PAST, now=NOW, beside=watch("算力 -太原"))
    assert [one.id for one in found.added] == [1, 4]
    assert [one.id for one in found.dropped] == [3]


def test_a_rule_of_one_term_has_no_near_misses() -> None:
    assert not try_on_past(watch("算力"), PAST, now=NOW).near


def test_a_watch_is_judged_by_its_rule_of_that_day() -> None:
    old, new = watch("算力"), watch("算力 AND 太原")
    changes = [
        WatchChange(watch="trial", changed_at=NOW - timedelta(days=9), by="wang", before=None, after=old),
        WatchChange(watch="trial", changed_at=NOW - timedelta(days=3), by="wang", before=old, after=new),
        WatchChange(watch="trial", changed_at=NOW - timedelta(days=1), by="wang", before=new, after=None),
    ]
    days = {back: as_of(changes, NOW - timedelta(days=back)) for back in (10, 5, 2, 0)}
    assert days == {10: None, 5: old, 2: new, 0: None}
