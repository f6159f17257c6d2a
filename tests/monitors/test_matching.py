"""What matches and why; that all rules at once say what each says alone."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.matching import Matcher
from monitors.profiles import Exclusion, Group, Profile, Term, shipped_watch
from storage.audience import Watch
from storage.query import QueryError, parse
from storage.records import Attachment, Finding, Level, Match, Source
from storage.subjects import Subject

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PARK = Source(id="park", name="示例高新区", url="https://park.example/", province="山西", level=Level.PARK)
TOPIC = Watch(name="ai", profile="ai-industry", threshold=0.0)


def finding(title: str, text: str = "", **more: object) -> Finding:
    page = Finding(url="https://park.example/1.html", key="1", source_id="park", title=title, text=text, seen_at=NOW)
    return replace(page, **more)  # type: ignore[arg-type]


def judge(title: str, text: str = "", **more: object) -> Match:
    """What the shipped profile says, hit or not."""
    (match,) = Matcher([TOPIC]).match(finding(title, text, **more))
    return match


def hits(rule: str, title: str, text: str = "") -> tuple[Match, ...]:
    return Matcher([Watch(name="w", rule=rule)], now=NOW).match(finding(title, text), PARK)


# rules

TERMS = [
    "人工智能",
    "智能",
    "算力",
    "大模型",
    "模型",
    "AI",
    "AI+",
    "5G",
    "招聘",
    "“算力 网络”",
    "title:算力",
    "text:AI",
]
FACTS = ["province:山西", "province:山东", "level:park", "since:2026-11-01", "has:attachment"]
PIECES = ["人工智能", "算力", "大模型", "AI", "RAIN", "5G", "招聘", "算 力网络", "ＡＩ+", "。", "a", " ", "智 能", "報"]


def rules() -> st.SearchStrategy[str]:
    leaf = st.sampled_from(TERMS + FACTS)
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda pair: f"({pair[0]} OR {pair[1]})"),
            st.tuples(inner, inner).map(lambda pair: f"({pair[0]} AND {pair[1]})"),
            inner.map(lambda part: f"-{part}"),
        ),
        max_leaves=8,
    )


def texts() -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


@given(st.lists(rules(), min_size=1, max_size=6), texts(), texts())
def test_all_rules_at_once_say_what_each_says_alone(written: list[str], title: str, text: str) -> None:
    subject = Subject.of(finding(title, text), PARK)
    watches = [Watch(name=str(number), rule=rule) for number, rule in enumerate(written)]
    together = {match.watch for match in Matcher(watches, now=NOW).match(subject)}
    alone = {watch.name for watch in watches if parse(watch.rule, now=NOW).matches(subject)}
    assert together == alone


def test_a_rule_says_where_it_matched() -> None:
    (match,) = hits("(算力 OR AI) -招聘", "算力大会", "算力与AI，算力券。")
    assert match.reasons == ("标题：算力", "正文：算力 ×2", "正文：ai ×1")
    assert match.words == ("算力", "ai")


def test_latin_terms_match_whole_words_only() -> None:
    assert hits("AI", "生成式AI进校园")
    assert not hits("AI", "RAIN, MAIL, Shanghai")


def test_a_rule_may_ask_who_speaks() -> None:
    assert hits("算力 level:park province:山西", "算力大会")
    assert not hits("算力 level:ministry", "算力大会")


def test_a_watch_with_rule_and_profile_wants_both() -> None:
    watch = Watch(name="w", rule="太原", profile="ai-industry", version=3)
    text = "太原发布大模型产业政策，支持算力建设和人工智能企业。"
    (match,) = Matcher([watch]).match(finding("人工智能新政", text))
    assert match.rule_version == 3
    assert {"标题：人工智能", "正文：太原 ×1"} <= set(match.reasons)
    assert not Matcher([watch]).match(finding("人工智能新政", text.replace("太原", "大同")))
    assert not Matcher([watch]).match(finding("太原今日小雪", "太原有雪。"))


def test_a_watch_that_is_off_is_not_asked() -> None:
    assert Matcher([Watch(name="w", rule="算力", enabled=False)]).match(finding("算力")) == ()


def test_a_bad_rule_is_refused_when_the_matcher_is_made() -> None:
    with pytest.raises(QueryError):
        Matcher([Watch(name="w", rule="(算力")])


# the profile

BODY = "会议研究了城市更新、供暖保障和冬季安全生产工作。" * 4


def test_title_counts_more_than_lead_and_lead_more_than_body() -> None:
    filler = BODY * 3
    in_title = judge("大模型产业大会", filler).score
    in_lead = judge("产业大会", "大模型。" + filler).score
    in_body = judge("产业大会", filler + "大模型。").score
    assert in_title > in_lead > in_body > 0


def test_different_terms_say_more_than_one_repeated() -> None:
    assert judge("会议", "算力、芯片、机器人。" + BODY).score > judge("会议", "芯片、芯片、芯片。" + BODY).score


def test_the_same_words_say_less_in_a_longer_text() -> None:
    words = "人工智能、算力、大模型。"
    assert judge("会议", words + BODY).score > judge("会议", words + BODY * 6).score


def test_a_passing_mention_in_a_long_report_is_no_hit() -> None:
    assert judge("区政府工作报告", BODY * 10 + "积极培育人工智能等未来产业。" + BODY * 10).score < 0.5


def test_news_of_an_industry_outweighs_news_that_uses_its_words() -> None:
    assert judge("AI写春联", "集市上有人用AI写字。").score < 1 <= judge("AI写作", "企业发布AI产品，完成融资。").score


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("人工智能学校招生简章", "招生"),
        ("算力产业园停电通知", "停电停水与施工"),
        ("人工智能公司诚聘司机", "招聘与人事"),
        ("少儿机器人比赛", "少儿与校园活动"),
    ],
)
def test_what_nobody_wants_is_held_down_and_said(title: str, reason: str) -> None:
    match = judge(title, "人工智能企业的机器人与算力项目。")
    assert f"排除：{reason}" in match.reasons
    assert match.score < 1


def test_an_exclusion_yields_where_the_topic_has_more_terms_than_it_has_words() -> None:
    text = "导演谈新片上映。" + "大模型、智能体、算力、数据集、机器人、自动驾驶企业。"
    assert "排除：影视文艺" in judge("会议", text).reasons
    assert judge("会议", "导演谈新片上映，用了大模型。企业。").score < 0.5 < 1 <= judge("会议", text).score


def test_hints_count_only_beside_a_firm_term() -> None:
    hints = "识别样本，准确率提高，训练用的摄像头和传感器由企业提供。"
    assert judge("会议", hints).score == 0
    assert judge("会议", hints + "用了算法。").score > judge("会议", "用了算法。" + BODY).score + 0.5


def test_a_term_that_stands_alone_may_mean_something_else() -> None:
    alone = judge("大模型亮相", "大模型由退休工人打造，大模型长三米。" + BODY).score
    assert alone < 1
    assert judge("大模型亮相", "大模型由智能体调用，大模型企业。" + BODY).score > alone + 0.5


def test_what_a_page_says_of_others_at_its_end_does_not_count() -> None:
    other = "人工智能产业大会开幕，企业签约大模型和算力项目"
    assert judge("清明祭扫须知", BODY * 2 + "相关推荐：" + other).score == 0
    assert judge("会议", "相关推荐：" + other + "。" + BODY).score > 0


def test_longer_words_that_hold_a_term_do_not_count() -> None:
    assert judge("智能体检车进山村，预算力度不减，数字人民币上线").score == 0


def test_traditional_full_width_and_spaced_text_is_the_same_text() -> None:
    plain = judge("人工智能大模型", "算力与ＡＩ企业")
    assert judge("人工智能大模型", "算 力與AI企業").score == plain.score


def test_without_a_text_the_title_stands_in_for_it() -> None:
    assert judge("人工智能产业统计分类（试行）", "（见附件）").score >= 1


def test_a_short_notice_is_judged_by_its_attachments_too() -> None:
    table = Attachment(
        name="清单.pdf", url="https://park.example/1.pdf", text="大模型、智算中心、具身智能企业项目。" + BODY
    )
    notice = "现将清单印发给你们，请结合实际认真组织实施，执行中的问题请及时报告。详细内容见附件，特此通知。" * 2
    assert judge("关于印发清单的通知", notice).score == 0
    assert judge("关于印发清单的通知", notice, attachments=(table,)).score >= 1


def test_the_threshold_is_the_watchs() -> None:
    page = finding("算力大会", "企业签约算力项目。")
    score = judge(page.title, page.text).score
    assert Matcher([replace(TOPIC, threshold=score)]).match(page)
    assert not Matcher([replace(TOPIC, threshold=score + 0.01)]).match(page)


def test_reasons_and_words_are_as_the_profile_spells_them() -> None:
    match = judge("ａｉ产业", "AI企业谈AI。")
    assert match.reasons == ("标题：AI", "正文：AI ×2")
    assert match.words == ("AI",)


def test_a_profile_of_ones_own_goes_before_the_shipped_one() -> None:
    vinegar = Profile(
        name="醋",
        title="醋",
        groups=(Group(name="醋", terms=(Term(name="陈醋", spellings=("陈醋",), weight=0.9),)),),
        exclusions=(Exclusion(name="菜谱", factor=0.0, title=("菜谱",)),),
    )
    matcher = Matcher([Watch(name="醋", profile="醋", threshold=0.5)], profiles={"醋": vinegar})
    assert matcher.match(finding("老陈醋出口", "陈醋企业。"))
    assert not matcher.match(finding("陈醋菜谱", "陈醋。"))


def test_the_shipped_watch_tells_the_obvious_apart() -> None:
    matcher = Matcher([shipped_watch()])
    assert matcher.match(finding("全省人工智能产业推进会召开", "会议要求加快算力建设，推动大模型应用，引进企业。"))
    assert not matcher.match(finding("全县智能电表换装完成", "供电公司提醒居民留意电表显示。"))
