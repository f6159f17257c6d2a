"""The ways a message leaves the house: one small module each. `post` them by the scheme of the reader's channel."""

from monitors.channels.answers import Answer, Verdict
from monitors.channels.channel import Channel, ChannelError, HandOver, Pace, check, masked, scheme_of
from monitors.channels.settings import Settings, open_channels

__all__ = [
    "Answer",
    "Channel",
    "ChannelError",
    "HandOver",
    "Pace",
    "Settings",
    "Verdict",
    "check",
    "masked",
    "open_channels",
    "scheme_of",
]
