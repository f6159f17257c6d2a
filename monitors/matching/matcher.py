"""All watches against one article: one pass of the automaton, then a score for each profile and a look at each rule."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol

from monitors.matching.automaton import Automaton, Found
from monitors.matching.scoring import LEAD, Mentions, Score, score
from monitors.profiles import load
from storage.folding import fold
from storage.records import Match

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from monitors.profiles import Exclusion, Profile, Term
    from storage.records import Source, Watch


class Readable(Protocol):
    """What is asked of an article or a finding."""

    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...


class Matcher:
    """Cheap to make anew when a watch changes: a few milliseconds for a few hundred watches."""

    def __init__(self, watches: Sequence[Watch], *, profiles: Mapping[str, Profile] | None = None) -> None:
        """`profiles` are taken before the shipped ones. Raises `ProfileError` and `QueryError`."""
        self._watches = tuple(watch for watch in watches if watch.enabled)
        names = {watch.profile for watch in self._watches if watch.profile}
        known = profiles or {}
        self._topics = {name: _Topic(known.get(name) or load(name)) for name in names}

    def match(self, article: Readable, source: Source | None = None) -> tuple[Match, ...]:
        """The watches that match, each with its score, its reasons for people, and the words to mark."""
        title, text = fold(article.title), fold(article.text)
        scores = {name: topic.score(title, text) for name, topic in self._topics.items()}
        return tuple(
            Match(
                watch=watch.name,
                score=scores[watch.profile][0].value,
                reasons=scores[watch.profile][0].reasons,
                words=scores[watch.profile][1],
                rule_version=watch.version,
            )
            for watch in self._watches
            if watch.profile and scores[watch.profile][0].value >= watch.threshold
        )


class _Topic:
    """A profile ready to be looked for."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._terms: dict[str, Term] = {
            fold(spelling): term for group in profile.groups for term in group.terms for spelling in term.spellings
        }
        self._exclusions: dict[str, Exclusion] = {
            fold(word): exclusion for exclusion in profile.exclusions for word in exclusion.title
        }
        self._automaton = Automaton([*self._terms, *profile.masked, *self._exclusions])

    def score(self, title: str, text: str) -> tuple[Score, tuple[str, ...]]:
        in_title, in_text = (tuple(_longest(self._automaton.find(where))) for where in (title, text))
        mentions = Mentions(
            title=self._count(in_title),
            lead=self._count(hit for hit in in_text if hit.start < LEAD),
            body=self._count(hit for hit in in_text if hit.start >= LEAD),
            length=len(text),
        )
        words = {self._automaton.terms[hit.term] for hit in (*in_title, *in_text)} & self._terms.keys()
        return score(self.profile, mentions, self._excluded(title)), tuple(sorted(words))

    def _excluded(self, title: str) -> list[Exclusion]:
        said = {self._automaton.terms[hit.term] for hit in self._automaton.find(title)}
        return list(
            {self._exclusions[word].name: self._exclusions[word] for word in said & self._exclusions.keys()}.values()
        )

    def _count(self, hits: Iterator[Found] | Sequence[Found]) -> Counter[str]:
        words = (self._automaton.terms[hit.term] for hit in hits)
        return Counter(self._terms[word].name for word in words if word in self._terms)


def _longest(hits: Sequence[Found]) -> Iterator[Found]:
    """Hits that do not lie inside a longer one: 大模型 in 盘古大模型, 低空 in 低空骤降."""
    end = 0
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if hit.end > end:
            yield hit
            end = hit.end
