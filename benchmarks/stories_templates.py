# ruff: noqa: E501 (the lines are texts)
"""Texts of one form about different things: each is written anew with other names and figures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stories_corpus import (
    OFFICES,
    PARTS,
    PLACES,
    THINGS,
    TRADES,
    Draw,
    Told,
    chrome,
    clause,
    date,
    firm,
    number,
    person,
    place,
    sentences_of,
    some_of,
    story,
    zone,
)

if TYPE_CHECKING:
    from collections.abc import Callable

# Texts of one form. Each is written twice, with other names and figures.


def weather(draw: Draw) -> Told:
    town = place(draw)
    days = "\n".join(
        f"{date(draw)}：{draw.choice(('晴', '多云', '阴', '小雨', '阵雨', '雨夹雪'))}转{draw.choice(('晴', '多云', '阴'))}，{draw.choice('东南西北')}风{draw.randint(1, 6)}级，"
        f"最低气温{draw.randint(-9, 15)}℃，最高气温{draw.randint(16, 35)}℃。" for _ in range(3)
    )  # fmt: skip
    return Told(
        f"{town}天气预报",
        f"{town}气象台{date(draw)}17时发布未来三天天气预报：\n{days}\n请广大市民及时关注天气变化，合理安排出行，注意防火防滑，做好防寒保暖工作。",
    )


def tender(draw: Draw) -> Told:
    what, buyer = (
        f"{zone(draw)}{draw.choice(THINGS)}项目",
        f"{place(draw)}{draw.choice(('教育局', '水务局', '住建局', '管委会', '第一医院'))}",
    )
    return Told(f"{what}公开招标公告", (
        f"{buyer}就{what}进行公开招标，欢迎符合条件的供应商参加投标。\n项目编号：{draw.choice('ABCDEFGH')}{draw.randint(10000, 99999)}。预算金额：{number(draw)}万元。\n"
        "供应商资格要求：符合《中华人民共和国政府采购法》第二十二条规定；未被列入失信被执行人名单；本项目不接受联合体投标。\n"
        f"获取招标文件的时间：{date(draw)}至{date(draw)}，每天上午8:30至12:00，下午14:00至17:30（法定节假日除外）。\n"
        f"投标截止时间：{date(draw)}9时30分。逾期送达的投标文件恕不接受。\n联系人：{person(draw)}　电话：0{draw.randint(311, 999)}-{draw.randint(1000000, 9999999)}\n"
        "公告期限自本公告发布之日起五个工作日。供应商认为招标文件使其权益受到损害的，可以在知道或者应知其权益受到损害之日起七个工作日内提出质疑。"
    ))  # fmt: skip


def meeting(draw: Draw) -> Told:
    town = zone(draw)
    return Told(f"{town}召开{draw.choice(THINGS)}工作会议", (
        f"{date(draw)}，{town}召开{draw.choice(THINGS)}工作会议。{draw.choice(OFFICES)}{person(draw)}主持会议并讲话，{draw.choice(OFFICES)}{person(draw)}出席。\n"
        "会议指出，要提高政治站位，强化责任担当，狠抓工作落实，确保各项任务按期完成。\n"
        f"会议强调，要{clause(draw)}，坚持问题导向，加强协调配合，形成工作合力。\n"
        "会议要求，各部门要切实把思想和行动统一到会议精神上来，以更高标准、更严要求、更实作风推动工作再上新台阶。\n"
        f"{person(draw)}、{person(draw)}等参加会议。"
    ))  # fmt: skip


def meeting_without_figures(draw: Draw) -> Told:
    told = meeting(draw)
    return Told(told.title, re.sub(r"\d+月\d+日，", "", told.text))


def appointment(draw: Draw) -> Told:
    town = place(draw)
    return Told(f"{town}人民政府关于{person(draw)}等同志职务任免的通知", (
        f"各镇人民政府、街道办事处，区直各部门、各单位：\n经研究决定：\n任命{person(draw)}同志为{town}{draw.choice(THINGS)}办公室主任（试用期一年）；"
        f"任命{person(draw)}同志为{town}统计局副局长；免去{person(draw)}同志的{town}商务局副局长职务。\n特此通知。\n{town}人民政府办公室"
    ))  # fmt: skip


def figures(draw: Draw) -> Told:
    month, town = draw.randint(2, 12), place(draw)
    rows = "".join(
        f"{trade}增加值同比{draw.choice(('增长', '下降'))}{number(draw)}%，" for trade in draw.sample(TRADES, 5)
    )
    return Told(f"{town}1—{month}月经济运行情况", (
        f"1—{month}月，全市规模以上工业增加值同比增长{number(draw)}%。分行业看，{rows}总体保持平稳。固定资产投资同比增长{number(draw)}%，社会消费品零售总额{number(draw)}亿元，"
        f"同比增长{number(draw)}%。城镇新增就业{number(draw)}人。总的来看，全市经济运行总体平稳、稳中有进，但外部环境复杂严峻，有效需求仍显不足。"
    ))  # fmt: skip


def air(draw: Draw) -> Told:
    town = place(draw)
    return Told(f"{town}空气质量日报", (
        f"{date(draw)}，{town}空气质量指数（AQI）为{draw.randint(20, 180)}，首要污染物为{draw.choice(('PM2.5', 'PM10', '臭氧'))}，空气质量{draw.choice(('优', '良', '轻度污染'))}。"
        "建议市民根据空气质量合理安排户外活动，儿童、老年人及心脏病、呼吸系统疾病患者应减少长时间、高强度的户外锻炼。"
    ))  # fmt: skip


def hiring(draw: Draw) -> Told:
    who = firm(draw)
    return Told(f"{who}招聘公告", (
        f"{who}因发展需要，现面向社会公开招聘工作人员{draw.randint(2, 60)}名。\n一、岗位：{some_of(draw, PARTS)}工程师，{draw.choice(THINGS)}专员。\n"
        "二、条件：遵守宪法和法律，具有良好的品行；具有岗位所需的专业或技能条件；适应岗位要求的身体条件。\n三、程序：报名、资格审查、笔试、面试、体检、考察、公示、聘用。\n"
        f"四、报名时间：{date(draw)}至{date(draw)}。报名邮箱：hr{draw.randint(100, 999)}@example.cn。联系人：{person(draw)}。\n五、本公告由{who}负责解释，未尽事宜另行通知。"
    ))  # fmt: skip


def same_chrome(draw: Draw) -> Told:
    told = story(draw)
    return Told(told.title, chrome(0) + "".join(sentences_of(told.text)[:4]) + chrome(1))


def visit(draw: Draw) -> Told:
    who, office = person(draw), draw.choice(OFFICES)
    return Told(f"{who}调研{draw.choice(TRADES)}产业发展情况", (
        f"{date(draw)}，{place(draw)}{office}{who}深入{zone(draw)}调研{draw.choice(TRADES)}产业发展情况。{person(draw)}陪同调研。\n"
        f"在{firm(draw)}，{who}走进生产车间，详细了解企业生产经营、技术研发、市场销售等情况，勉励企业坚定信心、加大创新力度、做大做强。\n"
        f"在{firm(draw)}，{who}听取了项目建设情况汇报，要求有关部门主动靠前服务，及时协调解决困难问题，确保项目早竣工、早投产、早见效。\n"
        f"{who}强调，要坚持以项目建设为抓手，{clause(draw)}，为高质量发展提供有力支撑。"
    ))  # fmt: skip


def signing(draw: Draw) -> Told:
    one, other = firm(draw), zone(draw)
    return Told(f"{one}与{other}签约", (
        f"{date(draw)}，{one}与{other}管委会签署战略合作协议。双方将围绕{some_of(draw, TRADES)}等领域开展合作，项目总投资{number(draw)}亿元。\n"
        "根据协议，双方将本着优势互补、互利共赢、共同发展的原则，建立长期稳定的战略合作伙伴关系。\n"
        f"{draw.choice(OFFICES)}{person(draw)}、{draw.choice(OFFICES)}{person(draw)}出席签约仪式并见证签约。"
    ))  # fmt: skip


# Never looked at while tuning.


def land(draw: Draw) -> Told:
    town = place(draw)
    return Told(f"{town}国有建设用地使用权挂牌出让公告", (
        f"经{town}人民政府批准，{town}自然资源和规划局决定以挂牌方式出让1宗地块的国有建设用地使用权，现将有关事项公告如下：\n"
        f"地块编号{draw.choice('PGXT')}〔2026〕{draw.randint(1, 99)}号，位于{draw.choice(PLACES)}路以东，面积{draw.randint(3000, 90000)}平方米，工业用地，出让年限50年，"
        f"起始价{draw.randint(300, 9000)}万元，竞买保证金{draw.randint(100, 3000)}万元。\n中华人民共和国境内外的法人、自然人和其他组织均可申请参加，申请人应当单独申请。\n"
        f"本次挂牌活动报价时间为{date(draw)}9时至{date(draw)}15时。挂牌不接受电话、邮寄、书面、口头报价。\n联系人：{person(draw)}。"
    ))  # fmt: skip


def environment(draw: Draw) -> Told:
    who = firm(draw)
    return Told(f"关于{who}{draw.choice(PARTS)}项目环境影响评价文件受理情况的公示", (
        "根据建设项目环境影响评价审批程序的有关规定，我局受理了以下建设项目环境影响评价文件，现予以公示，公示期为10个工作日。\n"
        f"项目名称：{draw.choice(PARTS)}生产线技术改造。建设地点：{zone(draw)}{draw.choice(PLACES)}大道{draw.randint(1, 300)}号。建设单位：{who}。环评机构：{firm(draw)}。\n"
        f"受理日期：{date(draw)}。公众可在公示期内以信函、传真、电子邮件等方式向我局反映意见。听证权利告知：依据行政许可法，公示起五日内申请人、利害关系人可提出听证申请。"
    ))  # fmt: skip


def result(draw: Draw) -> Told:
    what = f"{zone(draw)}{draw.choice(THINGS)}项目"
    return Told(f"{what}中标结果公告", (
        f"一、项目名称：{what}\n二、中标信息：供应商名称：{firm(draw)}；供应商地址：{place(draw)}{draw.choice(PLACES)}街{draw.randint(1, 400)}号；中标金额：{number(draw)}万元。\n"
        f"三、评审专家：{person(draw)}、{person(draw)}、{person(draw)}。\n四、公告期限：自本公告发布之日起1个工作日。\n"
        "五、凡对本次公告内容提出询问，请按以下方式联系采购人或采购代理机构。各有关当事人对中标结果有异议的，可以在公告期限届满之日起七个工作日内以书面形式提出质疑。"
    ))  # fmt: skip


def road(draw: Draw) -> Told:
    town = place(draw)
    return Told(f"{town}公安局交通管理公告", (
        f"因{draw.choice(PLACES)}路{draw.choice(('雨污分流', '桥梁检修', '管线迁改', '路面大修'))}施工需要，根据《中华人民共和国道路交通安全法》的规定，决定自{date(draw)}起至{date(draw)}止，"
        f"对{draw.choice(PLACES)}路至{draw.choice(PLACES)}路段实行交通管制。管制期间，禁止一切机动车通行，请过往车辆提前选择绕行路线，并服从现场民警和交通标志的指挥。"
        "由此给您带来的不便，敬请谅解。"
    ))  # fmt: skip


def honours(draw: Draw) -> Told:
    town = zone(draw)
    return Told(f"{town}企业入选专精特新名单", (
        f"近日，省工业和信息化厅公布新一批专精特新中小企业名单，{town}{draw.randint(2, 30)}家企业榜上有名，其中{firm(draw)}、{firm(draw)}、{firm(draw)}为首次入选。\n"
        "专精特新企业是指具有专业化、精细化、特色化、新颖化特征的中小企业，是推动产业链现代化水平提升的重要力量。\n"
        f"近年来，{town}高度重视企业梯度培育，建立培育库，落实奖补政策，截至目前累计培育专精特新企业{draw.randint(31, 300)}家。"
    ))  # fmt: skip


def exam(draw: Draw) -> Told:
    town = place(draw)
    return Told(f"{town}{draw.choice(('教师', '护士', '会计', '消防员'))}资格考试温馨提示", (
        f"{town}考区考试将于{date(draw)}举行，共设考点{draw.randint(1, 20)}个，报考{draw.randint(300, 9000)}人。\n请考生提前打印准考证，携带有效身份证件原件，按准考证规定的时间和地点参加考试，"
        "提前熟悉考点路线，遵守考场规则，诚信应考。考试开始后迟到的考生不得入场。严禁携带手机等通讯工具进入考场，违者按考试违纪处理。\n祝各位考生取得好成绩。"
    ))  # fmt: skip


TEMPLATES: dict[str, Callable[[Draw], Told]] = {
    template.__name__: template
    for template in (
        weather,
        tender,
        meeting,
        meeting_without_figures,
        appointment,
        figures,
        air,
        hiring,
        same_chrome,
        visit,
        signing,
    )
}
#: Reported only.
FRESH_TEMPLATES: dict[str, Callable[[Draw], Told]] = {
    template.__name__: template for template in (land, environment, result, road, honours, exam)
}  # fmt: skip
