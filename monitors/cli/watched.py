"""Changes of watches, and what they made of the past, as people and programs read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitors.cli.trials import brief_rows

if TYPE_CHECKING:
    from monitors.reapplying import Applied
    from storage.audience import Watch
    from storage.reports import WatchChange


def show_applied(watch: Watch, applied: Applied, *, notify: bool) -> None:
    from monitors.cli.screens import console, moment, rows_table
    from monitors.trial import SAMPLES

    for title, articles in (("added", applied.added), ("dropped", applied.dropped)):
        if articles:
            shown = [(article.title, article.url) for article in articles[:SAMPLES]]
            console.print(rows_table((f"{title}: {len(articles)}", ""), shown))
    console.print(
        f"version {watch.version} applied to {applied.looked_at} articles since {moment(applied.since)}: "
        f"{len(applied.added)} added, {len(applied.dropped)} dropped; "
        + ("the next digest tells its readers" if notify else "nobody is told of them (--notify tells)")
    )


def applied_row(watch: Watch, applied: Applied, *, notify: bool) -> dict[str, Any]:
    return {
        "watch": watch.name,
        "version": watch.version,
        "since": applied.since.isoformat(),
        "looked_at": applied.looked_at,
        "added": brief_rows(applied.added),
        "dropped": brief_rows(applied.dropped),
        "notify": notify,
    }


def change_row(change: WatchChange) -> dict[str, Any]:
    from storage.records import as_dict

    moments = {"changed_at": change.changed_at.isoformat(), "applied_since": None}
    if change.applied_since:
        moments["applied_since"] = change.applied_since.isoformat()
    sides = {"before": change.before and as_dict(change.before), "after": change.after and as_dict(change.after)}
    return {**as_dict(change), **moments, **sides}


def told(change: WatchChange) -> tuple[str, str]:
    from monitors.cli.screens import moment

    if change.applied_since is None:
        return _brief(change.before, change.after), _brief(change.after, change.before)
    told = f"applied to what was published since {moment(change.applied_since)}"
    return told, f"{change.added} added, {change.dropped} dropped"


def _brief(watch: Watch | None, other: Watch | None) -> str:
    """What it asks for and, beside another, whatever else differs."""
    from storage.records import as_dict

    if watch is None:
        return ""
    beside = as_dict(other) if other else as_dict(watch)
    said = {"rule", "profile", "rhythm", "threshold"}
    more = [f"{key} {value}" for key, value in as_dict(watch).items() if key not in said and beside[key] != value]
    asked = " and ".join(filter(None, (watch.rule, watch.profile and f"profile {watch.profile} ≥ {watch.threshold:g}")))
    return ", ".join([asked, watch.rhythm, *more])
