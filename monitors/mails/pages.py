"""How a digest looks: subject, HTML and plain text, from templates, in the reader's language."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from babel.dates import format_date, format_skeleton
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from monitors.excerpts import one_line, shorten
from monitors.locale import known, translations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime, tzinfo

    from monitors.digest import Digest, Entry

#: Gmail cuts what is longer than 102 kB.
MOST_BYTES: Final = 96_000
SUBJECT_LENGTH: Final = 120
#: What may stand unescaped in an address: all that is reserved, less quotes and brackets of every mark-up.
_SAFE: Final = "%/:?#@!$&+,;=~-._"


class TooLongError(Exception):
    """The page does not fit into a mail: tell fewer stories in one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A message before it is wrapped for a channel."""

    subject: str
    html: str
    text: str


def page(digest: Digest, *, language: str, zone: tzinfo, now: datetime, unsubscribe: str = "") -> Page:
    """The page of a digest. Raises `TooLongError`.

    Where all stories at length would be too much, those with the best scores are told at length and the others by
    title and source. `unsubscribe` is an address under which the reader ends it.
    """
    values = {"digest": digest, "now": now.astimezone(zone), "zone": zone, "unsubscribe": unsubscribe}
    html = _html(digest, language, values)
    return Page(
        subject=subject(digest, language=language),
        html=html,
        text=environment(language).get_template("mail.txt").render(values),
    )


def subject(digest: Digest, *, language: str) -> str:
    line = environment(language).get_template("subject.txt").render(digest=digest)
    return shorten(one_line(line), SUBJECT_LENGTH)


def _html(digest: Digest, language: str, values: dict[str, Any]) -> str:
    template = environment(language).get_template("mail.html")
    ranked = sorted(digest.entries, key=lambda entry: -entry.score)

    def told(at_length: int) -> str:
        return template.render(values, full=frozenset(entry.story_id for entry in ranked[:at_length]))

    longest = told(len(ranked))
    if len(longest.encode()) <= MOST_BYTES:
        return longest
    shortest = told(0)
    room = MOST_BYTES - len(shortest.encode())
    if room < 0:
        raise TooLongError(f"{len(ranked)} stories make {MOST_BYTES - room} bytes, {MOST_BYTES} fit")
    share = room / (len(longest.encode()) - len(shortest.encode()))
    # A little less than fits on average: some stories are longer than others.
    html = told(int(len(ranked) * share * 0.9))
    return html if len(html.encode()) <= MOST_BYTES else shortest


@cache
def environment(language: str) -> Environment:
    """Jinja2 with the catalogue of a language; HTML is escaped, text is not."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader("monitors.mails"), PackageLoader("monitors.web")]),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    catalogue = translations(language)
    made.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    made.filters |= {"href": href, "why": _Why(language), "joined": _Joined(language)}
    made.globals |= {"style": _styles(), "moment": _Moments(language), "lang": known(language)}
    return made


def href(url: str) -> str:
    """The address if it is one that may be linked to, in characters that no mark-up takes for its own; else ""."""
    if urlsplit(url).scheme not in ("http", "https"):
        return ""
    return quote(one_line(url), safe=_SAFE)


@cache
def _styles() -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath("styles.toml").read_text(encoding="utf-8"))


class _Moments:
    """Dates and times, as people of a language write them."""

    def __init__(self, language: str) -> None:
        self._locale = known(language)

    def day(self, value: date, zone: tzinfo | None = None) -> str:
        return format_skeleton("MMMd", value, tzinfo=zone, locale=self._locale)

    def long(self, value: datetime) -> str:
        return format_date(value, "full", locale=self._locale)

    def published(self, entry: Entry, zone: tzinfo) -> str:
        """To the minute where the page said so, else the day; of discovery where it said nothing."""
        when = (entry.published_at or entry.seen_at).astimezone(zone)
        exact = entry.precision == "minute" or entry.published_at is None
        return f"{self.day(when)} {when:%H:%M}" if exact else self.day(when)


class _Why:
    """The reasons of the matcher ("标题：算力", "正文：算力 ×3") by where they were found, in the reader's language."""

    def __init__(self, language: str) -> None:
        self._catalogue = translations(language)

    def __call__(self, reasons: Sequence[str]) -> str:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for reason in reasons:
            where, colon, what = reason.partition("：")
            found[self._catalogue.gettext(where) if colon else ""].append((what or reason).removesuffix(" ×1"))
        comma = self._catalogue.gettext(", ")
        return " · ".join(f"{where} {comma.join(what)}".strip() for where, what in found.items())


class _Joined:
    def __init__(self, language: str) -> None:
        self._catalogue = translations(language)

    def __call__(self, names: list[str]) -> str:
        return self._catalogue.gettext(", ").join(names)
