"""The line under the headline: date, 来源, 作者, 编辑."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crawler.reading.dates import SHANGHAI, Precision, Stamp, address_date, plausible, short_stamps, stamps
from crawler.reading.headline import Headline
from crawler.reading.labels import AUTHOR_LABEL, DATE_LABEL, EDITOR_LABEL, NEXT_LABEL, ORIGIN_LABEL, OTHER_DATE, PLACEHOLDERS
from crawler.reading.metatags import AUTHOR, DATE, ORIGIN, first
from crawler.reading.page import Page
from crawler.reading.tree import Node


@dataclass(frozen=True, slots=True)
class Byline:
    published_at: datetime | None
    precision: Precision | None
    origin: str | None
    author: str | None
    editor: str | None
    how: str


def read_byline(page: Page, headline: Headline, body: Node | None, tags: Mapping[str, str], url: str, now: datetime) -> Byline:
    start = max(headline.end - 4, 0)
    stop = min(body.first + 3 if body is not None and body.first >= headline.end else headline.end + 12, headline.end + 20)
    zone = [line.text for line in page.lines[start:stop]]
    foot = [line.text for line in page.lines[body.last - 3 : body.last + 10]] if body is not None else []
    moment, precision, how = None, None, ""
    for name, texts in (("visible line", zone), ("foot line", [t for t in foot if DATE_LABEL.search(t)])):
        for text in texts:
            if OTHER_DATE.search(text) and not DATE_LABEL.search(text) or len(text) > 200:
                continue
            for stamp in (*stamps(text), *short_stamps(text)):
                if plausible(stamp.moment, now):
                    moment, precision, how = stamp.moment, stamp.precision, name
                    break
            if moment:
                break
        if moment:
            break
    if moment is None:
        for stamp in stamps(first(tags, DATE)):
            if plausible(stamp.moment, now):
                moment, precision, how = stamp.moment, stamp.precision, "meta"
                break
    if moment is None and (day := address_date(url)):
        moment, precision, how = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI), "day", "url"
    return Byline(
        moment, precision,
        labelled(zone + foot, ORIGIN_LABEL) or first(tags, ORIGIN) or None,
        labelled(zone + foot, AUTHOR_LABEL) or None,
        labelled(zone + foot, EDITOR_LABEL) or None,
        how,
    )


def labelled(texts: list[str], label) -> str:
    for text in texts:
        if len(text) > 200:
            continue
        match = label.search(text)
        if match:
            rest = text[match.end():]
            stop = NEXT_LABEL.search(rest)
            value = (rest[: stop.start()] if stop else rest).strip(" 　|｜】]）)")
            value = value.split("  ")[0]
            if value and value.lower() not in PLACEHOLDERS and len(value) <= 60:
                return value
    return ""
