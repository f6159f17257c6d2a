"""Where many terms stand in a text, found in one pass: the one door to ahocorasick_rs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick

from storage.subjects import WORD_SIGN

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A term with the start and the end of its place. A plain tuple because an article holds hundreds.
Found = tuple[str, int, int]


class Automaton:
    """Folded terms to look for, all at once; they stand where `storage.subjects.occurrences` finds them one by one."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._terms = tuple(dict.fromkeys(terms))
        self._search = AhoCorasick(self._terms)
        #: Terms that begin or end with a letter or digit match whole words only.
        self._wordy = [bool(WORD_SIGN.match(term) or WORD_SIGN.match(term[-1])) for term in self._terms]

    def find(self, folded: str) -> list[Found]:
        """Every occurrence, overlapping ones too, by place of its end."""
        terms, wordy = self._terms, self._wordy
        return [
            (terms[number], start, end)
            for number, start, end in self._search.find_matches_as_indexes(folded, overlapping=True)
            if not wordy[number] or _stands_alone(terms[number], folded, start, end)
        ]


def _stands_alone(term: str, text: str, start: int, end: int) -> bool:
    cut_left = start > 0 and WORD_SIGN.match(term) and WORD_SIGN.match(text, start - 1)
    cut_right = WORD_SIGN.match(term[-1]) and WORD_SIGN.match(text, end)
    return not (cut_left or cut_right)
