"""What the demonstration's sites have to say, before anything was done to it: the truth that repair is held to."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from storage.records import Level

_ZONE = ZoneInfo("Asia/Shanghai")
#: In the order in which they are visited; the file's name is the site's.
_SITES = ("yunling", "gxt", "lanjiang", "ylnews", "sjj")


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """One article."""

    slug: str
    title: str
    paragraphs: tuple[str, ...]
    published_at: datetime
    origin: str = ""
    author: str = ""
    #: A reader who asked for news of the AI industry wants it.
    about_ai: bool = False
    #: What was done to it before it was stored: "readings", "mojibake" or nothing; see `crawler.demo.damage`.
    damage: str = ""
    #: The charset that its page declares, where its page declares one and its site does not.
    charset: str = ""
    #: Stands on top of the list however old it is.
    pinned: bool = False
    #: "site/slug" of the article that it repeats.
    reposts: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    name: str
    host: str
    title: str
    level: Level
    family: str
    column: str
    #: Where the column's list is.
    path: str
    texts: tuple[Text, ...] = ()
    #: What its pages are written in.
    encoding: str = "utf-8"
    #: What its Content-Type claims; nothing = it claims nothing.
    header_charset: str = ""
    #: Answers If-None-Match.
    validators: bool = False
    #: Titles that stand on the list, of articles that were taken away: their pages say so with status 200.
    gone: tuple[str, ...] = ()
    #: Answers everything with a challenge that only a browser solves.
    challenge: bool = False


def sites(anchor: date) -> tuple[Site, ...]:
    """The sites as they stand on the day `anchor`, when nearly all of their articles are one or two days old.

    Nothing but the dates depends on `anchor`. The addresses hold no date, so that a later day's visit meets
    the same addresses again and nothing new.
    """
    raw = {name: _read(name) for name in _SITES}
    truth = {f"{name}/{row['slug']}": _paragraphs(row) for name in raw for row in raw[name].get("article", ())}
    return tuple(_site(name, raw[name], truth, anchor) for name in _SITES)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "articles" / f"{name}.toml").read_text(encoding="utf-8"))


def _site(name: str, raw: dict[str, Any], truth: dict[str, tuple[str, ...]], anchor: date) -> Site:
    texts = tuple(_text(row, truth, anchor) for row in raw.pop("article", ()))
    newest_first = sorted(texts, key=lambda text: (text.pinned, text.published_at), reverse=True)
    gone, level = tuple(raw.pop("gone", ())), Level(raw.pop("level"))
    return Site(name=name, gone=gone, level=level, texts=tuple(newest_first), **raw)


def _text(row: dict[str, Any], truth: dict[str, tuple[str, ...]], anchor: date) -> Text:
    clock = time.fromisoformat(row["time"])
    text = Text(
        slug=row["slug"],
        title=row["title"],
        paragraphs=_paragraphs(row),
        published_at=datetime.combine(anchor - timedelta(days=row["days"]), clock, _ZONE),
        about_ai=row.get("ai", False),
        pinned=row.get("pinned", False),
        **{key: row.get(key, "") for key in ("origin", "author", "damage", "charset", "reposts")},
    )
    if not text.reposts:
        return text
    first, *rest = truth[text.reposts]
    return replace(text, paragraphs=(f"{row['lead']}　{first}", *rest))


def _paragraphs(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row.get("text", "").split("\n")[:-1])
