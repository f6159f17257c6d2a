"""Who is named on the byline: 来源, 作者, 编辑; by label, or by standing beside the date."""

import re
from collections.abc import Iterable, Mapping

from crawler.reading.byline import LONGEST, Zone
from crawler.reading.dates import all_stamps
from crawler.reading.labels import (
    AUTHOR_LABEL,
    BY,
    COUNTER,
    DATE_LABEL,
    EDITOR_LABEL,
    INLINE_REPORTER,
    NEXT_LABEL,
    ORGAN,
    ORIGIN_LABEL,
    PAPER_REPORTER,
    PLACEHOLDERS,
    REPORTER,
    ROLE,
    SURNAMES,
    TOOL,
)
from crawler.reading.metatags import first

EDGES = " 　|｜/·•[]【】()（）<>《》:：,，;；-—_“”\"'"
LONGEST_NAME = 40
#: Counts and clock times, and what has no letter at all.
NO_NAME = re.compile(r"^(?:\d|[\W_]*$)")
BESIDE = re.compile(r"[\s　|｜/·•\[\]【】()（）<>:：,，;；\-—_]+")


def labelled_name(texts: Iterable[str], label: re.Pattern[str]) -> str | None:
    """The first value behind a label that names somebody."""
    for text in texts:
        for match in label.finditer(text[:LONGEST]):
            name = _value(text[match.end() :])
            if name:
                return name
    return None


def _value(rest: str) -> str | None:
    stop = NEXT_LABEL.search(rest)
    name = (rest[: stop.start()] if stop else rest).strip(EDGES)
    if name.count("（") > name.count("）"):
        name += "）"
    return name if is_name(name) else None


def is_name(text: str) -> bool:
    return 1 < len(text) <= LONGEST_NAME and text.lower() not in PLACEHOLDERS and not NO_NAME.match(text)


def origin(zone: Zone, foot: Zone) -> tuple[str, str] | None:
    """(来源, how): by its label on the byline, by standing beside the date, by a label under the text."""
    name = labelled_name(zone.lines, ORIGIN_LABEL)
    if name:
        return _without_person(name), "label"
    beside = next((name for name in _beside_date(zone.lines) if not is_person(name)), None)
    if beside:
        return beside, "beside the date"
    name = labelled_name(foot.lines, ORIGIN_LABEL)
    return (name, "label under the text") if name else None


def _without_person(name: str) -> str:
    """来源：经济日报 张三 names two."""
    organ, _, person = name.rpartition(" ")
    return organ.strip(EDGES) if organ and is_person(person) else name


def author(zone: Zone, foot: Zone) -> tuple[str, str] | None:
    """(作者, how)."""
    name = labelled_name(zone.lines, AUTHOR_LABEL)
    if name:
        return name.partition("（")[0], "label"
    for text in zone.lines:
        match = PAPER_REPORTER.match(text) or REPORTER.match(text) or BY.match(text)
        if match:
            return " ".join(ROLE.sub(" ", match["names"]).split()).strip(EDGES), "reporter's line"
    inline = next((match for text in zone.lines if (match := INLINE_REPORTER.search(text))), None)
    if inline and is_person(inline["name"]):
        return inline["name"], "reporter in the meta line"
    name = labelled_name(foot.lines, AUTHOR_LABEL)
    if name:
        return name, "label"
    beside = next((name for name in _beside_date(zone.lines) if is_person(name)), None)
    if beside:
        return beside, "beside the date"
    last = (labelled_name(zone.lines, ORIGIN_LABEL) or "").rpartition(" ")
    return (last[2], "beside the origin") if last[0] and is_person(last[2]) else None


def by_meta(tags: Mapping[str, str], names: tuple[str, ...]) -> tuple[str, str] | None:
    """(name, how) by the meta tags of a page with the national set; elsewhere they name the site or its maker."""
    name = first(tags, names) if "articletitle" in tags or "contentsource" in tags else ""
    return (name, "meta") if is_name(name) else None


def editor(zone: Zone, foot: Zone) -> str | None:
    return labelled_name(zone.lines, EDITOR_LABEL) or labelled_name(foot.lines, EDITOR_LABEL)


def is_person(name: str) -> bool:
    """A Chinese personal name: a surname and one or two characters, and not the name of an organ."""
    return 2 <= len(name) <= 3 and name[0] in SURNAMES and not ORGAN.search(name)


def _beside_date(texts: Iterable[str]) -> Iterable[str]:
    """Names that stand in one line with a date, without a label of their own."""
    for text in texts:
        spans = [(stamp.start, stamp.end) for stamp in all_stamps(text)]
        if not spans or len(text) > 80 or ORIGIN_LABEL.search(text):
            continue
        rest = f"{text[: spans[0][0]]} | {text[spans[0][1] :]}"
        rest = re.sub(r"^[:：]\d{2}", "", rest)
        for piece in BESIDE.split(DATE_LABEL.sub(" ", COUNTER.sub(" ", rest))):
            if is_name(piece) and len(piece) <= 20 and not TOOL.search(piece) and not AUTHOR_LABEL.search(piece):
                yield piece
