"""The mark-up that the content systems of such sites write, after pages of their kinds."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from crawler.demo.texts import Site, Text

_GONE = "<html><head><title>提示信息</title></head><body><p>您访问的页面不存在或已被删除！</p></body></html>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line of a list."""

    path: str
    title: str
    day: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """One content system."""

    #: The path of an article, of what names it. None of these dialects tells the date.
    address: Callable[[str], str]
    listing: Callable[[Site, Sequence[Row]], str]
    article: Callable[[Site, Text], str]


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """(path, HTML) of each page of a site, its list first."""
    family = FAMILIES[site.family]
    yield site.path, family.listing(site, _rows(site, family))
    for text in site.texts:
        yield family.address(text.slug), family.article(site, text)
    for title in site.gone:
        yield family.address(title), _GONE


def _rows(site: Site, family: Family) -> list[Row]:
    there = [Row(path=family.address(text.slug), title=text.title, day=text.published_at.date()) for text in site.texts]
    gone = [Row(path=family.address(title), title=title, day=there[-1].day) for title in site.gone]
    return there + gone


def _number(slug: str) -> int:
    return zlib.crc32(slug.encode()) % 10**7


def _body(text: Text, start: str = "<p>　　") -> str:
    return "\n".join(f"{start}{escape(paragraph, quote=False)}</p>" for paragraph in text.paragraphs)


