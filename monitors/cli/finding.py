"""fenghuo status, query, explain, repair."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitors.cli.asking import Expression, LevelOption, ProvinceOption, SinceOption, UntilOption, narrowed
from monitors.cli.faults import WrongInput
from monitors.cli.opening import ConfigOption, configuration, now, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from storage.records import Article
    from storage.reports import Explanation, WatchChange
    from storage.search import Facets


def status(config: ConfigOption = None) -> None:
    """What runs, what is due, what was found, what is wrong: in ten lines."""
    from monitors.cli.screens import console, line
    from monitors.overview import overview

    with opened(configuration(config), reading=True) as store:
        for name, text in overview(store.status(now=now()), now=now()):
            console.print(f"[bold]{name:<12}[/]{line(text)}")


def query(
    expression: Expression = "",
    since: SinceOption = "",
    until: UntilOption = "",
    province: ProvinceOption = "",
    level: LevelOption = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 20,
    all_: Annotated[bool, typer.Option("--all", help="What matched no watch, too.")] = False,
    sort: Annotated[str, typer.Option(help="newest or best.")] = "newest",
    json_: Annotated[bool, typer.Option("--json", help="As JSON lines.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
    xlsx: Annotated[Path | None, typer.Option(help="Into a spreadsheet.")] = None,
    count: Annotated[bool, typer.Option("--count", help="Only how many.")] = False,
    facets: Annotated[bool, typer.Option("--facets", help="How many by province, source, day and watch.")] = False,
    open_: Annotated[bool, typer.Option("--open", help="Open the first in a browser.")] = False,
    config: ConfigOption = None,
) -> None:
    """Search what was stored, newest first. docs/query.md has the language."""
    if sort not in ("newest", "best"):
        raise WrongInput(f"no such order: {sort}; write newest or best")
    whole = narrowed(expression, since=since, until=until, province=province, level=level)
    with opened(configuration(config), reading=True) as store:
        if count:
            found = store.count(whole, all_articles=all_, now=now())
            print(f"more than {found.number}" if found.more else found.number)
            return
        if facets:
            show_facets(store.facets(whole, all_articles=all_, now=now()))
            return
        results = store.search(whole, limit=limit, all_articles=all_, sort=sort, now=now())
    hand_out(list(results.articles), json_=json_, csv=csv, xlsx=xlsx, all_=all_)
    if open_ and results.articles:
        typer.launch(results.articles[0].url)


def hand_out(articles: list[Article], *, json_: bool, csv: bool, xlsx: Path | None, all_: bool) -> None:
    from monitors import exports
    from monitors.cli.screens import articles_table, console

    if xlsx:
        try:
            exports.write_xlsx(articles, xlsx)
        except OSError as error:
            raise WrongInput(f"{xlsx}: {error.strerror}") from error
        print(f"wrote {len(articles)} articles to {xlsx}")
    elif json_:
        for article in articles:
            print(json.dumps(exports.as_row(article), ensure_ascii=False))
    elif csv:
        exports.write_csv(articles, sys.stdout)
    elif articles:
        console.print(articles_table(articles))
    else:
        console.print("nothing found" + ("" if all_ else "; --all searches what matched no watch, too"))


def show_facets(facets: Facets) -> None:
    from monitors.cli.screens import console, rows_table

    for name in ("province", "source", "day", "watch"):
        rows = [(value or "–", count) for value, count in getattr(facets, name)[:20]]
        console.print(rows_table((name.capitalize(), "Articles"), rows))


def explain(url: Annotated[str, typer.Argument(help="Address of an article.")], config: ConfigOption = None) -> None:
    """What became of an address: seen where, decoded and repaired how, matched by what, told to whom."""
    from monitors.cli.screens import console, line
    from storage.addresses import AddressError

    with opened(configuration(config), reading=True) as store:
        try:
            explanation = store.explain(url)
        except AddressError as error:
            raise WrongInput(str(error)) from error
        changes = {watch.name: store.watch_changes(watch.name) for watch in store.watches()}
    if not explanation.sightings and not explanation.article:
        raise WrongInput(f"{explanation.url} was never seen on a list; `fenghuo query --all` searches what was stored")
    for name, text in explained(explanation, changes):
        console.print(f"[bold]{name:<12}[/]{line(text)}")


def explained(explanation: Explanation, changes: Mapping[str, Sequence[WatchChange]]) -> Iterator[tuple[str, str]]:
    """The explanation as lines of a name and a text."""
    from monitors.cli.screens import moment

    yield "address", explanation.url
    for sighting in explanation.sightings:
        yield "seen", f"{moment(sighting.seen_at)} on {sighting.list_url} as “{sighting.title}”"
    if explanation.problem:
        yield "not read", explanation.problem
    if article := explanation.article:
        yield from _article_lines(article)
        yield from _match_lines(article, changes)
    if story := explanation.story:
        others = "; ".join(f"{a.source.name} {a.url}" for a in story.reprints) or "no other source"
        yield "story", f"{story.id}, led by {story.lead.url}; also on: {others}"
    for notice, delivery in explanation.told:
        sent = f"{delivery.state.value} {moment(delivery.sent_at)}" if delivery else f"due {moment(notice.due_at)}"
        yield "told", f"{notice.reader}, {notice.kind} of {notice.watch}: {sent}"


def _article_lines(article: Article) -> Iterator[tuple[str, str]]:
    from monitors.cli.screens import moment

    yield "title", article.title
    how = ", ".join(f"{name}: {way}" for name, way in article.how.items())
    yield "published", f"{moment(article.published_at, precision=article.precision)}; read by {how or '–'}"
    yield "decoded", f"{article.encoding}: {article.decoded}"
    for repair in article.repairs:
        yield "repaired", f"{repair.what} ×{repair.count}, first at “{repair.where}”"
    if article.lost:
        yield "lost", f"{article.lost} characters cannot be known any more"
    if article.backlog:
        yield "backlog", "older than its source is known here: found by searches, nobody is told"


def _match_lines(article: Article, changes: Mapping[str, Sequence[WatchChange]]) -> Iterator[tuple[str, str]]:
    """What each watch said of it, under its rule of the day on which the article was read."""
    from monitors.trial import as_of, try_on

    matched = {match.watch: match for match in article.matches}
    for name, history in changes.items():
        if match := matched.get(name):
            why = "; ".join(match.reasons)
            yield "matched", f"{name} (version {match.rule_version}) with {match.score:.2f}: {why}"
        elif watch := as_of(history, article.seen_at):
            lacks = ", ".join(try_on(watch, article, None, now=article.seen_at).lacks)
            yield "no match", f"{name} (version {watch.version}): it lacks {lacks or 'nothing by the text stored now'}"
        else:
            yield "no match", f"{name}: it was not there when the article was read"


def repair(file: Annotated[str, typer.Argument(help="A page or a text; - reads standard input.")]) -> None:
    """Show what is damaged in a text or page: before, after, and why."""
    from crawler.text import decode, repair_page
    from monitors.cli.screens import console, line

    try:
        body = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise WrongInput(f"{file}: {error.strerror}") from error
    decoded = decode(body)
    repaired = repair_page(decoded.text)
    console.print(f"[bold]decoded[/]  {line(decoded.encoding)}: {line(decoded.how)}")
    for step in repaired.steps:
        console.print(f"[bold]repaired[/] {line(step.what)} ×{step.count}, first at “{line(step.where)}”")
    if repaired.lost:
        console.print(f"[bold]lost[/]     {repaired.lost} characters cannot be known any more")
    print(repaired.text)
