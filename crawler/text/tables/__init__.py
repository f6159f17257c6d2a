"""The tables that the rules of text look things up in; `benchmarks/text_tables.py` makes them."""

from __future__ import annotations

from importlib.resources import files


def lines(name: str) -> list[str]:
    return (files(__package__) / name).read_text(encoding="utf-8").removesuffix("\n").split("\n")
