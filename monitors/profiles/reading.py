"""A profile's TOML text as a profile, or what is wrong with it: file, line and remedy."""

from __future__ import annotations

import difflib
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from monitors.lines import line_of
from monitors.profiles.profile import Exclusion, Group, Profile, ProfileError, Term
from storage.audience import ProfileText

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

SHIPPED: Final = Path(__file__).parent
SEE: Final = "docs/watches.md shows a whole profile"

Words = tuple[str, ...]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Group(BaseModel):
    """Its other keys are the tiers of `weights`, each a list of terms."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Words]

    name: str
    support: bool = False


class _Masked(_Table):
    terms: Words = ()
    ends: Words = ()


class _Exclusion(_Table):
    name: str
    factor: float = Field(ge=0, le=1)
    title: Words = ()
    text: Words = ()
    least: int = Field(default=2, ge=1)


class _File(_Table):
    title: str = ""
    weights: dict[str, Annotated[float, Field(gt=0, lt=1)]] = Field(min_length=1)
    group: list[_Group] = Field(min_length=1)
    masked: _Masked = _Masked()
    exclusion: list[_Exclusion] = []


@cache
def load(name: str) -> Profile:
    """The shipped profile of that name. Raises `ProfileError`."""
    names = shipped()
    if name not in names:
        raise ProfileError(f"there is no profile {name!r}; there is {', '.join(sorted(names))}, or a file of your own")
    return read(names[name])


def shipped() -> dict[str, Path]:
    return {path.stem: path for path in SHIPPED.glob("*.toml")}


def read(path: Path) -> Profile:
    """A profile from a file; it is called as the file is. Raises `ProfileError`."""
    return parse(_text_of(path), name=path.stem, place=str(path))


def read_own(path: Path) -> ProfileText:
    """The text of a file of one's own, which holds a profile. Raises `ProfileError`."""
    if path.stem in shipped():
        raise ProfileError(f"{path}: {path.stem} is the shipped profile; call the file otherwise")
    text = _text_of(path)
    parse(text, name=path.stem, place=str(path))
    return ProfileText(name=path.stem, text=text)


def parse(text: str, *, name: str, place: str) -> Profile:
    """`place` stands in the errors. Raises `ProfileError` with a line for each fault."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{place}: {error}") from error
    try:
        file = _File.model_validate(table)
    except ValidationError as error:
        faults = [(fault["loc"], _words(fault["type"], fault["msg"])) for fault in error.errors()]
        raise ProfileError(_told(faults, text, place)) from error
    if faults := [*_faults(file)]:
        raise ProfileError(_told(faults, text, place))
    return _profile(name, file)


def own(texts: Iterable[ProfileText]) -> Mapping[str, Profile]:
    return {each.name: parse(each.text, name=each.name, place=f"profile {each.name}") for each in texts}


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ProfileError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ProfileError(f"{path}: it is not UTF-8; save it as UTF-8") from error


Fault = tuple[tuple[int | str, ...], str]


def _faults(file: _File) -> Iterator[Fault]:
    for number, group in enumerate(file.group):
        for tier, terms in (group.__pydantic_extra__ or {}).items():
            if tier not in file.weights:
                yield ("group", number, tier), f"group {group.name} has {tier}, {_hint(tier, [*file.weights])}"
            for term in terms:
                if not all(_spellings(term)):
                    yield ("group", number, tier, term), f"term {term!r} has an empty spelling; take out the extra |"


def _hint(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]}?" if near else f"but [weights] knows only {', '.join(known)}"


def _words(kind: str, message: str) -> str:
    return {"extra_forbidden": "this key is not known", "missing": "it is missing"}.get(kind, message)


def _told(faults: Iterable[Fault], text: str, place: str) -> str:
    return "\n".join(_line(where, words, text, place) for where, words in faults)


def _line(where: tuple[int | str, ...], words: str, text: str, place: str) -> str:
    line = line_of(text, where)
    key = ".".join(str(step) for step in where if isinstance(step, str))
    return f"{place}{f':{line}' if line else ''}: {key}: {words}; {SEE}"


def _profile(name: str, file: _File) -> Profile:
    return Profile(
        name=name,
        title=file.title or name,
        groups=tuple(_group(group, file.weights) for group in file.group),
        masked=file.masked.terms,
        ends=file.masked.ends,
        exclusions=tuple(Exclusion(**each.model_dump()) for each in file.exclusion),
    )


def _group(group: _Group, weights: Mapping[str, float]) -> Group:
    tiers: Mapping[str, Any] = group.__pydantic_extra__ or {}
    terms = tuple(_term(text, weight) for tier, weight in weights.items() for text in tiers.get(tier, ()))
    return Group(name=group.name, terms=terms, support=group.support)


def _term(text: str, weight: float) -> Term:
    spellings = _spellings(text)
    return Term(name=spellings[0], spellings=spellings, weight=weight)


def _spellings(text: str) -> Words:
    return tuple(part.strip() for part in text.split("|"))
