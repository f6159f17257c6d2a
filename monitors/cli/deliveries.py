"""fenghuo deliveries: what was told, and what could not be."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from monitors.cli.faults import WrongInput
from monitors.cli.opening import ConfigOption, configuration, now, opened

if TYPE_CHECKING:
    from storage import Store
    from storage.audience import Delivery

app = typer.Typer(help="What was told, and what could not be.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="Number of a message.")]


@app.command("list")
def list_(
    state: Annotated[str, typer.Option(help="pending, sending, sent, accepted, unknown or dead.")] = "",
    limit: Annotated[int, typer.Option(min=1)] = 50,
    json_: Annotated[bool, typer.Option("--json", help="As JSON lines.")] = False,
    config: ConfigOption = None,
) -> None:
    """The messages, newest first."""
    from monitors.channels import masked
    from monitors.cli.screens import console, moment, rows_table
    from monitors.exports import as_message
    from storage.audience import State

    if state and state not in {known.value for known in State}:
        raise WrongInput(f"no such state: {state}; known are {', '.join(known.value for known in State)}")
    with opened(configuration(config), reading=True) as store:
        found = store.deliveries(state=State(state) if state else None, limit=limit)
    if json_:
        for delivery in found:
            print(json.dumps(as_message(delivery), ensure_ascii=False))
        return
    rows = [
        (d.id, d.state, d.reader, masked(d.channel), d.kind, d.subject, moment(d.sent_at or d.due_at), d.error)
        for d in found
    ]
    console.print(rows_table(("No", "State", "Reader", "Channel", "Kind", "Subject", "Sent or due", "Trouble"), rows))


@app.command()
def show(
    number: Number,
    raw: Annotated[bool, typer.Option("--raw", help="Byte for byte as it is sent.")] = False,
    config: ConfigOption = None,
) -> None:
    """How one message stands, and what it says."""
    from monitors.cli.screens import console, plain
    from monitors.exports import as_message
    from monitors.mails.message import readable

    with opened(configuration(config), reading=True) as store:
        delivery = _one(store, number)
    if raw:
        sys.stdout.buffer.write(delivery.payload)
        return
    stands = {name: value for name, value in as_message(delivery).items() if value not in (None, "", 0)}
    for name, value in stands.items():
        console.print(plain(f"{name + ':':<12} {value}"), soft_wrap=True)
    console.print(plain(f"\n{readable(delivery.payload)}"), soft_wrap=True)


@app.command()
def retry(number: Number, config: ConfigOption = None) -> None:
    """Send a dead or unknown message again, byte for byte."""
    with opened(configuration(config)) as store:
        delivery = _one(store, number)
        if not store.retry_delivery(number, now=now()):
            raise WrongInput(f"message {number} is {delivery.state.value}: only dead and unknown ones are sent again")
    print(f"message {number} is due now; `fenghuo run` sends it")


@app.command()
def drop(number: Number, config: ConfigOption = None) -> None:
    """Give a message up."""
    with opened(configuration(config)) as store:
        delivery = _one(store, number)
        if not store.drop_delivery(number, now=now()):
            raise WrongInput(f"message {number} is {delivery.state.value} and cannot be given up")
    print(f"message {number} is given up")


def _one(store: Store, number: int) -> Delivery:
    if delivery := store.delivery(number):
        return delivery
    raise WrongInput(f"no such message: {number}; `fenghuo deliveries list` shows them")
