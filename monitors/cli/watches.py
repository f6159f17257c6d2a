"""fenghuo watch: what is looked for, and who is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from monitors.cli import trials
from monitors.cli.asking import warn
from monitors.cli.faults import WrongInput
from monitors.cli.opening import ConfigOption, JsonOption, configuration, now, opened
from monitors.cli.watched import applied_row, change_row, show_applied, told

if TYPE_CHECKING:
    from datetime import datetime

    from storage import Store
    from storage.audience import ProfileText, Reader, Watch

app = typer.Typer(help="What is looked for, and who is told.", no_args_is_help=True)
app.command()(trials.test)
app.command()(trials.backtest)

ReaderOption = Annotated[list[str] | None, typer.Option("--reader", "-r", help="E-mail address; may be repeated.")]
ProfileOption = Annotated[
    str | None, typer.Option(metavar="NAME|FILE", help="A keyword profile: its name, or a TOML file of your own.")
]
ThresholdOption = Annotated[float | None, typer.Option(help="Least score of its profile that is a hit.")]
RhythmOption = Annotated[str | None, typer.Option(help='"at once", "hourly", "daily 08:30", "weekdays 08:30".')]
QuietOption = Annotated[str | None, typer.Option(help='Alerts wait in these hours: "22:00-07:00".')]
TitleOption = Annotated[str | None, typer.Option(help="What its digests are called.")]
CapOption = Annotated[int | None, typer.Option(min=1, help="Most alerts an hour; the others go into the digest.")]
ZoneOption = Annotated[str | None, typer.Option(help="Its time zone; default Asia/Shanghai.")]
SinceOption = Annotated[
    str, typer.Option(help="Apply it to stored articles published since, too: 30d, 2026-11-01. Nobody is told of them.")
]
NotifyOption = Annotated[
    bool, typer.Option("--notify", help="With --since: tell its readers of them in the next digest.")
]


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
def add(
    name: str,
    rule: Annotated[
        str, typer.Argument(help="What to look for, for example '(人工智能 OR 大模型) AND 山西 -招聘'.")
    ] = "",
    profile: ProfileOption = None,
    threshold: ThresholdOption = None,
    reader: ReaderOption = None,
    rhythm: RhythmOption = None,
    quiet_hours: QuietOption = None,
    cap: CapOption = None,
    timezone: ZoneOption = None,
    title: TitleOption = None,
    since: SinceOption = "",
    notify: NotifyOption = False,
    json_: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Look for something from the next article on."""
    from storage.audience import Watch

    wishes = {"threshold": threshold, "rhythm": rhythm, "quiet_hours": quiet_hours, "cap": cap, "timezone": timezone}
    with opened(configuration(config), new=True) as store:
        if name in {known.name for known in store.watches()}:
            raise WrongInput(f"there is a watch {name} already; `fenghuo watch show {name}` shows it")
        watch = _wished(Watch(name=name, rule=rule), {**wishes, "title": title})
        saved = _save(store, watch, profile=profile, readers=reader, past=Past(since, notify, json_))
    if not since:
        _say(saved, f"{name} applies from the next article on", as_json=json_)


@app.command()
def edit(
    name: str,
    rule: Annotated[str | None, typer.Option(help="Another rule.")] = None,
    profile: ProfileOption = None,
    threshold: ThresholdOption = None,
    reader: ReaderOption = None,
    rhythm: RhythmOption = None,
    quiet_hours: QuietOption = None,
    cap: CapOption = None,
    timezone: ZoneOption = None,
    title: TitleOption = None,
    on: Annotated[bool | None, typer.Option("--on/--off", help="Switch it on or off.")] = None,
    since: SinceOption = "",
    notify: NotifyOption = False,
    json_: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Change a watch, from the next article on; who changed what stands in `watch history`.

    With --since its rule is applied to stored articles, too. Interrupted, it is finished by the same command again.
    """
    wishes = {"rule": rule, "threshold": threshold, "rhythm": rhythm, "quiet_hours": quiet_hours, "cap": cap}
    with opened(configuration(config)) as store:
        before = named(store, name)
        watch = _wished(before, {**wishes, "timezone": timezone, "title": title, "enabled": on})
        saved = _save(store, watch, profile=profile, readers=reader, past=Past(since, notify, json_))
    if not since:
        _say(saved, f"{name} is at version {saved.version}; {_what_now(before, saved)}", as_json=json_)


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


class Past(NamedTuple):
    """What was asked for beside the change itself."""

    since: str
    notify: bool
    json: bool


def _wished(watch: Watch, wishes: dict[str, Any]) -> Watch:
    from dataclasses import replace

    return replace(watch, **{key: value for key, value in wishes.items() if value is not None})


def _save(store: Store, watch: Watch, *, profile: str | None, readers: list[str] | None, past: Past) -> Watch:
    """Check everything that was typed, then write it, then apply it to the past where that is wanted."""
    from dataclasses import replace
    from getpass import getuser

    from monitors.configuration import ConfigurationError
    from monitors.exchange import Known, Watched, find_faults, take_in
    from monitors.reapplying import since_of

    if past.notify and not past.since:
        raise WrongInput("--notify tells of what --since finds; write, for example, --since 7d --notify")
    since = since_of(past.since, now=now()) if past.since else None
    own = _own_profile(profile)
    if profile is not None:
        watch = replace(watch, profile=own[0].name if own else profile)
    people = tuple(map(_reader, readers or ()))
    if readers is not None:
        watch = replace(watch, readers=tuple(reader.name for reader in people))
    watched = Watched(watches=(watch,), readers=_unknown(store, people), profiles=own)
    known = Known(profiles=frozenset(stored.name for stored in store.profiles()))
    if faults := find_faults(watched, now=now(), known=known):
        raise ConfigurationError("\n".join(faults))
    take_in(store, watched, now=now(), by=getuser())
    saved = named(store, watch.name)
    warn(store, saved.rule)
    if since is not None:
        _apply(store, saved, since, past)
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


def _apply(store: Store, watch: Watch, since: datetime, past: Past) -> None:
    from getpass import getuser

    from monitors.cli.screens import errors
    from monitors.reapplying import Application

    with errors.status("applying it to stored articles") as status:
        application = Application(store, watch, notify=past.notify, now=now())
        applied = application.run(
            since, by=getuser(), progress=lambda count: status.update(f"{count} articles looked at")
        )
    if past.json:
        print(json.dumps(applied_row(watch, applied, notify=past.notify), ensure_ascii=False))
    else:
        show_applied(watch, applied, notify=past.notify)
