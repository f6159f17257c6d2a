"""What a list page says must be asked for next: its next page, a unit's data, a frame. Values only; the spider asks."""

import json
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.reading.addresses import resolved
from crawler.reading.page import Page
from crawler.reading.values import Ask

MAX_ASKS = 8
NEXT = re.compile(r"^\W*(?:下\s*一?\s*[页頁]|后\s*一?\s*页|后页|next(?: page)?|[>›»]{1,2})\W*$", re.I)
#: createPageHTML(45, 0, "index", "html"); createPageHTML('page_div', 16, 1, 'list', 'shtml', 295)
PAGER = re.compile(
    r"""\bcreatePage(?:HTML)?\w*\s*\(\s*(?:['"][^'"]*['"]\s*,\s*)?(\d+)\s*,\s*(\d+)\s*,\s*['"]([\w/-]+)['"]\s*,\s*['"](\w+)['"]""",
    re.I,
)
REFRESH = re.compile(r"^\s*\d*\s*;?\s*url\s*=\s*['\"]?([^'\"]+)", re.I)
LOCATION = re.compile(
    r"""(?:window|document|self|top|parent)?\.?location(?:\.href)?\s*(?:=|\.replace\s*\()\s*["']([^"'\s]{1,500})["']"""
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JPAGE_KEYS = ("col", "appid", "webid", "path", "columnid", "sourceContentType", "unitid", "webname", "permissiontype")
JPAGE_DEFAULTS = {"col": "1", "appid": "1", "path": "/", "sourceContentType": "1", "permissiontype": "0"}
PROXY = "/jpage/dataproxy.jsp"
TOTAL = re.compile(r"<totalrecord>\s*(\d{1,7})|\btotalRecord['\"]?\s*[:=]\s*['\"]?(\d{1,7})", re.I)
JPAGE_LINK = re.compile(r"""[^"'<>\s\[]*/jpage/dataproxy\.jsp(?:\?[^"'<>\s\]]*)?""")
UNIT = re.compile(r"<script\b[^>]*\bparseType\s*=\s*[\"']?(b[ui]+l[di]+static)[^>]*>", re.I)
ATTRIBUTE = re.compile(r"""\b(url|queryData)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.I)
PAIR = re.compile(r"""['"]?(\w+)['"]?\s*:\s*(?:'([^']*)'|"([^"]*)"|(\w+))""")
UCAP_SEARCH = re.compile(r"""["'(](/common/search/[0-9a-f]{16,}[^"')\s]*)["')]""")
GKMLPT_SID = re.compile(r"""\bSID['"]?\s*:\s*['"]?(\d+)""")
FRAME_JUNK = re.compile(
    r"weather|tianqi|share|login|player|video|map|ad[sv]?[/._]|stat|counter|conac|baidu|javascript|about:", re.I
)


def next_requests(html: str, page: Page, url: str, base: str) -> tuple[Ask, ...]:
    """All that the page asks for, data units before pages and frames, each address once."""
    found: dict[tuple[str, str | None], Ask] = {}
    for ask in (
        *_jpage(html, url),
        *_jpaas(html, url),
        *_ucap(html, url),
        *_gkmlpt(html, url),
        *_next_page(html, page, url, base),
    ):
        found.setdefault((ask.url, ask.body), ask)
    if not found and len(page.root.text) < 400:
        for ask in _elsewhere(html, page, base):
            found.setdefault((ask.url, ask.body), ask)
    return tuple(found.values())[:MAX_ASKS]


def _jpage(html: str, url: str) -> Iterator[Ask]:
    """The records behind those of this page, from the dataproxy of 大汉 jpage.

    Its parameters stand in the page's script, in the island's <nextgroup>, or in the address of a reply: they are
    sent in the query as well as in the body, so that a reply knows them.
    """
    if PROXY in url:
        link, given = url, dict(parse_qsl(urlsplit(url).query))
    else:
        link, given = _jpage_parameters(html, url)
    size = int(next(iter(re.findall(r"perPage['\"]?\s*[:=]\s*['\"]?(\d{1,3})", html, re.I)), given.get("perpage", 15)))
    shown = html.count("<record>")
    start = int(given.get("startrecord") or 1) + shown if PROXY in url else shown + 1
    total = TOTAL.search(html)
    if "unitid" not in given or (total and start > int(total[1] or total[2])) or (PROXY in url and not shown):
        return
    places = {"startrecord": start, "endrecord": start + 3 * size - 1, "perpage": size}
    rest = {key: value for key in JPAGE_KEYS if (value := given.get(key, JPAGE_DEFAULTS.get(key))) is not None}
    address = urljoin(url, f"{urlsplit(link).path}?{urlencode(places | rest)}")
    yield Ask(url=address, method="POST", body=urlencode(rest), headers=FORM, kind="jpage")


def _jpage_parameters(html: str, url: str) -> tuple[str, dict[str, str]]:
    """The dataproxy's address on a page, and what it is to be asked; no unitid where the page has none."""
    place = html.find("dataproxy.jsp")
    match = JPAGE_LINK.search(html, max(place - 300, 0)) if place >= 0 else None
    if match is None:
        return "", {}
    link = unescape(match[0])
    given = dict(parse_qsl(urlsplit(link).query))
    for key in JPAGE_KEYS:
        value = re.search(rf"""\b{key}['"]?\s*[:=]\s*['"]?([^'",&;\s}}]+)""", html, re.I)
        if value and key not in given:
            given[key] = unescape(value[1])
    if "columnid" not in given and (column := re.search(r"/col/?(?:col)?(\d+)", url)):
        given["columnid"] = column[1]
    return link, given


def _jpaas(html: str, url: str) -> Iterator[Ask]:
    """The build/unit request of each JPAAS list on the page; its reply's JSON holds the list as HTML."""
    for match in UNIT.finditer(html):
        attributes = {name.lower(): unescape(double or single) for name, double, single in ATTRIBUTE.findall(match[0])}
        query = {name: one or two or bare for name, one, two, bare in PAIR.findall(attributes.get("querydata", ""))}
        if not query.get("pageId") or not attributes.get("url"):
            continue
        page = {"paramJson": json.dumps({"pageNo": 1, "pageSize": 15}, separators=(",", ":"))}
        yield Ask(
            url=urljoin(url, f"{attributes['url']}?{urlencode({'parseType': match[1], **query, **page})}"), kind="jpaas"
        )


def _ucap(html: str, url: str) -> Iterator[Ask]:
    for match in UCAP_SEARCH.finditer(html):
        path = match[1].partition("?")[0]
        query = urlencode({"_isAgg": "true", "_isJson": "true", "_pageSize": 20, "page": 1})
        yield Ask(url=urljoin(url, f"{path}?{query}"), kind="ucap")


def _gkmlpt(html: str, url: str) -> Iterator[Ask]:
    """广东政府信息公开平台: the catalogue's JSON, by its SID and the category after the # of the address."""
    sid = GKMLPT_SID.search(html) if "/gkmlpt" in url or "gkmlpt" in html[:200_000] else None
    if sid is None or "_CONFIG" not in html:
        return
    category = urlsplit(url).fragment
    root = url.partition("/gkmlpt")[0]
    yield Ask(url=f"{root}/gkmlpt/api/all/{category if category.isdigit() else 0}?page=1&sid={sid[1]}", kind="gkmlpt")


def _next_page(html: str, page: Page, url: str, base: str) -> Iterator[Ask]:
    for anchor in page.find_all("a"):
        if (NEXT.match(anchor.text) or "next" in anchor.attrs.get("rel", "").split()) and "disabled" not in anchor.hint:
            address = resolved(base, anchor.attrs.get("href", ""))
            if address and address.partition("#")[0] != url.partition("#")[0]:
                yield Ask(url=address, kind="next-page")
                return
    address = _counted_page(html, url)
    if address:
        yield Ask(url=address, kind="next-page")


def _counted_page(html: str, url: str) -> str | None:
    """The next page by createPageHTML(pages, current, name, ending).

    TRS counts from 0 (index, index_1 … index_(N-1)), UCAP from 1 (list, list_2 … list_N); both write current + 1 next.
    """
    match = PAGER.search(html)
    if match is None:
        return None
    pages, current = int(match[1]), int(match[2])
    from_one = current >= 1 and not re.search(rf"_{current}\.\w+$", urlsplit(url).path)
    from_one = from_one or bool(
        current > 1 and re.search(rf"_{current}\.\w+$", urlsplit(url).path) and pages == current
    )
    return urljoin(url, f"{match[3]}_{current + 1}.{match[4]}") if current + 1 < pages + from_one else None


def _elsewhere(html: str, page: Page, base: str) -> Iterator[Ask]:
    """Where an empty shell leads: a meta refresh, a script's location, its frames."""
    for node in page.find_all("meta"):
        match = (
            REFRESH.match(node.attrs.get("content", ""))
            if node.attrs.get("http-equiv", "").lower() == "refresh"
            else None
        )
        address = resolved(base, match[1]) if match else None
        if address:
            yield Ask(url=address, kind="refresh")
    for node in page.find_all("iframe", "frame"):
        address = resolved(base, node.attrs.get("src", ""))
        if address and not FRAME_JUNK.search(node.attrs.get("src", "")) and not node.hidden:
            yield Ask(url=address, kind="frame")
    match = LOCATION.search(html) if len(html) < 5_000 else None
    address = resolved(base, match[1]) if match else None
    if address:
        yield Ask(url=address, kind="refresh")
