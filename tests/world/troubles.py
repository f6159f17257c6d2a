"""Sites that make trouble: challenges, pages that are gone, redesigns, PDF-only notices, broken connections, TLS."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from world.layouts import ROBOTS, UTF8, Address, articles, html, rows, site, trs_address, trs_static
from world.server import Answer, Fault, Reply, Site

if TYPE_CHECKING:
    from collections.abc import Sequence

    from world.articles import Item


def challenge_521(host: str) -> Site:
    """S7: 加速乐."""
    body = (
        b"<script>document.cookie=('_')+('_')+('jsl')+('_clearance_s=1')+(';max-age=3600');"
        b"location.href=location.pathname</script>"
    )
    cookie = {"Set-Cookie": "__jsluid_s=3f1b; max-age=31536000; path=/; HttpOnly"}
    return Site(host=host, column="/xw/index.html", pages={"*": Reply(status=521, body=body, headers=cookie)})


def challenge_412(host: str) -> Site:
    """S8: 瑞数."""
    content = "qYAaDgrrHqLmAqp9" * 24
    page = (
        f'<!DOCTYPE html><html><head><meta id="9DhefwqGPrzG" content="{content}" r="m"><script>'
        "$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=61405;</script>"
        '<script src="/4QbVtADbnLVIc/d.FxJzG50F.js" r="m"></script></head><body></body></html>'
    )
    return Site(host=host, column="/xw/index.html", pages={"*": Reply(status=412, body=page.encode())})


def soft_404(host: str) -> Site:
    """S9: the column is gone, and its page says so with status 200."""
    body = html(
        "<div class='box'><p>您访问的页面不存在或已被删除！</p><a href='/'>返回首页</a></div>", "<title>404</title>"
    )
    return site(host, "/xw/index.html", {"*": Reply(body=body)})


def redesigned(before: Site, items: Sequence[Item]) -> Site:
    """S11: the same host, column and articles in another layout."""
    cards = "".join(
        f'<div class="card"><div class="when"><b>{item.day:%d}</b><i>{item.day:%Y-%m}</i></div>'
        f'<h3><a href="{trs_address(item)}">{item.title}</a></h3></div>'
        for item in items
    )
    body = html(f'<section class="cards">{cards}</section>', f"{UTF8}<title>新版</title>")
    return replace(before, pages=dict(before.pages) | articles(items, trs_address) | {before.column: Reply(body=body)})


def emptied(before: Site) -> Site:
    """S11 the other way: the new column is drawn by a browser, its links are gone."""
    shell = html('<div id="app"></div><script src="/js/app.3f1b.js"></script>', f"{UTF8}<title>新版</title>")
    return replace(before, pages=dict(before.pages) | {before.column: Reply(body=shell)})


def listing(before: Site, items: Sequence[Item], address: Address = trs_address) -> Site:
    """The same site, whose column is rebuilt to these rows."""
    body = html(f"<ul>{rows(items, address)}</ul>", f"{UTF8}<title>要闻</title>")
    pages = dict(before.pages) | articles(items, address) | {before.column: Reply(body=body)}
    return replace(before, pages=pages)


def new_address(item: Item) -> str:
    """Where a site that was moved to another content system has the same article."""
    return f"/c/{item.day}/{item.slug}.shtml"


def pdf_only(host: str, items: Sequence[Item]) -> Site:
    """S14: notices whose whole text is an attached PDF."""
    pages: dict[str, Answer] = {}
    for item in items:
        name = f"P0{item.day:%Y%m%d}{item.slug}.pdf"
        link = f'<p><a href="./{name}">附件：{item.title}.pdf</a></p>'
        title = f'<meta name="ArticleTitle" content="{item.title}"/>'
        head = f'{UTF8}{title}<meta name="PubDate" content="{item.day}"/>'
        pages[trs_address(item)] = Reply(body=html(f'<h1>{item.title}</h1><div class="TRS_Editor">{link}</div>', head))
        folder = trs_address(item).rpartition("/")[0]
        pages[f"{folder}/{name}"] = Reply(body=pdf(f"Notice {item.slug} of the park"), content_type="application/pdf")
    body = html(f"<ul>{rows(items, trs_address)}</ul>", UTF8)
    return site(host, "/xw/index.html", pages | {"/xw/index.html": Reply(body=body)})


def pdf(text: str) -> bytes:
    """One page that says `text` (ASCII)."""
    drawn = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + table + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)


def faulty(before: Site, fault: Fault) -> Site:
    """S15: whatever is asked of it, the connection goes wrong."""
    return replace(before, pages={"/robots.txt": ROBOTS, "*": Reply(body=html("<p>半页</p>" * 50), fault=fault)})


def slow(before: Site, seconds: float) -> Site:
    """S15: every page is there, after a while."""
    late = {path: replace(reply, delay=seconds) for path, reply in before.pages.items() if isinstance(reply, Reply)}
    return replace(before, pages=dict(before.pages) | late)


def frame_shell(host: str, items: Sequence[Item]) -> Site:
    """S17: the column is an empty page around a frame."""
    inner = trs_static(host, items)
    shell = (
        b'<html><head><title>x</title></head><body><iframe src="/xw/index.html" width="100%"></iframe></body></html>'
    )
    return replace(inner, column="/shell.html", pages=dict(inner.pages) | {"/shell.html": Reply(body=shell)})


def meta_refresh(host: str, items: Sequence[Item]) -> Site:
    """S17: the column's old address sends the browser on."""
    inner = trs_static(host, items)
    stub = b'<html><head><meta http-equiv="refresh" content="0; url=/xw/index.html"></head><body></body></html>'
    return replace(inner, column="/old/", pages=dict(inner.pages) | {"/old/": Reply(body=stub)})


def self_signed_tls(before: Site, *, expired: bool = False) -> Site:
    """S18: the same site over TLS, with a certificate that nobody vouches for."""
    return replace(before, tls=True, expired=expired)
