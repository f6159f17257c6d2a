"""fenghuo run, fenghuo crawl."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Annotated

import typer

from monitors.cli.faults import WrongInput
from monitors.cli.opening import ConfigOption, configuration, opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage import Store
    from storage.records import Source, Visit

Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log what the crawler does.")]


def run(
    config: ConfigOption = None,
    verbose: Verbose = False,
    log_json: Annotated[bool, typer.Option("--log-json", help="Log a JSON object a line.")] = False,
) -> None:
    """Crawl what is due and send what is due, until SIGTERM or Ctrl-C."""
    from crawler.run import run as run_loop
    from monitors import logs
    from monitors.service import Service

    configured = configuration(config)
    with opened(configured, new=True) as store:
        need_enabled_sources(store)
        logs.set_up(logging.DEBUG if verbose else logging.INFO, as_json=log_json)
        service = Service(configured, store)
        run_loop(service.run)


def crawl(
    sources: Annotated[list[str] | None, typer.Argument(help="Ids of sources; none = all that are enabled.")] = None,
    config: ConfigOption = None,
    verbose: Verbose = False,
) -> None:
    """Visit sources once, now; exit code 1 where all are in trouble."""
    from crawler.run import run as run_loop
    from monitors import logs
    from monitors.judging import Judge
    from monitors.parts import parts
    from monitors.round import Round

    logs.set_up(logging.DEBUG if verbose else logging.WARNING)
    configured = configuration(config)
    with opened(configured, new=True) as store:
        ids = check_ids(store, sources or [])
        if not ids:
            need_enabled_sources(store)
        progress = Progress()
        crawl_round = Round(parts(configured, store, Judge(store)), on_visit=progress.visited)
        left = run_loop(lambda: crawl_round.make(ids))
        progress.sum_up(left)
    need_sound(progress.visits)


class Progress:
    """A line for each visit as it ends, and the sum."""

    def __init__(self) -> None:
        self.visits: list[Visit] = []

    def visited(self, source: Source, visit: Visit) -> None:
        from monitors.cli.screens import console, line

        self.visits.append(visit)
        found = f"{visit.new} new" + (f", {visit.matched} matched" if visit.matched else "")
        detail = f"  [dim]{line(visit.detail)}[/]" if visit.detail else ""
        console.print(f"{visit.outcome.value:<15}{found:<20}{line(source.name)}{detail}", soft_wrap=True)

    def sum_up(self, left: set[str]) -> None:
        from monitors.cli.screens import console, line

        console.print(total(self.visits))
        if left:
            console.print(f"not visited, their hosts are taken or asked for a pause: {line(', '.join(sorted(left)))}")


def total(visits: Sequence[Visit]) -> str:
    from monitors.cli.screens import many
    from storage.records import SOUND

    requests, new, matched = (sum(getattr(one, count) for one in visits) for count in ("requests", "new", "matched"))
    visited = f"{many(len(visits), 'source')} visited with {many(requests, 'request')}"
    return f"{visited}, {sum(one.outcome not in SOUND for one in visits)} in trouble: {new} new, {matched} matched"


def need_sound(visits: Sequence[Visit]) -> None:
    """Ends with exit code 1 where no source could be read: the line is down, or nothing was visited."""
    from storage.records import SOUND

    if not any(visit.outcome in SOUND for visit in visits):
        raise typer.Exit(1)


def check_ids(store: Store, ids: list[str]) -> list[str]:
    known = {source.id for source in store.sources(ids=ids)} if ids else set()
    if missing := [name for name in ids if name not in known]:
        raise WrongInput(f"no such source: {', '.join(missing)}; `fenghuo sources list` shows them")
    return ids


def need_enabled_sources(store: Store) -> None:
    if not store.sources(enabled=True):
        raise WrongInput(
            "no source is enabled; `fenghuo init` asks which, or type for example "
            "`fenghuo sources enable --province 江苏 --level park`"
        )
