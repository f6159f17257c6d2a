"""What decoding and repairing answer, with how they knew."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Decoded:
    text: str
    #: The WHATWG name in lower case, "euc-tw", or two joined by "+" where the page is in both.
    encoding: str
    #: Which evidence won, and what was overruled, in words.
    how: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One kind of repair. `where` is the first damaged place as it stood, cut to a few characters."""

    what: str
    where: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Repaired:
    text: str
    steps: tuple[Step, ...] = ()
    #: How many characters are known to be gone; each place is marked with U+FFFD where nothing stands for it.
    lost: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What a whole page says about the damage in any part of it. Small; `to_json` for remembering it with a source."""

    #: The characters that carry injected readings; none = no injection. It proves that the page was simplified once.
    injected: str = ""
    #: Most of the page was decoded wrongly, so that even a single pair of characters is no accident.
    mojibake: bool = False

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Evidence:
        return cls(**json.loads(text))
