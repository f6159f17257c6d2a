# ruff: noqa: E501 (tables of words)
"""Made-up articles with the statistics of government news, as many as wanted, always the same ones.

Checked against 119 real pages (mean 2,004 signs, median 1,159): the 10, 100, 500 and 1,000 most frequent characters
are 9, 41, 83 and 95 % of the text, an article has .56 distinct grams a sign, a gram of rank 40 is in a third of them.
`python benchmarks/search_corpus.py` prints the same of what is made here.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from storage.folding import HAN, grams

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


START = datetime(2024, 1, 1, tzinfo=UTC)
PROVINCES = words(
    "北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 重庆 四川"
)
LEVELS = words("province department city county park media")
TOPIC_WORDS = words(
    "人工智能 大模型 算力 智能制造 机器人 数据要素 芯片 云计算 5G AI GPT-4 物联网 数字经济 高新区 经开区 产业园 招商引资 "
    "专精特新"
)
SOURCES = 400

_CHARACTERS = [bytes((0xB0 + row, 0xA1 + cell)).decode("gb2312", "ignore") for row in range(40) for cell in range(94)]
_GLUE = words("的 和 了 在 与 为 是 等 对 将 以 新 发展 建设 工作 推进 全面 加快 企业 项目 推动")
_TOPICS, _TOPIC_SIZE = 800, 220


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    id: int
    source: int
    title: str
    text: str
    seen_at: datetime
    published_at: datetime
    watched: bool


class Corpus:
    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._words = self._vocabulary()
        self._weights = list(accumulate(1 / (rank + 4) ** 0.95 for rank in range(len(self._words))))
        self._phrases = [self._phrase() for _ in range(120_000)]
        self._phrase_weights = list(accumulate(1 / (rank + 30) ** 0.9 for rank in range(len(self._phrases))))
        self._topics = [self._topic() for _ in range(_TOPICS)]
        self._topic_weights = list(accumulate(1 / (rank + 3) for rank in range(_TOPIC_SIZE)))

    def articles(self) -> Iterator[Made]:
        number = 0
        while True:
            number += 1
            yield self._article(number)

    def _vocabulary(self) -> list[str]:
        characters = [character for character in _CHARACTERS if character]
        self._random.shuffle(characters)
        weights = list(accumulate(1 / (rank + 90) ** 1.75 for rank in range(len(characters))))
        sizes = self._random.choices((2, 3, 4), (75, 13, 12), k=90_000)
        drawn = self._random.choices(characters, cum_weights=weights, k=sum(sizes))
        taken = iter(drawn)
        return list(dict.fromkeys("".join(islice(taken, size)) for size in sizes))

    def _phrase(self) -> str:
        return "".join(self._random.choices(self._words, cum_weights=self._weights, k=self._random.randint(2, 4)))

    def _topic(self) -> list[str]:
        return self._random.sample(self._words, _TOPIC_SIZE // 2) + self._random.choices(
            self._phrases, k=_TOPIC_SIZE // 2
        )

    def _article(self, number: int) -> Made:
        draw = self._random
        topic = draw.choice(self._topics)
        focus = draw.choices(topic, cum_weights=self._topic_weights, k=18)
        size = max(12, int(draw.lognormvariate(3.85, 0.75)))
        words = draw.choices(self._words, cum_weights=self._weights, k=size)
        words += draw.choices(self._phrases, cum_weights=self._phrase_weights, k=size)
        words += draw.choices(topic, cum_weights=self._topic_weights, k=size // 2)
        words += draw.choices(focus, k=int(2.2 * size))
        words += draw.choices(_GLUE, cum_weights=self._topic_weights[: len(_GLUE)], k=size // 2)
        if draw.random() < 0.3:
            words += draw.choices(TOPIC_WORDS, k=draw.randint(1, 6))
        words += [str(draw.randint(1, 9999)) for _ in range(size // 12)]
        draw.shuffle(words)
        seen_at = START + timedelta(minutes=3 * number)
        return Made(
            id=number,
            source=int(SOURCES * draw.random() ** 2),
            title="".join(draw.choices(topic, k=5) + words[:5]),
            text=_punctuated(words, draw),
            seen_at=seen_at,
            published_at=(seen_at - timedelta(hours=draw.expovariate(1 / 12))).replace(second=0),
            watched=draw.random() < 0.6,
        )


def _punctuated(words: Sequence[str], draw: random.Random) -> str:
    pieces, at = [], 0
    while at < len(words):
        step = draw.randint(3, 9)
        pieces.append("".join(words[at : at + step]))
        at += step
    marks = draw.choices(("，", "。", "、", "；", "。\n"), (50, 25, 8, 5, 12), k=len(pieces))
    return "".join(piece + mark for piece, mark in zip(pieces, marks, strict=True))


def _report(number: int) -> None:
    import re

    texts = [made.text for made in islice(Corpus().articles(), number)]
    han = Counter("".join(re.findall(f"[{HAN}]", "".join(texts))))
    shares = [count / han.total() for _, count in han.most_common()]
    found = Counter(gram for text in texts for gram in grams(text))
    lengths = sorted(map(len, texts))
    print("mean and median length", sum(lengths) / number, lengths[number // 2])
    print(
        "share of the 10, 100, 500, 1000 most frequent characters",
        [round(sum(shares[:n]), 2) for n in (10, 100, 500, 1000)],
    )
    print(
        "distinct grams a sign",
        sorted(len(grams(text)) / len(text) for text in texts)[number // 2],
        "in all",
        len(found),
    )
    print(
        "articles that hold the gram of rank 1, 40, 80 …",
        [round(n / number, 2) for _, n in found.most_common(400)[::40]],
    )


if __name__ == "__main__":
    _report(int(sys.argv[1]) if len(sys.argv) > 1 else 119)
