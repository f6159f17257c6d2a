# ruff: noqa: E501 (the lines are texts)
"""Stories as they are told again, and texts that only look alike: made up, the same ones for the same seed.

`EDITS` make a reprint of a story; stories_templates.py writes the texts that only look alike.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import opencc


def words(text: str) -> list[str]:
    return text.split()


if TYPE_CHECKING:
    from collections.abc import Callable

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰建国志海波宁浩宇晨欣怡子轩雨泽梓涵思远文博俊峰永健晓东立新春生"
)
PLACES = words(
    "临川 永泉 青岭 安和 东屏 南漳 汾阳 云峰 白沙 石门 金溪 清河 长宁 玉山 江口 平湖 龙川 嘉禾 新宁 武陵 太康 广昌 双林 北原 西固 万泉 景阳 柳林 海宁 怀远"
)
KINDS = words("高新区 经开区 新区 产业园 科技园 工业园")
TRADES = words(
    "人工智能 集成电路 新能源汽车 生物医药 储能 工业软件 机器人 卫星互联网 数据服务 新型显示 氢能 低空经济 智能网联 光电子 绿色化工 现代物流 算力 大模型 工业互联网 节能环保"
)
PARTS = words(
    "减速器 传感器 控制器 电芯 模组 轴承 光模块 服务器 伺服电机 激光雷达 碳纤维 功率器件 检测仪 传送线 隔膜 晶圆 治具 阀门 电机壳 视觉相机"
)
HEADS = words(
    "远航 中科 华晟 瑞丰 天工 博锐 星图 鼎新 凯盛 云帆 恒睿 蓝谷 正泰 启明 盛世 九州 联创 精诚 卓越 海纳 融智 汇川 方圆 力合"
)
OFFICES = words("书记 主任 市长 副市长 局长 副局长 处长 董事长 总经理 院长 县长 区长")
VERBS = words("推进 加快 落实 完善 优化 强化 深化 聚焦 壮大 打造 拓展 培育 引进 支持 建立 健全 提升 保障 开展 组织")
THINGS = words(
    "审批服务 人才公寓 中试基地 用地保障 贷款贴息 技术改造 产业基金 首台套 标准厂房 污水管网 道路绿化 班车线路 检验检测 知识产权 出口退税 数据共享 应用场景 实训课程 供应链对接 用电报装 孵化器 会展中心 食堂改造 夜间照明 安全生产 消防演练"
)
ADVERBS = words("进一步 持续 稳步 有序 大力 全面 积极 扎实 重点 统筹 分批 逐项 连续 再次")
AIMS = words(
    "让企业少跑腿 把成本降下来 补齐链条短板 让新技术尽快用起来 缩短办理时限 留住年轻人 带动上下游配套 为重点项目腾出空间 帮小企业过冬 打通最后一公里 让数据多跑路 吸引社会资本参与 解决招工难 防止一哄而上 为明年开局打底"
)
TIMES = words("上午 下午 日前 近日 当天 上周 月初 本月 年初 今年以来")
_SYNONYMS = {"推进": "推动", "加快": "加速", "完善": "健全", "提升": "提高", "开展": "进行", "近日": "日前", "表示": "说", "今年以来": "年初以来",
             "打造": "建设", "支持": "扶持", "企业": "公司", "强化": "加强", "引进": "引入", "持续": "不断", "积极": "主动", "大力": "着力"}  # fmt: skip

Draw = random.Random


@dataclass(frozen=True, slots=True)
class Told:
    title: str
    text: str


def person(draw: Draw) -> str:
    return draw.choice(SURNAMES) + "".join(draw.choices(GIVEN, k=draw.choice((1, 2, 2))))


def place(draw: Draw) -> str:
    return draw.choice(PLACES) + draw.choice("市市县区")


def zone(draw: Draw) -> str:
    return draw.choice(PLACES) + draw.choice(KINDS)


def firm(draw: Draw) -> str:
    return (
        draw.choice(HEADS)
        + draw.choice(("", *GIVEN))
        + draw.choice(TRADES)
        + draw.choice(("有限公司", "集团", "股份有限公司", "研究院"))
    )


def number(draw: Draw) -> str:
    return draw.choice(
        (
            f"{draw.randint(2, 99)}",
            f"{draw.randint(100, 9999)}",
            f"{draw.uniform(1, 99):.1f}",
            f"{draw.randint(1, 99)}.{draw.randint(10, 99)}",
        )
    )


def date(draw: Draw) -> str:
    return f"{draw.randint(1, 12)}月{draw.randint(1, 28)}日"


def sentence(draw: Draw) -> str:
    """One of many shapes, so that two articles rarely share one by chance."""
    say = draw.choice(_SHAPES)
    return say(draw)


def some_of(draw: Draw, words: list[str], least: int = 2, most: int = 4) -> str:
    return "、".join(draw.sample(words, draw.randint(least, most)))


def clause(draw: Draw) -> str:
    return (
        draw.choice(ADVERBS)
        + draw.choice(VERBS)
        + draw.choice((draw.choice(THINGS), draw.choice(TRADES) + draw.choice(THINGS), some_of(draw, THINGS)))
    )


_SHAPES: tuple[Callable[[Draw], str], ...] = (
    lambda d: f"{d.choice(TIMES)}，{zone(d)}{clause(d)}，{clause(d)}，{d.choice(AIMS)}。",
    lambda d: (
        f"{firm(d)}{d.choice(OFFICES)}{person(d)}介绍，公司{clause(d)}，{d.choice(PARTS)}产量同比增长{number(d)}%。"
    ),
    lambda d: (
        f"“{d.choice(AIMS)}，关键是{clause(d)}。”{d.choice(OFFICES)}{person(d)}{d.choice(('说', '表示', '告诉记者'))}。"
    ),
    lambda d: (
        f"数据显示，{d.choice(TIMES)}{place(d)}{d.choice(TRADES)}产值达{number(d)}亿元，{d.choice(TRADES)}企业增至{number(d)}家。"
    ),
    lambda d: (
        f"在{firm(d)}的{d.choice(('车间', '实验室', '展厅', '调度中心', '仓库'))}，{some_of(d, PARTS)}{d.choice(('正在下线', '排列整齐', '等待检测', '即将发往海外'))}，{clause(d)}。"
    ),
    lambda d: (
        f"{place(d)}{clause(d)}，计划投入{number(d)}万元，惠及{number(d)}{d.choice(('户', '家企业', '人', '个村'))}，{d.choice(AIMS)}。"
    ),
    lambda d: (
        f"针对{d.choice(THINGS)}和{d.choice(THINGS)}的难题，{zone(d)}{d.choice(('组建专班', '上门服务', '列出清单', '开设窗口'))}，{clause(d)}。"
    ),
    lambda d: f"{person(d)}{d.choice(('强调', '指出', '要求'))}，要{clause(d)}，{clause(d)}，{d.choice(AIMS)}。",
    lambda d: (
        f"{d.choice(TRADES)}与{d.choice(TRADES)}{d.choice(('融合', '协同', '联动'))}，离不开{d.choice(THINGS)}；{clause(d)}，{d.choice(AIMS)}。"
    ),
    lambda d: (
        f"截至{date(d)}，{zone(d)}已{d.choice(VERBS)}{d.choice(PARTS)}项目{number(d)}个，其中{d.choice(TRADES)}占{number(d)}%。"
    ),
    lambda d: f"下一步，{d.choice((place(d), zone(d)))}将{clause(d)}，{clause(d)}。",
    lambda d: (
        f"《{place(d)}{d.choice(TRADES)}{d.choice(('行动方案', '若干措施', '三年计划', '管理办法'))}》提出，{clause(d)}，{clause(d)}。"
    ),
)


def story(draw: Draw) -> Told:
    subject, trade = draw.choice((place, zone, firm))(draw), draw.choice(TRADES)
    title = draw.choice((
        f"{subject}{clause(draw)}", f"{subject}{trade}项目{draw.choice(('开工', '投产', '签约', '通过验收'))}",
        f"{draw.choice(AIMS)}——{subject}{draw.choice(VERBS)}{trade}见闻", f"{subject}：{trade}跑出加速度",
    ))  # fmt: skip
    lead = f"{date(draw)}，{subject}{clause(draw)}，总投资{number(draw)}亿元的{trade}{draw.choice(PARTS)}项目{draw.choice(('开工', '投产', '签约'))}。"
    body = [lead, *(sentence(draw) for _ in range(draw.choice((2, 4, 6, 8, 10, 14, 20))))]
    return Told(title, paragraphs(draw, body))


def paragraphs(draw: Draw, sentences: list[str]) -> str:
    return "".join(piece + ("\n" if draw.random() < 0.4 else "") for piece in sentences).strip()


def sentences_of(text: str) -> list[str]:
    return [piece for piece in re.findall(r"[^。！？\n]+[。！？]?”?\n?", text) if piece.strip()]


# Reprints.


def new_title(draw: Draw, told: Told) -> Told:
    return Told(
        f"【{draw.choice(('关注', '要闻', '动态', '聚焦'))}】{told.title[len(told.title) // 3 :]}{draw.choice(('！', '', '来了'))}",
        told.text,
    )


def source_prefix(draw: Draw, told: Told) -> Told:
    line = f"来源：{place(draw)}融媒体中心　发布时间：2026-{draw.randint(1, 12):02}-{draw.randint(1, 28):02} 09:{draw.randint(10, 59)}　浏览次数：{draw.randint(1, 9999)}\n"
    return Told(told.title, f"{line}本网讯（记者 {person(draw)} 通讯员 {person(draw)}）{told.text}")


def editor_lines(draw: Draw, told: Told) -> Told:
    tail = f"\n责任编辑：{person(draw)}\n审核：{person(draw)}\n扫一扫在手机打开当前页\n【打印本页】【关闭窗口】\n分享到：微信 微博\n上一篇：{story(draw).title}\n下一篇：{story(draw).title}"
    return Told(told.title, told.text + tail)


def cut_end(draw: Draw, told: Told) -> Told:
    kept = sentences_of(told.text)
    return Told(told.title, "".join(kept[: max(2, round(len(kept) * draw.uniform(0.4, 0.8)))]))


def cut_middle(draw: Draw, told: Told) -> Told:
    kept = sentences_of(told.text)
    third = max(1, len(kept) // 3)
    return Told(told.title, "".join(kept[:third] + kept[-third:]))


@cache
def _traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


def to_traditional(text: str) -> str:
    return _traditional().convert(text)


def traditional(draw: Draw, told: Told) -> Told:
    return Told(to_traditional(told.title), to_traditional(told.text))


def lost_signs(draw: Draw, told: Told) -> Told:
    """What repair could not bring back: one sign in a hundred."""
    return Told(told.title, "".join("\ufffd" if draw.random() < 0.01 else sign for sign in told.text))


def typos(draw: Draw, told: Told) -> Told:
    return Told(
        told.title, "".join(draw.choice(GIVEN) if draw.random() < 0.01 and sign > "一" else sign for sign in told.text)
    )


def typography(draw: Draw, told: Told) -> Told:
    table = str.maketrans("，。：；“”（）", ',.:;""()')
    return Told(told.title, re.sub("(?<=[一-鿿])(?=[0-9])|(?<=[0-9])(?=[一-鿿])", " ", told.text.translate(table)))


def reflowed(draw: Draw, told: Told) -> Told:
    return Told(told.title, "\n".join("　　" + piece.strip() for piece in sentences_of(told.text)))


def new_lead(draw: Draw, told: Told) -> Told:
    kept = sentences_of(told.text)
    return Told(told.title, f"记者从{place(draw)}获悉，{clause(draw)}又有新进展。" + "".join(kept[1:]))


def reworded(draw: Draw, told: Told) -> Told:
    text = told.text
    for old, new in _SYNONYMS.items():
        text = re.sub(old, lambda match, new=new: new if draw.random() < 0.5 else match[0], text)  # type: ignore[misc]
    return Told(told.title, text)


def shuffled(draw: Draw, told: Told) -> Told:
    pieces = told.text.split("\n")
    draw.shuffle(pieces)
    return Told(told.title, "\n".join(pieces))


def numbers_written_otherwise(draw: Draw, told: Told) -> Told:
    return Told(told.title, re.sub(r"(?<![\d.])(\d)(\d{3})(?![\d.])", r"\1,\2", told.text))


def advertised(draw: Draw, told: Told) -> Told:
    kept = sentences_of(told.text)
    kept.insert(
        len(kept) // 2, f"\n点击关注“{place(draw)}发布”微信公众号，获取更多资讯。\n相关阅读：{story(draw).title}\n"
    )
    return Told(told.title, "".join(kept))


def in_chrome(draw: Draw, told: Told) -> Told:
    return Told(told.title, chrome(0) + told.text + chrome(1))


def local_addition(draw: Draw, told: Told) -> Told:
    return Told(
        told.title, told.text + "\n" + "".join(sentence(draw) for _ in range(max(1, len(sentences_of(told.text)) // 3)))
    )


def some_left_out(draw: Draw, told: Told) -> Told:
    kept = sentences_of(told.text)
    return Told(told.title, "".join(piece for piece in kept if draw.random() < 0.75) or told.text)


EDITS: dict[str, Callable[[Draw, Told], Told]] = {
    edit.__name__: edit
    for edit in (
        new_title, source_prefix, editor_lines, cut_end, cut_middle, traditional, lost_signs, typos, typography, reflowed, new_lead,
        reworded, shuffled, numbers_written_otherwise, advertised, in_chrome, local_addition, some_left_out,
    )
}  # fmt: skip


def several(draw: Draw, told: Told) -> Told:
    """Three of them at once."""
    for name in draw.sample(sorted(EDITS), 3):
        told = EDITS[name](draw, told)
    return told


def round_up(draw: Draw, told: list[Told]) -> Told:
    items = "\n".join(f"{number + 1}. {one.title}\n{one.text}" for number, one in enumerate(told))
    return Told(f"{place(draw)}一周要闻（{date(draw)}）", items)


@cache
def chrome(which: int) -> str:
    draw = Draw(1000 + which)
    menu = " ".join(f"{draw.choice(VERBS)}{draw.choice(THINGS)}" for _ in range(30))
    return f"您当前的位置：首页 > 新闻中心 > 园区动态\n{menu}\n网站地图 联系我们 版权声明 主办单位：{firm(draw)} 备案号：京ICP备{draw.randint(10000000, 99999999)}号\n"
