"""A keyword profile as a value, and its TOML file as a profile."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from storage.records import Watch

SHIPPED: Final = Path(__file__).parent


class ProfileError(ValueError):
    """A profile that does not exist or cannot be read; the message says which and what to write."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One thing that an article may speak of."""

    #: As it is called in reasons: the first of its spellings.
    name: str
    spellings: tuple[str, ...]
    #: From 0 (says nothing of the topic) to 1 (says it all).
    weight: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Terms of one side of the topic."""

    name: str
    terms: tuple[Term, ...]
    #: Its terms do not speak of the topic by themselves, they only add to groups that do.
    support: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Exclusion:
    """A kind of article that nobody wants although it speaks of the topic."""

    name: str
    #: What its score is multiplied with.
    factor: float
    #: One of these in the title tells it.
    title: tuple[str, ...] = ()
    #: At least `least` different ones of these in the text tell it.
    text: tuple[str, ...] = ()
    least: int = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    name: str
    title: str
    groups: tuple[Group, ...]
    #: Words that hold a term without meaning it: nothing inside them counts.
    masked: tuple[str, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()


@cache
def load(name: str) -> Profile:
    """The shipped profile of that name. Raises `ProfileError`."""
    path = SHIPPED / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(sorted(path.stem for path in SHIPPED.glob("*.toml")))
        raise ProfileError(f"no profile {name!r}: there is {known}")
    return read(path)


def read(path: Path) -> Profile:
    """A profile from a file of one's own; its name is the file's. Raises `ProfileError`."""
    try:
        return _profile(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProfileError(f"{path}: {type(error).__name__}: {error}") from error


def shipped_watch() -> Watch:
    """The watch that a new installation starts with."""
    return Watch(name="ai-industry", title="人工智能产业", profile="ai-industry", rhythm="daily 08:30")


def _profile(name: str, table: dict[str, Any]) -> Profile:
    return Profile(
        name=name,
        title=table.get("title", name),
        groups=tuple(_group(row, table["weights"]) for row in table["group"]),
        masked=tuple(table.get("masked", {}).get("terms", ())),
        exclusions=tuple(_exclusion(row) for row in table.get("exclusion", ())),
    )


def _group(row: dict[str, Any], weights: dict[str, float]) -> Group:
    terms = tuple(_term(spellings, weight) for name, weight in weights.items() for spellings in row.get(name, ()))
    return Group(name=row["name"], terms=terms, support=row.get("support", False))


def _term(text: str, weight: float) -> Term:
    spellings = tuple(part.strip() for part in text.split("|"))
    return Term(name=spellings[0], spellings=spellings, weight=float(weight))


def _exclusion(row: dict[str, Any]) -> Exclusion:
    return Exclusion(
        name=row["name"],
        factor=float(row["factor"]),
        title=tuple(row.get("title", ())),
        text=tuple(row.get("text", ())),
        least=int(row.get("least", 2)),
    )
