"""Keyword profiles: what a topic's articles say, in groups of weighted terms. One TOML file a profile, beside this one."""

from monitors.profiles.profile import Exclusion, Group, Profile, ProfileError, Term, load, read, shipped_watch

__all__ = ["Exclusion", "Group", "Profile", "ProfileError", "Term", "load", "read", "shipped_watch"]
