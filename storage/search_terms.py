"""What of a query an index of grams can answer: an expression of its tokens, and what must be asked again of the text.

The grams of a term are necessary, not sufficient: 人工智能 needs 人工, 工智 and 智能, but so does 工智能人工. So a term
that is more than one gram is asked again, and never negated in the index.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.expressions import And, Fact, Node, Not, Or, Time, Word, leaves
from storage.folding import HAN, grams

if TYPE_CHECKING:
    from collections.abc import Callable

#: Tokens of titles carry it, so that `title:` has an index of its own; it is no letter of any word.
TITLE = "›"
#: PostgreSQL refuses words over 2,046 bytes.
_LONGEST = 60

_ONE_HAN = re.compile(f"[{HAN}]")
_ONE_TOKEN = re.compile(f"[{HAN}]{{1,2}}|[^\\W_{HAN}]{{1,{_LONGEST - 1}}}")


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Tokens, ...]
    #: Of one term: the text is asked again, so that some of them will do.
    is_of_word: bool = False


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Tokens, ...]


@dataclass(frozen=True, slots=True)
class Without:
    wanted: Tokens
    unwanted: Tokens


@dataclass(frozen=True, slots=True)
class Span:
    """Articles in the order of discovery: those with an id above `after`, up to `last`."""

    after: int
    last: int


#: A text is one token.
Tokens = str | All | AnyOf | Without


def tokens_of(title: str, text: str) -> set[str]:
    """The tokens under which an article is indexed."""
    titles = {gram[:_LONGEST] for gram in grams(title)}
    return titles | {TITLE + gram for gram in titles} | {gram[:_LONGEST] for gram in grams(text)}


def necessary(node: Node) -> Tokens | None:
    """Tokens without which the query cannot hold; None when it could hold of anything."""
    if isinstance(node, Word):
        return _word(node)
    if isinstance(node, And):
        return _all(node)
    if isinstance(node, Or):
        parts = [necessary(part) for part in node.parts]
        known = tuple(part for part in parts if part is not None)
        return AnyOf(known) if len(known) == len(parts) else None
    return None


def is_sufficient(node: Node) -> bool:
    """Whether `necessary(node)` says yes only where the query does."""
    if isinstance(node, Word):
        return node.field != "text" and _ONE_TOKEN.fullmatch(node.needle) is not None
    return isinstance(node, And | Or) and bool(node.parts) and all(map(is_sufficient, node.parts))


def is_factual(node: Node) -> bool:
    """Whether it asks nothing of the text."""
    if isinstance(node, Not):
        return is_factual(node.part)
    return isinstance(node, Fact | Time) or (isinstance(node, And | Or) and all(map(is_factual, node.parts)))


def asks_facts(node: Node) -> bool:
    """Whether any part of it asks something besides the text."""
    return any(isinstance(one, Fact | Time) for one in leaves(node))


def residue(node: Node) -> Node | None:
    """What must be asked of the text of a candidate of the index; None when index and facts have answered it all."""
    return _but(node, lambda part: is_factual(part) or is_sufficient(part) or _excludes(part))


def textual(node: Node) -> Node | None:
    """What must be asked of the text when only the facts were answered."""
    return _but(node, is_factual)


def _but(node: Node, is_answered: Callable[[Node], bool]) -> Node | None:
    parts = node.parts if isinstance(node, And) else (node,)
    unanswered = tuple(part for part in parts if not is_answered(part))
    return And(unanswered) if unanswered else None


def _excludes(node: Node) -> bool:
    return isinstance(node, Not) and is_sufficient(node.part)


def _all(node: And) -> Tokens | None:
    wanted = tuple(found for part in node.parts if (found := necessary(part)) is not None)
    if not wanted:
        return None
    tokens = wanted[0] if len(wanted) == 1 else All(wanted)
    excluded = [necessary(part.part) for part in node.parts if isinstance(part, Not) and _excludes(part)]
    unwanted = tuple(found for found in excluded if found is not None)
    return Without(tokens, AnyOf(unwanted)) if unwanted else tokens


def _word(word: Word) -> Tokens:
    mark = TITLE if word.field == "title" else ""
    found = grams(word.needle)
    pairs = "".join(gram for gram in found if not _ONE_HAN.fullmatch(gram))
    # A pair says all that its two Han say.
    firm = sorted(gram for gram in found if not _ONE_HAN.fullmatch(gram) or gram not in pairs)
    tokens = tuple(mark + gram[:_LONGEST] for gram in firm)
    return tokens[0] if len(tokens) == 1 else All(tokens, is_of_word=True)