def _frame(site: Site, head: str, body: str) -> str:
    menu = "".join(f'<a href="{path}">{name}</a>' for path, name in (("/", "首页"), ("/zw/", "公开"), ("/hd/", "互动")))
    menu += f'<a href="{site.path}">{site.column}</a>'
    footer = f"<p>主办：{site.title}　云ICP备20260001号</p><p>建议使用分辨率1366×768以上浏览</p>"
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head>{head}</head>
<body><div class="header"><h2>{site.title}</h2><div class="menu">{menu}</div></div>
{body}
<div class="footer">{footer}</div></body></html>
"""


def _meta(site: Site, text: Text) -> str:
    facts = {
        "SiteName": site.title,
        "ColumnName": site.column,
        "ArticleTitle": text.title,
        "PubDate": f"{text.published_at:%Y-%m-%d %H:%M}",
        "ContentSource": text.origin,
        "Author": text.author,
    }
    return "\n".join(f'<meta name="{name}" content="{escape(value)}"/>' for name, value in facts.items())


# TRS WCM: static pages, the national set of meta tags, a pager that a script writes.
def _trs_listing(site: Site, rows: Sequence[Row]) -> str:
    items = "\n".join(
        f'<li><a href="./{row.path.rsplit("/", 1)[1]}" target="_blank" title="{row.title}">{_cut(row.title)}</a>'
        f'<span class="date">{row.day:%Y-%m-%d}</span></li>'
        for row in rows
    )
    head = f'<meta charset="utf-8"><title>{site.column}_{site.title}</title>'
    pager = '<script>createPageHTML(1, 0, "index", "html");</script>'
    return _frame(site, head, f'<ul class="list">\n{items}\n</ul>\n{pager}')


def _cut(title: str) -> str:
    return title if len(title) <= 16 else f"{title[:15]}…"


def _trs_article(site: Site, text: Text) -> str:
    head = f'<meta charset="utf-8"><title>{text.title}_{site.title}</title>\n{_meta(site, text)}'
    line = f"发布时间：{text.published_at:%Y-%m-%d %H:%M}　来源：{text.origin}　字体：<a>大</a> <a>中</a> <a>小</a>"
    style = "<style>.TRS_Editor P{line-height:2em;}</style>"
    body = f'<div class="trs_editor_view TRS_UEDITOR">{style}{_body(text)}</div>'
    return _frame(site, head, f'<h1>{text.title}</h1><div class="info">{line}</div>\n{body}<a>打印本页</a>')


# 大汉 JCMS: the rows of a list lie in an XML island inside a script.
def _jpage_listing(site: Site, rows: Sequence[Row]) -> str:
    records = "\n".join(
        f"<record><![CDATA[<li><a title='{row.title}' href='{row.path}'>{row.title}</a>"
        f"<b>[{row.day:%Y-%m-%d}]</b></li>]]></record>"
        for row in rows
    )
    island = f"<datastore><nextgroup></nextgroup><recordset>\n{records}\n</recordset></datastore>"
    head = f'<meta charset="utf-8"><title>{site.title} {site.column}</title>'
    body = f'<div id="104288" class="default_pgContainer"><script type="text/xml">{island}</script></div>'
    return _frame(site, head, body)


def _jpage_article(site: Site, text: Text) -> str:
    head = f'<meta charset="utf-8"><title>{site.title} {site.column} {text.title}</title>\n{_meta(site, text)}'
    line = f"<span>发布日期：{text.published_at:%Y-%m-%d %H:%M}</span><span>信息来源：{text.origin}</span>"
    title = f'<p class="title"><!--<$[标题]>begin-->{text.title}<!--<$[标题]>end--></p>'
    zoom = f'<div id="zoom"><!--<$[信息内容]>begin-->{_body(text)}<!--<$[信息内容]>end--></div>'
    return _frame(site, head, f'{title}<div class="xx">{line}</div>{zoom}<a>【关闭窗口】</a>')


# DedeCMS: GBK, days without a year, no meta tag that helps.
def _dede_listing(site: Site, rows: Sequence[Row]) -> str:
    items = "\n".join(
        f'<tr><td>·<a href="{row.path}">{row.title}</a></td><td>{row.day:%m-%d}</td></tr>' for row in rows
    )
    head = f"<title>{site.column}-{site.title}</title>"
    return _frame(site, head, f'<table width="98%">\n{items}\n</table><div class="pagelist">共1页{len(rows)}条</div>')


def _dede_article(site: Site, text: Text) -> str:
    declared = f'<meta http-equiv="Content-Type" content="text/html; charset={text.charset}">' if text.charset else ""
    line = (
        f"<small>时间:</small>{text.published_at:%Y-%m-%d %H:%M}<small>来源:</small>{text.origin}"
        '<small>作者:</small>admin<small>点击:</small><script src="/plus/count.php?view=yes"></script>次'
    )
    body = (
        f'<div class="content">{_body(text, "<p>&nbsp;&nbsp;&nbsp; ")}</div><div class="context">上一篇：没有了</div>'
    )
    title = f'<div class="title"><h2>{text.title}</h2></div><div class="info">{line}</div>'
    return _frame(site, f"{declared}<title>{text.title}-{site.title}</title>", title + body)


# 开普 UCAP: tags of its own around what matters.
def _ucap_listing(site: Site, rows: Sequence[Row]) -> str:
    items = "\n".join(
        f'<li><a href="{row.path}">{row.title}</a><span class="time">{row.day:%Y年%m月%d日}</span></li>' for row in rows
    )
    head = f'<meta charset="utf-8"><title>{site.column} - {site.title}</title>'
    return _frame(site, head, f'<ul class="infolist">\n{items}\n</ul>')


def _ucap_article(site: Site, text: Text) -> str:
    head = f'<meta charset="utf-8"><title>{text.title}</title>'
    line = f"<publishtime>{text.published_at:%Y-%m-%d %H:%M:%S}</publishtime> 来源：{text.origin} 作者：{text.author}"
    title = f"<h1><ucaptitle>{text.title}</ucaptitle></h1><div>{line}</div>"
    body = f'<div id="UCAP-CONTENT"><ucapcontent>{_body(text)}</ucapcontent></div>'
    return _frame(site, head, f"{title}{body}<p>扫一扫在手机打开当前页</p>")


FAMILIES: Mapping[str, Family] = {
    "trs": Family(
        address=lambda slug: f"/xw/ylyw/t{_number(slug):07}.shtml", listing=_trs_listing, article=_trs_article
    ),
    "jpage": Family(
        address=lambda slug: f"/art/art_1042_{_number(slug)}.html", listing=_jpage_listing, article=_jpage_article
    ),
    "dede": Family(address=lambda slug: f"/a/yqxw/{slug}.html", listing=_dede_listing, article=_dede_article),
    "ucap": Family(
        address=lambda slug: f"/ylxw/{hashlib.md5(slug.encode()).hexdigest()}.shtml",
        listing=_ucap_listing,
        article=_ucap_article,
    ),
}
