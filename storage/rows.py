"""Rows of the tables as values of `storage.records`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from storage.audience import State
from storage.records import Article, Attachment, Level, Match, Outcome, RawPage, Repair, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from storage.records import Fact

F = TypeVar("F", bound="Fact")
#: By the names of its columns.
Row: TypeAlias = "Mapping[Any, Any]"

#: What a column cannot say by itself.
_READ: Mapping[str, Callable[[Any], Any]] = {
    "level": Level,
    "outcome": Outcome,
    "last_outcome": Outcome,
    "state": State,
    "readers": tuple,
    "channels": tuple,
    "unsubscribed": tuple,
    "reasons": tuple,
    "words": tuple,
    "headers": dict,
    "attachments": lambda found: tuple(Attachment(**one) for one in found),
    "repairs": lambda found: tuple(Repair(**one) for one in found),
}


def fact(kind: type[F], row: Row, **more: Any) -> F:
    """A value from the columns that bear its fields' names; `more` are fields that come from elsewhere."""
    columns = dict(row)
    names = kind.__dataclass_fields__  # `fields` takes longer than all the rest
    read = {name: columns[name] for name in names if name in columns and name not in more}
    for name in read.keys() & _READ.keys():
        read[name] = None if read[name] is None else _READ[name](read[name])
    return kind(**read, **more)


def article_of(row: Row, source: Source, matches: Sequence[Match]) -> Article:
    """`row` has the columns of `articles` and those of `texts`, which are null where the text is not kept any more."""
    text = {"text": row["text"] or "", "attachments": _READ["attachments"](row["attachments"] or ())}
    return fact(Article, row, source=source, matches=tuple(matches), **text)


def page_of(row: Row, body: bytes) -> RawPage:
    return fact(RawPage, row, headers=tuple((name, value) for name, value in row["headers"]), body=body)
