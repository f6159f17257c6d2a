"""fenghuo watch: what is looked for, and who is told."""

from __future__ import annotations

from typing import Annotated

import typer

from monitors.cli.faults import WrongInput
from monitors.cli.opening import ConfigOption, configuration, now, opened

app = typer.Typer(help="What is looked for, and who is told.", no_args_is_help=True)


@app.command("list")
def list_(config: ConfigOption = None) -> None:
    """The watches."""
    from monitors.cli.screens import console, rows_table

    with opened(configuration(config)) as store:
        watches = store.watches()
    rows = [
        (w.name, "on" if w.enabled else "off", w.rule or f"profile {w.profile}", w.rhythm, ", ".join(w.readers))
        for w in watches
    ]
    console.print(rows_table(("Name", "", "Rule", "Rhythm", "Readers"), rows))


@app.command()
def show(name: str, config: ConfigOption = None) -> None:
    """One watch and its readers, as `config import` reads them."""
    from monitors.exchange import Watched, write_text

    with opened(configuration(config)) as store:
        watches = tuple(watch for watch in store.watches() if watch.name == name)
        readers = tuple(reader for watch in watches for reader in store.readers() if reader.name in watch.readers)
    if not watches:
        raise WrongInput(f"no such watch: {name}; `fenghuo watch list` shows them")
    print(write_text(Watched(watches=watches, readers=readers)))


@app.command()
def add(
    name: str,
    rule: Annotated[str, typer.Argument(help="What to look for, for example '(人工智能 OR 大模型) AND 山西 -招聘'.")],
    reader: Annotated[list[str] | None, typer.Option("--reader", "-r", help="E-mail address; may be repeated.")] = None,
    rhythm: Annotated[str, typer.Option(help='"at once", "hourly", "daily 08:30", "weekdays 08:30".')] = "daily 08:30",
    title: Annotated[str, typer.Option(help="What its digests are called.")] = "",
    config: ConfigOption = None,
) -> None:
    """Look for something from the next article on."""
    from getpass import getuser

    from monitors.configuration import ConfigurationError
    from monitors.exchange import Watched, find_faults, take_in
    from storage.records import Reader, Watch

    readers = tuple(Reader(name=address, channels=(f"mailto:{address}",)) for address in reader or [])
    watch = Watch(name=name, title=title, rule=rule, rhythm=rhythm, readers=tuple(r.name for r in readers))
    watched = Watched(watches=(watch,), readers=readers)
    if faults := find_faults(watched, now=now()):
        raise ConfigurationError("\n".join(faults))
    with opened(configuration(config)) as store:
        if name in {known.name for known in store.watches()}:
            raise WrongInput(f"there is a watch {name} already; `fenghuo watch show {name}` shows it")
        take_in(store, watched, now=now(), by=getuser())
    print(f"{name} applies from the next article on")


@app.command()
def remove(name: str, config: ConfigOption = None) -> None:
    """Look for it no more; what was found stays."""
    from getpass import getuser

    with opened(configuration(config)) as store:
        if not store.remove_watch(name, now=now(), by=getuser()):
            raise WrongInput(f"no such watch: {name}; `fenghuo watch list` shows them")
    print(f"{name} removed")
