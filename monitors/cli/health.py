"""fenghuo health: what is wrong with the sources, and what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from monitors.cli.opening import ConfigOption, JsonOption, configuration, now, opened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitors.health import Incident


def health(json_: JsonOption = False, config: ConfigOption = None) -> None:
    """What is wrong with the sources, since when, and what to do."""
    from monitors.alarms import Lookout
    from monitors.cli.screens import console, many, moment, rows_table

    with opened(configuration(config), reading=True) as store:
        sources = {source.id: source.name for source in store.sources(enabled=True)}
        incidents = Lookout(store).look(now=now())
    if json_:
        print(json.dumps([_row(incident, sources) for incident in incidents], ensure_ascii=False))
        return
    rows = [
        (sources.get(one.source_id, "all"), one.kind.value, moment(one.since), one.evidence, one.remedy)
        for one in incidents
    ]
    if rows:
        console.print(rows_table(("Source", "What", "Since", "Evidence", "What to do"), rows))
    visited, are = many(len(sources), "source"), "is" if len(rows) == 1 else "are"
    console.print(f"{visited} visited, {many(len(rows), 'incident')} {are} open")


def _row(incident: Incident, sources: Mapping[str, str]) -> dict[str, Any]:
    """`source` is null where it is not about one source."""
    return {
        "source": incident.source_id or None,
        "name": sources.get(incident.source_id),
        "kind": incident.kind.value,
        "since": incident.since.isoformat(),
        "evidence": incident.evidence,
        "remedy": incident.remedy,
    }
