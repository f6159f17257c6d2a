"""Stories as the store gives them, for tests of what messages say."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from storage.records import Article, Level, Match, Source
from storage.reports import Story
from world.told import NOON

if TYPE_CHECKING:
    from collections.abc import Sequence


def source(name: str = "云岭省人民政府", province: str = "云岭", level: Level | None = Level.PROVINCE) -> Source:
    return Source(id=name, name=name, url="https://example.cn/", province=province, level=level)


def article(id: int = 1, **fields: Any) -> Article:
    values: dict[str, Any] = {
        "id": id,
        "story_id": id,
        "relation": "first",
        "url": f"https://example.cn/a/{id}.html",
        "key": str(id),
        "source": source(),
        "title": f"第{id}个智算中心开工",
        "text": "首期投用后，算力向中小企业开放。",
        "seen_at": NOON,
        "published_at": NOON - timedelta(hours=2),
        "precision": "minute",
        "matches": (Match(watch="ai", score=1.5, reasons=("标题：算力", "正文：算力 ×3"), words=("算力", "智算中心")),),
    }
    return Article(**{**values, **fields})


def story(id: int = 1, *, reprints: Sequence[Source] = (), **fields: Any) -> Story:
    others = [
        article(id * 1000 + number, story_id=id, source=other, matches=()) for number, other in enumerate(reprints)
    ]
    return Story(id=id, lead=article(id, **fields), reprints=tuple(others))
