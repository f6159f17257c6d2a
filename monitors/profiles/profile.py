"""A keyword profile as a value, and its TOML file as a profile."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from storage.records import Watch

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

SHIPPED: Final = Path(__file__).parent


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


@cache
def load(name: str) -> Profile:
    """The shipped profile of that name. Raises `ProfileError`."""
    names = {path.stem: path for path in SHIPPED.glob("*.toml")}
    if name not in names:
        raise ProfileError(f"there is no profile {name!r}; there is {', '.join(sorted(names))}")
    return read(names[name])


def read(path: Path) -> Profile:
    """A profile from a file of one's own; it is called as the file is. Raises `ProfileError`."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ProfileError(f"{path}: {error}") from error
    try:
        return _profile(path.stem, table)
    except KeyError as error:
        raise ProfileError(f"{path}: {error.args[0]} is missing; docs/watches.md shows a whole profile") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise ProfileError(f"{path}: {error}; docs/watches.md shows a whole profile") from error


def shipped_watch() -> Watch:
    """The watch that a new installation starts with."""
    return Watch(name="ai-industry", title="人工智能产业", profile="ai-industry", rhythm="daily 08:30")


def _profile(name: str, table: dict[str, Any]) -> Profile:
    _check(table, {"title", "weights", "group", "masked", "exclusion"}, "the profile")
    weights = {tier: float(weight) for tier, weight in table["weights"].items()}
    masked = table.get("masked", {})
    _check(masked, {"terms", "ends"}, "masked")
    return Profile(
        name=name,
        title=table.get("title", name),
        groups=tuple(_group(row, weights) for row in table["group"]),
        masked=tuple(masked.get("terms", ())),
        ends=tuple(masked.get("ends", ())),
        exclusions=tuple(_exclusion(row) for row in table.get("exclusion", ())),
    )


def _group(row: dict[str, Any], weights: Mapping[str, float]) -> Group:
    _check(row, {"name", "support", *weights}, f"group {row['name']}")
    terms = tuple(_term(spellings, weight) for tier, weight in weights.items() for spellings in row.get(tier, ()))
    return Group(name=row["name"], terms=terms, support=row.get("support", False))


def _term(text: str, weight: float) -> Term:
    spellings = tuple(part.strip() for part in text.split("|"))
    if not all(spellings) or not 0 < weight < 1:
        raise ValueError(f"term {text!r} has an empty spelling, or a weight that is not between 0 and 1")
    return Term(name=spellings[0], spellings=spellings, weight=weight)


def _exclusion(row: dict[str, Any]) -> Exclusion:
    _check(row, {"name", "factor", "title", "text", "least"}, f"exclusion {row['name']}")
    lists = {key: tuple(row[key]) for key in ("title", "text") if key in row}
    return Exclusion(name=row["name"], factor=float(row["factor"]), least=row.get("least", 2), **lists)


def _check(row: Mapping[str, Any], known: Collection[str], where: str) -> None:
    if unknown := row.keys() - set(known):
        raise ValueError(f"{where} has {', '.join(sorted(unknown))}, but knows only {', '.join(sorted(known))}")
