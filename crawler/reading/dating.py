"""When an article was published: the arbiter between all places that say so."""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from crawler.reading.byline import Zone, spaced
from crawler.reading.dates import SHANGHAI, Stamp, address_date, all_stamps, boxed_stamp, plausible, stamps
from crawler.reading.headline import Headline
from crawler.reading.labels import DATE_LABEL, OTHER_DATE
from crawler.reading.metatags import DATE, first
from crawler.reading.page import Page

#: A script's or JSON-LD's own name for the date of publication, with its value.
IN_SCRIPT = re.compile(
    r"""["']?(?:pub|publish|published|release|issue)_?(?:lish)?(?:ed)?_?(?:date|time|at|data)["']?\s*[:=]\s*["']([^"'<>]{8,32})["']""",
    re.I,
)
#: How far before a date its label may stand: 发布时间 ： [2026-04-17.
LABEL_REACH = 12
UPDATED = re.compile(r"(?<!最后)(?<!最後)更新(?:时间|時間|日期)\s*[:：]")


@dataclass(frozen=True, slots=True)
class Published:
    stamp: Stamp
    how: str


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Where the date is looked for, in order of trust."""

    page: Page
    headline: Headline
    zone: Zone
    foot: Zone
    tags: Mapping[str, str]
    html: str
    url: str


def published(seen: Witnesses, now: datetime) -> Published | None:
    """The first plausible date in order of trust: what the reader is shown, then what the page knows, then its address.

    A meta tag of the same day adds the minute that the visible line leaves out.
    """
    found = next((each for each in _candidates(seen) if plausible(each.stamp.moment, now)), None)
    if found is None or found.stamp.precision == "minute":
        return found
    exact = next(stamps(first(seen.tags, DATE)), None)
    if exact and exact.precision == "minute" and exact.moment.date() == found.stamp.moment.date():
        return Published(exact, f"{found.how}, minute by meta")
    return found


def _candidates(seen: Witnesses) -> Iterator[Published]:
    yield from _each("visible line", labelled(seen.zone.lines))
    yield from _each("visible line", unlabelled(seen.zone.lines))
    yield from _each("visible box", _boxes(seen.page, seen.headline))
    yield from _each("foot line", labelled(seen.foot.lines))
    yield from _each("meta", stamps(first(seen.tags, DATE)))
    yield from _each("updated line", updated(seen.zone.lines))
    yield from _each("script", (stamp for match in IN_SCRIPT.finditer(seen.html) for stamp in stamps(match[1])))
    day = address_date(seen.url)
    if day:
        moment = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
        yield Published(Stamp(moment=moment, precision="day"), "url")


def _each(how: str, found: Iterable[Stamp]) -> Iterator[Published]:
    return (Published(stamp, how) for stamp in found)


def labelled(texts: Iterable[str]) -> Iterator[Stamp]:
    """Dates that a label of publication stands before."""
    for text in texts:
        for stamp in all_stamps(text):
            before = text[max(stamp.start - LABEL_REACH, 0) : stamp.start]
            if DATE_LABEL.search(before) and not OTHER_DATE.search(before):
                yield stamp


def unlabelled(texts: Iterable[str]) -> Iterator[Stamp]:
    """Dates of the byline that no label claims for something else."""
    for text in texts:
        for stamp in all_stamps(text):
            if not OTHER_DATE.search(text[max(stamp.start - LABEL_REACH, 0) : stamp.start]) and len(text) < 160:
                yield stamp


def updated(texts: Iterable[str]) -> Iterator[Stamp]:
    """Dates of 更新时间, the one date of SiteWeaver and other old templates; 最后更新 is a later one."""
    for text in texts:
        for match in UPDATED.finditer(text):
            yield from itertools.islice(all_stamps(text[match.end() : match.end() + 24]), 1)


def _boxes(page: Page, headline: Headline) -> Iterator[Stamp]:
    """A day in one box and its year and month in the next, near the headline; or year, day and time in three."""
    texts = [spaced(line) for line in page.lines[max(headline.start - 4, 0) : headline.end + 6]]
    for count, start in itertools.product((3, 2, 1), range(len(texts))):
        stamp = boxed_stamp(" ".join(texts[start : start + count]))
        if stamp:
            yield stamp
