"""Stories, watches and readers in a real store, for tests of what is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from storage.audience import Reader, Watch
from storage.records import Finding, Level, Match, NoticePlan, Source

if TYPE_CHECKING:
    from storage import Store

#: Tuesday, 16:30 in Shanghai.
NOON = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)

PARK = Source(id="park", name="岚江高新区", url="https://park.example.cn/", province="云岭", level=Level.PARK)
PAPER = Source(id="paper", name="云岭日报", url="https://paper.example.cn/", level=Level.MEDIA)

#: Of different words, so that no two are the same story.
WORDS = (
    *("算力", "大模型", "机器人", "芯片", "无人机", "数据", "语料", "终端", "传感", "医疗"),
    *("教育", "农业", "港口", "电网", "矿山", "纺织", "物流", "文旅", "气象", "环保"),
)


def watch(**fields: Any) -> Watch:
    return Watch(**{"name": "ai", "title": "人工智能", "profile": "ai-industry", "readers": ("reader",), **fields})


def reader(*channels: str, **fields: Any) -> Reader:
    return Reader(**{"name": "reader", "channels": channels or ("mailto:reader@example.com",), **fields})


def furnish(store: Store, watches: list[Watch], readers: list[Reader], *, now: datetime = NOON) -> None:
    store.add_sources([PARK, PAPER], now=now)
    for one in readers:
        store.save_reader(one, now=now)
    for other in watches:
        store.save_watch(other, now=now, by="test")


def finding(number: int, *plans: NoticePlan, source: Source = PARK, now: datetime = NOON, **fields: Any) -> Finding:
    """An article like no other; `number` decides what it says."""
    word = WORDS[number % len(WORDS)]
    body = "。".join(
        f"第{number}号{word}项目在{number * 7 + line}号地块开工，投资{number * 13 + line}亿元" for line in range(6)
    )
    url = f"{source.url}a/{number}.html"
    values: dict[str, Any] = {
        "url": url,
        "key": url.removeprefix("https://"),
        "source_id": source.id,
        "title": f"{word}项目{number}号开工",
        "text": body,
        "seen_at": now,
        "published_at": now - timedelta(hours=1),
        "precision": "minute",
        "matches": (Match(watch="ai", score=1.5, reasons=(f"标题：{word}",), words=(word,)),),
        "notices": plans,
    }
    return Finding(**{**values, **fields})


def plan(name: str = "reader", *, kind: str = "alert", due_at: datetime = NOON, watch: str = "ai") -> NoticePlan:
    return NoticePlan(reader=name, watch=watch, kind=kind, due_at=due_at)
