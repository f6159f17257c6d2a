"""Mails as a mail program reads them."""

from __future__ import annotations

import re
import struct
from datetime import UTC, date, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

import monitors.locale
import monitors.mails
from monitors.digest import Background, Day, Health, Unusual, build, numbered
from monitors.locale import LANGUAGES, known, translations
from monitors.mails import Envelope, Letterhead, TooLongError, message_id, page, render, standalone
from monitors.mails.addresses import AddressError, mailbox
from monitors.mails.chart import HEIGHT, WIDTH, draw
from monitors.mails.message import header_text
from monitors.mails.pages import MOST_BYTES, href
from monitors.notes import note
from monitors.subscriptions import token
from storage.audience import Reader, Watch
from storage.records import Attachment, Level, Match, Repair
from world.stories import source, story
from world.told import NOON

SHANGHAI = ZoneInfo("Asia/Shanghai")
LETTERHEAD = Letterhead(sender="fenghuo@example.com", reply_to="desk@example.com")
DAYS = tuple(Day(day=date(2026, 10, 26) + timedelta(days=number), count=number % 7) for number in range(30))
BACKGROUND = Background(
    days=DAYS,
    unusual=(Unusual(place="云岭", count=9, usual=2.25),),
    health=Health(watched=128, troubled=("甲局", "乙区", "丙园", "丁县")),
    alerted=2,
)
PAPERS = [source(f"日报{number}", province="", level=Level.MEDIA) for number in range(3)]


def envelope(**fields: Any) -> Envelope:
    reader = Reader(name="reader", channels=("mailto:reader@example.com",), language=fields.pop("language", "zh"))
    values = {
        "reader": reader,
        "channel": "mailto:reader@example.com",
        "watch": Watch(name="ai", title="人工智能"),
        "message_id": "<1@example.com>",
        "now": NOON.astimezone(SHANGHAI),
    }
    return Envelope(**{**values, **fields})


def sent(
    *stories: Any, letterhead: Letterhead = LETTERHEAD, background: Background | None = None, **fields: Any
) -> Any:
    digest = build(stories or [story()], watch="ai", title="人工智能", background=background)
    raw = render(digest, envelope(**fields), letterhead)
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def html_of(message: Any) -> str:
    return str(message.get_body(("html",)).get_content())


def text_of(message: Any) -> str:
    return str(message.get_body(("plain",)).get_content())


def seen(message: Any) -> str:
    """What the HTML shows."""
    return " ".join(html.fromstring(html_of(message)).find("body").text_content().split())


def test_the_headers_are_right() -> None:
    message = sent()
    assert {name: str(message[name]) for name in message} | {"Content-Type": ""} == {
        "List-Unsubscribe": "<mailto:desk@example.com?subject=unsubscribe%20ai%20reader>",
        "From": "烽火 Fenghuo <fenghuo@example.com>",
        "To": "reader@example.com",
        "Reply-To": "desk@example.com",
        "Subject": "[人工智能] 第1个智算中心开工 · 云岭省人民政府",
        "Date": "Tue, 24 Nov 2026 16:30:00 +0800",
        "Message-ID": "<1@example.com>",
        "List-Id": "<ai.example.com>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": "zh",
        "MIME-Version": "1.0",
        "Content-Type": "",
    }


def test_one_click_ends_a_subscription_where_there_is_a_web_page() -> None:
    message = sent(letterhead=Letterhead(sender="f@example.com", web="https://news.example.com/", key=b"key"))
    link = f"https://news.example.com/unsubscribe/{token('reader', 'ai', b'key')}"
    click, mail = str(message["List-Unsubscribe"]).replace("\r\n", "").split(",")
    assert click == f"<{link}>" and mail.strip().startswith("<mailto:")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in html_of(message) and link in text_of(message)
    assert "reader" not in link and "ai" not in link.rpartition("/")[2]


def test_long_names_are_not_encoded_where_programs_read_addresses() -> None:
    letterhead = Letterhead(sender="f@example.com", web="https://news.example.com", key=b"key")
    raw = render(build([story()], watch="ai", title="x"), envelope(watch=Watch(name="人工智能" * 9)), letterhead)
    header = re.search(rb"^List-Unsubscribe: (.*(?:\r\n .*)*)", raw, re.MULTILINE)
    assert header and b"=?" not in header[1]
    assert re.search(rb"^List-Id: <[0-9a-f]{12}\.example\.com>\r$", raw, re.MULTILINE)


