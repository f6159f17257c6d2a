"""One page, one address."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage.addresses import MAX_KEY, AddressError, article_key, canonical, host_of

PAGE = "https://www.example.gov.cn/xw/202604/t20260417_1.html"


@pytest.mark.parametrize(
    "other",
    [
        "http://www.example.gov.cn/xw/202604/t20260417_1.html",
        "https://example.gov.cn/xw/202604/t20260417_1.html",
        "HTTPS://WWW.Example.GOV.CN:443/xw/202604/t20260417_1.html",
        "http://www.example.gov.cn:80/xw/202604/t20260417_1.html",
        "https://www.example.gov.cn./xw/202604/t20260417_1.html",
        "https://www.example.gov.cn/xw/./202604/../202604/t20260417_1.html",
        "https://www.example.gov.cn//xw//202604/t20260417_1.html",
        "https://www.example.gov.cn\\xw\\202604\\t20260417_1.html",
        "https://www.example.gov.cn/%78w/202604/t20260417%5F1.html",
        "  https://www.example.gov.cn/xw/2026\n04/t20260417_1.html\t",
        f"{PAGE}#top",
        f"{PAGE}?",
        f"{PAGE}?utm_source=weixin&utm_medium=share",
        f"{PAGE}?from=singlemessage&isappinstalled=0",
        f"{PAGE}?spm=C73544894212.P59511941341.0.0",
        f"{PAGE};jsessionid=0A1B2C?t=1763900000123&_=1763900000",
        f"{PAGE}?sid=5f0c9a7be81d2c43&r=0.8273645182",
        f"{PAGE}?PHPSESSID=abc",
        "https://user:secret@www.example.gov.cn/xw/202604/t20260417_1.html",
    ],
)
def test_equal_pages_have_one_key(other: str) -> None:
    assert article_key(other) == article_key(PAGE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.cn/list.jsp?cat=1&id=2", "http://a.cn/list.jsp?id=2&cat=1"),
        ("http://a.cn/xw/index.html", "http://a.cn/xw/"),
        ("http://a.cn/xw", "http://a.cn/xw/"),
        ("http://a.cn/?q=算力", "http://a.cn/?q=%e7%ae%97%e5%8a%9b"),
        ("http://例子.中国/x", "http://xn--fsqu00a.xn--fiqs8s/x"),
        ("http://a.cn/?id=1&id=1", "http://a.cn/?id=1"),
    ],
)
def test_other_forms_of_one_address(one: str, other: str) -> None:
    assert article_key(one) == article_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PAGE, "https://www.example.gov.cn/xw/202604/t20260417_2.html"),
        (PAGE, "https://www.example.gov.cn/XW/202604/t20260417_1.html"),
        (PAGE, "https://kjt.example.gov.cn/xw/202604/t20260417_1.html"),
        (PAGE, "https://www.example.gov.cn:8443/xw/202604/t20260417_1.html"),
        ("http://a.cn/show?id=1", "http://a.cn/show?id=2"),
        ("http://a.cn/show?sid=17", "http://a.cn/show?sid=18"),
        ("http://a.cn/show?t=17", "http://a.cn/show?t=18"),
        ("http://a.cn/show?from=list", "http://a.cn/show?from=search"),
        ("http://a.cn/#/news/1", "http://a.cn/#/news/2"),
        ("http://a.cn/#!news/1", "http://a.cn/#!news/2"),
        ("http://a.cn/a%2Fb", "http://a.cn/a/b"),
        ("http://a.cn/?q=%D6%D0", "http://a.cn/?q=%B9%FA"),
        ("http://www.a.cn/", "http://www.b.cn/"),
        ("http://a.cn/" + "x" * 600 + "1", "http://a.cn/" + "x" * 600 + "2"),
    ],
)
def test_other_pages_have_other_keys(one: str, other: str) -> None:
    assert article_key(one) != article_key(other)


def test_the_canonical_address_can_be_fetched() -> None:
    """Scheme, `www.` and the order of parameters are the server's affair."""
    address = "HTTP://WWW.A.cn:80/xw/../list.jsp;jsessionid=1?b=2&a=1&utm_source=x#top"
    assert canonical(address) == "http://www.a.cn/list.jsp?b=2&a=1"
    assert canonical("http://a.cn") == "http://a.cn/"
    assert canonical("http://a.cn/新闻 1.html") == "http://a.cn/%E6%96%B0%E9%97%BB%201.html"


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://WWW.A.cn:443/x", "www.a.cn"),
        ("http://a.cn:8080/", "a.cn:8080"),
        ("http://[::1]:8080/", "[::1]:8080"),
        ("http://user@a.cn/", "a.cn"),
        ("http://a。cn/", "a.cn"),
    ],
)
def test_hosts(address: str, host: str) -> None:
    assert host_of(address) == host


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "a relative address"),
        ("/xw/1.html", "a relative address"),
        ("file:///etc/passwd", "not file"),
        ("javascript:alert(1)", "not javascript"),
        ("data:text/html,x", "not data"),
        ("http:///x", "no host name"),
        ("http://a b/", "no host name"),
        ("http://a%2eb/", "no host name"),
        ("http://a.cn:99999/", "Port out of range"),
        ("http://a.cn:x/", "no address"),
        ("http://[::1/", "no address"),
        ("http://\udc80.cn/", "no address"),
        ("http://a.cn/\x00x", "control character"),
        ("http://" + "a" * 300 + ".cn/", "no host name"),
        ("http://a.cn/" + "x" * 9000, "9012 characters"),
    ],
)
def test_what_is_no_address_says_why(address: str, reason: str) -> None:
    for function in (canonical, article_key, host_of):
        with pytest.raises(AddressError, match=reason):
            function(address)


@given(
    st.one_of(
        st.text(),
        st.text().map("http://a.cn/".__add__),
        st.from_regex(r"https?://[a-z.]{1,8}(:\d+)?/[a-z%/.;?&=#0-9]*", fullmatch=True),
    )
)
@example("http://a.cn/%%341")
def test_any_text_is_an_address_or_none(text: str) -> None:
    try:
        address = canonical(text)
    except AddressError:
        return
    assert canonical(address) == address
    assert address.isascii()
    assert article_key(address) == article_key(text)
    assert host_of(address) == host_of(text)
    assert len(article_key(text)) <= MAX_KEY
