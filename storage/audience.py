"""Who wants to know what, and what became of telling them: frozen values, as `records` are for what was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records import Fact


class State(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    SENDING = "sending"
    #: The receiving server said its final yes.
    SENT = "sent"
    #: A go-between said that the service took it; nobody heard the service itself.
    ACCEPTED = "accepted"
    #: The connection broke after the content was handed over: it may or may not have arrived.
    UNKNOWN = "unknown"
    DEAD = "dead"


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch(Fact):
    """What to look for, and whom to tell when."""

    name: str
    title: str = ""
    #: An expression of the query language; empty = the profile alone decides.
    rule: str = ""
    #: A shipped or own keyword profile ("ai-industry"); empty = the rule alone decides.
    profile: str = ""
    #: Least score of the profile that is a hit.
    threshold: float = 1.0
    readers: tuple[str, ...] = ()
    #: "at once", "hourly", "daily 08:30", "weekdays 08:30", or several joined by " + " ("at once + daily 08:30").
    rhythm: str = "daily 08:30"
    timezone: str = "Asia/Shanghai"
    #: "22:00-07:00": alerts wait until it is over.
    quiet_hours: str = ""
    #: Most alerts an hour; what is over goes to the digest.
    cap: int = 20
    enabled: bool = True
    version: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfileText(Fact):
    """A keyword profile of the operator's own, as its file has it."""

    name: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader(Fact):
    """A person who is told, and the channels that reach this person."""

    name: str
    #: "mailto:a@b.c", "wecom://…", "feishu://…", "dingtalk://…", "https://…" (JSON webhook), "apprise:…".
    channels: tuple[str, ...] = ()
    language: str = "zh"
    #: A sign of life once a week although nothing was found.
    weekly_sign: bool = False
    #: Why nothing is sent at present; empty = all is well.
    suspended: str = ""
    #: Watches that the reader does not want any more. Saving a reader anew leaves them as they are.
    unsubscribed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice(Fact):
    """A plan that was stored: `reader` is to be told of `story_id` for `watch`, once."""

    id: int
    reader: str
    watch: str
    kind: str
    due_at: datetime
    story_id: int
    article_id: int
    #: The message that tells it; None = not told yet.
    delivery_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery(Fact):
    """One message to one reader over one channel."""

    id: int = 0
    reader: str
    channel: str
    watch: str
    #: "alert", "digest", "health" or "test".
    kind: str
    subject: str
    #: The message, byte for byte as it is sent, however often.
    payload: bytes
    message_id: str
    state: State = State.PENDING
    due_at: datetime
    attempts: int = 0
    token: str | None = None
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    error: str = ""
    #: How often it could not be known whether it had arrived.
    unknowns: int = 0
    #: What makes it unique for reader, channel and watch: a digest's period, an alert's first notice.
    period: str
