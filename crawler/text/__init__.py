"""Any Chinese page's text, mended: decode the bytes, gather the evidence of damage, repair, and say how.

    page = decode(body, content_type)
    known = evidence(page.text)                 # remembered with the source, for its short list titles
    source = repair_page(page.text, known)      # before a parser reads it, because the damage eats tags
    title = repair(link_text, known)

Pure functions, of use without the rest of the program.
"""

from crawler.text.charset import decode
from crawler.text.explaining import explain
from crawler.text.markup import repair_page
from crawler.text.repairing import evidence, repair
from crawler.text.results import Decoded, Evidence, Repaired, Step
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
