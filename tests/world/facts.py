"""Sources, findings and deliveries of which only what a test is about needs to be said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from storage.audience import Delivery
from storage.records import Finding, Match, Misreading, NoticePlan, RawPage, Sighting, Source, Visit

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def source(id: str = "shanxi", **more: Any) -> Source:
    said = {"name": f"{id}新闻", "url": f"http://{id}.gov.cn/news/", "province": "山西", "enabled": True} | more
    return Source(id=id, **said)


#: Sentences that have nothing in common, so that articles of two numbers tell two stories.
_PARTS = ("太原", "大同", "阳泉", "长治", "晋城", "朔州", "晋中", "运城", "忻州", "临汾", "吕梁")
_DEEDS = ("签约", "开工", "投产", "验收", "调研", "招标", "培训", "路演", "观摩", "竣工", "扩建", "搬迁", "试运行")
_THINGS = ("算力中心", "光伏产业园", "物流枢纽", "铸造基地", "氢能示范站", "陶瓷展厅", "养老社区")


def text_of(number: int) -> str:
    pairs = (
        (_PARTS[(number + i) % 11], _DEEDS[(number * 3 + i) % 13], _THINGS[(number * 5 + i) % 7]) for i in range(5)
    )
    return "\n".join(
        f"{place}第{number * 7 + i}号{thing}{deed}，负责人第{number}次介绍情况。"
        for i, (place, deed, thing) in enumerate(pairs)
    )


def finding(number: int = 1, *, of: str = "shanxi", **more: Any) -> Finding:
    url = f"http://{of}.gov.cn/news/{number}.html"
    said = {
        "url": url,
        "key": url.removeprefix("http://"),
        "source_id": of,
        "title": f"第{number}号项目的消息",
        "text": text_of(number),
        "seen_at": NOW,
        "published_at": NOW - HOUR,
    }
    return Finding(**said | more)


def matched(one: Finding, watch: str = "ai", *, readers: tuple[str, ...] = ("an",), kind: str = "alert") -> Finding:
    """With a match, and the plan to tell `readers`."""
    said = Match(watch=watch, score=3.0, reasons=("标题：算力",), words=("算力",))
    plans = tuple(NoticePlan(reader=name, watch=watch, kind=kind, due_at=one.seen_at) for name in readers)
    return replace(one, matches=(*one.matches, said), notices=(*one.notices, *plans))


def page(body: bytes, url: str = "http://shanxi.gov.cn/news/1.html") -> RawPage:
    return RawPage(url=url, status=200, headers=(("Content-Type", "text/html"),), body=body, fetched_at=NOW)


def sighting(number: int = 1, *, on: str = "shanxi", of: str = "shanxi") -> Sighting:
    one = finding(number, of=of)
    return Sighting(
        key=one.key, url=one.url, source_id=on, list_url=f"http://{on}.gov.cn/news/", title=one.title, seen_at=NOW
    )


def misreading(number: int = 1, *, at: datetime = NOW) -> Misreading:
    one = finding(number)
    return Misreading(key=one.key, url=one.url, source_id=one.source_id, kind="timeout", evidence="180 s", tried_at=at)


def visit(of: str = "shanxi", *, at: datetime = NOW, **more: Any) -> Visit:
    from storage.records import Outcome

    said = {"started_at": at, "ended_at": at, "outcome": Outcome.OK} | more
    return Visit(source_id=of, **said)


def delivery(period: str = "1", *, to: str = "an", **more: Any) -> Delivery:
    said = {
        "channel": f"mailto:{to}@example.org",
        "watch": "ai",
        "kind": "alert",
        "subject": "算力",
        "payload": b"bytes\x00\xff",
        "message_id": f"<{period}@fenghuo>",
        "due_at": NOW,
    }
    return Delivery(reader=to, period=period, **said | more)
