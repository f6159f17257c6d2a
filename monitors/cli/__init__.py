"""The command line. `main` is the program `fenghuo`.

Exit code 2 and one clear line on stderr: wrong input. 1: what was looked at is not as it should be (`db check`,
`crawl` where all sources are in trouble). 130: Ctrl-C. Bugs keep their traceback. Heavy libraries are imported
inside the commands, because `fenghuo query` should not wait for Scrapy.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from monitors.cli import (
    config,
    crawling,
    database,
    deliveries,
    demo,
    finding,
    health,
    mails,
    pages,
    readers,
    reprocessing,
    searching,
    setup,
    sources,
    watches,
)
from monitors.cli.faults import expected_errors

app = typer.Typer(
    name="fenghuo",
    help="Watches the news pages of Chinese governments and industrial parks, mends their text, tells each story once.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(demo.demo)
app.command()(setup.init)
app.command()(crawling.run)
app.command()(crawling.crawl)
app.command()(finding.status)
app.command(cls=searching.Expression)(searching.query)
app.command()(finding.explain)
app.command()(finding.repair)
app.add_typer(pages.app, name="page")
app.command()(reprocessing.reprocess)
app.add_typer(sources.app, name="sources")
app.add_typer(watches.app, name="watch")
app.add_typer(readers.app, name="readers")
app.add_typer(mails.app, name="mail")
app.command()(mails.digest)
app.add_typer(deliveries.app, name="deliveries")
app.command()(health.health)
app.add_typer(config.app, name="config")
app.add_typer(database.app, name="db")

#: Exit code after Ctrl-C, as of any program.
STOPPED = 130


@app.callback(invoke_without_command=True)
def program(
    version: Annotated[bool, typer.Option("--version", help="Say which version this is.", is_eager=True)] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        print(f"fenghuo {installed('fenghuo')}")
        raise typer.Exit


def main() -> None:
    """Entry point: expected errors become one line and exit code 2."""
    try:
        code = app(prog_name="fenghuo", standalone_mode=False)
    except SystemExit:  # before the next lines but one, which load what the command may not have needed
        raise
    except typer.Abort:
        code = STOPPED
    except typer.TyperException as error:
        code = mistyped(error)
    except expected_errors() as error:
        print(f"fenghuo: {error}", file=sys.stderr)
        code = 2
    if code == STOPPED:
        print("fenghuo: stopped", file=sys.stderr)
    sys.exit(code)


def mistyped(error: typer.TyperException) -> int:
    """One line that says whose help to ask; nothing where the help itself was shown. The exit code."""
    context: typer.Context | None = getattr(error, "ctx", None)
    command = context.command_path if context else "fenghuo"
    if what := " ".join(error.format_message().split()).rstrip("."):
        print(f"fenghuo: {what}; `{command} --help` shows how", file=sys.stderr)
    return error.exit_code
