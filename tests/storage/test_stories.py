"""The same story once: reprints are known again, texts of one form stay apart, on both databases."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, event, func, select

from storage import stories, tables
from storage.fingerprints import Fingerprint, Relation, compare, fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

TITLE = "永泉高新区算力中心投用"
TEXT = """11月3日，永泉高新区算力中心正式投用，总投资12.6亿元，首批部署机柜860个。
远航科技有限公司董事长李文涛介绍，公司把训练任务分成白天和夜间两班，电价因此降了三成。
“让小企业也租得起算力，是我们建这个中心的初衷。”永泉市副市长王晓梅说。
在二楼调度大厅，值班员周海正盯着冷却水的温度曲线，旁边是刚调试完的液冷机组。
《永泉市算力券管理办法》提出，单家企业每年最多可领80万元，用于购买训练和推理服务。
截至10月底，已有37家企业提出申请，其中机器人企业14家、新材料企业9家。
下一步，永泉高新区将建设第二期工程，并把余热接入附近的居民小区。"""
SENTENCES = TEXT.split("\n")

OTHER = """双林县图书馆近日完成改造，阅览座位从120个增加到300个，开放时间延长到晚上9时。
馆长赵立群介绍，地方文献室收藏了清代以来的县志47种，全部做了数字化。
“孩子放学后有了去处。”家住石门街道的居民陈桂兰说，她几乎每个周末都带孙子来。
改造期间，工人们保留了1986年的水磨石楼梯和两扇木窗。
下一步，图书馆将与6所乡村小学共建流动书车。"""

WEATHER = """{town}气象台{day}17时发布未来三天天气预报：{one}日晴转多云，最低气温{low}℃，最高气温{high}℃。
请广大市民及时关注天气变化，合理安排出行，注意防火防滑，做好防寒保暖工作。"""
APPOINTMENT = """各镇人民政府、街道办事处，区直各部门、各单位：
经研究决定：任命{one}同志为审批服务办公室主任（试用期一年）；任命{two}同志为统计局副局长；免去{three}同志的商务局副局长职务。
特此通知。"""
RESULT = """一、项目名称：{what}项目
二、中标信息：供应商名称：{firm}；供应商地址：{street}{number}号；中标金额：{price}万元。
三、评审专家：{one}、{two}。
四、公告期限：自本公告发布之日起1个工作日。
五、凡对本次公告内容提出询问，请按以下方式联系采购人或采购代理机构。各有关当事人对中标结果有异议的，可以在公告期限届满之日起七个工作日内以书面形式提出质疑。"""

TENDER = """受市公共资源交易中心委托，现就智慧园区建设项目（第{lot}标段）公开招标。
一、项目编号：YQZB-2026-{number}；二、采购内容：智慧园区建设项目第{lot}标段，预算金额{price}万元。
三、投标人须有独立承担民事责任的能力、良好的商业信誉、履行合同所必需的设备和专业技术能力。
四、请于11月20日前登录市公共资源交易平台下载招标文件；五、开标时间：2026年12月8日9时30分，地点：三楼开标室。
六、采购人：高新区管委会；联系电话：0351-7012345。"""

REPRINTS = {
    "exactly": (TITLE, TEXT),
    "with another title": ("要闻｜永泉算力中心投用", TEXT),
    "with a source before it": (TITLE, "本网讯（记者 孙丽 通讯员 马强）来源：永泉日报\n" + TEXT),
    "with lines of the editor": (TITLE, TEXT + "\n责任编辑：高敏\n扫一扫在手机打开当前页\n打印本页 关闭窗口"),
    "framed as a reprint": (
        f"{TITLE}_双林网",
        f"原标题：{TITLE}\n编者按：各地算力建设提速。\n{TEXT}\n声明：本文为转载，版权归原作者所有，如有侵权请联系删除。",
    ),
    "with advertising between the paragraphs": (TITLE, TEXT.replace("\n", "\n长按识别二维码，关注视频号\n")),
    "the second page of two": (f"{TITLE}（2）", "\n".join(SENTENCES[3:])),
    "cut": (TITLE, "\n".join(SENTENCES[:4])),
    "without its middle": (TITLE, "\n".join(SENTENCES[:2] + SENTENCES[5:])),
    "in one paragraph": (TITLE, TEXT.replace("\n", "")),
    "in another order": (TITLE, "\n".join(SENTENCES[3:] + SENTENCES[:3])),
    "with other punctuation": (TITLE, TEXT.replace("，", ",").replace("。", ".").replace("“", '"')),
    "in traditional characters": (
        TITLE,
        TEXT.replace("总", "總").replace("电", "電").replace("业", "業").replace("开", "開"),
    ),
    "with lost characters": (
        TITLE,
        "".join("\ufffd" if number % 90 == 7 else sign for number, sign in enumerate(TEXT)),
    ),
    "with many lost characters, in figures too": (
        TITLE,
        "".join("?" if number % 40 in (4, 27) else sign for number, sign in enumerate(TEXT)),
    ),
    "with another lead": (TITLE, "记者获悉，永泉又有新进展。\n" + "\n".join(SENTENCES[1:])),
    "with something added": (TITLE, TEXT + "\n另据了解，邻近的双林县也在谋划类似的中心，选址初步定在城东。"),
}


def fill(form: str, **slots: object) -> str:
    return form.format(**slots)


LOOKALIKES = {
    "weather": [
        fill(WEATHER, town="永泉", day="11月3日", one=4, low=-2, high=11),
        fill(WEATHER, town="双林", day="11月3日", one=4, low=3, high=16),
        fill(WEATHER, town="永泉", day="11月7日", one=8, low=-5, high=6),
    ],
    "weather of the same degrees": [
        fill(WEATHER, town="永泉", day="11月3日", one=4, low=-2, high=11),
        fill(WEATHER, town="永泉", day="11月9日", one=4, low=-2, high=11),
    ],
    "lots of a tender": [
        fill(TENDER, lot="一", number="0412-1", price=386.5),
        fill(TENDER, lot="二", number="0412-2", price=512),
    ],
    "appointments": [
        fill(APPOINTMENT, one="李文涛", two="王晓梅", three="周海"),
        fill(APPOINTMENT, one="赵立群", two="陈桂兰", three="孙丽"),
        fill(APPOINTMENT, one="马强", two="高敏", three="吴刚"),
    ],
    "results": [
        fill(
            RESULT,
            what="道路绿化",
            firm="远航园林有限公司",
            street="云峰街",
            number=12,
            price=318.5,
            one="李伟",
            two="王芳",
        ),
        fill(RESULT, what="食堂改造", firm="九州建设集团", street="白沙路", number=7, price=96, one="张敏", two="刘洋"),
        fill(
            RESULT,
            what="污水管网",
            firm="鼎新水务有限公司",
            street="石门街",
            number=155,
            price=2071.9,
            one="陈静",
            two="杨勇",
        ),
    ],
}


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection, connection.begin():
        yield connection
    engine.dispose()


def place(connection: Connection, number: int, title: str, text: str) -> stories.Placement:
    return stories.place(connection, number, fingerprint(title, text))


@pytest.mark.parametrize("how", REPRINTS)
def test_a_reprint_is_the_same_story(connection: Connection, how: str) -> None:
    place(connection, 1, "双林县图书馆完成改造", OTHER)
    assert place(connection, 2, TITLE, TEXT) == stories.Placement(story_id=2, relation="first")
    assert place(connection, 3, *REPRINTS[how]) == stories.Placement(story_id=2, relation="same")


@pytest.mark.parametrize("how", REPRINTS)
def test_the_whole_text_is_the_story_of_what_came_before_it(connection: Connection, how: str) -> None:
    place(connection, 2, *REPRINTS[how])
    assert place(connection, 3, TITLE, TEXT).story_id == 2


@pytest.mark.parametrize("form", LOOKALIKES)
def test_texts_of_one_form_stay_apart(connection: Connection, form: str) -> None:
    placed = [place(connection, number, "公告", text) for number, text in enumerate(LOOKALIKES[form])]
    assert [one.relation for one in placed] == ["first"] * len(placed)


@pytest.mark.parametrize("form", LOOKALIKES)
def test_which_came_first_does_not_matter(form: str) -> None:
    prints = [fingerprint("公告", text) for text in LOOKALIKES[form]]
    assert {compare(one, other) for one in prints for other in prints if one != other} == {Relation.DIFFERENT}


def test_a_reprint_with_the_list_of_another_issue_below_is_the_same() -> None:
    one = fingerprint("第三批名单", f"永泉市公布第三批名单。\n{TEXT}")
    other = fingerprint("永泉公布名单", f"永泉市公布第三批名单。\n{TEXT}\n推荐阅读：永泉市公布第二批名单")
    assert compare(one, other) is Relation.SAME


def test_a_round_up_is_a_story_of_its_own_that_contains_others(connection: Connection) -> None:
    place(connection, 1, TITLE, TEXT)
    place(connection, 2, "双林县图书馆完成改造", OTHER)
    round_up = place(connection, 3, "本周要闻（11月9日）", f"一、{TITLE}\n{TEXT}\n二、双林县图书馆完成改造\n{OTHER}")
    assert round_up == stories.Placement(story_id=3, relation="contains")
    assert place(connection, 4, TITLE, TEXT).story_id == 1
    assert place(connection, 5, "双林图书馆改造完成", OTHER).story_id == 2


def test_two_pages_of_a_story_do_not_make_round_ups_of_its_reprints(connection: Connection) -> None:
    """They came first and tell nothing of each other; more of their sentences can be looked up than of the whole."""
    things = (
        "减速器",
        "传感器",
        "控制器",
        "光模块",
        "服务器",
        "碳纤维",
        "晶圆",
        "阀门",
        "隔膜",
        "轴承",
        "相机",
        "电芯",
    )
    lines = [
        f"第{number}家企业研制的{thing}通过验收，投资{number * 37}万元。" for number, thing in enumerate(2 * things, 1)
    ]
    for number, page in enumerate((lines[:12], lines[12:]), 1):
        place(connection, number, f"图片新闻{number}", "\n".join(page))
    whole = place(connection, 3, TITLE, "\n".join(lines))
    reprint = place(connection, 4, TITLE, "\n".join([*lines, "责任编辑：高敏"]))
    assert (reprint.story_id, reprint.relation) == (whole.story_id, "same")


def test_what_is_removed_is_forgotten(connection: Connection) -> None:
    place(connection, 1, TITLE, TEXT)
    stories.remove(connection, 1)
    assert place(connection, 2, TITLE, TEXT).relation == "first"


def made_up(draw: random.Random, sentences: int = 6) -> str:
    """Signs drawn by lot: nothing two of them share is more than chance."""
    return "".join("".join(map(chr, draw.choices(range(0x4E00, 0x9FA5), k=30))) + "。" for _ in range(sentences))


def test_boilerplate_is_no_evidence_and_costs_no_more_the_more_share_it(connection: Connection) -> None:
    draw = random.Random(3)
    chrome = made_up(draw, 12)
    placed = [place(connection, number, f"公告{number}", chrome + "\n" + made_up(draw, 3)) for number in range(60)]
    # Before it is known as boilerplate it can only be believed.
    assert [one.relation for one in placed[10:]] == ["first"] * 50
    by_hash = select(func.count().label("rows")).select_from(tables.neighbours).group_by(tables.neighbours.c.hash)
    most = select(func.max(by_hash.subquery().c.rows))
    assert connection.scalar(most) == 20


def test_the_number_of_statements_is_constant(connection: Connection) -> None:
    statements: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda *heard: statements.append(heard[2]))
    draw = random.Random(5)
    numbers = []
    for number in range(30):
        statements.clear()
        place(connection, number, f"题{number}", made_up(draw))
        numbers.append(len(statements))
    assert max(numbers) <= 4


@pytest.mark.parametrize(
    "text", ["", "。", "短", "\ud800\ud800", "a" * 100_000, "同一句话说了很多遍。" * 5_000, "\x00" * 50]
)
def test_any_text_has_a_fingerprint(text: str, tmp_path: Path) -> None:
    print = fingerprint(text, text)
    assert Fingerprint.unpack(print.pack()) == print
    assert len(print.pack()) < 8_000
    assert compare(print, print) is Relation.SAME


def test_empty_texts_are_not_one_story(connection: Connection) -> None:
    assert [place(connection, number, title, "").story_id for number, title in enumerate(("图一", "图二"), 1)] == [1, 2]


def test_a_fingerprint_of_another_version_is_no_evidence() -> None:
    packed = fingerprint(TITLE, TEXT).pack()
    assert Fingerprint.unpack(bytes([packed[0] + 1]) + packed[1:]) is None
