"""How a command asks for stored articles: an expression and the filters that go with it."""

from __future__ import annotations

from typing import Annotated

import typer

Expression = Annotated[str, typer.Argument(help="What to look for, for example '人工智能 AND 山西 -招聘'.")]
SinceOption = Annotated[str, typer.Option(help="Published since: 2026-11-01, 7d, 昨天 …")]
UntilOption = Annotated[str, typer.Option(help="Published until.")]
ProvinceOption = Annotated[str, typer.Option(help="Of sources of this province.")]
LevelOption = Annotated[str, typer.Option(help="Of sources of this level: park, province …")]


def narrowed(expression: str, **filters: str) -> str:
    """The expression with the filters that have a value."""
    named = [f"{name}:{quoted(value)}" for name, value in filters.items() if value]
    return " ".join([f"({expression})", *named] if expression else named)


def quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value
