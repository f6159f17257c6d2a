"""What is watched, as text: sources, watches and readers in a TOML file, in and out of the database.

[[source]]  id, name, url, province, level, allow_private, and the overrides of `storage.records.Source`
[[watch]]   name, rule or profile, rhythm, readers …
[[reader]]  name, channels …
[[profile]] name, text: a keyword profile of one's own, as its file has it
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import MISSING, dataclass, fields
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import tomlkit
from pydantic import TypeAdapter, ValidationError

from crawler.catalogue import faults_of_overrides
from monitors import profiles, rhythm
from monitors.channels import ChannelError
from monitors.channels import check as check_channel
from monitors.configuration import ConfigurationError, text_of
from storage.audience import ProfileText, Reader, Watch
from storage.query import QueryError, parse
from storage.records import Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from storage import Store

Fact = TypeVar("Fact", Source, Watch, Reader, ProfileText)

#: Table of the file -> the value its rows are read into.
TABLES: dict[str, type[Source] | type[Watch] | type[Reader] | type[ProfileText]] = {
    "source": Source,
    "watch": Watch,
    "reader": Reader,
    "profile": ProfileText,
}
#: What breaks a line or turns its direction.
NAMELESS = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
#: Set by the program, not by a file.
OWN = {"version"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    sources: tuple[Source, ...] = ()
    watches: tuple[Watch, ...] = ()
    readers: tuple[Reader, ...] = ()
    profiles: tuple[ProfileText, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a file may count on: profiles that are stored, hosts on a private network that channels may lead to."""

    profiles: frozenset[str] = frozenset()
    private: frozenset[str] = frozenset()


NOTHING = Known()


def read_file(path: Path, *, now: datetime, known: Known = NOTHING) -> Watched:
    """Raises `ConfigurationError` with a line for each fault of the file."""
    return read_text(text_of(path), name=str(path), now=now, known=known)


def read_text(text: str, *, name: str, now: datetime, known: Known = NOTHING) -> Watched:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{name}: {error}") from error
    faults = [
        f"{name}: unknown table {table!r}; known are {_listed(TABLES)}" for table in tables.keys() - TABLES.keys()
    ]
    watched = Watched(
        sources=_rows(tables, "source", Source, name, faults),
        watches=_rows(tables, "watch", Watch, name, faults),
        readers=_rows(tables, "reader", Reader, name, faults),
        profiles=_rows(tables, "profile", ProfileText, name, faults),
    )
    faults += [f"{name}: {fault}" for fault in find_faults(watched, now=now, known=known)]
    if faults:
        raise ConfigurationError("\n".join(faults))
    return watched


def find_faults(watched: Watched, *, now: datetime, known: Known = NOTHING) -> list[str]:
    """What the values say that cannot be: addresses, rules, rhythms, profiles, channels."""
    named = {*known.profiles, *(profile.name for profile in watched.profiles)}
    found = list(_name_faults(watched))
    found += [f"[[source]] {source.id}: {fault}" for source in watched.sources for fault in _source_faults(source)]
    found += [f"[[reader]] {r.name}: {fault}" for r in watched.readers for fault in _reader_faults(r, known.private)]
    found += [
        f"[[profile]] {profile.name}: {fault}" for profile in watched.profiles for fault in _profile_faults(profile)
    ]
    return found + [
        f"[[watch]] {watch.name}: {fault}" for watch in watched.watches for fault in _watch_faults(watch, named, now)
    ]


def _name_faults(watched: Watched) -> Iterable[str]:
    """Names go into commands, headers of mails and lines of a terminal."""
    named = [("source", source.id) for source in watched.sources]
    for table, facts in (("watch", watched.watches), ("reader", watched.readers), ("profile", watched.profiles)):
        named += [(table, fact.name) for fact in facts]
    for table, name in named:
        if not name.strip() or NAMELESS.search(name):
            yield f"[[{table}]] {name!r}: a name is a line of visible signs"


