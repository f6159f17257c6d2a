"""How fast all watches are matched at once: python -m benchmarks.matching

5,000 terms in 500 rules against articles of 1,500 characters, in CPU time, beside a plain loop of `Query.matches` over
the same rules in the same run; both begin with unfolded articles. The two must find the same, else it stops.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

from monitors.matching import Matcher
from storage.audience import Watch
from storage.query import parse
from storage.records import Finding
from storage.subjects import Subject

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TERMS, RULES, ARTICLES, LENGTH = 5_000, 500, 400, 1_500
#: What the texts are made of, and the terms mostly of the second.
COMMON = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面"
    "而方后多定行学法所民得经"
)
RARE = "智能算力芯片机器数据模型低空无网联车云企园区签约基金高新技术产业链标注训练推理政策省市县委调研项目投资"


def articles(draw: Random, terms: list[str]) -> list[Finding]:
    return [_article(draw, terms, number) for number in range(ARTICLES)]


def _article(draw: Random, terms: list[str], number: int) -> Finding:
    """About one term in 40 characters, and a full stop or comma now and then, as in the news."""
    text = ""
    while len(text) < LENGTH:
        text += "".join(draw.choices(COMMON, k=draw.randint(5, 18))) + draw.choice("，，。、“")
        text += draw.choice(terms) if draw.random() < 0.4 else "".join(draw.choices(RARE, k=3))
    title = "".join(draw.choices(COMMON + RARE, k=18)) + draw.choice(terms)
    return Finding(url="", key=str(number), source_id="s", title=title, text=text[:LENGTH], seen_at=NOW)


def rules(draw: Random, terms: list[str]) -> list[Watch]:
    each = TERMS // RULES
    return [
        Watch(name=f"w{number}", rule=_rule(draw, terms[number * each : (number + 1) * each]))
        for number in range(RULES)
    ]


def _rule(draw: Random, terms: list[str]) -> str:
    cut = draw.randint(2, 7)
    first, second = " OR ".join(terms[:cut]), " OR ".join(terms[cut:-1])
    return f"({first}) AND ({second}) -{terms[-1]}"


def made_terms(draw: Random) -> list[str]:
    found = dict[str, None]()
    while len(found) < TERMS - TERMS // 50:
        found["".join(draw.choices(RARE + COMMON[:20], k=draw.choice((2, 3, 3, 4, 4, 5, 6))))] = None
    latin = (f"{draw.choice('ABCDG')}{draw.choice(['I', 'PU', 'GC', 'LM'])}{number}" for number in range(TERMS // 50))
    terms = [*found, *latin]
    draw.shuffle(terms)
    return terms


def cpu(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return time.process_time() - start


def main() -> None:
    draw = Random(5)
    terms = made_terms(draw)
    watches, pages = rules(draw, terms), articles(draw, terms)
    queries = {watch.name: parse(watch.rule, now=NOW) for watch in watches}

    def plain(page: Finding) -> set[str]:
        subject = Subject.of(page)
        return {name for name, query in queries.items() if query.matches(subject)}

    matchers: list[Matcher] = []
    build = cpu(lambda: matchers.append(Matcher(watches, now=NOW)))
    told = [{match.watch for match in matchers[0].match(page)} for page in pages]
    assert told == [plain(page) for page in pages]
    print(f"{sum(map(len, told)) / ARTICLES:.1f} of {RULES} rules match an article; made in {build * 1000:.0f} ms")
    for name, act in (
        ("at once", lambda: [matchers[0].match(page) for page in pages]),
        ("plain loop", lambda: [*map(plain, pages)]),
    ):
        print(f"{name:12}{ARTICLES / min(cpu(act) for _ in range(3)):8.0f} articles a CPU second")
    print(f"{'folding only':12}{ARTICLES / cpu(lambda: [Subject.of(page).folded_bodies for page in pages]):8.0f}")


if __name__ == "__main__":
    main()
