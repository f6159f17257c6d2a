"""fenghuo config: the configuration file, and what is watched as text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitors.cli.opening import ConfigOption, configuration, now, opened

app = typer.Typer(help="The configuration, and what is watched as text.", no_args_is_help=True)


@app.command()
def check(config: ConfigOption = None) -> None:
    """Say what is wrong with the configuration: file, line and remedy."""
    configured = configuration(config)
    if not configured.contact:
        print("no contact is set: nothing will be crawled; `fenghuo init` asks for it")
    if not configured.smtp.host:
        print(f"no mail server is set: digests are written to {configured.folder}")
    print("the configuration is sound")


@app.command("import")
def import_(file: Path, config: ConfigOption = None) -> None:
    """Take sources, watches, readers and profiles in from a TOML file."""
    from getpass import getuser

    from monitors.exchange import Known, read_file, take_in

    configured = configuration(config)
    with opened(configured, new=True) as store:
        stored = frozenset(profile.name for profile in store.profiles())
        known = Known(profiles=stored, private=frozenset(configured.allow_private))
        watched = read_file(file, now=now(), known=known)
        take_in(store, watched, now=now(), by=getuser())
    counts = f"{len(watched.sources)} sources, {len(watched.watches)} watches, {len(watched.readers)} readers"
    print(f"{counts}{f', {len(watched.profiles)} profiles' if watched.profiles else ''} taken in")


@app.command()
def export(
    all_: Annotated[bool, typer.Option("--all", help="Sources that are not enabled, too.")] = False,
    config: ConfigOption = None,
) -> None:
    """Write sources, watches, readers and profiles of your own as TOML to standard output."""
    from monitors.exchange import Watched, write_text

    with opened(configuration(config), reading=True) as store:
        watched = Watched(
            sources=tuple(store.sources(enabled=None if all_ else True)),
            watches=tuple(store.watches()),
            readers=tuple(store.readers()),
            profiles=tuple(store.profiles()),
        )
    print(write_text(watched), end="")
