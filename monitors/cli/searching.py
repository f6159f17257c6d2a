"""fenghuo query."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperCommand

from monitors.cli.asking import LevelOption, ProvinceOption, SinceOption, UntilOption, asked, warn
from monitors.cli.faults import WrongInput, touching
from monitors.cli.opening import ConfigOption, configuration, now, opened

if TYPE_CHECKING:
    from storage import Store
    from storage.query import Query
    from storage.records import Article
    from storage.search import Count, Facets

#: Options begin with two minuses or a small letter; what else begins with one excludes a term.
_EXCLUDING = re.compile("^-(?![a-z0-9-]|$)")
#: Values of a facet that a screen has room for.
_SHOWN = 20


class Expression(TyperCommand):
    """Takes `-招聘` for the exclusion of a term and not for an option: the language knows the full-width minus too."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        return super().parse_args(ctx, [_EXCLUDING.sub("－", arg) for arg in args])


def query(
    expression: Annotated[
        list[str] | None, typer.Argument(help="What to look for, for example '人工智能 AND 山西 -招聘'.")
    ] = None,
    since: SinceOption = "",
    until: UntilOption = "",
    province: ProvinceOption = "",
    level: LevelOption = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 20,
    all_: Annotated[bool, typer.Option("--all", help="What matched no watch, too.")] = False,
    sort: Annotated[str, typer.Option(help="newest or best.")] = "newest",
    json_: Annotated[bool, typer.Option("--json", help="As JSON lines; counts and facets as one object.")] = False,
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
    if sum((csv, xlsx is not None, count, facets)) > 1 or (json_ and (csv or xlsx)):
        raise WrongInput("choose one of --json, --csv, --xlsx, --count and --facets; only the last two go with --json")
    filters = {"since": since, "until": until, "province": province, "level": level}
    wanted = asked(" ".join(expression or ()), filters)
    with opened(configuration(config), reading=True) as store:
        warn(store, wanted)
        if count:
            show_count(store.count(wanted, all_articles=all_, now=now()), json_=json_)
            return
        if facets:
            show_facets(store.facets(wanted, all_articles=all_, now=now()), json_=json_)
            return
        found, more = _found(store, wanted, limit=limit, all_=all_, sort=sort)
    if xlsx or json_ or csv:
        hand_out(found, json_=json_, xlsx=xlsx)
    else:
        show(wanted, found, more=more, all_=all_)
    if open_ and found:
        typer.launch(found[0].url)


def _found(store: Store, wanted: Query, *, limit: int, all_: bool, sort: str) -> tuple[list[Article], bool]:
    """The newest, and whether there are more; a page can be short and have another one behind it."""
    found: list[Article] = []
    after: str | None = None
    while True:
        page = store.search(wanted, limit=limit - len(found), after=after, all_articles=all_, sort=sort, now=now())
        found += page.articles
        after = page.after
        if after is None or len(found) == limit:
            return found, after is not None


def hand_out(articles: list[Article], *, json_: bool, xlsx: Path | None) -> None:
    from monitors import exports

    if xlsx:
        with touching(xlsx):
            exports.write_xlsx(articles, xlsx)
        print(f"wrote {len(articles)} articles to {xlsx}")
    elif json_:
        for article in articles:
            print(exports.as_json(article))
    else:
        exports.write_csv(articles, sys.stdout)


def show(wanted: Query, articles: list[Article], *, more: bool, all_: bool) -> None:
    from monitors.cli.screens import console, found_lines

    for article in articles:
        console.print("\n".join((*found_lines(wanted, article), "")), soft_wrap=True)
    if not articles:
        console.print("nothing found" + ("" if all_ else "; --all searches what matched no watch, too"))
    if more:
        console.print("there are more: --limit shows them, --count says how many")


def show_count(count: Count, *, json_: bool) -> None:
    if json_:
        print(json.dumps(asdict(count)))
    else:
        print(f"more than {count.number}" if count.more else count.number)


def show_facets(facets: Facets, *, json_: bool) -> None:
    from monitors.cli.screens import console, rows_table

    if json_:
        print(json.dumps(asdict(facets), ensure_ascii=False))
        return
    for name in ("province", "source", "day", "watch"):
        rows = [(value or "–", count) for value, count in getattr(facets, name)[:_SHOWN]]
        console.print(rows_table((name.capitalize(), "Articles"), rows))
    if facets.more:
        console.print("only those discovered last were counted; there are more")
