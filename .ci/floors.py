"""Hold a scorer's figures to their floors: `python .ci/floors.py text < figures.json`. Exit code 1 below one."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FLOORS = Path(__file__).parent / "floors.toml"


def below(figures: Mapping[str, Any], floors: Mapping[str, Any], place: str = "") -> Iterator[str]:
    for name, floor in floors.items():
        if isinstance(floor, dict):
            yield from below(figures[name], floor, f"{place}{name} ")
        elif figures[name] < floor:
            yield f"{place}{name}: {figures[name]} is below {floor}"


def main() -> None:
    faults = list(below(json.load(sys.stdin), tomllib.loads(FLOORS.read_text(encoding="utf-8"))[sys.argv[1]]))
    print("\n".join(faults) or f"{sys.argv[1]}: all figures hold their floors")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
