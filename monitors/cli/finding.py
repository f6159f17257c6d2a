"""fenghuo status, explain, repair."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitors.cli.faults import WrongInput, touching
from monitors.cli.histories import History
from monitors.cli.opening import ConfigOption, JsonOption, configuration, now, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from storage.records import Article
    from storage.reports import Explanation


def status(json_: JsonOption = False, config: ConfigOption = None) -> None:
    """What runs, what is due, what was found, what is wrong: in ten lines."""
    from monitors.cli.screens import console, line
    from monitors.exports import as_state, in_json
    from monitors.overview import overview

    with opened(configuration(config), reading=True) as store:
        state = store.status(now=now())
    if json_:
        print(in_json(as_state(state)))
        return
    for name, text in overview(state, now=now()):
        console.print(f"[bold]{name:<12}[/]{line(text)}", soft_wrap=True)


def explain(url: Annotated[str, typer.Argument(help="Address of an article.")], config: ConfigOption = None) -> None:
    """What became of an address: seen where, decoded and repaired how, matched by what, told to whom."""
    from monitors.cli.screens import console, line
    from storage.addresses import AddressError

    with opened(configuration(config), reading=True) as store:
        try:
            explanation = store.explain(url)
        except AddressError as error:
            raise WrongInput(str(error)) from error
        histories = {watch.name: History.of(store, watch.name) for watch in store.watches()}
    if not explanation.sightings and not explanation.article:
        raise WrongInput(f"{explanation.url} was never seen on a list; `fenghuo query --all` searches what was stored")
    for name, text in explained(explanation, histories):
        console.print(f"[bold]{name:<12}[/]{line(text)}", soft_wrap=True)


def explained(explanation: Explanation, histories: Mapping[str, History]) -> Iterator[tuple[str, str]]:
    """The explanation as lines of a name and a text."""
    from monitors.cli.screens import moment

    yield "address", explanation.url
    for sighting in explanation.sightings:
        yield "seen", f"{moment(sighting.seen_at)} on {sighting.list_url} as “{sighting.title}”"
    if explanation.problem:
        yield "not read", explanation.problem
    if article := explanation.article:
        yield from _article_lines(article)
        yield from _match_lines(article, histories)
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


def _match_lines(article: Article, histories: Mapping[str, History]) -> Iterator[tuple[str, str]]:
    """What each watch said of it, under its rule of the day on which it had its last say."""
    matched = {match.watch: match for match in article.matches}
    for name, history in histories.items():
        if match := matched.get(name):
            why = "; ".join(match.reasons)
            yield "matched", f"{name} (version {match.rule_version}) with {match.score:.2f}: {why}"
        elif watch := history.judging(article):
            lacks = ", ".join(history.tried(watch, article).lacks)
            yield "no match", f"{name} (version {watch.version}): it lacks {lacks or 'nothing by the text stored now'}"
        else:
            yield "no match", f"{name}: it was not there when the article was read"


def repair(file: Annotated[str, typer.Argument(help="A page or a text; - reads standard input.")]) -> None:
    """Show what is damaged in a text or page: before, after, and why."""
    from crawler.text import decode, repair_page
    from monitors.cli.screens import console, line, safe
    from monitors.examples import example_in

    with touching(Path(file)):
        body = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    decoded = decode(body)
    repaired = repair_page(decoded.text)
    console.print(f"[bold]decoded[/]  {line(decoded.encoding)}: {line(decoded.how)}")
    for step in repaired.steps:
        console.print(f"[bold]repaired[/] {line(step.what)} ×{step.count}, first at “{line(step.where)}”")
    if example := example_in(decoded.text, [step.where for step in repaired.steps]):
        console.print(f"[bold]before[/]   {line(example.before)}\n[bold]after[/]    {line(example.after)}")
    if repaired.lost:
        console.print(f"[bold]lost[/]     {repaired.lost} characters cannot be known any more")
    print(safe(repaired.text))
