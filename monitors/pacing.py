"""When a place may be written to: not while it is closed, and not more often than its pace."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitors.channels import Pace


@dataclass(frozen=True, kw_only=True, slots=True)
class Closed:
    until: datetime
    reason: str


class Gate:
    """Kept in memory: another process finds out for itself, at the price of one try."""

    def __init__(self) -> None:
        self._closed: dict[str, Closed] = {}
        self._passed: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self._lock = threading.Lock()

    def close(self, place: str, *, until: datetime, reason: str) -> None:
        with self._lock:
            self._closed[place] = Closed(until=until, reason=f"waits: {reason}")

    def wait(self, place: str, pace: Pace | None, *, now: datetime) -> Closed | None:
        """None lets one message through, and counts it."""
        with self._lock:
            closed = self._closed.get(place)
            if closed and closed.until > now:
                return closed
            return self._keep_pace(place, pace, now) if pace else None

    def _keep_pace(self, place: str, pace: Pace, now: datetime) -> Closed | None:
        passed, span = self._passed[place], timedelta(seconds=pace.seconds)
        while passed and passed[0] <= now - span:
            passed.popleft()
        if len(passed) < pace.messages:
            passed.append(now)
            return None
        return Closed(until=passed[0] + span, reason=f"waits: {pace.messages} messages in {pace.seconds:.0f} s")
