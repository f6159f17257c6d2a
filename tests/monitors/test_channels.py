"""Robots and webhooks against a real HTTP server that misbehaves."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from monitors.channels import ChannelError, Verdict, check, masked
from monitors.channels.dingtalk import DingTalk
from monitors.channels.feishu import Feishu
from monitors.channels.http import Reach, Request, post
from monitors.channels.robots import plain
from monitors.channels.webhook import Webhook
from monitors.channels.wecom import WeCom
from monitors.digest import build
from monitors.mails import Envelope, Letterhead, TooLongError
from monitors.notes import trial
from storage.audience import Delivery, Reader, Watch
from storage.records import Article, Match
from storage.reports import Story
from world.endpoint import Endpoint
from world.told import NOON, PAPER, PARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitors.channels import Answer, Channel

REACH = Reach(seconds=1, private=frozenset({"127.0.0.1"}))
WATCH = Watch(name="ai", title="人工智能")


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as made:
        yield made


def story(number: int, title: str = "岚江高新区开建智算中心", text: str = "一期年底投用，算力服务中小企业。") -> Story:
    def article(id: int, source: Any, **fields: Any) -> Article:
        url = f"https://park.example.cn/a_({id})*.html"
        return Article(
            id=id, story_id=number, relation="first", url=url, key=url, source=source, title=title, text=text,
            seen_at=NOON, published_at=NOON, precision="minute", **fields
        )  # fmt: skip

    match = Match(watch="ai", score=1.5 - number / 1000, reasons=("标题：算力",), words=("算力",))
    return Story(id=number, lead=article(number, PARK, matches=(match,)), reprints=(article(1000 + number, PAPER),))


def envelope(channel: str, language: str = "zh") -> Envelope:
    reader = Reader(name="reader", channels=(channel,), language=language)
    return Envelope(reader=reader, channel=channel, watch=WATCH, message_id="<one@example.com>", now=NOON)


def digest_of(*stories: Story) -> Any:
    return build(stories, watch="ai", title="人工智能")


def delivery(way: Channel, channel: str, *stories: Story) -> Delivery:
    payload = way.write(digest_of(*(stories or (story(1),))), envelope(channel))
    return Delivery(
        reader="reader", channel=channel, watch="ai", kind="digest", subject="", payload=payload,
        message_id="<one@example.com>", due_at=NOON, period="1",
    )  # fmt: skip


def send(way: Channel, channel: str) -> Answer:
    return way.send(delivery(way, channel), lambda: True)


def robots(base: str) -> list[tuple[Channel, str]]:
    return [
        (WeCom(REACH, base=base), "wecom://token-1"),
        (DingTalk(REACH, base=base), "dingtalk://token1?secret=SECret"),
        (Feishu(REACH, base=base), "feishu://token-1?secret=SECret"),
    ]


@pytest.mark.parametrize("which", range(3))
def test_a_robot_is_told(endpoint: Endpoint, which: int) -> None:
    way, channel = robots(endpoint.base)[which]
    assert send(way, channel).verdict is Verdict.TAKEN
    said = json.dumps(endpoint.posted[0].json, ensure_ascii=False)
    for words in ("岚江高新区开建智算中心", "https://park.example.cn/a_%281%29%2A.html", "另有 1 家转载：云岭日报"):
        assert words in said


def test_wecom_is_reached_by_its_key(endpoint: Endpoint) -> None:
    send(*robots(endpoint.base)[0])
    assert endpoint.posted[0].path == "/cgi-bin/webhook/send?key=token-1"
    assert endpoint.posted[0].json["msgtype"] == "markdown"


def test_dingtalk_signs_in_the_address(endpoint: Endpoint) -> None:
    send(*robots(endpoint.base)[1])
    query = parse_qs(urlsplit(endpoint.posted[0].path).query)
    (stamp,), (sign,) = query["timestamp"], query["sign"]
    expected = hmac.new(b"SECret", f"{stamp}\nSECret".encode(), hashlib.sha256).digest()
    assert base64.b64decode(sign) == expected and len(stamp) == 13
    assert query["access_token"] == ["token1"]


def test_feishu_signs_in_the_body(endpoint: Endpoint) -> None:
    send(*robots(endpoint.base)[2])
    said = endpoint.posted[0].json
    expected = hmac.new(f"{said['timestamp']}\nSECret".encode(), b"", hashlib.sha256).digest()
    assert base64.b64decode(said["sign"]) == expected
    assert endpoint.posted[0].path == "/open-apis/bot/v2/hook/token-1"


def test_a_webhook_is_signed_and_names_its_delivery(endpoint: Endpoint) -> None:
    send(Webhook(REACH), f"{endpoint.base}/hook?a=1#s3cret")
    (posted,) = endpoint.posted
    stamp, signature = (part.partition("=")[2] for part in posted.headers["X-Fenghuo-Signature"].split(","))
    assert hmac.new(b"s3cret", f"{stamp}.".encode() + posted.body, hashlib.sha256).hexdigest() == signature
    assert posted.headers["Idempotency-Key"] == "one@example.com"
    assert posted.path == "/hook?a=1", "the secret is not sent"
    assert posted.json["stories"][0]["title"] == "岚江高新区开建智算中心"


OUTCOMES = [
    ((200, {}, "ok"), Verdict.TAKEN),
    ((204, {}, ""), Verdict.TAKEN),
    ((200, {}, '{"errcode":45009,"errmsg":"api freq out of limit"}'), Verdict.LATER),
    ((200, {}, '{"errcode":310000,"errmsg":"sign not match"}'), Verdict.BROKEN),
    ((200, {}, '{"code":19021,"msg":"sign match fail or timestamp is not within one hour"}'), Verdict.BROKEN),
    ((200, {}, '{"StatusCode":11232,"StatusMessage":"frequency limited"}'), Verdict.LATER),
    ((200, {}, '{"errcode":93000,"errmsg":"invalid webhook url"}'), Verdict.REFUSED),
    ((200, {}, '{"errcode":987654,"errmsg":"never seen"}'), Verdict.LATER),
    ((200, {}, '{"ok":false,"error":"nope"}'), Verdict.LATER),
    ((500, {}, ""), Verdict.LATER),
    ((503, {"Retry-After": "7"}, ""), Verdict.LATER),
    ((200, {}, '{"errcode":45002,"errmsg":"content size out of limit"}'), Verdict.UNFIT),
    ((413, {}, ""), Verdict.UNFIT),
    ((404, {}, "{}"), Verdict.REFUSED),
    ((410, {}, ""), Verdict.REFUSED),
    ((401, {}, ""), Verdict.BROKEN),
    ((307, {"Location": "/other"}, ""), Verdict.REFUSED),
    ("cut", Verdict.UNKNOWN),
    ("silent", Verdict.UNKNOWN),
]


@pytest.mark.parametrize(("reply", "verdict"), OUTCOMES)
def test_what_comes_back_decides(endpoint: Endpoint, reply: Any, verdict: Verdict) -> None:
    endpoint.replies = [reply]
    assert send(Webhook(REACH), f"{endpoint.base}/hook").verdict is verdict
    assert len(endpoint.posted) == 1, "nothing is followed or repeated in one try"


@pytest.mark.parametrize(
    ("value", "seconds"), [("2", 2), ("0", 0), ("-5", None), ("soon", None), ("999999999", 6 * 3600)]
)
def test_retry_after_is_kept_within_reason(endpoint: Endpoint, value: str, seconds: int | None) -> None:
    endpoint.replies = [(429, {"Retry-After": value}, "")]
    answer = send(Webhook(REACH), f"{endpoint.base}/hook")
    assert answer.after == (None if seconds is None else timedelta(seconds=seconds))


def test_nobody_there_is_no_loss(endpoint: Endpoint) -> None:
    assert send(Webhook(REACH), "http://127.0.0.1:1/hook").verdict is Verdict.AWAY


def test_a_private_address_is_refused_where_the_connection_is_made(endpoint: Endpoint) -> None:
    for host in ("127.0.0.1", "localhost", "2130706433"):
        answer = send(Webhook(Reach(seconds=1)), f"http://{host}:{endpoint.port}/hook")
        assert answer.verdict is Verdict.BROKEN and "private" in answer.detail
    assert not endpoint.posted


def test_a_lost_lease_sends_nothing(endpoint: Endpoint) -> None:
    way = Webhook(REACH)
    assert way.send(delivery(way, f"{endpoint.base}/hook"), lambda: False).verdict is Verdict.LATE
    assert not endpoint.posted


@pytest.mark.parametrize(
    "channel",
    [
        "mailto:a@b>\r\nRCPT TO:<evil@x",
        "mailto:a@b\r\nBcc: c@d.e",
        "mailto:nobody",
        'mailto:"a b"@example.com',
        "mailto:a@[127.0.0.1]",
        "mailto:ａ@example.com",
        "http://example.com/hook",
        "https://127.0.0.1/hook",
        "https://169.254.169.254/latest",
        "https://localhost/x",
        "https://[::1]/x",
        "https://2130706433/x",
        "https://host\r\nX: y/",
        "https:///x",
        "file:///etc/passwd",
        "wecom://a/../../b",
        "dingtalk://",
        "carrier-pigeon://coop",
    ],
)
def test_a_channel_that_cannot_be_used_is_refused_when_it_is_saved(channel: str) -> None:
    with pytest.raises(ChannelError):
        check(channel)


@pytest.mark.parametrize(
    "channel",
    [
        "mailto:a.b+c@example.com",
        "mailto:新@例子.中国".replace("新", "new"),
        "wecom://693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa",
        "feishu://token-1?secret=abc",
        "dingtalk://566cc69da782ec",
        "https://example.com/hook#secret",
    ],
)
def test_a_channel_that_can_be_used_is_taken(channel: str) -> None:
    check(channel)


@pytest.mark.parametrize(
    ("channel", "shown"),
    [
        ("mailto:a@example.com", "mailto:a@example.com"),
        ("wecom://693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa", "wecom://…5aaa"),
        ("dingtalk://566cc69da782ec?secret=SECabc", "dingtalk://…82ec"),
        ("https://user:password@example.com/hook/TOKEN#secret", "https://example.com/…"),
    ],
)
def test_tokens_are_masked(channel: str, shown: str) -> None:
    assert masked(channel) == shown


def test_a_token_is_in_no_error(endpoint: Endpoint) -> None:
    endpoint.replies = [(500, {}, ""), (404, {}, ""), "cut"]
    for way, channel in robots(endpoint.base):
        assert "token" not in send(way, channel).detail.lower()


CALLS = '<at user_id="all"></at> <@all> <!channel> @all @everyone [点击](http://evil/) `x` **b** # h | \\'


@pytest.mark.parametrize("which", range(3))
def test_a_title_calls_nobody_and_links_nowhere(which: int) -> None:
    way, channel = robots("http://x")[which]
    said = way.write(digest_of(story(1, title=CALLS, text=CALLS)), envelope(channel)).decode()
    for sign in ("@all", "<at", "<@", "<!", "](http://evil", "**b**", "`"):
        assert sign not in said
    assert "＠all" in said and plain("@") == "＠"


@pytest.mark.parametrize(("which", "most"), [(0, 4096), (1, 20_000), (2, 20_000)])
def test_no_message_is_longer_than_the_robot_takes(which: int, most: int) -> None:
    way, channel = robots("http://x")[which]
    stories = [story(number) for number in range(1, 400)]
    with pytest.raises(TooLongError):
        way.write(digest_of(*stories), envelope(channel))
    said = json.loads(way.write(digest_of(*stories[: 40 if which == 0 else 60]), envelope(channel)))
    text = said["markdown"]["content"] if which == 0 else json.dumps(said, ensure_ascii=False)
    assert most / 2 < len(text.encode()) <= most


def test_an_endless_answer_ends(endpoint: Endpoint) -> None:
    endpoint.replies = [(200, {}, "x" * 10_000_000)]
    request = Request(url=f"{endpoint.base}/hook", body=b"{}")
    assert post(request, lambda: True, REACH).verdict is Verdict.TAKEN


@pytest.mark.parametrize("way", [WeCom(REACH), Feishu(REACH), DingTalk(REACH)], ids=["wecom", "feishu", "dingtalk"])
def test_a_test_message_says_what_it_is(way: Any) -> None:
    channel = "robot://token"
    reader = Reader(name="reader", channels=(channel,))
    letterhead = Letterhead(sender="fenghuo@example.com")
    assert "测试" in trial(reader, channel, way, letterhead=letterhead, now=NOON).payload.decode()
