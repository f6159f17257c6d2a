"""fenghuo demo: the whole job in one minute, on sites that it serves itself."""

from __future__ import annotations

import base64
import email
import email.policy
import logging
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitors.cli.faults import touching
from monitors.cli.opening import now

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.run import Parts
    from monitors.cli.crawling import Progress
    from storage import Store
    from storage.records import Article

DATABASE = Path("fenghuo-demo.db")
#: Where its digest is written.
FOLDER = Path("fenghuo-demo-mail")
#: The day that the sites' news is dated by, so that a later run finds the same sites.
ANCHOR = "demo.anchor"
READER = "reader@fenghuo.example"
CONTACT = "https://fenghuo.example/demo"


def demo(fresh: Annotated[bool, typer.Option("--fresh", help="Begin again.")] = False) -> None:
    """Serve five small damaged sites on loopback, crawl them, show what was mended and matched, write the digest."""
    from crawler.run import run
    from monitors.cli.crawling import Progress
    from monitors.cli.screens import console
    from storage import Store

    # The report has what went wrong with the sites; a log beside it would say it twice.
    logging.basicConfig(level=logging.CRITICAL)
    if fresh:
        clear()
    store = Store.open(f"sqlite:///{DATABASE}", now=now())
    try:
        progress = Progress()
        console.print(f"five sites on loopback, crawled into {DATABASE}\n")
        run(lambda: crawl_and_tell(store, progress))
        progress.sum_up(set())
        show(store, new=sum(visit.new for visit in progress.visits))
    finally:
        store.close()


async def crawl_and_tell(store: Store, progress: Progress) -> None:
    from crawler.demo import serve
    from monitors.configuration import Configuration
    from monitors.early import send_owed
    from monitors.round import Round

    ids = furnish(store)
    with serve(anchor_of(store)) as served:
        await Round(parts(store, served.hosts), on_visit=progress.visited).make(ids)
    await send_owed(Configuration(folder=FOLDER, contact=CONTACT), store, "", now=now())


def clear() -> None:
    """Take away what an earlier run left."""
    files = [DATABASE, *(DATABASE.with_name(f"{DATABASE}{ending}") for ending in ("-wal", "-shm"))]
    for path in (*files, *FOLDER.glob("*.eml"), *FOLDER.glob("*.html")):
        with touching(path):
            path.unlink(missing_ok=True)


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
    from storage.audience import Reader

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
    from monitors.budget import Budget, Purse
    from monitors.judging import Judge
    from monitors.parts import planner

    return Parts(
        store=store,
        contact=CONTACT,
        limits=Limits(delay=0.05, workers=2),
        judge=Judge(store),
        plan=planner(store, Purse(store, Budget())),
        hosts=hosts,
    )


def show(store: Store, *, new: int) -> None:
    """The items as a table and the digest as files; on a second run, that there is nothing new."""
    from monitors.cli.screens import console, stories_table

    items = store.search("", limit=50, now=now()).articles
    found = store.stories({item.story_id for item in items})
    ordered = [found[id_] for id_ in dict.fromkeys(item.story_id for item in items)]
    console.print(stories_table(ordered, title="\nwhat matched, newest first, each story once"))
    show_examples(store, items)
    if not new:
        console.print("\n0 new: nothing to tell, so no mail; --fresh begins again")
    for mail in sorted(FOLDER.glob("*.eml")):
        page = mail.with_suffix(".html")
        page.write_text(page_of(mail.read_bytes()), encoding="utf-8")
        console.print(f"\nthe digest as a mail: {mail}\n       for a browser: {page}", soft_wrap=True)
    if new and items:
        console.print(f"\nFENGHUO_DATABASE=sqlite:///{DATABASE} fenghuo explain {items[0].url}", soft_wrap=True)


def show_examples(store: Store, items: Sequence[Article]) -> None:
    """One place as it stood and as it reads now, for each kind of damage."""
    from monitors.cli.screens import console, line
    from monitors.examples import example_of

    shown: set[str] = set()
    for item in items:
        page, kinds = store.page(item.url), {repair.what for repair in item.repairs}
        example = example_of(item, page) if page and not kinds <= shown else None
        if example:
            shown |= kinds
            console.print(f"\n[dim]before[/]  {line(example.before)}\n[bold]after[/]   {line(example.after)}")


def page_of(mail: bytes) -> str:
    """The HTML of a mail with its pictures inside, as a browser can show it."""
    message = email.message_from_bytes(mail, policy=email.policy.default)
    part = message.get_body(("html",))
    page = str(part.get_content()) if part else ""
    for picture in message.walk():
        if name := picture.get("Content-ID"):
            data = base64.b64encode(picture.get_content()).decode()
            page = page.replace(f"cid:{name.strip('<>')}", f"data:{picture.get_content_type()};base64,{data}")
    return page
