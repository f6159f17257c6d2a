"""Keyword profiles: what articles of a topic say, in groups of weighted terms. Each is a TOML file beside this one."""

from monitors.profiles.profile import Exclusion, Group, Profile, ProfileError, Term
from monitors.profiles.reading import load, own, parse, read, read_own, shipped
from monitors.profiles.watch import shipped_watch

__all__ = [
    "Exclusion", "Group", "Profile", "ProfileError", "Term", "load", "own", "parse", "read", "read_own", "shipped",
    "shipped_watch",
]  # fmt: skip
