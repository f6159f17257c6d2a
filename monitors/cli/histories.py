"""A watch and the operator's profiles as they were when an article was judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitors.trial import Trial
    from storage import Store
    from storage.audience import Watch
    from storage.records import Article
    from storage.reports import WatchChange


@dataclass(frozen=True, slots=True)
class History:
    store: Store
    changes: Sequence[WatchChange]

    @classmethod
    def of(cls, store: Store, watch: str) -> History:
        return cls(store, store.watch_changes(watch))

    def judging(self, article: Article) -> Watch | None:
        """The watch as it was then; None where it was not there."""
        from monitors.trial import as_of, judged_at

        return as_of(self.changes, judged_at(self.changes, article))

    def tried(self, watch: Watch, article: Article) -> Trial:
        from monitors.profiles import own
        from monitors.trial import judged_at, try_on

        moment = judged_at(self.changes, article)
        return try_on(watch, article, profiles=own(self.store.profiles(at=moment)), now=moment)
