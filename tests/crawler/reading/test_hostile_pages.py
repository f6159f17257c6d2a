# ruff: noqa: E501 - pages on one line each
"""Pages made to hang, blow up or break the reader: it ends, raises nothing, and what it hands on can be stored."""

import pickle

import pytest

from crawler.reading import read_article, read_list, read_listing

URL = "https://www.example.gov.cn/xw/1.html"
WORDS = "示例市召开人工智能产业推进会，部署算力中心建设。"
PAGES = {
    "100,000 nested div": "<div>" * 100_000 + WORDS + "</div>" * 100_000,
    "nested div with < in attributes": '<div a="<">' * 50_000 + WORDS,
    "misnested formatting": "<b><i><a><font>" * 20_000 + WORDS,
    "nested tables": "<table><tr><td>" * 20_000 + WORDS,
    "nested lists": "<ul><li>" * 30_000 + WORDS,
    "200,000 attributes": "<p " + " ".join(f'a{number}="1"' for number in range(200_000)) + f">{WORDS}",
    "40,000 bare attributes": "<p " + " ".join(f"a{number}=1" for number in range(40_000)) + f">{WORDS}",
    "attributes that hold tags": "<p " + " ".join(f'a{number}=">"' for number in range(50_000)) + f">{WORDS}",
    "unclosed quotes": '<p a="' * 100_000,
    "unclosed tags": "<a " * 300_000,
    "only <": "<" * 1_000_000,
    "title of 5 MB": f"<title>{'长' * 5_000_000}</title><h1>{'长' * 500_000}</h1><p>{WORDS}",
    "one line of 20 MB": f"<p>{'，示' * 10_000_000}",
    "2 million br": "<br>" * 2_000_000,
    "1 million links": "<a href=/x>标题标题标题</a>" * 1_000_000,
    "link of 200,000 characters": f"<ul><li><a href='/{'x' * 200_000}'>{WORDS}</a></li></ul>",
    "broken addresses": f"<base href='http://['><a href='http://[::1'>{WORDS}</a><a href='http://x:y/'>{WORDS}</a><a href='//'>{WORDS}</a>",
    "NUL everywhere": f"<title>a\0b</title><h1>示例\0标题</h1><p>{WORDS}\0</p><a href='/a\0b'>{WORDS}</a>",
    "bad entities": f"<h1>&#0;&#xD800;&#x110000;&#99999999999;</h1><p>{WORDS}&#xDFFF;",
    "lone surrogates": f"<h1>\ud800{WORDS}</h1><p>{WORDS}\udfff</p><a href='/\ud800'>{WORDS}</a>",
    "impossible dates": f"<h1>{WORDS}</h1><p>发布时间：2026-02-30 99:99</p><p>发布时间：0001-01-01</p><p>9999-99-99</p><p>{WORDS}",
    "script of brackets": f"<script>document.write('中');{'{' * 15_000}</script><p>{WORDS}",
    "script of ifs": f"<script>document.write('中');{'if(a==b)' * 2_000}</script><p>{WORDS}",
    "script of sums": f"<script>document.write('中'{'+(' * 5_000});</script><p>{WORDS}",
    "record bomb": "<record><![CDATA[" * 50_000,
    "labels": "来源：" * 50_000 + "作者：" * 50_000,
    "digits": "2026-" * 200_000,
    "editors": f"<h1>示例市召开会议</h1><p>{WORDS * 3}</p>"
    + f"<p>{'编辑' * 90}，啊</p>" * 50
    + f"<p>{'责任编辑校对' * 30}。啊</p>" * 50,
    "blanks": " " * 2_000_000 + "\u3000" * 500_000,
    "binary": "%PDF-1.4\n" + "\x01\x02" * 1000,
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.timeout(60)
def test_hostile_page_ends_in_something_storable(name: str) -> None:
    article, listing = read_article(PAGES[name], URL), read_listing(PAGES[name], URL)
    assert "\0" not in article.title + article.text + "".join(link.url + link.title for link in listing)
    assert len(article.title) <= 500 and len(listing) <= 2_000
    assert all(len(link.url) <= 2_000 and len(link.title) <= 500 for link in listing)
    (article.title + article.text + "".join(link.title + link.url for link in listing)).encode()
    assert pickle.loads(pickle.dumps((article, listing))) == (article, listing)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        '{"a":' * 200_000,
        '{"a": ' + "9" * 1_000_000 + "}",
        '{"title": 1, "url": 2}',
        "[1, null, []]",
        '"x"',
        "{",
        "callback({})",
    ],
)
def test_hostile_json_is_a_problem(text: str) -> None:
    assert read_listing(text, URL, "application/json").problem is not None


def test_a_million_links_are_cut_and_said_to_be() -> None:
    page = (
        "<ul>"
        + "".join(f"<li><a href='/a/{number}.html'>{WORDS}</a> 2026-04-17</li>" for number in range(10_000))
        + "</ul>"
    )
    reading = read_list(page, URL)
    assert len(reading) == 2_000
    assert reading.problem is not None and reading.problem.kind == "cut"
