"""Sites of every kind that is met, as they are when nothing is wrong.

Each function makes a whole site of a host name and the articles that it holds, newest first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape
from urllib.parse import parse_qs, urlsplit

from world.articles import Item
from world.server import Answer, Reply, Site

UTF8 = "<meta charset=utf-8>"
ROBOTS = Reply(body=b"User-agent: *\nDisallow: /admin/\n", content_type="text/plain")
Address = Callable[[Item], str]


def html(body: str, head: str = "", *, charset: str = "utf-8") -> bytes:
    page = f"""<!DOCTYPE html><html><head>{head}</head><body>
<div class="nav"><a href="/">网站首页</a><a href="/zwgk/">政务公开</a><a href="/hdjl/">互动交流</a></div>
{body}
<div class="footer"><p>主办：示例市人民政府办公室</p><p>网站标识码：1234000001</p></div></body></html>"""
    return page.encode(charset)


def paragraphs(item: Item) -> str:
    return "\n".join(f"<p>　　{paragraph}</p>" for paragraph in item.paragraphs)


def meta_article(item: Item) -> bytes:
    """An article with the national set of meta tags (国办发〔2017〕47号)."""
    facts = {"ArticleTitle": item.title, "PubDate": f"{item.day} 09:30", "ContentSource": item.origin}
    head = f"{UTF8}<title>{item.title}</title>" + "".join(
        f'<meta name="{name}" content="{escape(value)}"/>' for name, value in facts.items()
    )
    return html(f'<h1>{item.title}</h1><div class="TRS_Editor">{paragraphs(item)}</div>', head)


def plain_article(item: Item, charset: str = "utf-8") -> bytes:
    """An article that says all in its visible text."""
    line = f"发布时间：{item.day} 来源：{item.origin} 浏览次数：<script>count()</script>"
    body = f'<div class="title"><h2>{item.title}</h2></div><div class="info">{line}</div>'
    head = f"<title>{item.title}-示例高新区</title>"
    return html(f'{body}<div class="content">{paragraphs(item)}</div>', head, charset=charset)


def rows(items: Sequence[Item], address: Address) -> str:
    return "\n".join(
        f'<li><a href="{address(item)}" title="{item.title}">{item.title}</a><span>{item.day}</span></li>'
        for item in items
    )


def site(host: str, column: str, pages: dict[str, Answer], family: str = "") -> Site:
    return Site(host=host, column=column, family=family, pages={"/robots.txt": ROBOTS} | pages)


def trs_address(item: Item) -> str:
    return f"/xw/{item.day:%Y%m}/t{item.day:%Y%m%d}_{item.slug}.html"


def articles(items: Sequence[Item], address: Address) -> dict[str, Answer]:
    return {address(item): Reply(body=meta_article(item)) for item in items}


def trs_static(host: str, items: Sequence[Item], *, a_page: int = 20, validators: bool = True) -> Site:
    """S1: TRS WCM. Pages `index.html`, `index_1.html` …; what lies behind the last one is a stub of 300 bytes."""
    chunks = [items[start : start + a_page] for start in range(0, len(items), a_page)] or [()]
    pages: dict[str, Answer] = {}
    for number, chunk in enumerate(chunks):
        links = rows(chunk, lambda item: f"./{trs_address(item).removeprefix('/xw/')}")
        pager = f'<script>createPageHTML({len(chunks) + 1}, {number}, "index", "html");</script>'
        body = html(f'<ul class="list">{links}</ul>{pager}', f"{UTF8}<title>要闻</title>")
        pages[trs_page(number)] = Reply(body=body, validators=validators)
    pages[trs_page(len(chunks))] = Reply(body=html("<ul></ul>", "<title>要闻</title>"))
    return site(host, "/xw/index.html", pages | articles(items, trs_address), "trs")


def trs_page(number: int) -> str:
    return f"/xw/index_{number}.html" if number else "/xw/index.html"


def jcms_address(item: Item) -> str:
    return f"/art/{item.day.year}/{item.day.month}/{item.day.day}/art_314_{item.slug}.html"


def jpage(host: str, items: Sequence[Item], *, a_page: int = 15) -> Site:
    """S2: 大汉 JCMS. The first three pages lie in an XML island; dataproxy.jsp gives three more at a time."""
    group = 3 * a_page
    first = _datastore(items[:group], "<nextgroup></nextgroup>")
    island = f'<div id="356383" class="default_pgContainer"><script type="text/xml">{first}</script></div>'
    script = (
        f"<script>$('#356383').jpage({{themeName:'default',perPage:{a_page},totalRecord:{len(items)},"
        "proxyUrl:'/module/web/jpage/dataproxy.jsp',ajaxParam:{col:1,appid:1,webid:1,path:'/',columnid:314,"
        "sourceContentType:1,unitid:'356383',webname:'示例市人民政府',permissiontype:0}});</script>"
    )

    def more(target: str, headers: object, body: bytes) -> Reply:
        asked = parse_qs(urlsplit(target).query) | parse_qs(body.decode())
        start = int(asked["startrecord"][0])
        end = int(asked.get("endrecord", [str(start + group - 1)])[0])
        counts = f"<totalrecord>{len(items)}</totalrecord><totalpage>{-(-len(items) // a_page)}</totalpage>"
        return Reply(body=_datastore(items[start - 1 : end], counts).encode(), content_type="text/xml")

    pages: dict[str, Answer] = {
        "/col/col314/index.html": Reply(body=html(island + script, f"{UTF8}<title>要闻</title>")),
        "/module/web/jpage/dataproxy.jsp": more,
    }
    return site(host, "/col/col314/index.html", pages | articles(items, jcms_address), "jpage")


def _datastore(items: Sequence[Item], counts: str) -> str:
    records = "".join(
        f"<record><![CDATA[<li><a title='{item.title}' href='{jcms_address(item)}'>{item.title}</a>"
        f"<b>{item.day}</b></li>]]></record>"
        for item in items
    )
    return f"<datastore>{counts}<recordset>{records}</recordset></datastore>"


def jpaas(host: str, items: Sequence[Item], *, a_page: int = 15) -> Site:
    """S3: 大汉 JPAAS. The page holds a script with the question; the answer is JSON with HTML inside."""
    unit = "/api-gateway/jpaas-publish-server/front/page/build/unit"
    query = "{'webId':'140','pageId':'50127','tplSetId':'FhvjvaxoOZi','tagId':'当前栏目列表','pageType':'column'}"
    shell = html(f'<div><script parseType="bulidstatic" url="{unit}" querydata="{query}"></script></div>', UTF8)

    def build(target: str, headers: object, body: bytes) -> Reply:
        asked = parse_qs(urlsplit(target).query) | parse_qs(body.decode())
        turned = json.loads(asked.get("paramJson", ["{}"])[0])
        start = (int(turned.get("pageNo", 1)) - 1) * a_page
        found = f"<ul>{rows(items[start : start + a_page], jcms_address)}</ul>"
        page = {"success": True, "data": {"html": found if asked.get("webId") else "模板内容数据为空"}}
        return Reply(body=json.dumps(page, ensure_ascii=False).encode(), content_type="application/json;charset=UTF-8")

    pages: dict[str, Answer] = {"/col/col50127/index.html": Reply(body=shell), unit: build}
    return site(host, "/col/col50127/index.html", pages | articles(items, jcms_address), "jpaas")


def ucap_address(item: Item) -> str:
    return f"/xw/{item.day:%Y%m}/{item.number:032x}.shtml"


def ucap(host: str, items: Sequence[Item], *, a_page: int = 20) -> Site:
    """S4: 开普 UCAP. `common_list.shtml`, page 2 is `_2`; own tags around what matters."""
    chunks = [items[start : start + a_page] for start in range(0, len(items), a_page)] or [()]
    pages: dict[str, Answer] = {}
    for number, chunk in enumerate(chunks, 1):
        pager = (
            f'<div class="page"><a href="/xw/common_list_{number + 1}.shtml">下一页</a></div>'
            if number < len(chunks)
            else ""
        )
        body = html(f'<ul class="infolist">{rows(chunk, ucap_address)}</ul>{pager}', UTF8)
        pages["/xw/common_list.shtml" if number == 1 else f"/xw/common_list_{number}.shtml"] = Reply(body=body)
    texts: dict[str, Answer] = {ucap_address(item): Reply(body=_ucap_article(item)) for item in items}
    return site(host, "/xw/common_list.shtml", pages | texts, "ucap")


def _ucap_article(item: Item) -> bytes:
    line = f"<publishtime>{item.day} 09:30</publishtime>"
    body = f"<ucaptitle>{item.title}</ucaptitle>{line}<ucapcontent>{paragraphs(item)}</ucapcontent>"
    return html(body, f"{UTF8}<title>{item.title}</title>")


def ucap_feed(host: str, items: Sequence[Item]) -> Site:
    """S4 again: the same content system, its list asked for as JSON."""
    results = [
        {"title": item.title, "url": ucap_address(item), "publishedTimeStr": f"{item.day} 09:30:00"} for item in items
    ]
    body = json.dumps({"data": {"results": results, "total": len(items)}}, ensure_ascii=False).encode()
    column = "/common/search/5b80c5ff2bb349d6948d17015fa43ddf"
    texts: dict[str, Answer] = {ucap_address(item): Reply(body=_ucap_article(item)) for item in items}
    feed: Answer = Reply(body=body, content_type="application/json")
    target = f"{column}?_isAgg=true&_isJson=true&_pageSize=20&page=1"
    return replace(site(host, target, {column: feed} | texts, "ucap"))


def dede_gbk(host: str, items: Sequence[Item]) -> Site:
    """S5: a Dede park in GBK that says so nowhere; days without a year, no meta tags."""
    lines = "".join(
        f'<tr><td>·<a href="/a/xw/{item.slug}.html">{item.title}</a></td><td>{item.day:%m-%d}</td></tr>'
        for item in items
    )
    column: Answer = Reply(body=html(f"<table>{lines}</table>", charset="gbk"), content_type="text/html")
    texts: dict[str, Answer] = {
        f"/a/xw/{item.slug}.html": Reply(body=plain_article(item, "gbk"), content_type="text/html") for item in items
    }
    return site(host, "/plus/list.php?tid=3", {"/plus/list.php": column} | texts, "dede")


def script_array(host: str, items: Sequence[Item]) -> Site:
    """S6: the list is a heap of JavaScript arrays that the browser prints."""
    lines = "".join(
        f"urls[{place}]='/art/{item.slug}.html';headers[{place}]=\"{item.title}\";"
        f"year[{place}]='{item.day.year}';month[{place}]='{item.day:%m}';day[{place}]='{item.day:%d}';\n"
        for place, item in enumerate(items)
    )
    arrays = "var urls=[],headers=[],year=[],month=[],day=[];"
    body = html(f"<div id='list'></div><script>{arrays}\n{lines}show();</script>", UTF8)
    pages: dict[str, Answer] = {"/list.html": Reply(body=body)}
    return site(host, "/list.html", pages | articles(items, lambda item: f"/art/{item.slug}.html"))


def table_layout(host: str, items: Sequence[Item]) -> Site:
    """S10: nested tables, the day in square brackets."""
    lines = "".join(
        f'<tr><td width="20"><img src="/dot.gif"></td><td><a href="/show.asp?id={item.slug}">{item.title}</a>'
        f'</td><td width="90">[{item.day:%Y/%m/%d}]</td></tr>'
        for item in items
    )
    body = html(f"<table><tr><td><table>{lines}</table></td></tr></table>", UTF8)
    texts: dict[str, Answer] = {f"/show.asp?id={item.slug}": Reply(body=plain_article(item)) for item in items}
    return site(host, "/list.asp?class=3", texts | {"/list.asp?class=3": Reply(body=body)})


def cut_titles(host: str, items: Sequence[Item]) -> Site:
    """S12: the list shows the beginning of each title; half of them have the whole one as an attribute."""
    lines = "".join(
        f'<li><a href="{trs_address(item)}"{f" title={item.title!r}" if item.number % 2 else ""}>{item.title[:9]}…</a>'
        f"<span>{item.day}</span></li>"
        for item in items
    )
    body = html(f"<ul>{lines}</ul>", UTF8)
    return site(host, "/xw/index.html", articles(items, trs_address) | {"/xw/index.html": Reply(body=body)})


def reposting(host: str, items: Sequence[Item], lead: str = "示例网讯　") -> Site:
    """S13: a media site that repeats articles of others under titles of its own."""
    taken = [
        replace(item, title=f"关注｜{item.title}", paragraphs=(lead + item.paragraphs[0], *item.paragraphs[1:]))
        for item in items
    ]
    return replace(ucap(host, taken), column="/xw/common_list.shtml")


def pinned(host: str, items: Sequence[Item], old: Item) -> Site:
    """S16: an old row stands on top of the list, whatever comes after it."""
    before = trs_static(host, items)
    links = rows((old, *items[:20]), trs_address)
    body = html(f'<ul class="list">{links}</ul>', UTF8)
    return replace(before, pages=dict(before.pages) | articles((old,), trs_address) | {before.column: Reply(body=body)})