INJECTIONS = [
    "推进会\r\nBcc: victim@example.com\r\n\r\nbody",
    "=?utf-8?B?" + "5paw" * 400 + "?=",
    "=?utf-8?B?DQpCY2M6IGFAYi5j?=",
    "{{7*7}}${7*7}<%= 7*7 %>{% include '/etc/passwd' %}",
    '<script>alert(1)</script>"><img src=x onerror=alert(2)>',
    "批准\u202e文件\u2066exe.\u2069\u200b通知",
    "A\x1b[2J\x00\x07B",
    "\udc80 lone",
    "长" * 3000,
]


@pytest.mark.parametrize("title", INJECTIONS)
def test_a_title_stays_a_title(title: str) -> None:
    message = sent(story(1, title=title, text=title), story(2, title=title, source=source(title[:60])))
    assert len(message.get_all("Subject")) == 1 and message["Bcc"] is None
    assert sorted(set(message.keys())) == sorted(message.keys())
    assert message["To"] == "reader@example.com"
    tree = html.fromstring(html_of(message))
    assert not tree.xpath("//script | //img[@onerror] | //*[@onload]")
    assert "49" not in seen(message)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_breaks_a_header(title: str, name: str) -> None:
    raw = render(build([story(1, title=title, source=source(name))], watch="ai", title=title), envelope(), LETTERHEAD)
    head = raw.partition(b"\r\n\r\n")[0]
    assert head.isascii() and all(len(line) < 999 for line in head.split(b"\r\n"))
    assert b"\r" not in head.replace(b"\r\n", b"") and b"\n" not in head.replace(b"\r\n", b"")
    message = message_from_bytes(raw, policy=default)
    assert not message.defects and message["Subject"] is not None


def test_an_encoded_word_is_shown_as_it_stands() -> None:
    assert str(make_header(decode_header(header_text("=?utf-8?B?5paw?=")))) == "= ?utf-8?B?5paw?="


def test_bodies_are_safe_to_carry() -> None:
    message = sent(story(1, text=".\r\nQUIT\n.\n" * 20))
    raw = message.as_bytes()
    assert raw.isascii() and all(len(line) <= 998 for line in raw.split(b"\n"))
    assert [part.get_content_type() for part in message.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
    ]


def test_the_mail_tells_what_an_analyst_wants_to_know() -> None:
    message = sent(
        story(
            1,
            reprints=PAPERS,
            repairs=(Repair(what="injected readings", where="產(chǎn)", count=37),),
            lost=2,
            attachments=(Attachment(name="a", url="https://x/a.pdf"),),
            origin="新华社",
            published_at=NOON - timedelta(days=5),
        ),
        background=BACKGROUND,
    )
    for shown in (seen(message), text_of(message)):
        for words in (
            "第1个智算中心开工",
            "云岭省人民政府",
            "11月19日 16:30",
            "原载 新华社",
            "首期投用后，算力向中小企业开放。",
            "另有 3 家转载：日报0、日报1、日报2",
            "命中：标题 算力 · 正文 算力 ×3 · 得分\u00a01.50".replace(
                "\u00a0", " " if shown == seen(message) else "\u00a0"
            ),
            "已修复：夹入的拼音 ×37",
            "今日偏多：云岭 9 条，平日约 2.2 条",
            "另有 2 条此前已即时提醒",
            "来源：128 个中 124 个正常；异常：甲局、乙区、丙园 等另外 1 个",
        ):
            assert words in shown, words
    for words in ("11月24日发现", "附件 1 个", "原网页已丢失 2 个字", "近 30 天每日条数"):
        assert words in seen(message)


def test_found_words_are_marked_and_links_lead_to_the_page() -> None:
    tree = html.fromstring(html_of(sent()))
    assert [mark.text for mark in tree.xpath("//b")] == ["智算中心", "算力"]
    assert tree.xpath("//a[@class='title']/@href") == ["https://example.cn/a/1.html"]


