"""Two values side by side, for people: what is the same at their beginnings is left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import takewhile
from typing import Any, Final
from zoneinfo import ZoneInfo

from storage.records import Attachment, Repair

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
#: Characters shown of a value, and of what is the same before the difference.
LENGTH: Final = 60
CONTEXT: Final = 6


def beside(before: Any, after: Any) -> tuple[str, str]:
    one, other = shown(before), shown(after)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    start = same - CONTEXT if max(len(one), len(other)) > LENGTH and same > CONTEXT else 0
    return _piece(one, start), _piece(other, start)


def shown(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, Repair):
        return f"{value.what} ×{value.count}"
    if isinstance(value, Attachment):
        return value.name or value.url
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {way}" for name, way in sorted(value.items()))
    if isinstance(value, tuple):
        return ", ".join(map(shown, value))
    return "" if value is None else str(value)


def _piece(text: str, start: int) -> str:
    end = start + LENGTH
    return ("…" if start else "") + text[start:end] + ("…" if len(text) > end else "")
