"""Keyword profiles: what articles of a topic say, in groups of weighted terms. Each is a TOML file beside this one."""

from monitors.profiles.profile import Exclusion, Group, Profile, ProfileError, Term, load, read, shipped_watch

__all__ = ["Exclusion", "Group", "Profile", "ProfileError", "Term", "load", "read", "shipped_watch"]
