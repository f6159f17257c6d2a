"""fenghuo demo: the whole job in one minute, on sites that it serves itself."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitors.cli.faults import WrongInput
from monitors.cli.opening import now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.run import Parts
    from storage import Store

DATABASE = Path("fenghuo-demo.db")
MAIL = Path("fenghuo-demo.eml")
PAGE = Path("fenghuo-demo.html")
#: The day that the sites' news is dated by, so that a later run finds the same sites.
ANCHOR = "demo.anchor"
READER = "reader@fenghuo.example"
CONTACT = "https://fenghuo.example/demo"


def demo(fresh: Annotated[bool, typer.Option("--fresh", help="Begin again.")] = False) -> None:
    """Serve five small damaged sites on loopback, crawl them, show what was mended and matched, write the digest."""
    from crawler.demo import serve
    from crawler.run import run
    from monitors.cli.crawling import Progress
    from monitors.cli.screens import console
    from monitors.round import Round
    from storage import Store

    # The report has what went wrong with the sites; a log beside it would say it twice.
    logging.basicConfig(level=logging.CRITICAL)
    if fresh:
        clear()
    store = Store.open(f"sqlite:///{DATABASE}", now=now())
    try:
        known = store.status(now=now()).articles
        ids = furnish(store)
        progress = Progress()
        console.print(f"five sites on loopback, crawled into {DATABASE}\n")
        with serve(anchor_of(store)) as served:
            run(lambda: Round(parts(store, served.hosts), on_visit=progress.visited).make(ids))
        progress.sum_up(set())
        show(store, new=sum(visit.new for visit in progress.visits), known=known)
    finally:
        store.close()


def clear() -> None:
    for path in (DATABASE, DATABASE.with_name(f"{DATABASE}-wal"), DATABASE.with_name(f"{DATABASE}-shm"), MAIL, PAGE):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise WrongInput(f"{path}: {error.strerror}") from error


def anchor_of(store: Store) -> date:
    if not (anchor := store.meta(ANCHOR)):
        anchor = now().date().isoformat()
        store.set_meta(ANCHOR, anchor, now=now())
    return date.fromisoformat(anchor)


def furnish(store: Store) -> list[str]:
    """Sources, watch and reader of the demonstration; the ids of the sources."""
    from dataclasses import replace

    from crawler.demo import sources
    from monitors.profiles import shipped_watch
    from storage.records import Reader

    sites = sources()
    store.add_sources(sites, now=now())
    store.set_enabled([source.id for source in sites], True, now=now())
    store.save_reader(Reader(name=READER, channels=(f"mailto:{READER}",)), now=now())
    store.save_watch(replace(shipped_watch(), readers=(READER,)), now=now(), by="fenghuo demo")
    return [source.id for source in sites]


def parts(store: Store, hosts: Mapping[str, str]) -> Parts:
    """The crawl as it is, but for a pause that suits sites of one's own."""
    from crawler.limits import Limits
    from crawler.run import Parts
    from monitors.judging import Judge
    from monitors.parts import planner

    return Parts(
        store=store,
        contact=CONTACT,
        limits=Limits(delay=0.05, workers=2),
        judge=Judge(store),
        plan=planner(store),
        hosts=hosts,
    )


def show(store: Store, *, new: int, known: int) -> None:
    """The items as a table and the digest as files; on a second run, that there is nothing new."""
    from monitors.cli.screens import articles_table, console

    items = store.search("", limit=50, now=now()).articles
    console.print(articles_table(items, title="\nmatched, newest first"))
    if not new and known:
        console.print(f"\n0 new; the digest of the first run is in {MAIL} and {PAGE}; --fresh begins again")
        return
    write_digest(store)
    console.print(f"\nthe digest: {MAIL} (a mail) and {PAGE} (for a browser)")
    console.print(f"run it again: 0 new. Explain an article: FENGHUO_DATABASE=sqlite:///{DATABASE} fenghuo explain URL")