def test_the_chart_is_an_inline_image_with_words_for_those_who_do_not_see_it() -> None:
    message = sent(background=BACKGROUND)
    (image,) = html.fromstring(html_of(message)).xpath("//img")
    assert image.get("alt") == "图：近 30 天共 85 条，单日最多 6 条，今天 1 条"
    (part,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert f"cid:{part['Content-ID'].strip('<>')}" == image.get("src")
    assert part.get_content_disposition() == "inline" and "attachment" not in str(part)


@given(st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=40))
@settings(max_examples=10, deadline=None)
def test_the_chart_is_a_png(counts: list[int]) -> None:
    data = draw(counts)
    assert data.startswith(b"\x89PNG") and struct.unpack(">II", data[16:24]) == (WIDTH, HEIGHT)
    assert len(data) < 4000


def test_a_page_for_a_browser_carries_its_chart() -> None:
    digest = build([story()], watch="ai", title="x", background=BACKGROUND)
    shown = standalone(page(digest, language="zh", zone=SHANGHAI, now=NOON), [1, 2])
    assert "cid:" not in shown and "data:image/png;base64," in shown


def test_english_for_who_reads_english() -> None:
    message = sent(
        story(1, reprints=PAPERS[:1], repairs=(Repair(what="injected readings", where="", count=2),)),
        background=BACKGROUND,
        language="en",
    )
    for words in ("1 new story", "also on 1 other site: 日报0", "Why: title 算力", "Nov 24", "injected readings ×2"):
        assert words in seen(message)
    assert html.fromstring(html_of(message)).get("lang") == "en"


def test_a_place_has_its_number_where_there_are_several() -> None:
    one, two = story(1), story(2, source=source(province="江苏"))
    assert "== 云岭 ==" in text_of(sent(one)) and "== 云岭 (1) ==" in text_of(sent(one, two))
    assert "云岭 1" not in seen(sent(one)) and "云岭 1" in seen(sent(one, two))


def test_a_subject_says_how_many_and_what() -> None:
    assert sent(story(1), story(2))["Subject"] == "[人工智能] 2 条：第2个智算中心开工"
    one, two = numbered([build([story(number)], watch="ai", title="人工智能") for number in (1, 2)])
    assert page(two, language="zh", zone=SHANGHAI, now=NOON).subject.endswith("(2/2)")
    assert one.part == 1


def test_three_hundred_stories_fit_and_the_best_are_told_at_length() -> None:
    stories = [story(number, reprints=PAPERS) for number in range(1, 301)]
    digest = build(stories, watch="ai", title="人工智能", background=BACKGROUND)
    shown = page(digest, language="zh", zone=SHANGHAI, now=NOON)
    assert len(shown.html.encode()) <= MOST_BYTES < 100_000
    links = html.fromstring(shown.html).xpath("//a/@href")
    assert {f"https://example.cn/a/{number}.html" for number in range(1, 301)} <= set(links)
    assert shown.text.count("https://example.cn/a/") == 300


def test_too_many_stories_say_so() -> None:
    stories = [story(number) for number in range(1, 2000)]
    with pytest.raises(TooLongError):
        page(build(stories, watch="ai", title="x"), language="zh", zone=SHANGHAI, now=NOON)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " java\nscript:alert(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "//example.com/x",
        "vbscript:x",
    ],
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert href(url) == ""
    assert not html.fromstring(html_of(sent(story(1, url=url)))).xpath("//a[@class='title']")


def test_a_link_holds_no_mark_up() -> None:
    assert href('https://e.cn/a b"><script>(x)[y]') == "https://e.cn/a%20b%22%3E%3Cscript%3E%28x%29%5By%5D"
    assert href("https://e.cn/%E4%BA%BA?a=1&b=2#c") == "https://e.cn/%E4%BA%BA?a=1&b=2#c"


def test_reasons_are_told_by_where_they_were_found() -> None:
    why = ("标题：算力", "正文：算力 ×3", "正文：芯片 ×1", "智算中心 AND 山西")
    match = Match(watch="ai", score=1.5, reasons=why, words=())
    assert "命中：标题 算力 · 正文 算力 ×3、芯片 · 智算中心 AND 山西 · 得分 1.50" in seen(sent(story(matches=(match,))))
    assert "Why: title 算力 · text 算力 ×3, 芯片" in seen(sent(story(matches=(match,)), language="en"))


