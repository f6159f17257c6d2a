"""Invented news: as much of it as a test needs, no two alike, the same every time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

_PLACES = ("青川", "望江", "松溪", "白沙", "长湖", "石桥", "云台", "东陵", "南浦", "北关", "西岭")
_SUBJECTS = ("水利", "供暖", "公交", "图书馆", "粮食", "苗木", "道路", "养老", "体育", "消防", "学校", "渔业", "茶叶")
_ACTIONS = (
    "建设推进会召开",
    "惠民工程开工",
    "年度考核结果公布",
    "专项检查启动",
    "服务窗口搬迁",
    "志愿者队伍成立",
    "改造方案获批",
)
_INDUSTRY = ("人工智能产业园", "智能算力中心", "工业大模型", "人形机器人", "芯片封测线", "自动驾驶示范区", "智能体平台")


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One article as its site holds it."""

    number: int
    title: str
    day: date
    paragraphs: tuple[str, ...]
    origin: str = "示例日报"

    @property
    def slug(self) -> str:
        return str(100_000 + self.number)

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


def item(number: int, day: date, *, industry: bool = False) -> Item:
    """The article of this number. Its sentences are its own: no other number's text is a near-duplicate."""
    place, subject = _PLACES[number % 11], (_INDUSTRY[number % 7] if industry else _SUBJECTS[number % 13])
    title = f"{place}{subject}{_ACTIONS[number % 7]}（第{number}号）"
    return Item(number=number, title=title, day=day, paragraphs=_paragraphs(number, place, subject))


def _paragraphs(number: int, place: str, subject: str) -> tuple[str, ...]:
    share, money, people = number * 7 % 90 + 10, number * 37 % 9_000 + 1_000, number * 13 % 800 + 20
    return (
        f"{place}县{subject}工作第{number}次协调会日前举行，会议通报了上一阶段的进展，其中{share}个项目已经完工。",
        f"据介绍，今年{place}在{subject}方面投入{money}万元，{people}名工作人员参与，覆盖{number % 17 + 3}个乡镇。",
        f"编号{number}的方案提出，{subject}的日常维护由各乡镇负责，每季度检查一次，结果在{place}县政府网站公开。",
        f"居民反映{subject}服务点太远，{place}县答复：{number % 11 + 1}个月内新增{number % 5 + 2}处，并延长开放时间。",
        f"下一次协调会将讨论{place}{subject}的长期规划，第{number + 1}号征求意见稿届时公布，欢迎来信来电提出建议。",
    )


def items(count: int, newest: date, *, first: int = 1, a_day: int = 3, industry: bool = False) -> tuple[Item, ...]:
    """`count` articles, newest first, `a_day` of them each day back from `newest`; the oldest has number `first`."""
    numbers = range(first + count - 1, first - 1, -1)
    days = (newest - timedelta(days=position // a_day) for position in range(count))
    return tuple(item(number, day, industry=industry) for number, day in zip(numbers, days, strict=True))
