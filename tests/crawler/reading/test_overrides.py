# ruff: noqa: E501 - pages on one line each
"""A source's own selectors, CSS and XPath."""

import pytest

from crawler.reading import Overrides, read_article, read_list

URL = "https://www.example.gov.cn/xw/"
LIST = """<ul class="hot"><li><a href="/h/1001.html">排行榜上的第一条新闻标题</a> 2026-01-01</li></ul>
<div class="mine"><p><b>全省算力大会召开</b><a href="/a/1001.html">查看</a><i>2026/04/17</i><u>2020-01-01</u></p></div>"""
ARTICLE = "<h1>标题不对</h1><h2 id=t>全省算力大会召开</h2><div class=a><p>别的文字，长长的一段，比正文还要长得多得多。</p></div><div class=b><p>正文一句。</p></div>"


@pytest.mark.parametrize("item", ["div.mine p", "xpath://div[@class='mine']/p"])
@pytest.mark.parametrize(("title", "date"), [("b", "i"), ("xpath:.//b", "xpath:.//i")])
def test_list_selectors_win(item: str, title: str, date: str) -> None:
    reading = read_list(LIST, URL, overrides=Overrides(item_selector=item, title_selector=title, date_selector=date))
    assert [(link.url, link.title, str(link.date)) for link in reading] == [
        ("https://www.example.gov.cn/a/1001.html", "全省算力大会召开", "2026-04-17")
    ]


@pytest.mark.parametrize("selector", ["div..", "xpath://[", "div.nothing"])
def test_a_wrong_or_empty_selector_is_said(selector: str) -> None:
    reading = read_list(LIST, URL, overrides=Overrides(item_selector=selector))
    assert not reading and reading.problem is not None and reading.problem.kind == "selector"


@pytest.mark.parametrize("selector", ["div.b", "xpath://div[@class='b']"])
def test_body_selector_wins(selector: str) -> None:
    article = read_article(ARTICLE, URL, overrides=Overrides(body_selector=selector, title_selector="#t"))
    assert (article.title, article.text, article.how["text"]) == ("全省算力大会召开", "正文一句。", "override")


def test_a_wrong_body_selector_is_a_problem() -> None:
    article = read_article(ARTICLE, URL, overrides=Overrides(body_selector="div.."))
    assert article.problem is not None and article.problem.kind == "selector"
