"""The watch that a new installation starts with."""

from storage.audience import Watch


def shipped_watch() -> Watch:
    """The watch that a new installation starts with."""
    return Watch(name="ai-industry", title="人工智能产业", profile="ai-industry", rhythm="daily 08:30")
