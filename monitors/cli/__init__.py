"""The command line. `main` is the program `fenghuo`.

Wrong input ends in one clear line on stderr and exit code 2; bugs keep their traceback. Heavy libraries are imported
inside the commands, because `fenghuo query` should not wait for Scrapy.
"""

from __future__ import annotations

import sys

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


def main() -> None:
    """Entry point: expected errors become one line and exit code 2."""
    try:
        app()
    except SystemExit:  # before the next line but one, which loads what the command may not have needed
        raise
    except KeyboardInterrupt:
        print("fenghuo: stopped", file=sys.stderr)
        sys.exit(130)
    except expected_errors() as error:
        print(f"fenghuo: {error}", file=sys.stderr)
        sys.exit(2)