def test_a_note_keeps_its_lines_and_has_the_rules_of_dark_and_narrow_screens() -> None:
    values = {"opened": "2", "closed": "0", "report": "+ 甲局: blocked\n+ 乙区: empty"}
    told = note("incidents", values, to=envelope().reader, letterhead=LETTERHEAD, now=NOON)
    message = message_from_bytes(told.payload, policy=default)
    assert [node.text for node in html.fromstring(html_of(message)).iter("div")][2:4] == [
        "+ 甲局: blocked",
        "+ 乙区: empty",
    ]
    assert "prefers-color-scheme:dark" in html_of(message) and "max-width:480px" in html_of(message)
    assert not message["List-Unsubscribe-Post"], "no watch is behind it"


def test_dark_and_narrow_screens_have_their_rules() -> None:
    shown = html_of(sent())
    for rule in ("prefers-color-scheme:dark", 'name="color-scheme"', "max-width:480px", "[data-ogsc]"):
        assert rule in shown
    classes = set(re.findall(r'class="(\w+)"', shown))
    assert classes <= set(re.findall(r"\.(\w+)\{", shown)) | {"noted"}


def test_the_message_id_is_the_same_whenever_it_is_made() -> None:
    assert message_id(("a", "b"), "x") == message_id(("a", "b"), "x") != message_id(("ab", ""), "x")
    assert re.fullmatch(r"<[0-9a-f]{40}@example\.com>", message_id(("李雷",), "example.com"))


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("a.b+c@Example.COM", "a.b+c@example.com"),
        ("mailto:a@例子.中国", "a@xn--fsqu00a.xn--fiqs8s"),
        (" a@b.cn ", "a@b.cn"),
    ],
)
def test_an_address_as_it_goes_over_the_line(address: str, line: str) -> None:
    assert mailbox(address) == line


@pytest.mark.parametrize(
    "address", ["a@b\r\nRCPT", "a b@c.d", "@b.c", "a@", "a@b..c", "a@-b.c", "a" * 65 + "@b.c", "a@" + "b" * 300]
)
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(AddressError):
        mailbox(address)


def templates() -> set[Any]:
    """What the templates of mails and pages say."""
    folder = Path(monitors.mails.__file__).parents[1]
    found = extract_from_dir(
        folder, [("*/templates/**", "jinja2")], {"*/templates/**": {"extensions": "jinja2.ext.i18n"}}
    )
    return {message for _, _, message, _, _ in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_message_of_the_templates_is_in_the_catalogue(language: str) -> None:
    folder = Path(monitors.locale.__file__).parent
    with (folder / language / "LC_MESSAGES" / "fenghuo.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    ids = {tuple(message.id) if isinstance(message.id, list) else message.id for message in catalogue if message.id}
    assert templates() <= ids
    for message in catalogue:
        assert not message.id or (message.string and all(message.string)), message.id
        assert not list(message.check(catalogue)) if message.id else True


@pytest.mark.parametrize(
    ("asked", "language"), [("zh-CN", "zh"), ("en_GB", "en"), ("fr", "zh"), ("", "zh"), ("EN", "en")]
)
def test_a_reader_is_served_in_a_language_of_ours(asked: str, language: str) -> None:
    assert known(asked) == language and translations(asked) is not None


def test_no_chinese_stands_in_templates_but_the_name() -> None:
    for file in Path(monitors.mails.__file__).parents[1].glob("*/templates/*.*"):
        assert set(re.findall("[一-鿿]+", file.read_text(encoding="utf-8"))) <= {"烽火"}, file.name


def test_times_are_those_of_the_watch() -> None:
    digest = build([story(1, published_at=NOON.replace(hour=17))], watch="ai", title="x")
    assert "11月25日 01:30" in page(digest, language="zh", zone=SHANGHAI, now=NOON).text
    assert "11月24日 17:30" in page(digest, language="zh", zone=UTC, now=NOON).text
