"""Which watches an article matches, and why: all watches at once."""

from monitors.matching.matcher import Matcher

__all__ = ["Matcher"]
