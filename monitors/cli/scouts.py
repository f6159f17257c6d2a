"""fenghuo sources try, add, check, export: how a source is found, taken in, looked after and passed on."""

from __future__ import annotations

import csv
import logging
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from monitors.cli.faults import WrongInput, touching
from monitors.cli.opening import ConfigOption, configuration, now, opened, opened_or_shipped

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence

    from crawler.run import Crawl
    from monitors.configuration import Configuration
    from monitors.scouting import Look
    from storage import Store
    from storage.records import Source, Visit

#: Items that are shown.
SHOWN = 10
#: Characters of an article that are shown.
LEAD = 200
#: Endings of saved pages, which no host has.
SAVED = {".html", ".htm", ".shtml", ".xml", ".json"}
#: A page is looked at with a deadline of its own: somebody is waiting.
SECONDS = 10.0

Private = Annotated[bool, typer.Option("--allow-private", help="It stands on a private network.")]
HEADINGS = ("Id", "Province", "Name", "Outcome", "Links", "New", "Requests", "Seconds", "Evidence")


def try_(
    page: Annotated[str, typer.Argument(metavar="URL|FILE", help="Address of a page, or a saved page.")],
    url: Annotated[str, typer.Option("--url", help="Where a saved page comes from.")] = "http://saved.invalid/",
    encoding: Annotated[str | None, typer.Option("--encoding", help="Forces the charset.")] = None,
    allow_private: Private = False,
    config: ConfigOption = None,
) -> None:
    """Read any page as a list and as an article, print what was found, store nothing."""
    from monitors.scouting import look, look_at_file

    if Path(page).is_file():
        show(look_at_file(Path(page), _unknown_source(url, encoding=encoding)))
        return
    source = _unknown_source(page, encoding=encoding, allow_private=allow_private)
    configured = configuration(config)
    with opened_or_shipped(configured) as store:
        show(crawled(configured, store, lambda crawl: look(crawl, source)))


def add(
    url: Annotated[str, typer.Argument(help="Address of a news column, or of a site's home page.")],
    name: Annotated[str, typer.Option("--name", help="Instead of the guessed one.")] = "",
    province: Annotated[str, typer.Option("--province", "-p", help="Instead of the guessed one.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    allow_private: Private = False,
    config: ConfigOption = None,
) -> None:
    """Find the column of a site, show ten of its items, and visit it from now on."""
    from monitors.scouting import find_column, look

    source = _unknown_source(url, allow_private=allow_private)
    configured = configuration(config)

    async def search(crawl: Crawl) -> Look:
        return await find_column(crawl, await look(crawl, source))

    with opened(configured, new=True) as store:
        _refuse_known(source.url, store.sources())
        found = crawled(configured, store, search)
        show_list(found)
        if not found.is_list:
            raise WrongInput(f"no list of articles at {url}; give the address of its news column")
        guessed = _guessed(found, store, name, province)
        _ask_for(guessed, yes)
        store.add_sources([guessed], now=now())
        store.set_enabled([guessed.id], True, now=now())
    print(f"added as {guessed.id}; `fenghuo crawl {guessed.id}` visits it now")


def check(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of sources; none = all that are enabled.")] = None,
    file: Annotated[Path | None, typer.Option("--csv", help="Write the table to this file, too.")] = None,
    config: ConfigOption = None,
) -> None:
    """Visit each enabled source once, and say how it is; exit code 1 where all are in trouble."""
    from crawler.run import run
    from monitors import logs
    from monitors.cli.crawling import check_ids, need_enabled_sources, need_sound, total
    from monitors.cli.screens import console, rows_table, safe
    from monitors.judging import Judge
    from monitors.parts import parts
    from monitors.round import Round

    if file and not file.parent.is_dir():
        raise WrongInput(f"{file}: no such folder")
    logs.set_up(logging.ERROR)
    configured = configuration(config)
    ended: list[tuple[Source, Visit]] = []

    def visited(source: Source, visit: Visit) -> None:
        ended.append((source, visit))
        print(f"{len(ended)}  {visit.outcome.value:<15}{safe(source.name)}", file=sys.stderr)

    with opened(configured, new=True) as store:
        chosen = check_ids(store, ids or [])
        if not chosen:
            need_enabled_sources(store)
        visiting = Round(parts(configured, store, Judge(store)), on_visit=visited)
        left = run(lambda: visiting.make(chosen))
        rows = sorted([*_health(ended), *_not_visited(store, left)], key=lambda row: (row[3], row[1], row[0]))
    if file:
        _write_csv(file, rows)
    console.print(rows_table(HEADINGS, rows))
    visits = [visit for _, visit in ended]
    console.print(total(visits))
    need_sound(visits)


def export(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids; none = the enabled ones and your own.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="The whole catalogue.")] = False,
    config: ConfigOption = None,
) -> None:
    """Write sources as text that `fenghuo config import` reads."""
    from monitors.cli.crawling import check_ids
    from monitors.exchange import Watched, write_text

    with opened_or_shipped(configuration(config)) as store:
        known = store.sources(ids=check_ids(store, ids) if ids else None)
    wanted = [one for one in known if ids or all_ or one.enabled or one.confidence == "user"]
    print(write_text(Watched(sources=tuple(wanted))), end="")


