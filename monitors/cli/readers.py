"""fenghuo readers: who is told, who does not want to be, and who cannot be reached."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitors.cli.faults import WrongInput
from monitors.cli.opening import ConfigOption, JsonOption, configuration, now, opened

if TYPE_CHECKING:
    from monitors.channels import Answer
    from monitors.configuration import Configuration
    from storage import Store
    from storage.audience import Reader, Watch

app = typer.Typer(help="Who is told, who does not want to be, and who cannot be reached.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Name of a reader.")]
#: What is seen of a reader; of a channel only what may be shown.
SEEN = ("name", "channels", "language", "watches", "unsubscribed", "suspended")
OfWatch = Annotated[str, typer.Argument(metavar="WATCH", help="Name of a watch.")]


@app.command("list")
def list_(json_: JsonOption = False, config: ConfigOption = None) -> None:
    """The readers, what each gets and what each has ended."""
    from monitors.cli.screens import console, rows_table

    with opened(configuration(config), reading=True) as store:
        readers = [_seen(reader, store.watches()) for reader in store.readers()]
    if json_:
        print(json.dumps(readers, ensure_ascii=False))
        return
    rows = [[", ".join(cell) if isinstance(cell, list) else cell for cell in reader.values()] for reader in readers]
    console.print(rows_table([key.capitalize() for key in SEEN], rows))


@app.command()
def test(name: Name, config: ConfigOption = None) -> None:
    """Send a test message by each channel of a reader; exit code 1 where one was not taken."""
    from monitors.channels import Verdict, masked

    configured = configuration(config)
    with opened(configured) as store:
        reader = _named(store, name)
    answers = [(channel, _tried(configured, reader, channel)) for channel in reader.channels]
    for channel, answer in answers:
        print(f"{masked(channel)}: {answer.verdict.value} ({answer.detail})")
    if not answers or any(answer.verdict not in (Verdict.TAKEN, Verdict.ACCEPTED) for _, answer in answers):
        raise typer.Exit(1)


@app.command()
def unsubscribe(name: Name, watch: OfWatch, config: ConfigOption = None) -> None:
    """Tell a reader nothing more for a watch, as the link in the mails does."""
    with opened(configuration(config)) as store:
        _check(store, name, watch)
        store.unsubscribe(name, watch)
    print(f"{name} gets {watch} no more; `fenghuo readers resubscribe {name} {watch}` takes that back")


@app.command()
def resubscribe(name: Name, watch: OfWatch, config: ConfigOption = None) -> None:
    """Tell a reader again, from the next story on."""
    with opened(configuration(config)) as store:
        _check(store, name, watch)
        store.resubscribe(name, watch)
    print(f"{name} gets {watch} from the next story on")


def _seen(reader: Reader, watches: list[Watch]) -> dict[str, Any]:
    from monitors.channels import masked

    told = [watch.name for watch in watches if reader.name in watch.readers and watch.name not in reader.unsubscribed]
    channels = [masked(channel) for channel in reader.channels]
    values = (reader.name, channels, reader.language, told, list(reader.unsubscribed), reader.suspended)
    return dict(zip(SEEN, values, strict=True))


def _tried(configured: Configuration, reader: Reader, channel: str) -> Answer:
    from monitors.channels import open_channels, scheme_of
    from monitors.delivery import send_now
    from monitors.mails.addresses import AddressError
    from monitors.notes import trial
    from monitors.outgoing import letterhead, settings

    way = open_channels(settings(configured))[scheme_of(channel)]
    try:
        return send_now(way, trial(reader, channel, way, letterhead=letterhead(configured), now=now()))
    except AddressError as error:
        raise WrongInput(str(error)) from error


def _named(store: Store, name: str) -> Reader:
    for reader in store.readers():
        if reader.name == name:
            return reader
    raise WrongInput(f"no such reader: {name}; `fenghuo readers list` shows them")


def _check(store: Store, name: str, watch: str) -> None:
    _named(store, name)
    if watch not in {known.name for known in store.watches()}:
        raise WrongInput(f"no such watch: {watch}; `fenghuo watch list` shows them")
