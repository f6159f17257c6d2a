"""What the watches say of a finding, and who is to be told: the crawl's one question to this room."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from monitors.matching import Matcher
from monitors.profiles import own
from monitors.rhythm import plan_notices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage import Store
    from storage.audience import ProfileText, Reader, Watch
    from storage.records import Finding, Source


class Judge:
    """Watches and readers as of the last `refresh`, ready to be asked once for each article."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._watches: Sequence[Watch] = ()
        self._readers: Sequence[Reader] = ()
        self._profiles: Sequence[ProfileText] = ()
        self._matcher = Matcher(())
        self._day = date.min
        self.refresh()

    def refresh(self) -> None:
        """Take over what was changed meanwhile, here or by another process."""
        watches, readers, profiles = self._store.watches(), self._store.readers(), self._store.profiles()
        asked, today = (watches, profiles), datetime.now(UTC).date()
        if asked != (self._watches, self._profiles) or today != self._day:  # a rule may say 今天
            self._matcher = Matcher(watches, profiles=own(profiles))
        self._watches, self._readers, self._profiles, self._day = watches, readers, profiles, today

    def __call__(self, finding: Finding, source: Source) -> Finding:
        matches = self._matcher.match(finding, source)
        notices = plan_notices(matches, self._watches, self._readers, backlog=finding.backlog, now=datetime.now(UTC))
        return replace(finding, matches=matches, notices=notices)
