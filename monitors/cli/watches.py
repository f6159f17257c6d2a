"""fenghuo watch: what is looked for, and who is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from monitors.cli import trials
from monitors.cli.asking import warn
from monitors.cli.faults import WrongInput
from monitors.cli.opening import ConfigOption, JsonOption, configuration, now, opened
from monitors.cli.watched import applied_row, change_row, show_applied, told
from monitors.cli.wishes import Wishes, wishing

if TYPE_CHECKING:
    from datetime import datetime

    from storage import Store
    from storage.audience import ProfileText, Reader, Watch

app = typer.Typer(help="What is looked for, and who is told.", no_args_is_help=True)
app.command()(trials.test)
app.command()(trials.backtest)


@app.command("list")
def list_(json_: JsonOption = False, config: ConfigOption = None) -> None:
    """The watches."""
    from monitors.cli.screens import console, rows_table
    from storage.records import as_dict

    with opened(configuration(config), reading=True) as store:
        watches = store.watches()
    if json_:
        print(json.dumps([as_dict(watch) for watch in watches], ensure_ascii=False))
        return
    rows = [
        (w.name, "on" if w.enabled else "off", w.rule or f"profile {w.profile}", w.rhythm, ", ".join(w.readers))
        for w in watches
    ]
    console.print(rows_table(("Name", "", "Rule", "Rhythm", "Readers"), rows))


@app.command()
def show(name: str, config: ConfigOption = None) -> None:
    """One watch, its readers and its own profile, as `config import` reads them."""
    from monitors.exchange import Watched, write_text

    with opened(configuration(config), reading=True) as store:
        watch = named(store, name)
        readers = tuple(reader for reader in store.readers() if reader.name in watch.readers)
        profiles = tuple(profile for profile in store.profiles() if profile.name == watch.profile)
    print(write_text(Watched(watches=(watch,), readers=readers, profiles=profiles)))


@app.command()
@wishing
def add(
    name: str,
    rule: Annotated[
        str, typer.Argument(help="What to look for, for example '(人工智能 OR 大模型) AND 山西 -招聘'.")
    ] = "",
    *,
    wishes: Wishes,
) -> None:
    """Look for something from the next article on."""
    from storage.audience import Watch

    with opened(configuration(wishes.config), new=True) as store:
        if name in {known.name for known in store.watches()}:
            raise WrongInput(f"there is a watch {name} already; `fenghuo watch show {name}` shows it")
        saved = _save(store, Watch(name=name, rule=rule), wishes)
    if not wishes.since:
        _say(saved, f"{name} applies from the next article on", as_json=wishes.json_)


@app.command()
@wishing
def edit(
    name: str,
    rule: Annotated[str | None, typer.Option(help="Another rule.")] = None,
    on: Annotated[bool | None, typer.Option("--on/--off", help="Switch it on or off.")] = None,
    *,
    wishes: Wishes,
) -> None:
    """Change a watch, from the next article on; who changed what stands in `watch history`.

    With --since its rule is applied to stored articles, too. Interrupted, it is finished by the same command again.
    """
    from dataclasses import replace

    with opened(configuration(wishes.config)) as store:
        before = named(store, name)
        watch = replace(
            before, rule=before.rule if rule is None else rule, enabled=before.enabled if on is None else on
        )
        saved = _save(store, watch, wishes)
    if not wishes.since:
        _say(saved, f"{name} is at version {saved.version}; {_what_now(before, saved)}", as_json=wishes.json_)


@app.command()
def history(name: str, json_: JsonOption = False, config: ConfigOption = None) -> None:
    """Who changed a watch when, and what."""
    from monitors.cli.screens import console, moment, rows_table

    with opened(configuration(config), reading=True) as store:
        changes = store.watch_changes(name)
    if not changes:
        raise WrongInput(f"there never was a watch {name}; `fenghuo watch list` shows those there are")
    if json_:
        print(json.dumps([change_row(change) for change in changes], ensure_ascii=False))
        return
    rows = [(moment(c.changed_at), c.by, *told(c)) for c in changes]
    console.print(rows_table(("When", "Who", "Before", "After"), rows))


@app.command()
def remove(name: str, config: ConfigOption = None) -> None:
    """Look for it no more; what was found stays."""
    from getpass import getuser

    with opened(configuration(config)) as store:
        if not store.remove_watch(name, now=now(), by=getuser()):
            raise WrongInput(f"no such watch: {name}; `fenghuo watch list` shows them")
    print(f"{name} removed")


def named(store: Store, name: str) -> Watch:
    for watch in store.watches():
        if watch.name == name:
            return watch
    raise WrongInput(f"no such watch: {name}; `fenghuo watch list` shows them")


def _what_now(before: Watch, watch: Watch) -> str:
    if watch == before:
        return "nothing was changed: `fenghuo watch edit --help` shows what can be"
    return "it applies from the next article on" if watch.enabled else "it is off, and finds nothing until --on"


def _say(watch: Watch, words: str, *, as_json: bool) -> None:
    from storage.records import as_dict

    print(json.dumps(as_dict(watch), ensure_ascii=False) if as_json else words)


def _save(store: Store, watch: Watch, wishes: Wishes) -> Watch:
    """Check everything that was typed, then write it, then apply it to the past where that is wanted."""
    from dataclasses import replace
    from getpass import getuser

    from monitors.configuration import ConfigurationError
    from monitors.exchange import Known, Watched, find_faults, take_in
    from monitors.reapplying import since_of

    if wishes.notify and not wishes.since:
        raise WrongInput("--notify tells of what --since finds; write, for example, --since 7d --notify")
    since = since_of(wishes.since, now=now()) if wishes.since else None
    own = _own_profile(wishes.profile)
    watch = replace(watch, **wishes.of_watch())
    if wishes.profile is not None:
        watch = replace(watch, profile=own[0].name if own else wishes.profile)
    people = tuple(map(_reader, wishes.reader or ()))
    if wishes.reader is not None:
        watch = replace(watch, readers=tuple(reader.name for reader in people))
    watched = Watched(watches=(watch,), readers=_unknown(store, people), profiles=own)
    known = Known(profiles=frozenset(stored.name for stored in store.profiles()))
    if faults := find_faults(watched, now=now(), known=known):
        raise ConfigurationError("\n".join(faults))
    take_in(store, watched, now=now(), by=getuser())
    saved = named(store, watch.name)
    warn(store, saved.rule)
    if since is not None:
        _apply(store, saved, since, wishes)
    return saved


def _own_profile(profile: str | None) -> tuple[ProfileText, ...]:
    from pathlib import Path

    from monitors.profiles import read_own

    return (read_own(Path(profile)),) if profile and profile.endswith(".toml") else ()


def _reader(address: str) -> Reader:
    from storage.audience import Reader

    return Reader(name=address, channels=(f"mailto:{address}",))


def _unknown(store: Store, readers: tuple[Reader, ...]) -> tuple[Reader, ...]:
    """Those that are not there yet; who is there keeps channels and language."""
    known = {reader.name for reader in store.readers()}
    return tuple(reader for reader in readers if reader.name not in known)


def _apply(store: Store, watch: Watch, since: datetime, wishes: Wishes) -> None:
    from getpass import getuser

    from monitors.cli.screens import errors
    from monitors.reapplying import Application

    with errors.status("applying it to stored articles") as status:
        application = Application(store, watch, notify=wishes.notify, now=now())
        applied = application.run(
            since, by=getuser(), progress=lambda count: status.update(f"{count} articles looked at")
        )
    if wishes.json_:
        print(json.dumps(applied_row(watch, applied, notify=wishes.notify), ensure_ascii=False))
    else:
        show_applied(watch, applied, notify=wishes.notify)
