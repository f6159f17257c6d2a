"""fenghuo watch: what is looked for, and who is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitors.cli.faults import WrongInput
from monitors.cli.opening import ConfigOption, configuration, now, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from monitors.trial import Backtest
    from storage import Store
    from storage.records import Article, Finding, Match, Watch

app = typer.Typer(help="What is looked for, and who is told.", no_args_is_help=True)


@app.command("list")
def list_(config: ConfigOption = None) -> None:
    """The watches."""
    from monitors.cli.screens import console, rows_table

    with opened(configuration(config)) as store:
        watches = store.watches()
    rows = [
        (w.name, "on" if w.enabled else "off", w.rule or f"profile {w.profile}", w.rhythm, ", ".join(w.readers))
        for w in watches
    ]
    console.print(rows_table(("Name", "", "Rule", "Rhythm", "Readers"), rows))


@app.command()
def show(name: str, config: ConfigOption = None) -> None:
    """One watch and its readers, as `config import` reads them."""
    from monitors.exchange import Watched, write_text

    with opened(configuration(config)) as store:
        watches = tuple(watch for watch in store.watches() if watch.name == name)
        readers = tuple(reader for watch in watches for reader in store.readers() if reader.name in watch.readers)
    if not watches:
        raise WrongInput(f"no such watch: {name}; `fenghuo watch list` shows them")
    print(write_text(Watched(watches=watches, readers=readers)))


@app.command()
def add(
    name: str,
    rule: Annotated[str, typer.Argument(help="What to look for, for example '(人工智能 OR 大模型) AND 山西 -招聘'.")],
    reader: Annotated[list[str] | None, typer.Option("--reader", "-r", help="E-mail address; may be repeated.")] = None,
    rhythm: Annotated[str, typer.Option(help='"at once", "hourly", "daily 08:30", "weekdays 08:30".')] = "daily 08:30",
    title: Annotated[str, typer.Option(help="What its digests are called.")] = "",
    config: ConfigOption = None,
) -> None:
    """Look for something from the next article on."""
    from getpass import getuser

    from monitors.configuration import ConfigurationError
    from monitors.exchange import Watched, find_faults, take_in
    from storage.records import Reader, Watch

    readers = tuple(Reader(name=address, channels=(f"mailto:{address}",)) for address in reader or [])
    watch = Watch(name=name, title=title, rule=rule, rhythm=rhythm, readers=tuple(r.name for r in readers))
    watched = Watched(watches=(watch,), readers=readers)
    if faults := find_faults(watched, now=now()):
        raise ConfigurationError("\n".join(faults))
    with opened(configuration(config)) as store:
        if name in {known.name for known in store.watches()}:
            raise WrongInput(f"there is a watch {name} already; `fenghuo watch show {name}` shows it")
        strangers = {reader.name for reader in readers} - {reader.name for reader in store.readers()}
        new = tuple(reader for reader in readers if reader.name in strangers)
        take_in(store, Watched(watches=(watch,), readers=new), now=now(), by=getuser())
    print(f"{name} applies from the next article on")


@app.command()
def edit(
    name: str,
    rule: Annotated[str | None, typer.Option(help="Another rule.")] = None,
    rhythm: Annotated[str | None, typer.Option(help="Another rhythm.")] = None,
    threshold: Annotated[float | None, typer.Option(help="Another least score of its profile.")] = None,
    title: Annotated[str | None, typer.Option(help="Another name of its digests.")] = None,
    on: Annotated[bool | None, typer.Option("--on/--off", help="Switch it on or off.")] = None,
    config: ConfigOption = None,
) -> None:
    """Change a watch, from the next article on; who changed what stands in `watch history`."""
    from dataclasses import replace
    from getpass import getuser

    from monitors.configuration import ConfigurationError
    from monitors.exchange import Watched, find_faults

    wishes: dict[str, Any] = {"rule": rule, "rhythm": rhythm, "threshold": threshold, "title": title, "enabled": on}
    with opened(configuration(config)) as store:
        changed = replace(named(store, name), **{key: value for key, value in wishes.items() if value is not None})
        if faults := find_faults(Watched(watches=(changed,)), now=now()):
            raise ConfigurationError("\n".join(faults))
        saved = store.save_watch(changed, now=now(), by=getuser())
    print(f"{name} is at version {saved.version}; it applies from the next article on")


@app.command()
def history(name: str, config: ConfigOption = None) -> None:
    """Who changed a watch when, and what."""
    from monitors.cli.screens import console, moment, rows_table

    with opened(configuration(config)) as store:
        changes = store.watch_changes(name)
    rows = [(moment(c.changed_at), c.by, _brief(c.before), _brief(c.after)) for c in changes]
    console.print(rows_table(("When", "Who", "Before", "After"), rows))


@app.command()
def test(
    rule: Annotated[str, typer.Argument(help="A rule, or the name of a watch.")],
    place: Annotated[str, typer.Argument(metavar="URL|FILE", help="A stored article's address, or a page in a file.")],
    config: ConfigOption = None,
) -> None:
    """Say whether a rule matches an article, and why or why not."""
    from monitors.cli.screens import console, line
    from monitors.trial import try_on

    with opened(configuration(config)) as store:
        watch, page = _tried(store, rule), _page(store, place)
    trial = try_on(watch, page, None, now=now())
    if trial.match:
        console.print(f"[bold green]hit[/] with {trial.match.score:.2f}: {line('; '.join(trial.match.reasons))}")
    else:
        console.print(f"[bold red]miss[/]: it lacks {line(', '.join(trial.lacks))}")
    console.print(marked(page.title, trial.match), soft_wrap=True)
    console.print(marked(page.text, trial.match), soft_wrap=True)


@app.command()
def backtest(
    rule: Annotated[str, typer.Argument(help="A rule, or the name of a watch.")],
    days: Annotated[int, typer.Option(min=1, max=3660, help="How many days back.")] = 30,
    against: Annotated[str, typer.Option(help="A rule or watch to compare with: what is added, what is dropped.")] = "",
    config: ConfigOption = None,
) -> None:
    """Say what a rule would have found in the last days: hits a day, samples, near misses."""
    from monitors.trial import try_on_past

    with opened(configuration(config)) as store:
        watch, beside = _tried(store, rule), _tried(store, against) if against else None
        past = list(_past(store, days))
    show_backtest(try_on_past(watch, past, now=now(), beside=beside), against)


@app.command()
def remove(name: str, config: ConfigOption = None) -> None:
    """Look for it no more; what was found stays."""
    from getpass import getuser

    with opened(configuration(config)) as store:
        if not store.remove_watch(name, now=now(), by=getuser()):
            raise WrongInput(f"no such watch: {name}; `fenghuo watch list` shows them")
    print(f"{name} removed")


def named(store: Store, name: str) -> Watch:
    for watch in store.watches():
        if watch.name == name:
            return watch
    raise WrongInput(f"no such watch: {name}; `fenghuo watch list` shows them")


def marked(text: str, match: Match | None) -> Text:
    """The text with the words of a match standing out."""
    from rich.text import Text

    from monitors.cli.screens import safe
    from monitors.excerpts import mark

    shown = Text()
    for span in mark(safe(text), match.words if match else ()):
        shown.append(span.text, style="bold reverse" if span.marked else "")
    return shown


def show_backtest(found: Backtest, against: str) -> None:
    from monitors.cli.screens import console, line, rows_table
    from monitors.trial import SAMPLES

    most = max((count for _, count in found.days), default=1)
    for day, count in found.days:
        console.print(f"{day}  {'█' * max(1, round(40 * count / most))} {count}")
    console.print(f"{len(found.hits)} hits among {found.looked_at} articles")
    for title, articles in (("samples", found.hits), ("added", found.added), ("dropped", found.dropped)):
        if articles and (title == "samples" or against):
            console.print(rows_table((f"{title}: {len(articles)}", ""), [(a.title, a.url) for a in articles[:SAMPLES]]))
    if found.near:
        console.print(f"near misses: {len(found.near)}")
        for article, lack in found.near[:SAMPLES]:
            console.print(f"  {line(article.title)}  [dim]lacks {line(lack)}[/]")


def _brief(watch: Watch | None) -> str:
    return f"{watch.rule or watch.profile}, {watch.rhythm}, ≥ {watch.threshold:g}" if watch else ""


def _tried(store: Store, rule: str) -> Watch:
    """The watch of that name, or one made of a rule."""
    from storage.records import Watch

    known = {watch.name: watch for watch in store.watches()}
    return known.get(rule) or Watch(name="trial", rule=rule)


def _page(store: Store, place: str) -> Article | Finding:
    from pathlib import Path

    from monitors.reading import finding_in

    if Path(place).is_file():
        return finding_in(Path(place).read_bytes(), now=now())
    if article := store.article(place):
        return article
    raise WrongInput(f"neither a file nor a stored article: {place}")


def _past(store: Store, days: int) -> Iterator[Article]:
    """The stored articles of the last days, whether they matched or not, page by page."""
    after = None
    while True:
        page = store.search(f"since:{days}d", all_articles=True, limit=500, after=after, now=now())
        yield from page.articles
        after = page.after
        if after is None:
            return
