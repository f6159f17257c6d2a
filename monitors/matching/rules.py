"""Many rules against one article: by the terms that were found, only those rules are asked that can match at all.

A rule is decided from the terms that the automaton found, along the tree of its `storage.query.Query`, and says yes
exactly when `Query.matches` does (tests/monitors/test_matching.py holds the two together).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.expressions import And, Not, Or, Word, leaves

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Set

    from storage.expressions import Node
    from storage.query import Query
    from storage.subjects import Subject


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """The terms that were found in an article."""

    title: Set[str]
    text: Set[str]
    either: Set[str]


Test = Callable[[Said, "Subject"], bool]


class Rules:
    """Queries by the name of their watch, in an inverted index."""

    def __init__(self, queries: Mapping[str, Query]) -> None:
        self._trees = {name: query.tree for name, query in queries.items()}
        self._tests = {name: _test(tree) for name, tree in self._trees.items()}
        self._by_term: dict[str, list[str]] = defaultdict(list)
        self._always: list[str] = []
        for name, tree in self._trees.items():
            self._index(name, tree)

    @property
    def terms(self) -> set[str]:
        """All terms that must be looked for."""
        return {word.needle for tree in self._trees.values() for word in leaves(tree) if isinstance(word, Word)}

    def matching(self, said: Said, subject: Subject) -> set[str]:
        """The names of the rules that hold."""
        terms = said.either & self._by_term.keys()
        names = {name for term in terms for name in self._by_term[term]}.union(self._always)
        return {name for name in names if self._tests[name](said, subject)}

    def _index(self, name: str, tree: Node) -> None:
        anchors = _anchors(tree)
        if anchors is None:
            self._always.append(name)
        for term in anchors or ():
            self._by_term[term].append(name)


def _anchors(tree: Node) -> frozenset[str] | None:
    """Terms of which an article must hold one to match; None where it may match without any."""
    if isinstance(tree, Word):
        return frozenset({tree.needle})
    if isinstance(tree, And):
        known = [anchors for part in tree.parts if (anchors := _anchors(part)) is not None]
        return min(known, key=_commonness, default=None)
    if isinstance(tree, Or):
        each = [_anchors(part) for part in tree.parts]
        known = [anchors for anchors in each if anchors is not None]
        return frozenset[str]().union(*known) if len(known) == len(each) else None
    return None


def _commonness(terms: Iterable[str]) -> float:
    """A guess: with each further character a term is found ten times less often."""
    return sum(0.1 ** len(term) for term in terms)


def _test(tree: Node) -> Test:
    """The tree as a function: asked 20 times an article, three times as fast as walking the tree."""
    if isinstance(tree, Word):
        return _names(tree.field, frozenset({tree.needle}))
    if isinstance(tree, Not):
        part = _test(tree.part)
        return lambda said, subject: not part(said, subject)
    if isinstance(tree, And):
        parts = [_test(part) for part in tree.parts]
        return lambda said, subject: all(part(said, subject) for part in parts)
    if isinstance(tree, Or):
        return _any(tree)
    return lambda said, subject: tree.holds(subject)


def _any(tree: Or) -> Test:
    """Its words are looked up together."""
    by_field: dict[str, set[str]] = defaultdict(set)
    for part in tree.parts:
        if isinstance(part, Word):
            by_field[part.field].add(part.needle)
    tests = [_names(field, frozenset(needles)) for field, needles in by_field.items()]
    tests += [_test(part) for part in tree.parts if not isinstance(part, Word)]
    return tests[0] if len(tests) == 1 else lambda said, subject: any(test(said, subject) for test in tests)


def _names(field: str, needles: frozenset[str]) -> Test:
    if field == "title":
        return lambda said, subject: not needles.isdisjoint(said.title)
    if field == "text":
        return lambda said, subject: not needles.isdisjoint(said.text)
    return lambda said, subject: not needles.isdisjoint(said.either)
