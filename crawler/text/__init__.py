"""Any Chinese page's text, mended: decode the bytes, gather the evidence of damage, repair, and say how.

    page = decode(body, content_type)
    known = evidence(page.text)                 # remembered with the source, for its short list titles
    source = repair_page(page.text, known)      # before a parser reads it, because the damage eats tags
    title = repair(link_text, known)

Pure functions, of use without the rest of the program; loaded when they are asked for, as in `crawler.reading`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from crawler.text.results import Decoded, Evidence, Repaired, Step

if TYPE_CHECKING:
    from crawler.text.charset import decode
    from crawler.text.explaining import explain
    from crawler.text.markup import repair_page
    from crawler.text.repairing import evidence, repair
    from storage.folding import simplify

__all__ = [
    "Decoded",
    "Evidence",
    "Repaired",
    "Step",
    "decode",
    "evidence",
    "explain",
    "repair",
    "repair_page",
    "simplify",
]

_MODULES = {
    "decode": "crawler.text.charset",
    "evidence": "crawler.text.repairing",
    "explain": "crawler.text.explaining",
    "repair": "crawler.text.repairing",
    "repair_page": "crawler.text.markup",
    "simplify": "storage.folding",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