def _health(ended: Iterable[tuple[Source, Visit]]) -> Iterator[tuple[str, ...]]:
    for source, visit in ended:
        seconds = (visit.ended_at - visit.started_at).total_seconds()
        counts = (str(visit.links), str(visit.new), str(visit.requests), f"{seconds:.1f}")
        yield (source.id, source.province, source.name, visit.outcome.value, *counts, visit.detail)


def _not_visited(store: Store, left: Iterable[str]) -> Iterator[tuple[str, ...]]:
    for source in store.sources(ids=list(left)):
        why = "its host is taken, or asked for a pause"
        yield (source.id, source.province, source.name, "not visited", "", "", "", "", why)


def _write_csv(file: Path, rows: Sequence[Sequence[str]]) -> None:
    # With a mark: Excel asks for it.
    with touching(file), file.open("w", encoding="utf-8-sig", newline="") as opened_file:
        writer = csv.writer(opened_file)
        writer.writerow(HEADINGS)
        writer.writerows([_harmless(cell) for cell in row] for row in rows)


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def crawled(configured: Configuration, store: Store, work: Callable[[Crawl], Awaitable[Look]]) -> Look:
    """A look in a crawl of its own, with the configured manners and the host's turn among all processes."""
    from crawler.run import Crawl, run
    from crawler.trouble import Trouble
    from crawler.workers import ReadingFailed
    from monitors.parts import parts_of_looks

    hurried = configured.crawl.model_copy(update={"tries": 1, "request_seconds": SECONDS, "workers": 1})
    needed = replace(parts_of_looks(configured, store), limits=hurried)

    async def go() -> Look:
        crawl = Crawl(needed)
        crawl.open()
        try:
            return await work(crawl)
        finally:
            await crawl.close()

    try:
        return run(go)
    except (Trouble, ReadingFailed) as error:
        raise WrongInput(f"not read: {error}") from error


def _unknown_source(url: str, *, encoding: str | None = None, allow_private: bool = False) -> Source:
    from crawler.text.labels import canonical
    from storage.records import Source

    parts = urlsplit(url if "://" in url else f"http://{url}")
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or Path(host).suffix in SAVED:
        raise WrongInput(f"{url!r} is neither a web address nor a file")
    if encoding is not None and canonical(encoding) is None:
        raise WrongInput(
            f"no such encoding on the web: {encoding!r}; gb18030, big5 and utf-8 are those of Chinese pages"
        )
    return Source(id="try", name=host, url=parts.geturl(), encoding=encoding, allow_private=allow_private, delay=0.0)


def _guessed(found: Look, store: Store, name: str, province: str) -> Source:
    from monitors.naming import id_of, name_of, place_of

    known = store.sources()
    url = found.source.url
    _refuse_known(url, known)
    named = name or name_of(found.mended.text, urlsplit(url).hostname or "")
    guess, level = place_of(named, url, known)
    return replace(
        found.source,
        id=id_of(url, (source.id for source in known)),
        name=named,
        province=province or guess,
        level=level,
        enabled=True,
        delay=None,
    )


def _refuse_known(url: str, known: Iterable[Source]) -> None:
    if same := [source for source in known if source.url == url]:
        raise WrongInput(f"{url} is already known as {same[0].id}; `fenghuo sources enable {same[0].id}` visits it")


def _ask_for(source: Source, yes: bool) -> None:
    from monitors.cli.screens import safe

    level = source.level.value if source.level else "level unknown"
    print(f"{source.id}: {safe(source.name)}, {source.province or 'province unknown'}, {level}")
    if not yes and not typer.confirm("Visit it from now on?", default=True):
        raise WrongInput("nothing was added")


def show(found: Look) -> None:
    from monitors.cli.screens import console, line, moment, safe

    show_list(found)
    article = found.article
    if article.problem:
        console.print(f"[bold]as an article[/] {line(article.problem.kind)}: {line(article.problem.evidence)}")
        return
    console.print(f"[bold]as an article[/] {line(article.title) or '–'}")
    when = moment(article.published_at, precision=article.precision)
    console.print(f"{when}  来源 {line(article.origin or '–')}  {len(article.text)} characters")
    print(safe(article.text)[:LEAD])
    for attachment in article.attachments:
        console.print(f"attachment {line(attachment.name)} {line(attachment.url)}")


def show_list(found: Look) -> None:
    from monitors.cli.screens import console, line, rows_table

    mended, listing = found.mended, found.listing
    console.print(f"[bold]address[/] {line(found.source.url)}" + (f" → {line(found.led_to)}" if found.led_to else ""))
    console.print(f"[bold]charset[/] {mended.encoding} ({line(mended.decoded)})")
    for repair in mended.repairs:
        console.print(f"[bold]repaired[/] {repair.what} ×{repair.count}, first at “{line(repair.where)}”")
    kinds = ", ".join(dict.fromkeys(ask.kind for ask in listing.next_requests))
    more = f"; behind it: {kinds}" if kinds else ""
    console.print(f"[bold]as a list[/] {len(listing)} links, {listing.family}{more}")
    if listing.problem and not listing:
        console.print(f"{listing.problem.kind}: {line(listing.problem.evidence)}")
    if listing:
        rows = [(link.date or "–", line(link.title), line(link.url)) for link in listing[:SHOWN]]
        console.print(rows_table(("Date", "Title", "Address"), rows))
