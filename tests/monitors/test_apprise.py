"""Apprise against a real HTTP server that misbehaves, in the process that it runs in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitors.apprise_process import scrubbed
from monitors.channels import ChannelError, Verdict, check, masked
from monitors.channels.apprise import ThroughApprise
from monitors.channels.http import Reach
from monitors.digest import build
from monitors.mails import Envelope
from storage.audience import Delivery, Reader, Watch
from world.endpoint import Endpoint
from world.stories import story
from world.told import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitors.channels import Answer

LOOPBACK = frozenset({"127.0.0.1"})
REACH = Reach(seconds=4, private=LOOPBACK)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as made:
        yield made


def send(channel: str, reach: Reach = REACH, *, holds: bool = True) -> Answer:
    way = ThroughApprise(reach)
    envelope = Envelope(
        reader=Reader(name="reader", channels=(channel,)),
        channel=channel,
        watch=Watch(name="ai", title="人工智能"),
        message_id="<one@example.com>",
        now=NOON,
    )
    payload = way.write(build([story()], watch="ai", title="人工智能"), envelope)
    delivery = Delivery(
        reader="reader", channel=channel, watch="ai", kind="alert", subject="", payload=payload,
        message_id="<one@example.com>", due_at=NOON, period="1",
    )  # fmt: skip
    return way.send(delivery, lambda: holds)


def address(endpoint: Endpoint, rest: str = "TOPSECRET") -> str:
    return f"apprise:json://127.0.0.1:{endpoint.port}/{rest}"


def test_what_the_service_took_is_accepted_and_not_sent(endpoint: Endpoint) -> None:
    assert send(address(endpoint)).verdict is Verdict.ACCEPTED
    (posted,) = endpoint.posted
    assert "智算中心开工" in posted.json["title"] and "算力向中小企业开放" in posted.json["message"]
    assert posted.path == "/TOPSECRET"


OUTCOMES = [
    ((500, {}, ""), Verdict.LATER),
    ((404, {}, ""), Verdict.REFUSED),
    ((401, {}, ""), Verdict.BROKEN),
    ((307, {"Location": "/elsewhere"}, ""), Verdict.REFUSED),
    ("cut", Verdict.UNKNOWN),
]


@pytest.mark.parametrize(("reply", "verdict"), OUTCOMES)
def test_what_the_service_answers_decides_and_no_secret_is_told(
    endpoint: Endpoint, reply: Any, verdict: Verdict
) -> None:
    endpoint.replies = [reply]
    answer = send(address(endpoint, "TOPSECRET?redirect=yes"))
    assert answer.verdict is verdict, answer
    assert "TOPSECRET" not in answer.detail and len(endpoint.posted) == 1


def test_a_pause_that_is_asked_for_is_kept(endpoint: Endpoint) -> None:
    endpoint.replies = [(429, {"Retry-After": "90"}, "")]
    answer = send(address(endpoint))
    assert (answer.verdict, answer.after) == (Verdict.LATER, timedelta(seconds=90))


def test_a_service_that_never_answers_is_ended(endpoint: Endpoint) -> None:
    endpoint.replies = ["silent"]
    answer = send(address(endpoint, "TOPSECRET?rto=100"), Reach(seconds=1, private=LOOPBACK))
    assert answer.verdict is Verdict.UNKNOWN and "no end" in answer.detail


def test_a_service_that_is_slow_to_answer_may_have_it(endpoint: Endpoint) -> None:
    endpoint.replies = ["silent"]
    assert send(address(endpoint, "TOPSECRET?rto=0.5")).verdict is Verdict.UNKNOWN


def test_nobody_there_is_no_loss() -> None:
    assert send("apprise:json://127.0.0.1:1/TOPSECRET").verdict is Verdict.AWAY


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433"])
def test_a_private_address_is_refused_where_the_connection_is_made(endpoint: Endpoint, host: str) -> None:
    answer = send(f"apprise:json://{host}:{endpoint.port}/TOPSECRET", Reach(seconds=4))
    assert answer.verdict is not Verdict.ACCEPTED and "private network" in answer.detail
    assert not endpoint.posted


def test_a_lost_lease_sends_nothing(endpoint: Endpoint) -> None:
    assert send(address(endpoint), holds=False).verdict is Verdict.LATE
    assert not endpoint.posted


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        ("apprise:wecombot://TOPSECRETKEY", "wecom://KEY"),
        ("apprise:dingtalk://TOPSECRETKEY", "dingtalk://TOKEN"),
        ("apprise:https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=TOPSECRETKEY", "wecom://KEY"),
        ("apprise:feishu://TOPSECRETKEY", "feishu://TOKEN"),
        ("apprise:mailto://user:TOPSECRET@example.com", "mailto:name@example.com"),
        ("apprise:syslog://", "machine of the service"),
        ("apprise:pigeon://TOPSECRET", "does not know"),
        ("apprise:", "does not know"),
        ("apprise:json://127.0.0.1/TOPSECRET", "allow_private"),
        ("tgram://123456789:TOPSECRET/1", "apprise: before its address"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_to_write(channel: str, words: str) -> None:
    with pytest.raises(ChannelError) as caught:
        check(channel)
    assert words in str(caught.value) and "TOPSECRET" not in str(caught.value)


def test_what_can_be_used_is_taken() -> None:
    check("apprise:tgram://123456789:abcdefg_hijklmnop/12315544/")
    check("apprise:json://127.0.0.1:8080/hook", private=LOOPBACK)


def test_nothing_of_an_address_is_shown() -> None:
    assert masked("apprise:tgram://123456789:abcdefg/12315544/") == "apprise:tgram://…"
    assert scrubbed("no a%20b at tgram://t0ken/ab?to=me&pass=word", "tgram://t0ken/a%20b?pass=word") == (
        "no … at tgram://…/ab?to=me&…=…"
    )
