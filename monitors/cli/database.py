"""fenghuo db: the database, looked after."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitors.cli.faults import WrongInput
from monitors.cli.opening import ConfigOption, JsonOption, configuration, now, opened

app = typer.Typer(help="The database, looked after.", no_args_is_help=True)


@app.command()
def check(json_: JsonOption = False, config: ConfigOption = None) -> None:
    """Look at schema, integrity, index and library; exit code 1 where something is wrong."""
    from monitors.cli.screens import console, rows_table
    from monitors.exports import in_json

    with opened(configuration(config), reading=True) as store:
        checks = store.check()
    if json_:
        print(in_json(checks))
    else:
        rows = [("ok" if one.sound else "WRONG", one.name, one.detail) for one in checks]
        console.print(rows_table(("", "What", "How it stands"), rows))
    if not all(one.sound for one in checks):
        raise typer.Exit(1)


@app.command()
def stats(json_: JsonOption = False, config: ConfigOption = None) -> None:
    """What takes how much room."""
    from monitors.cli.screens import console, rows_table
    from monitors.exports import in_json

    with opened(configuration(config), reading=True) as store:
        sizes = store.stats()
    if json_:
        print(in_json(sizes))
        return
    rows = [(size.name, "" if size.rows is None else f"{size.rows:,}", f"{size.bytes / 1e6:,.1f} MB") for size in sizes]
    console.print(rows_table(("Table", "Rows", "Size"), rows))


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="File to write.")], config: ConfigOption = None) -> None:
    """Write a copy, while others read and write."""
    with opened(configuration(config), reading=True) as store:
        store.backup(file)
    print(f"wrote {file}, {file.stat().st_size / 1e6:.1f} MB")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A backup.")], config: ConfigOption = None) -> None:
    """Put a backup in the place of the database; nobody may be using it."""
    from storage import Store

    if not file.is_file():
        raise WrongInput(f"{file}: {'is a folder; name a file in it' if file.is_dir() else 'no such file'}")
    old = Store.restore(configuration(config).database, file)
    print(f"restored from {file}" + (f"; what was there is in {old}" if old else ""))


@app.command()
def vacuum(config: ConfigOption = None) -> None:
    """Give back the room of what was deleted."""
    with opened(configuration(config)) as store:
        store.vacuum()
    print("done")


@app.command()
def migrate(config: ConfigOption = None) -> None:
    """Bring the database to the schema of this version."""
    from storage import Store
    from storage.tables import REVISION

    before = Store.migrate(configuration(config).database, now=now())
    if before == REVISION:
        print(f"schema {before} is the newest: nothing is to be done")
    else:
        print(f"from schema {before} to {REVISION}" if before else f"a new database, of schema {REVISION}")
