"""Pages that are not what was asked for: challenges, log-in pages, soft 404s, empty shells. Said with the words that show it."""

import re
from collections.abc import Sequence

from crawler.reading.tree import Tree
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
CHALLENGE_SOURCE = 60_000
BINARY = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG", "png"),
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0", "office file"),
    (b"GIF8", "gif"),
    (b"\xff\xd8\xff", "jpeg"),
)


def refusal(html: str, tree: Tree) -> Problem | None:
    """The page's own refusal, or None."""
    if not html.strip():
        return Problem(kind="empty-page", evidence="no characters")
    binary = binary_kind(html)
    if binary:
        return Problem(kind="not-html", evidence=binary)
    text = tree.root.text
    if len(text) < LITTLE and len(html) < CHALLENGE_SOURCE:
        for kind, mark in CHALLENGES:
            if match := mark.search(html):
                return Problem(kind=kind, evidence=match[0][:80])
    return _said(text, tree) if len(text) < LITTLE else None


def _said(text: str, tree: Tree) -> Problem | None:
    title = next(("".join(c for c in node.children if isinstance(c, str)) for node in tree.find_all("title")), "")
    for kind, words in WORDS:
        match = words.search(f"{title} {text}")
        if match:
            return Problem(kind=kind, evidence=match[0][:80])
    if any(node.attrs.get("type", "").lower() == "password" for node in tree.find_all("input")):
        return Problem(kind="login", evidence="a password field and little else")
    return None


def binary_kind(text: str) -> str | None:
    """The kind of file whose bytes were decoded as text, or None."""
    head = text[:8].encode("latin-1", "replace")
    return next((name for magic, name in BINARY if head.startswith(magic)), None)


def list_problem(html: str, tree: Tree, links: Sequence[Link], asks: Sequence[Ask]) -> Problem | None:
    """Why a list page shows no list: a refusal, a shell that leads elsewhere, or nothing at all."""
    said = refusal(html, tree)
    if said or links:
        return said if not links or (said and len(links) < 3) else None
    if asks:
        return Problem(kind="elsewhere", evidence=", ".join(f"{ask.kind} {ask.url}"[:120] for ask in asks[:2]))
    if any(node.attrs.get("id") in ("app", "root", "__nuxt", "__next") for node in tree.find_all("div")):
        return Problem(kind="script-only", evidence="an empty application element")
    return Problem(kind="empty-list", evidence=f"{len(tree.find_all('a'))} links, none of them a list")
