"""The repair of a page source: what a parser reads afterwards is sound, and what is not text stays byte for byte."""

from pathlib import Path

import pytest
from lxml import html as lxml_html

from crawler.text import decode, evidence, repair_page

SEEDS = Path(__file__).parents[3] / "../shared/data/seeds"
INJECTED = "全省產(chǎn)業(yè)發(fā)展大會(huì)在太原召開(kāi)，強(qiáng)調(diào)創(chuàng)新。"


def gbk(text: str) -> str:
    return decode(text.encode(), override="gbk").text


def test_sound_page_comes_back_as_it_is() -> None:
    page = '<html><head><meta charset="utf-8"></head><body><p>山西省 &amp; 太原市&nbsp;召开会议。</p></body></html>'
    repaired = repair_page(page)
    assert (repaired.text, repaired.steps, repaired.lost) == (page, (), 0)


def test_tags_addresses_scripts_and_comments_stay() -> None:
    rest = (
        '<script>var a = "產(chǎn)業(yè)\\u4e2d\\u56fd";</script><style>.產(chǎn){}</style><!-- 產(chǎn)業(yè) -->'
        '<a href="/產(chǎn)/%E4%B8%AD%E5%9B%BD.html" data-x="產(chǎn)">'
    )
    repaired = repair_page(f"<body><p>{INJECTED}</p>{rest}產(chǎn)業(yè)</a></body>")
    assert repaired.text == f"<body><p>全省产业发展大会在太原召开，强调创新。</p>{rest}产业</a></body>"


def test_attributes_that_are_read_are_mended() -> None:
    page = f'<p>{INJECTED}</p><a href="t.html" title="產(chǎn)業(yè)園">詳情</a><meta content="0;url=/產(chǎn)/">'
    assert repair_page(page).text.endswith('<a href="t.html" title="产业园">详情</a><meta content="0;url=/產(chǎn)/">')


def test_evidence_of_one_page_decides_for_another() -> None:
    title = '<li><a href="1.html">高新區(qū)召開大會</a></li>'
    assert repair_page(title).text == title
    assert repair_page(title, evidence(INJECTED)).text == '<li><a href="1.html">高新区召开大会</a></li>'


def test_damage_that_ate_a_tag() -> None:
    repaired = repair_page(f"<div><p>{INJECTED}</p><p>高度機密?！?/p><p>第二段。</p></div>")
    assert "<p>高度机密。”</p>" in repaired.text.replace("“", "”")
    assert [p.text for p in lxml_html.fromstring(repaired.text).findall("p")][2] == "第二段。"
    assert any(step.what == "tags that damage had eaten" for step in repaired.steps)


def test_mojibake_that_ate_a_tag() -> None:
    repaired = repair_page(f"<div><p>{gbk('新闻中心发布通知公告。')[:-1]}?/p><p>{gbk('人工智能产业')}</p></div>")
    assert [p.text for p in lxml_html.fromstring(repaired.text).findall("p")] == [
        "新闻中心发布通知公告\ufffd",
        "人工智能产业",
    ]


def test_mojibake_pages_with_short_pieces() -> None:
    pieces = ["首页", "新闻中心", "政策法规", "通知公告", "园区概况", "联系我们"]
    page = "".join(f"<li><a href='{i}.html'>{gbk(piece)}</a></li>" for i, piece in enumerate(pieces))
    links = lxml_html.fromstring(f"<ul>{repair_page(page).text}</ul>").iter("a")
    assert [link.text for link in links] == pieces


def test_entities_are_left_to_the_parser_unless_escaped_twice() -> None:
    page = "<p>&#20013;&#22269; &lt;p&gt; &amp;#20154;&amp;#24037;&amp;nbsp;</p>"
    assert repair_page(page).text == "<p>&#20013;&#22269; &lt;p&gt; &#20154;&#24037;&nbsp;</p>"


def test_text_never_becomes_markup() -> None:
    escaped = r"%3Cscript%3E%E4%B8%AD%E5%9B%BD%E4%BA%BA &amp;lt;b&amp;gt; \u003c\u4e2d\u56fd\u003e"
    assert repair_page(f"<p>{INJECTED}</p><p>{escaped}</p>").text.count("<") == 4


@pytest.mark.parametrize("page", ["<", "<!--", "<script>", "<p title='", "&", "<p>產(chǎn", "?/p>", "\ud800<p>\x00"])
def test_broken_sources_are_answered(page: str) -> None:
    assert isinstance(repair_page(page).text, str)


@pytest.mark.skipif(not SEEDS.exists(), reason="needs ../shared/data/seeds")
@pytest.mark.parametrize("seed", ["000", "003"])
def test_seeds_of_the_order(seed: str) -> None:
    (path,) = SEEDS.resolve().glob(f"{seed}_*.txt")
    text = path.read_text(encoding="utf-8")
    page = "<html><body>" + "".join(f"<p>{line}</p>\n" for line in text.split("\n")) + "</body></html>"
    repaired = repair_page(page)
    assert not any(letter in repaired.text for letter in "āáǎàēéěèīíǐìōóǒòūúǔù")
    assert repaired.text.count("<p>") == page.count("<p>")
    assert ("(山西太原" if seed == "000" else "(记者 张巨峰)") in repaired.text
