"""What a digest tells besides its stories: the last 30 days, what is unusual, how the sources are."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from monitors.digest import Background, Day, Health, Unusual

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime

    from storage import Store
    from storage.audience import Watch

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
DAYS: Final = 30
#: Unusual is what is at least so many times a usual day …
TIMES: Final = 3.0
#: … and at least so many stories; below it a single busy hour would be news.
LEAST: Final = 5
#: With fewer days of memory nothing is usual yet.
LEAST_DAYS: Final = 7


def background_of(store: Store) -> Callable[[Watch, datetime], Background]:
    def background(watch: Watch, now: datetime) -> Background:
        status = store.status(now=now)
        days = last_days(dict(_facet(store, watch, now, "day", DAYS)), now.astimezone(SHANGHAI).date())
        today = dict(_facet(store, watch, now, "province", 1))
        return Background(
            days=days,
            unusual=tuple(find_unusual(days, today, dict(_facet(store, watch, now, "province", DAYS)))),
            health=Health(watched=status.enabled, troubled=tuple(name for _, name, _, _ in status.troubled)),
        )

    return background


def last_days(counts: dict[str, int], today: date) -> tuple[Day, ...]:
    """Oldest first; days without news count too."""
    days = (today - timedelta(days=back) for back in reversed(range(DAYS)))
    return tuple(Day(day=day, count=counts.get(day.isoformat(), 0)) for day in days)


def find_unusual(days: Sequence[Day], today: dict[str, int], month: dict[str, int]) -> Iterator[Unusual]:
    """Places, and all of them together (""), that say much more than on a usual day of the month."""
    remembered = sum(1 for day in days[:-1] if day.count)
    if remembered < LEAST_DAYS:
        return
    totals = {"": (days[-1].count, sum(day.count for day in days))}
    places = totals | {place: (count, month.get(place, count)) for place, count in today.items() if place}
    for place, (count, whole) in places.items():
        usual = (whole - count) / (DAYS - 1)
        if count >= LEAST and count >= TIMES * usual:
            yield Unusual(place=place, count=count, usual=round(usual, 1))


def _facet(store: Store, watch: Watch, now: datetime, name: str, days: int) -> tuple[tuple[str, int], ...]:
    since = now.astimezone(SHANGHAI).date() - timedelta(days=days - 1)
    found: tuple[tuple[str, int], ...] = getattr(
        store.facets(f'watch:"{watch.name}" since:{since.isoformat()}', now=now), name
    )
    return found
