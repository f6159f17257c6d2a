"""A keyword profile as a value."""

from __future__ import annotations

from dataclasses import dataclass


class ProfileError(ValueError):
    """A profile that does not exist or cannot be read; the message says which and what to write."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One thing that an article may speak of."""

    #: The first of its spellings.
    name: str
    spellings: tuple[str, ...]
    #: How likely an article that names it in its title is about the topic, from 0 to 1.
    weight: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Terms of one side of the topic."""

    name: str
    terms: tuple[Term, ...]
    #: Its terms do not speak of the topic by themselves; they support those that do.
    support: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Exclusion:
    """A kind of article that nobody wants although it speaks of the topic."""

    name: str
    #: What its score is multiplied with.
    factor: float
    #: One of these in the title tells it, …
    title: tuple[str, ...] = ()
    #: … or at least `least` different ones of these in the text.
    text: tuple[str, ...] = ()
    least: int = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    name: str
    title: str
    groups: tuple[Group, ...]
    #: Words that hold a term without meaning it: nothing inside them counts.
    masked: tuple[str, ...] = ()
    #: In the second half of a text one of these ends the article.
    ends: tuple[str, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
