"""How a command asks for stored articles: an expression and the filters that go with it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from monitors.cli.faults import WrongInput
from monitors.cli.opening import now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage import Store
    from storage.query import Query
    from storage.reports import Unknown

Expression = Annotated[str, typer.Argument(help="What to look for, for example '人工智能 AND 山西 -招聘'.")]
SinceOption = Annotated[str, typer.Option(help="Published since: 2026-11-01, 7d, 昨天 …")]
UntilOption = Annotated[str, typer.Option(help="Published until.")]
ProvinceOption = Annotated[str, typer.Option(help="Of sources of this province.")]
LevelOption = Annotated[str, typer.Option(help="Of sources of this level: park, province …")]


def asked(expression: str, filters: Mapping[str, str]) -> Query:
    """The expression and the options together. Raises `QueryError`, with a place in the expression, or `WrongInput`."""
    from storage.query import QueryError, joined, parse

    parts = [parse(expression, now=now())]
    for field, value in filters.items():
        try:
            parts += [parse(f"{field}:{quoted(value)}", now=now())] if value else []
        except QueryError as error:
            raise WrongInput(f"--{field} {value}: {error.problem}; {error.remedy}") from error
    return joined(parts)


def narrowed(expression: str, **filters: str) -> str:
    """The expression with the filters that have a value. Raises as `asked` does."""
    asked(expression, filters)
    named = [f"{name}:{quoted(value)}" for name, value in filters.items() if value]
    return " ".join([f"({expression})", *named] if expression else named)


def warn(store: Store, query: str | Query) -> None:
    """Of what it names and nothing here has: a slip finds nothing, silently."""
    for one in store.unknown(query, now=now()):
        print(f"fenghuo: {unknown(one)}", file=sys.stderr)


def unknown(one: Unknown) -> str:
    if one.near:
        remedy = f"did you mean {' or '.join(one.near)}?"
    elif one.field == "source":
        remedy = "`fenghuo sources list` shows them"
    else:
        remedy = f"there are {', '.join(one.there)}" if one.there else "there is none yet"
    return f"{one.field}:{quoted(one.value)} fits no {'watch' if one.field == 'watch' else 'source'}; {remedy}"


def quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value
