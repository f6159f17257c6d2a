"""What the channels must know, and the channels made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from monitors.channels.apprise import ThroughApprise
from monitors.channels.dingtalk import DingTalk
from monitors.channels.feishu import Feishu
from monitors.channels.files import Files
from monitors.channels.http import Reach
from monitors.channels.smtp import Smtp, SmtpSettings
from monitors.channels.webhook import Webhook
from monitors.channels.wecom import WeCom
from monitors.mails import Letterhead

if TYPE_CHECKING:
    from monitors.channels.channel import Channel


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    letterhead: Letterhead = field(default_factory=Letterhead)
    #: None = mails are written into `folder`.
    smtp: SmtpSettings | None = None
    folder: Path = Path("fenghuo-mail")
    reach: Reach = field(default_factory=Reach)
    #: "mailto:…" of who is told when a reader cannot be reached; empty = it stands in the log alone.
    operator: str = ""
    #: In which language.
    language: str = "zh"


def open_channels(settings: Settings) -> dict[str, Channel]:
    """A channel for each scheme that a reader's channel may begin with."""
    webhook = Webhook(settings.reach)
    return {
        "mailto": _mail(settings),
        "wecom": WeCom(settings.reach),
        "feishu": Feishu(settings.reach),
        "dingtalk": DingTalk(settings.reach),
        "https": webhook,
        "http": webhook,
        "apprise": ThroughApprise(settings.reach),
    }


def _mail(settings: Settings) -> Channel:
    if settings.smtp:
        return Smtp(settings.smtp, settings.letterhead)
    return Files(settings.folder, settings.letterhead)
