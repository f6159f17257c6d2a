"""fenghuo watch test, fenghuo watch backtest: rules tried before they are trusted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitors.cli.asking import warn
from monitors.cli.faults import WrongInput
from monitors.cli.opening import ConfigOption, JsonOption, configuration, now, opened, opened_or_shipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from monitors.trial import Backtest, Trial
    from storage import Store
    from storage.audience import Watch
    from storage.records import Article, Finding, Match


def test(
    rule: Annotated[str, typer.Argument(help="A rule, or the name of a watch.")],
    place: Annotated[str, typer.Argument(metavar="URL|FILE", help="A stored article's address, or a page in a file.")],
    json_: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Say whether a rule matches an article, and why or why not."""
    from monitors.profiles import own
    from monitors.trial import try_on

    with opened_or_shipped(configuration(config)) as store:
        watch, page, profiles = _tried(store, rule), _page(store, place), own(store.profiles())
    trial = try_on(watch, page, profiles=profiles, now=now())
    if json_:
        print(json.dumps(_trial_row(trial, page), ensure_ascii=False))
    else:
        show_trial(trial, page)


def backtest(
    rule: Annotated[str, typer.Argument(help="A rule, or the name of a watch.")],
    days: Annotated[int, typer.Option(min=1, max=3660, help="How many days back.")] = 30,
    against: Annotated[str, typer.Option(help="A rule or watch to compare with: what is added, what is dropped.")] = "",
    json_: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Say what a rule would have found in the last days: hits a day, samples, near misses."""
    from datetime import timedelta

    from monitors.profiles import own
    from monitors.reapplying import past
    from monitors.trial import try_on_past

    since = now() - timedelta(days=days)
    with opened(configuration(config), reading=True) as store:
        watch, beside = _tried(store, rule), _tried(store, against) if against else None
        warn(store, watch.rule)
        articles = [article for page in past(store, since, now=now()) for article in page]
        profiles = own(store.profiles())
    found = try_on_past(watch, articles, profiles=profiles, now=now(), beside=beside)
    if json_:
        print(json.dumps(_backtest_row(found), ensure_ascii=False))
    else:
        show_backtest(found, against)


def show_trial(trial: Trial, page: Article | Finding) -> None:
    from monitors.cli.screens import console, line

    if trial.match:
        console.print(f"[bold green]hit[/] with {trial.match.score:.2f}: {line('; '.join(trial.match.reasons))}")
    else:
        console.print(f"[bold red]miss[/]: it lacks {line(', '.join(trial.lacks))}")
    console.print(marked(page.title, trial.match), soft_wrap=True)
    console.print(marked(page.text, trial.match), soft_wrap=True)


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


def _tried(store: Store, rule: str) -> Watch:
    """The watch of that name, or one made of a rule."""
    from storage.audience import Watch

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


def _trial_row(trial: Trial, page: Article | Finding) -> dict[str, Any]:
    match = trial.match
    return {
        "hit": match is not None,
        "score": match.score if match else None,
        "reasons": match.reasons if match else (),
        "lacks": trial.lacks,
        "title": page.title,
        "url": page.url,
    }


def _backtest_row(found: Backtest) -> dict[str, Any]:
    return {
        "looked_at": found.looked_at,
        "days": {day.isoformat(): count for day, count in found.days},
        "hits": brief_rows(found.hits),
        "near": [{**brief_rows([article])[0], "lacks": lack} for article, lack in found.near],
        "added": brief_rows(found.added),
        "dropped": brief_rows(found.dropped),
    }


def brief_rows(articles: Sequence[Article]) -> list[dict[str, Any]]:
    """Articles as JSON names them: title, address, time of publication."""
    return [
        {"title": one.title, "url": one.url, "published": one.published_at.isoformat() if one.published_at else None}
        for one in articles
    ]
