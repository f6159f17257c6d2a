# ruff: noqa: E501 - tables of words
"""Pages that are not what was asked for: challenges, log-in pages, soft 404s, empty shells. Said with the words that show it."""

import re
from collections.abc import Sequence

from crawler.reading.columns import beside_text
from crawler.reading.islands import find_island, json_island
from crawler.reading.page import Page
from crawler.reading.values import Ask, Link, Problem

#: Marks in the source of a challenge: (kind, pattern). They are looked for in short pages only.
CHALLENGES = (
    ("challenge-521", re.compile(r"__jsl_clearance|__jsluid|document\.cookie=\('_'\)|go\(\{\"bts\":", re.I)),
    ("challenge-412", re.compile(r"\$_ts\s*=\s*window\[|\$_ts\.\w+\s*=|<meta[^>]+\br=['\"]?m['\"]?[\s>]")),
    (
        "challenge",
        re.compile(
            r"YunSuoAutoJump|C3VK|_waftokenid|acw_sc__v2|cf-browser-verification|challenge-platform|security_session_verify|安全狗|safedog|WZWS|wzwschallenge|aliyun_waf|__ks_js",
            re.I,
        ),
    ),
)
#: Words of the visible text: (kind, pattern). They count in a page with little text only.
WORDS = (
    (
        "captcha",
        re.compile(
            r"请?(?:输入|填写|完成|点击|拖动)\S{0,8}(?:验证码|滑块|拼图|验证)|安全验证|人机验证|滑动验证|verify you are human|captcha",
            re.I,
        ),
    ),
    (
        "blocked",
        re.compile(
            r"(?:访问|请求|IP|操作)\S{0,10}(?:被?拦截|被?禁止|被?阻断|过于频繁|太频繁|受限|异常)|您的?(?:访问|请求|IP)\S{0,14}(?:拦截|阻断|限制|威胁|不合法|攻击)|防火墙|网站防护|Web应用防护|WAF|403 Forbidden|Access Denied|Request blocked|黑名单",
            re.I,
        ),
    ),
    (
        "login",
        re.compile(
            r"(?:请(?:先)?(?:您)?登录|用户登录|账号登录|统一身份认证|密码登录|扫码登录|您(?:还)?(?:没有|未)登录|登录后(?:查看|访问|继续))"
        ),
    ),
    (
        "soft-404",
        re.compile(
            r"(?:页面|網頁|网页|文件|内容|信息|文章|资源|链接|地址|栏目)\S{0,12}(?:不存在|未找到|找不到|没有找到|已(?:经)?(?:被)?(?:删除|移除|下线|撤稿|失效|关闭|过期)|不见了|走丢|无法(?:找到|访问|显示))|(?:您|你)?(?:访问|查看|浏览|请求)的\S{0,10}(?:不存在|未找到|已删除|被删除|无法)|404\s*(?:not found|错误|页面|Error)|page not found|(?:自动|秒后)\S{0,6}(?:跳转|返回)\S{0,4}首页",
            re.I,
        ),
    ),
    (
        "maintenance",
        re.compile(
            r"(?:系统|网站|站点|平台|服务器?)\S{0,10}(?:维护|升级|改版|暂停|关闭|建设中|繁忙|错误)|502 Bad Gateway|503 Service|Internal Server Error|服务不可用",
            re.I,
        ),
    ),
)
#: Visible characters above which a page is not taken for a notice of these kinds.
LITTLE = 600
#: A dated text of so many characters is a notice, however short.
FEW_WORDS = 30
#: An undated text shorter than this may be the site speaking (页面不存在) inside its full template.
LITTLE_BODY = 200
CHALLENGE_SOURCE = 60_000
REDIRECT = re.compile(
    r"location(?:\.href)?\s*=\s*[\"'][^\"']{1,200}|location\.replace\([^)]{1,200}|http-equiv=[\"']?refresh[^>]{1,200}",
    re.I,
)
BINARY = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG", "png"),
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0", "office file"),
    (b"GIF8", "gif"),
    (b"\xff\xd8\xff", "jpeg"),
)


def refusal(html: str, page: Page) -> Problem | None:
    """The page's own refusal, or None."""
    if not html.strip():
        return Problem(kind="empty-page", evidence="no characters")
    binary = binary_kind(html)
    if binary:
        return Problem(kind="not-html", evidence=binary)
    text = page.root.text
    if len(text) >= LITTLE:
        return None
    return challenge(html) or said(f"{_title(page)} {text}") or _password(page)


def challenge(html: str) -> Problem | None:
    """The script of a web firewall that wants a browser first."""
    if len(html) < CHALLENGE_SOURCE:
        for kind, mark in CHALLENGES:
            if match := mark.search(html):
                return Problem(kind=kind, evidence=match[0][:80])
    return None


def said(text: str) -> Problem | None:
    """What a page's few words say about it."""
    for kind, words in WORDS:
        if match := words.search(text):
            return Problem(kind=kind, evidence=match[0][:80])
    return None


def _password(page: Page) -> Problem | None:
    asked = any(node.attrs.get("type", "").lower() == "password" for node in page.find_all("input"))
    return Problem(kind="login", evidence="a password field and little else") if asked else None


def _title(page: Page) -> str:
    return next(
        ("".join(child for child in node.children if isinstance(child, str)) for node in page.find_all("title")), ""
    )


def binary_kind(text: str) -> str | None:
    """The kind of file whose bytes were decoded as text, or None."""
    head = text[:8].encode("latin-1", "replace")
    return next((name for magic, name in BINARY if head.startswith(magic)), None)


def article_problem(
    html: str, page: Page, text: str, *, column: Problem | None, dated: bool, has_files: bool
) -> Problem | None:
    """Why a page is no article: a refusal, a stub that leads elsewhere, a list (`column`), or nothing to read.

    A dated text is an article whatever it speaks of: a notice that the site will be closed for repair is news.
    """
    if column or len(text) >= LITTLE or (dated and len(text) >= FEW_WORDS):
        return column
    problem = refusal(html, page)
    if problem is None and not dated and len(text) < LITTLE_BODY:
        problem = said(f"{_title(page)} {text}")
    if problem or (not dated and (problem := beside_text(page, text))):
        return problem
    if text or has_files:
        return None
    island = find_island(html) or json_island(html)
    if island:
        return Problem(kind="list", evidence=f"{island.family} rows in a script")
    return _leads_elsewhere(html, page) or Problem(kind="empty-body", evidence="no running text and no attachment")


def _leads_elsewhere(html: str, page: Page) -> Problem | None:
    match = REDIRECT.search(html) if len(html) < CHALLENGE_SOURCE else None
    if match:
        return Problem(kind="elsewhere", evidence=match[0][:160])
    frame = next((node.attrs["src"] for node in page.find_all("iframe", "frame") if node.attrs.get("src")), None)
    return Problem(kind="elsewhere", evidence=f"frame {frame[:120]}") if frame else None


def list_problem(html: str, page: Page, links: Sequence[Link], asks: Sequence[Ask]) -> Problem | None:
    """Why a list page shows no list: a refusal, a shell that leads elsewhere, or nothing at all."""
    said = refusal(html, page)
    if said or links:
        return said if not links or (said and len(links) < 3) else None
    if asks:
        return Problem(kind="elsewhere", evidence=", ".join(f"{ask.kind} {ask.url}"[:120] for ask in asks[:2]))
    if any(node.attrs.get("id") in ("app", "root", "__nuxt", "__next") for node in page.find_all("div")):
        return Problem(kind="script-only", evidence="an empty application element")
    return Problem(kind="empty-list", evidence=f"{len(page.find_all('a'))} links, none of them a list")
