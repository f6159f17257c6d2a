"""fenghuo health: what is wrong with the sources, and what to do."""

from __future__ import annotations

from monitors.cli.opening import ConfigOption, configuration, now, opened


def health(config: ConfigOption = None) -> None:
    """What is wrong with the sources, since when, and what to do."""
    from monitors.alarms import open_incidents
    from monitors.cli.screens import console, moment, rows_table

    with opened(configuration(config), reading=True) as store:
        sources = {source.id: source.name for source in store.sources(enabled=True)}
        incidents = open_incidents(store, now=now())
    rows = [
        (sources.get(one.source_id, "all"), one.kind.value, moment(one.since), one.evidence, one.remedy)
        for one in incidents
    ]
    if rows:
        console.print(rows_table(("Source", "What", "Since", "Evidence", "What to do"), rows))
    console.print(f"{len(sources)} sources are visited, {len(rows)} incidents are open")
