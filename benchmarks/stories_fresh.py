# ruff: noqa: E501 (the lines are texts)
"""Edits and forms that came later, and at which nobody looked while tuning: they are reported only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stories_corpus import (
    OFFICES,
    PARTS,
    THINGS,
    TRADES,
    Draw,
    Told,
    clause,
    date,
    firm,
    number,
    person,
    place,
    sentence,
    sentences_of,
    story,
    to_traditional,
    zone,
)

from crawler.demo.damage import inject_readings
from crawler.text import evidence, repair

if TYPE_CHECKING:
    from collections.abc import Callable

# Reprints.


def lead_in_front(draw: Draw, told: Told) -> Told:
    """A paragraph of their own before the whole text."""
    lead = f"编者按：{place(draw)}{clause(draw)}。{sentence(draw)}今天起，本刊转发一组报道，供各地参考。\n"
    return Told(told.title, lead + told.text)


def advertised_everywhere(draw: Draw, told: Told) -> Told:
    """A line of advertising behind every second sentence."""
    lines = (
        "\n更多内容请下载客户端查看\n", "\n（点击查看大图）\n", f"\n广告：{firm(draw)}，让生活更美好\n",
        "\n长按识别二维码，关注我们的视频号\n",
    )  # fmt: skip
    pieces = sentences_of(told.text)
    return Told(told.title, "".join(piece + (draw.choice(lines) if at % 2 else "") for at, piece in enumerate(pieces)))


def first_page(draw: Draw, told: Told) -> Told:
    kept = sentences_of(told.text)
    return Told(f"{told.title}（1）", "".join(kept[: (len(kept) + 1) // 2]))


def second_page(draw: Draw, told: Told) -> Told:
    kept = sentences_of(told.text)
    return Told(f"{told.title}（2）", "".join(kept[len(kept) // 2 :]))


def reprint_frame(draw: Draw, told: Told) -> Told:
    head = f"原标题：{told.title}\n来源：{place(draw)}日报　编辑：{person(draw)}　转载\n"
    tail = (
        f"\n（来源：{place(draw)}日报 记者 {person(draw)} 图/受访者提供）\n免责声明：本文为转载，版权归原作者所有，不代表本网观点和立场，"
        "如涉及侵权请在30日内与本网联系，我们将及时删除。\n声明：凡注明来源为本网的作品，均为本网合法拥有版权或有权使用的作品。"
    )
    return Told(f"{told.title}_{place(draw)}网", head + told.text + tail)


def with_captions(draw: Draw, told: Told) -> Told:
    pieces = sentences_of(told.text)
    for at in range(len(pieces), 0, -3):
        pieces.insert(at, f"\n图为{zone(draw)}{draw.choice(PARTS)}生产现场。{person(draw)} 摄\n")
    return Told(told.title, "".join(pieces))


def byte_damaged_and_repaired(draw: Draw, told: Told) -> Told:
    """Traditional characters with readings, put in byte by byte, as the crawler mends them."""
    damaged = inject_readings(to_traditional(told.text))
    return Told(told.title, repair(damaged, evidence(damaged)).text)


FRESH_EDITS: dict[str, Callable[[Draw, Told], Told]] = {
    edit.__name__: edit
    for edit in (
        lead_in_front, advertised_everywhere, first_page, second_page, reprint_frame, with_captions,
        byte_damaged_and_repaired,
    )
}  # fmt: skip

# Texts of one form.


def festival(draw: Draw) -> Told:
    street = f"{place(draw)}{draw.choice('东西南北')}街社区"
    return Told(f"{street}开展迎中秋、庆国庆主题活动", (
        f"为弘扬中华优秀传统文化，营造欢乐祥和的节日氛围，{date(draw)}，{street}开展了“月满中秋 情暖邻里”主题活动。\n"
        f"活动现场，居民们欢聚一堂，包月饼、猜灯谜、话团圆，现场欢声笑语不断。“今天和邻居们一起过节，心里特别温暖。”居民{person(draw)}高兴地说。\n"
        f"社区{draw.choice(OFFICES)}{person(draw)}表示，将继续开展形式多样的文化活动，不断提升居民的获得感、幸福感、安全感。"
    ))  # fmt: skip


def bulletin(draw: Draw) -> Told:
    """Long, with the same words around every figure."""
    town, year = place(draw), draw.randint(2015, 2026)
    rows = "\n".join(
        f"全年{trade}增加值{number(draw)}亿元，比上年增长{number(draw)}%，占地区生产总值的比重为{number(draw)}%。" for trade in TRADES[:8]
    )  # fmt: skip
    return Told(f"{town}{year}年国民经济和社会发展统计公报", (
        f"{year}年，面对复杂严峻的外部环境，{town}坚持稳中求进工作总基调，完整、准确、全面贯彻新发展理念，经济运行总体平稳，社会大局和谐稳定。\n一、综合\n"
        f"初步核算，全年地区生产总值{number(draw)}亿元，按不变价格计算，比上年增长{number(draw)}%。\n二、产业\n{rows}\n三、人民生活\n"
        f"全年居民人均可支配收入{draw.randint(20000, 60000)}元，增长{number(draw)}%。年末常住人口{number(draw)}万人。\n"
        "注：本公报数据均为初步统计数。部分数据因四舍五入的原因，存在总计与分项合计不等的情况。"
    ))  # fmt: skip


def session(draw: Draw) -> Told:
    """Of a series: the same body meets every month."""
    town = place(draw)
    return Told(f"{town}政府召开第{draw.randint(1, 99)}次常务会议", (
        f"{date(draw)}，市长{person(draw)}主持召开市政府第{draw.randint(1, 99)}次常务会议，研究{draw.choice(THINGS)}、{draw.choice(THINGS)}等工作。\n"
        f"会议听取了{draw.choice(THINGS)}工作情况汇报，审议并原则通过《{town}{draw.choice(TRADES)}实施方案》。会议要求，各级各部门要强化责任担当，细化工作措施，确保各项任务落地见效。\n"
        "会议还研究了其他事项。"
    ))  # fmt: skip


def outage(draw: Draw) -> Told:
    town = place(draw)
    return Told("停水通知", (
        f"尊敬的用户：因{town}{draw.choice('东西南北')}路供水管道维修，定于{date(draw)}{draw.randint(1, 12)}时至{draw.randint(13, 23)}时停水，影响范围：{place(draw)}、{zone(draw)}周边。\n"
        "请广大用户提前做好储水准备，并关闭水龙头。恢复供水初期如有水质浑浊，请放水片刻后再使用。给您带来的不便敬请谅解。\n"
        f"服务热线：0{draw.randint(311, 999)}-{draw.randint(1000000, 9999999)}"
    ))  # fmt: skip


def another_page_of_chrome(draw: Draw) -> Told:
    """Different stories under the same frame of a reprint."""
    return reprint_frame(Draw(1), story(draw))


LATER_TEMPLATES: dict[str, Callable[[Draw], Told]] = {
    template.__name__: template for template in (festival, bulletin, session, outage, another_page_of_chrome)
}
