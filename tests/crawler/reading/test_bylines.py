"""Whose an article is and of when: the lines between headline and text, in the forms that templates write."""

from datetime import UTC, datetime

import pytest

from crawler.reading import Article, read_article

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DAY, MINUTE = "2026-04-17T00:00:00+08:00", "2026-04-17T09:30:00+08:00"
PAGE = """<html><head><title>全市人工智能产业推进大会召开_示例市</title></head><body>
<div class="top">今天是 2026年11月24日 星期二 晴 5℃~12℃ <a href="#">无障碍阅读</a></div>
<ul class="nav"><li><a href="/">首页</a></li><li><a href="/xw/">新闻</a></li></ul>
<div class="art"><h2 class="t">全市人工智能产业推进大会召开</h2>
<div class="m">{meta}</div><div class="by">{byline}</div>
<div class="nr"><p>4月16日，示例市召开全市人工智能产业推进大会，总结去年工作，部署下一阶段任务。</p>
<p>会议指出，要坚持场景牵引、算力先行，加快建设智算中心二期工程，推动大模型落地应用。</p></div></div>
<div class="footer"><p>主办：示例市人民政府　承办：示例市人民政府办公室</p><p>示ICP备05000001号</p></div>
</body></html>"""


def read(meta: str, byline: str = "") -> Article:
    return read_article(PAGE.format(meta=meta, byline=byline), "http://news.example.gov.cn/xw/88.html", now=NOW)


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("文/图 邹四 喻五", "邹四 喻五"),
        ("通讯员 柏六 记者 水七", "柏六 水七"),
        ("□本报记者 窦八 通讯员 章九", "窦八 章九"),
        ("记者：云一 通讯员：苏二", "云一"),
        ("文｜潘三", "潘三"),
        ("撰文 / 葛四", "葛四"),
        ("记者/奚五 编辑/范六", "奚五"),
        ("示例日报全媒体记者 彭七", "彭七"),
        ("作者：郎八（示例大学教授）", "郎八"),
        ("By 鲁九", "鲁九"),
        ("本刊记者|韦一", "韦一"),
    ],
)
def test_author_of_a_line_below_the_meta_line(line: str, author: str) -> None:
    article = read("<span>2026-04-17 09:30</span><span>来源：示例日报</span>", line)
    assert (article.author, article.origin) == (author, "示例日报")
    assert article.text.startswith("4月16日")


@pytest.mark.parametrize(
    ("line", "origin", "moment"),
    [
        ('<em>来源</em><a href="#">示例日报</a><i>2026-04-17 09:30</i>', "示例日报", MINUTE),
        ('2026年04月17日 09:30 示例日报 我要评论(<a href="#">3</a>)', "示例日报", MINUTE),
        ("发布时间：2026年4月17日 来源：示例市工信局（大数据局）", "示例市工信局（大数据局）", DAY),
        ("[来源：示例日报] [作者：] [日期：26-04-17] [热度：88]", "示例日报", DAY),
        ("时间：2026-04-17　来源：本站", None, DAY),
        ("稿源：示例日报 | 发布：2026-04-17 09:30", "示例日报", MINUTE),
        ("来源：《示例日报》 2026年4月17日", "示例日报", DAY),
        ("（来源：示例日报 2026-04-17）", "示例日报", DAY),
        ("来源： 示例网-示例日报  更新时间： 2026-04-17 09:30", "示例网-示例日报", MINUTE),
        ("信息来源：示例市 发展改革委　发布时间：2026/04/17", "示例市 发展改革委", DAY),
        ("转自：示例日报　2026.4.17", "示例日报", DAY),
        ("二〇二六年四月十七日　来源：示例日报", "示例日报", DAY),
        ("发布日期: 2026-04-17T09:30:00 信息来源 : 市政府办", "市政府办", MINUTE),
        ("发布日期: 2026-04-17T01:30:00Z 来源：市政府办", "市政府办", MINUTE),
        ("字体大小： 大 中 小 发表时间：2026年4月17日 9时30分 来源：市新闻办", "市新闻办", MINUTE),
        ("阅读 (12) 2026-4-17 9:30:00 来自：科技局", "科技局", MINUTE),
        ("供稿：科技局　发布时间：2026-04-17", "科技局", DAY),
        ("2026-04-17 星期五 09:30 来源:示例日报", "示例日报", MINUTE),
        ("Date: 2026-04-17 Source: 示例日报", "示例日报", DAY),
        ("信息来源：办公室 信息员：李一 发布日期：2026年04月17日 【字号：大 中 小】", "办公室", DAY),
    ],
)
def test_origin_and_moment_of_the_meta_line(line: str, origin: str | None, moment: str) -> None:
    article = read(line)
    assert (article.origin, article.published_at and article.published_at.isoformat()) == (origin, moment)
    assert article.text.startswith("4月16日")


def test_origin_and_author_in_one_value() -> None:
    article = read("2026-04-17 来源：经济日报 施二")
    assert (article.origin, article.author) == ("经济日报", "施二")


def test_the_head_s_clock_is_neither_date_nor_text() -> None:
    article = read("")
    assert (article.published_at, article.origin) == (None, None)
