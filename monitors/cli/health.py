"""fenghuo health: what is wrong with the sources, and what to do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitors.cli.opening import ConfigOption, configuration, now, opened

if TYPE_CHECKING:
    from datetime import datetime

    from storage import Store
    from storage.records import Visit

#: How far back a source's own baseline goes, and how many visits that is at most.
BASELINE = timedelta(days=60)
MOST_VISITS = 2_000


def health(config: ConfigOption = None) -> None:
    """What is wrong with the sources, since when, and what to do."""
    from monitors.cli.screens import console, moment, rows_table
    from monitors.health import check

    with opened(configuration(config)) as store:
        sources = {source.id: source.name for source in store.sources(enabled=True)}
        incidents = check(visits_of(store, list(sources), now()), now=now())
    rows = [
        (sources.get(one.source_id, "all"), one.kind.value, moment(one.since), one.evidence, one.remedy)
        for one in incidents
    ]
    if rows:
        console.print(rows_table(("Source", "What", "Since", "Evidence", "What to do"), rows))
    console.print(f"{len(sources)} sources are visited, {len(rows)} incidents are open")


def visits_of(store: Store, ids: list[str], moment: datetime) -> dict[str, list[Visit]]:
    return {id_: store.visits(id_, since=moment - BASELINE, limit=MOST_VISITS) for id_ in ids}
