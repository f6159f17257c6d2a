"""A profile made ready to be looked for: which of the terms that were found speak of it, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitors.matching.scoring import LEAD, SHORT, Excluded, Mention, reasons, score
from storage.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitors.matching.automaton import Found
    from monitors.profiles import Group, Profile, Term


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What a profile says of an article."""

    score: float
    reasons: tuple[str, ...]
    #: The spellings found, without those that only support.
    words: tuple[str, ...]


class Topic:
    """A profile, by its folded spellings."""

    def __init__(self, profile: Profile) -> None:
        self._spellings: dict[str, tuple[str, Term, Group]] = {
            fold(spelling): (spelling, term, group)
            for group in profile.groups
            for term in group.terms
            for spelling in term.spellings
        }
        self._ends = frozenset(map(fold, profile.ends))
        self._masked = frozenset(map(fold, profile.masked))
        self._exclusions = [
            (each, frozenset(map(fold, each.title)), frozenset(map(fold, each.text))) for each in profile.exclusions
        ]
        self._counted = self._spellings.keys() | self._masked
        self.terms = self._counted.union(self._ends, *(words for _, *both in self._exclusions for words in both))

    def judge(self, titles: Sequence[list[Found]], bodies: Sequence[list[Found]], lengths: Sequence[int]) -> Judgement:
        """What was found in each piece of title and text, and how long the pieces of the text are.

        Attachments count where the text itself is short.
        """
        read = 1 if lengths[0] >= SHORT else len(bodies)
        bodies = [self._article(body, length) for body, length in zip(bodies[:read], lengths, strict=False)]
        mentions = self._mentions(titles, bodies)
        exclusions = self._excluded(titles, bodies)
        topic = [each for each in mentions if not each.group.support]
        return Judgement(
            score=score(mentions, sum(lengths[:read]), exclusions),
            reasons=reasons(topic, exclusions),
            words=tuple(sorted({word for each in topic for word in (*each.title, *each.lead, *each.body)})),
        )

    def _article(self, body: list[Found], length: int) -> list[Found]:
        """What was found before the page begins to speak of others."""
        end = min((start for word, start, _ in body if word in self._ends and start >= length / 2), default=length)
        return [found for found in body if found[1] < end]

    def _mentions(self, titles: Sequence[list[Found]], bodies: Sequence[list[Found]]) -> list[Mention]:
        mentions: dict[str, Mention] = {}
        for zone, pieces in (("title", titles), ("text", bodies)):
            for number, piece in enumerate(pieces):
                for word, start, _ in self._longest(piece):
                    spelling, term, group = self._spellings[word]
                    mention = mentions.setdefault(term.name, Mention(term=term, group=group))
                    lead = mention.lead if number == 0 and start < LEAD else mention.body
                    (mention.title if zone == "title" else lead)[spelling] += 1
        return list(mentions.values())

    def _longest(self, piece: Iterable[Found]) -> Iterator[Found]:
        """Terms that do not lie in a longer one (大模型 in 盘古大模型) or in a masked word (智能体 in 智能体检)."""
        ours = [found for found in piece if found[0] in self._counted]
        end = 0
        for found in sorted(ours, key=lambda found: (found[1], -found[2])):
            if found[1] < end:
                continue
            end = found[2]
            if found[0] in self._spellings:
                yield found

    def _excluded(self, titles: Sequence[list[Found]], bodies: Sequence[list[Found]]) -> list[Excluded]:
        said_in_title = {word for piece in titles for word, _, _ in piece}
        said_in_text = {word for piece in bodies for word, _, _ in piece}
        found = []
        for exclusion, in_title, in_text in self._exclusions:
            title, text = len(in_title & said_in_title), len(in_text & said_in_text)
            if title or text >= exclusion.least:
                found.append(Excluded(exclusion=exclusion, in_title=title > 0, words=text))
        return found
