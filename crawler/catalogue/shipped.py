"""The shipped rows, as the sources that they describe."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from storage.records import Level, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: As they stand in `Source.province`, in the official order; 全国 speaks for the whole country, 兵团 is the Corps
#: (新疆生产建设兵团).
PROVINCES = (
    "全国", "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏",
    "浙江", "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南",
    "重庆", "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆", "兵团",
)  # fmt: skip
#: How sure a row is, most sure first; docs/sources.md says what each means.
CONFIDENCES = ("high", "medium", "low", "homepage")


@cache
def load(*, counties: bool = False) -> tuple[Source, ...]:
    """The shipped sources, none of them enabled; with `counties` those of counties and districts behind them.

    Read once per process: 20 ms, with the counties 50 ms.
    """
    names = ("sources.csv", "counties.csv") if counties else ("sources.csv",)
    return tuple(source for name in names for source in _rows(name))


def pick(
    sources: Iterable[Source], *, province: str | None = None, level: Level | None = None, all_rows: bool = False
) -> tuple[Source, ...]:
    """Those of a province and a level that are good enough to be visited.

    Confidence high and medium, and low too with `all_rows`; an entry page without a known list never. Sources
    of the user's own are always good enough.
    """
    unwanted = {"homepage"} if all_rows else {"homepage", "low"}
    return tuple(
        source
        for source in sources
        if source.confidence not in unwanted
        and (province is None or source.province == province)
        and (level is None or source.level == level)
    )


def _rows(name: str) -> Iterator[Source]:
    text = (files(__package__) / name).read_text(encoding="utf-8")
    return map(_source, csv.DictReader(text.splitlines()))


def _source(row: dict[str, str]) -> Source:
    """An empty cell is a field that says nothing: the value's own default."""
    said: dict[str, Any] = {field: cell for field, cell in row.items() if cell}
    return Source(**said | {"level": Level(row["level"])})
