"""Any Chinese page's text, mended: decode the bytes, gather the evidence of damage, repair, and say how.

Pure functions, of use without the rest of the program.
"""

from crawler.text.charset import decode
from crawler.text.repairing import evidence, repair, repair_page
from crawler.text.results import Decoded, Evidence, Repaired, Step
from storage.folding import simplify

__all__ = ["Decoded", "Evidence", "Repaired", "Step", "decode", "evidence", "repair", "repair_page", "simplify"]