def _source_faults(source: Source) -> Iterable[str]:
    parts = urlsplit(source.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        yield f"url {source.url!r} is no web address; write http://… or https://…"
    yield from faults_of_overrides(source)
    try:
        rhythm.parse_hours(source.active_hours or "")
    except rhythm.RhythmError as error:
        yield f"active_hours: {error}"


def _reader_faults(reader: Reader, private: frozenset[str]) -> Iterable[str]:
    for channel in reader.channels:
        try:
            check_channel(channel, private=private)
        except ChannelError as error:
            yield str(error)


def _profile_faults(profile: ProfileText) -> Iterable[str]:
    if profile.name in profiles.shipped():
        yield f"{profile.name} is the shipped profile; give it another name"
    try:
        profiles.parse(profile.text, name=profile.name, place="text")
    except profiles.ProfileError as error:
        yield str(error)


def _watch_faults(watch: Watch, known: Collection[str], now: datetime) -> Iterable[str]:
    if not watch.rule and not watch.profile:
        yield 'neither rule nor profile; write rule = "人工智能 AND 山西" or profile = "ai-industry"'
    try:
        if watch.rule:
            parse(watch.rule, now=now)
        if watch.profile and watch.profile not in known:
            profiles.load(watch.profile)
        rhythm.check(watch)
    except (QueryError, profiles.ProfileError, rhythm.RhythmError) as error:
        yield str(error)


def _rows(tables: dict[str, Any], table: str, kind: type[Fact], name: str, faults: list[str]) -> tuple[Fact, ...]:
    rows = tables.get(table, [])
    if not isinstance(rows, list):
        faults.append(f"{name}: write [[{table}]], with two brackets")
        return ()
    read = (_row(kind, row, f"{name}: [[{table}]] {number}", faults) for number, row in enumerate(rows, 1))
    return tuple(fact for fact in read if fact)


def _row(kind: type[Fact], row: dict[str, Any], place: str, faults: list[str]) -> Fact | None:
    known = [spec.name for spec in fields(kind) if spec.name not in OWN]
    unknown = [_unknown(key, known) for key in row if key not in known]
    needed = [spec.name for spec in fields(kind) if spec.default is MISSING and spec.default_factory is MISSING]
    missing = [f"{key} is missing" for key in needed if key not in row]
    if unknown or missing:
        faults.extend(f"{place}: {fault}" for fault in unknown + missing)
        return None
    try:
        return TypeAdapter(kind).validate_python(row)
    except ValidationError as error:
        faults.extend(f"{place}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        return None


def _unknown(key: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    return f"unknown key {key!r}; " + (f"did you mean {near[0]!r}?" if near else f"known are {_listed(known)}")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def take_in(store: Store, watched: Watched, *, now: datetime, by: str) -> None:
    """Write it all to the store; what is there under the same id or name is replaced."""
    store.add_sources(watched.sources, now=now)
    for on in (True, False):
        ids = [source.id for source in watched.sources if source.enabled is on]
        store.set_enabled(ids, on, now=now)
    for reader in watched.readers:
        store.save_reader(reader, now=now)
    for profile in watched.profiles:
        store.save_profile(profile, now=now, by=by)
    for watch in watched.watches:
        store.save_watch(watch, now=now, by=by)


def write_text(watched: Watched) -> str:
    """The same as a file that `read_text` reads back; fields at their default are left out."""
    document = tomlkit.document()
    for table, facts in (
        ("source", watched.sources),
        ("watch", watched.watches),
        ("reader", watched.readers),
        ("profile", watched.profiles),
    ):
        if facts:
            rows = tomlkit.aot()
            for fact in facts:
                rows.append(tomlkit.item(_plain(fact)))
            document[table] = rows
    return tomlkit.dumps(document)


def _plain(fact: Source | Watch | Reader | ProfileText) -> dict[str, Any]:
    return {
        spec.name: _toml(getattr(fact, spec.name))
        for spec in fields(fact)
        if spec.name not in OWN and getattr(fact, spec.name) not in (spec.default, None, {}, ())
    }


def _toml(value: Any) -> Any:
    if isinstance(value, str) and "\n" in value:
        return tomlkit.string(value, multiline=True)
    if isinstance(value, Enum):
        return value.value
    return list(value) if isinstance(value, tuple) else value
