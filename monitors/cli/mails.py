"""fenghuo mail, fenghuo digest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitors.cli.faults import WrongInput, touching
from monitors.cli.opening import ConfigOption, configuration, now, opened

if TYPE_CHECKING:
    from storage.audience import Delivery

app = typer.Typer(help="The mail server.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """The mail server."""


@app.command()
def test(
    address: Annotated[str, typer.Argument(help="Who receives the test message.")], config: ConfigOption = None
) -> None:
    """Send a test message, the way digests are sent."""
    from monitors.channels import Verdict, open_channels
    from monitors.delivery import send_now
    from monitors.mails.addresses import AddressError
    from monitors.notes import note
    from monitors.outgoing import letterhead, settings
    from storage.audience import Reader

    configured = configuration(config)
    reader = Reader(name=address, channels=(f"mailto:{address}",))
    try:
        delivery = note("test", {}, to=reader, letterhead=letterhead(configured), now=now(), kind="test")
    except AddressError as error:
        raise WrongInput(str(error)) from error
    answer = send_now(open_channels(settings(configured))["mailto"], delivery)
    if answer.verdict is not Verdict.TAKEN:
        raise WrongInput(f"the test message was not taken: {answer.detail}")
    print(f"the test message was taken: {answer.detail}")


def digest(
    watch: Annotated[str, typer.Argument(help="Name of a watch; none = all.")] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Open the page in the browser.")] = False,
    file: Annotated[Path, typer.Option(help="File that the page is written to.")] = Path("fenghuo-digest.html"),
    send: Annotated[bool, typer.Option("--send", help="Send now what the next digest would tell.")] = False,
    config: ConfigOption = None,
) -> None:
    """Write what the next digest would tell as a page, or send it now."""
    import webbrowser

    from monitors.early import preview_page, send_early

    configured = configuration(config)
    with opened(configured) as store:
        if watch and watch not in {known.name for known in store.watches()}:
            raise WrongInput(f"no such watch: {watch}; `fenghuo watch list` shows them")
        if send:
            report(send_early(configured, store, watch, now=now()))
        elif page := preview_page(store, watch, now=now()):
            with touching(file):
                file.write_text(page, encoding="utf-8")
            shown = preview and webbrowser.open(file.resolve().as_uri())
            print(f"wrote {file}" + ("" if shown or not preview else "; there is no browser to open it with"))
        else:
            print("nothing new: no digest would be sent")


def report(deliveries: list[Delivery]) -> None:
    """How many messages went out, and what keeps the others."""
    from monitors.cli.screens import many
    from storage.audience import State

    kept = [one for one in deliveries if one.state not in (State.SENT, State.ACCEPTED)]
    count = len(deliveries) - len(kept)
    print(f"{many(count, 'message')} sent")
    for one in kept:
        print(f"message {one.id} to {one.reader} is {one.state.value}: {one.error}")
