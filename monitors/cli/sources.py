"""fenghuo sources: which pages are watched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitors.cli import scouts
from monitors.cli.faults import WrongInput
from monitors.cli.opening import ConfigOption, JsonOption, configuration, now, opened, opened_or_shipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage import Store
    from storage.records import Source

app = typer.Typer(help="Which pages are watched.", no_args_is_help=True)
app.command("try")(scouts.try_)
app.command()(scouts.add)
app.command()(scouts.check)
app.command()(scouts.export)

Province = Annotated[list[str] | None, typer.Option("--province", "-p", help="山西, 北京 …; may be repeated.")]
LevelOption = Annotated[
    list[str] | None, typer.Option("--level", "-l", help="park, province, city …; may be repeated.")
]
#: The level whose rows are a table of their own, and are looked at where it is asked for.
COUNTY = "county"
Ids = Annotated[list[str] | None, typer.Argument(help="Ids of sources.")]


@app.command("list")
def list_(
    province: Province = None,
    level: LevelOption = None,
    enabled: Annotated[bool, typer.Option("--enabled", help="Only those that are visited.")] = False,
    json_: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """The sources that are known."""
    from monitors.cli.screens import console, many, rows_table
    from monitors.exports import in_json

    with opened_or_shipped(configuration(config)) as store:
        found = chosen(store, [], province, level, enabled=True if enabled else None)
    if json_:
        print(in_json(found))
        return
    rows = [(s.id, "on" if s.enabled else "", s.province, s.level, s.confidence, s.name, s.url) for s in found]
    console.print(rows_table(("Id", "", "Province", "Level", "Confidence", "Name", "Address"), rows))
    console.print(many(len(rows), "source"))


@app.command()
def show(
    id_: Annotated[str, typer.Argument(metavar="ID")], json_: JsonOption = False, config: ConfigOption = None
) -> None:
    """One source: how it is visited, and how its last visits ended."""
    from monitors.cli.screens import console, line, moment, rows_table
    from monitors.exchange import Watched, write_text
    from monitors.exports import in_json
    from storage.records import as_dict

    with opened_or_shipped(configuration(config)) as store:
        source = only(store, id_)
        state = store.source_states([id_]).get(id_)
        visits = store.visits(id_, limit=10)
    if json_:
        print(in_json({**as_dict(source), "state": state, "visits": visits}))
        return
    console.print(line(source.name), style="bold")
    print(write_text(Watched(sources=(source,))))
    if state:
        console.print(f"next visit {moment(state.next_visit_at)}, {state.failures} troubles in a row")
    rows = [(moment(v.ended_at), v.outcome, v.links, v.new, v.requests, v.detail) for v in visits]
    console.print(rows_table(("Visit", "Outcome", "Links", "New", "Requests", "Evidence"), rows))


@app.command()
def enable(
    ids: Ids = None,
    province: Province = None,
    level: LevelOption = None,
    all_: Annotated[bool, typer.Option("--all", help="Rows of low confidence, too.")] = False,
    config: ConfigOption = None,
) -> None:
    """Visit these sources from now on."""
    from crawler.catalogue import pick
    from monitors.cli.screens import many

    _need_choice(ids, province, level)
    with opened(configuration(config), new=True) as store:
        found = chosen(store, ids or [], province, level)
        picked = found if ids else pick(found, all_rows=all_)
        need(picked, found)
        switch_on(store, picked)
        print(f"{many(len(picked), 'source')} enabled; `fenghuo crawl` visits them now, `fenghuo run` keeps on")


@app.command()
def disable(ids: Ids = None, province: Province = None, level: LevelOption = None, config: ConfigOption = None) -> None:
    """Visit these sources no more; what was stored stays."""
    from monitors.cli.screens import many

    _need_choice(ids, province, level)
    with opened(configuration(config)) as store:
        found = chosen(store, ids or [], province, level, enabled=True)
        need(found, found)
        store.set_enabled([source.id for source in found], False, now=now())
        print(f"{many(len(found), 'source')} disabled")


def chosen(
    store: Store,
    ids: list[str],
    provinces: list[str] | None,
    levels: list[str] | None,
    *,
    enabled: bool | None = None,
) -> list[Source]:
    """Raises `WrongInput` for an id, province or level that does not exist."""
    if ids:
        return [only(store, id_) for id_ in ids]
    every = [*store.sources(), *(_counties(store) if COUNTY in (levels or ()) else ())]
    check_known("province", provinces, {source.province for source in every})
    check_known("level", levels, {COUNTY, *(str(source.level) for source in every if source.level)})
    return [
        source
        for source in every
        if (enabled is None or source.enabled is enabled)
        and (not provinces or source.province in provinces)
        and (not levels or source.level in levels)
    ]


def _counties(store: Store) -> list[Source]:
    """The rows of the catalogue's second table that nobody has enabled yet."""
    from crawler import catalogue

    known = {source.id for source in store.sources()}
    return [one for one in catalogue.load(counties=True) if one.level == COUNTY and one.id not in known]


def switch_on(store: Store, picked: Sequence[Source]) -> None:
    """Enable them; those of the second table are taken in first."""
    known = {source.id for source in store.sources()}
    store.add_sources([source for source in picked if source.id not in known], now=now())
    store.set_enabled([source.id for source in picked], True, now=now())


def only(store: Store, id_: str) -> Source:
    if found := store.sources(ids=[id_]):
        return found[0]
    raise WrongInput(f"no such source: {id_}; `fenghuo sources list` shows them")


def check_known(what: str, values: list[str] | None, known: set[str]) -> None:
    if wrong := [value for value in values or [] if value not in known]:
        raise WrongInput(f"no such {what}: {', '.join(wrong)}; known are {', '.join(sorted(filter(None, known)))}")


def _need_choice(*choices: list[str] | None) -> None:
    if not any(choices):
        raise WrongInput("say which: ids, --province or --level; `fenghuo sources list` shows them")


def need(picked: Sequence[Source], found: Sequence[Source]) -> None:
    if picked:
        return
    left_out = {source.confidence for source in found}
    why = f": {len(found)} rows are left out, of confidence {' and '.join(sorted(left_out))}" if found else ""
    hint = "; --all takes rows of low confidence, too" if "low" in left_out else ""
    raise WrongInput(
        f"no source fits{why}{hint}; `fenghuo sources list` shows them, `fenghuo sources add URL` adds one"
    )
