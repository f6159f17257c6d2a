"""The languages of messages and pages: gettext catalogues, read as text.

Babel turns the .po file into a catalogue in memory (about 5 ms, once a language), so nothing is compiled when the
package is built and no binary lies in the repository.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DEFAULT: Final = "zh"
LANGUAGES: Final = (DEFAULT, "en")


def known(language: str) -> str:
    """The language of ours that serves a reader of `language` ("en-GB" -> "en"); the default for others."""
    short = language.replace("_", "-").partition("-")[0].lower()
    return short if short in LANGUAGES else DEFAULT


@cache
def translations(language: str) -> GNUTranslations:
    source = files(__name__).joinpath(known(language), "LC_MESSAGES", "fenghuo.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source)))
    compiled.seek(0)
    return GNUTranslations(compiled)
