"""Where in a TOML text something stands: tomllib keeps no positions, so tables and keys are looked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEADER = re.compile(r"\s*\[+\s*([^\]]+?)\s*\]")


def line_of(text: str, where: Sequence[int | str]) -> int | None:
    """The line of a key; `where` is the way to it: names of tables, numbers of their repetitions, key, value.

    Of a key that is not there the line of its table, of a table that is not there none.
    """
    lines = text.splitlines()
    for length in range(len(where), 0, -1):
        for number in _header(lines, where[:length]):
            return _value(lines, number, where[-1]) if length < len(where) else number
        for number in _header(lines, where[: length - 1]):
            if found := _key(lines, number, where[length - 1]):
                return _value(lines, found, where[-1])
    return None


def _header(lines: Sequence[str], where: Sequence[int | str]) -> list[int]:
    """The line of a table, as a list of none or one; 0 is the top of the file."""
    if not where:
        return [0]
    names = ".".join(step for step in where if isinstance(step, str))
    counts = [step for step in where if isinstance(step, int)]
    found = [number for number, line in enumerate(lines, 1) if (table := _HEADER.match(line)) and table[1] == names]
    nth = counts[-1] if counts else 0
    return found[nth : nth + 1]


def _key(lines: Sequence[str], start: int, key: int | str) -> int | None:
    for number in range(start, len(lines)):
        if _HEADER.match(lines[number]):
            return None
        if re.match(rf"\s*[\"']?{re.escape(str(key))}[\"']?\s*=", lines[number]):
            return number + 1
    return None


def _value(lines: Sequence[str], start: int, value: int | str) -> int:
    """The line of a value in a list that goes over several lines; where it cannot be found, that of the key."""
    within = (number for number in range(max(start, 1), len(lines) + 1) if f'"{value}"' in lines[number - 1])
    return next(within, max(start, 1))
