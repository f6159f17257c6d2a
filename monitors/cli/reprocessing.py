"""fenghuo reprocess: kept pages read again by today's program."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitors.cli.asking import Expression, LevelOption, ProvinceOption, SinceOption, UntilOption, narrowed, warn
from monitors.cli.opening import ConfigOption, configuration, now, opened

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from monitors.rereading import Reread

#: Articles whose changes are shown on a screen.
SHOWN = 50


def reprocess(
    expression: Expression = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="What changes, a JSON object an article.")] = False,
    restart: Annotated[bool, typer.Option("--restart", help="From the beginning, after an interruption too.")] = False,
    since: SinceOption = "",
    until: UntilOption = "",
    province: ProvinceOption = "",
    level: LevelOption = "",
    config: ConfigOption = None,
) -> None:
    """Read kept pages again with today's decoding, repair and reading; what was stored before becomes a revision."""
    from monitors.rereading import Rereader, interrupted

    configured = configuration(config)
    whole = narrowed(expression, since=since, until=until, province=province, level=level)
    with opened(configured, reading=dry_run) as store:
        warn(store, whole)
        ids = store.articles_with_page(whole, now=now())
        earlier = None if dry_run or restart else interrupted(store, whole)
        if earlier:
            done, ids = len(ids), [id for id in ids if id > earlier.after]
            print(f"going on where it was interrupted: {done - len(ids)} articles are done", file=sys.stderr)
        rereader = Rereader(store, configured.crawl)
        results = rereader.look(ids) if dry_run else rereader.write(ids, whole)
        report = Report(json_=json_)
        asyncio.run(follow(results, len(ids), report.add))
    report.sum_up(dry_run=dry_run)


async def follow(results: AsyncGenerator[Reread], total: int, add: Callable[[Reread], None]) -> None:
    from monitors.cli.screens import progress

    with progress("articles", total) as advance:
        async for one in results:
            add(one)
            advance(1)


class Report:
    """What changes: a JSON object an article at once, or a table at the end."""

    def __init__(self, *, json_: bool) -> None:
        self._json = json_
        self._read = 0
        self._changed: list[Reread] = []
        self._number = 0
        self._problems: list[Reread] = []

    def add(self, one: Reread) -> None:
        self._read += 1
        if one.problem:
            self._problems.append(one)
        if one.changes:
            self._number += 1
        if self._json and (one.changes or one.problem):
            print(json.dumps(as_line(one), ensure_ascii=False, default=str), flush=True)
        elif one.changes and len(self._changed) < SHOWN:
            self._changed.append(one)

    def sum_up(self, *, dry_run: bool) -> None:
        from monitors.cli.screens import console, line, rows_table

        if self._json:
            return
        if self._changed:
            rows = [row for one in self._changed for row in rows_of(one)]
            console.print(rows_table(("Article", "Field", "Before", "After"), rows))
        if self._number > len(self._changed):
            console.print(f"and {self._number - len(self._changed)} more; --json shows all")
        for one in self._problems[:SHOWN]:
            console.print(f"left as it is: {line(one.article.url)}: {line(one.problem)}")
        done = "would change" if dry_run else "changed"
        console.print(
            f"{self._read} articles read again: {self._number} {done}, {len(self._problems)} left as they are"
        )


def rows_of(one: Reread) -> list[tuple[str, str, str, str]]:
    from monitors.differences import beside

    return [
        (one.article.url if not number else " ", change.field, *beside(change.before, change.after))
        for number, change in enumerate(one.changes)
    ]


def as_line(one: Reread) -> dict[str, Any]:
    from storage.records import Fact, as_dict

    def plain(value: Any) -> Any:
        if isinstance(value, tuple):
            return [as_dict(item) if isinstance(item, Fact) else item for item in value]
        return value.isoformat() if hasattr(value, "isoformat") else value

    changes = [
        {"field": change.field, "before": plain(change.before), "after": plain(change.after)} for change in one.changes
    ]
    return {"url": one.article.url, "changes": changes, "problem": one.problem}
