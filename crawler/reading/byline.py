"""The byline: the lines around the headline, and under the text, that speak about the article instead of telling it."""

import re
from dataclasses import dataclass

from crawler.reading.dates import all_stamps
from crawler.reading.density import Found
from crawler.reading.headline import Headline
from crawler.reading.labels import (
    AUTHOR_LABEL,
    BY,
    COUNTER,
    DATE_LABEL,
    EDITOR_LABEL,
    FILE_FACT,
    ISSUER_LABEL,
    ORIGIN_LABEL,
    REPORTER,
    TOOL,
)
from crawler.reading.marks import is_clock
from crawler.reading.page import Line, Page

#: The longest line that can be a byline; a whole meta line with counters and tools has some 100 characters.
LONGEST = 160
#: Lines above and below the headline among which the byline is looked for.
ABOVE, BELOW = 6, 40
#: Lines between two of its parts (a subtitle) that do not end it, and how long such a line may be.
GAP = 3
LONGEST_GAP = 36
#: A weekday without more may be a clock, or a newspaper's own date.
WEEKDAY = re.compile(r"星期|周[一二三四五六日]")
LABELS = (DATE_LABEL, ORIGIN_LABEL, AUTHOR_LABEL, EDITOR_LABEL, ISSUER_LABEL)
STOPS = re.compile(r"[，。；！？]")
ONLY_LABEL = re.compile(r"^[^:：]{2,8}[:：]$")
LABEL_ALONE = re.compile(r"(?:^|(?<=[\s|]))(来源|來源|作者|记者|記者|编辑|編輯|出处|出處|发布时间|发布日期|時間|时间)$")
#: In a text whose byline has its date already, 时间：… is a fact of an event.
BARE_TIME = re.compile(r"^\W*(?:时\s*间|時\s*間|日\s*期)\s*[:：]")


@dataclass(frozen=True, slots=True)
class Zone:
    """Lines that speak about the article, in page order; `end` is the index of the first line after them."""

    lines: tuple[str, ...]
    end: int


def is_byline(text: str) -> bool:
    """Whether a line speaks about the article."""
    return is_labelled(text) or is_tool(text)


def is_labelled(text: str) -> bool:
    """Whether a line says whose or of when the article is, or what file it is."""
    if len(text) > LONGEST:
        return False
    if any(label.search(text) for label in LABELS) or FILE_FACT.match(text):
        return len(STOPS.findall(text)) < 2
    return not STOPS.search(text) and len(text) <= 80 and bool(REPORTER.match(text) or BY.match(text))


def is_tool(text: str) -> bool:
    """Whether a line counts readers or offers to print, enlarge or share."""
    return len(text) <= 80 and not STOPS.search(text) and bool(COUNTER.search(text) or TOOL.search(text))


def is_dated(line: Line) -> bool:
    """Whether a short line holds a date without saying what it is of.

    Neither a row of a list, which is a link, nor the clock of the page's head counts.
    """
    text = line.text
    return (
        len(text) < 80
        and line.linked * 2 <= len(text)
        and not STOPS.search(text)
        and not is_clock(text)
        and any(True for _ in all_stamps(text))
    )


def find_zone(page: Page, headline: Headline) -> Zone:
    """From a few lines above the headline to the first line below it that is the article's.

    Those below come first, then those above from the headline upwards: the head of a page has dates of its own.
    """
    above = _above(page.lines[max(headline.start - ABOVE, 0) : headline.start])
    higher = [text for line in reversed(above) if is_byline(text := spaced(line)) or is_dated(line)]
    found: list[str] = []
    end, dated = headline.end, any(is_dated(line) and not WEEKDAY.search(line.text) for line in above)
    for index in range(headline.end, min(headline.end + BELOW, len(page.lines))):
        line = page.lines[index]
        text = _with_value(page, index)
        if is_clock(text):
            continue
        labelled = is_labelled(text) and not (dated and BARE_TIME.match(text))
        if labelled or (index == end and is_tool(text)) or (not dated and is_dated(line)):
            found.append(text)
            dated = dated or any(True for _ in all_stamps(text))
            end = index + 1
        elif len(text) > LONGEST_GAP or index - end >= GAP:
            break
    return Zone((*found, *higher), end)


def _above(lines: list[Line]) -> list[Line]:
    """The lines above the headline that may speak of it: neither a clock nor the rows of a list with their dates."""
    dated = [line for line in lines if is_dated(line) and not is_byline(line.text)]
    rows = dated if len(dated) > 1 or any(line.linked for line in dated) else []
    return [line for line in lines if line not in rows and not is_clock(line.text)]


def find_foot(page: Page, body: Found) -> Zone:
    """Labelled lines at the end of the text and right below it."""
    lines = page.lines[max(body.last - 4, body.first) : body.last + 12]
    texts = [
        spaced(line) for line in lines if len(line.text) < LONGEST and any(label.search(line.text) for label in LABELS)
    ]
    return Zone(tuple(texts), body.last)


def spaced(line: Line) -> str:
    """A line with a blank between its inline elements, and a colon after a label that has an element of its own."""
    if len(line.text) > LONGEST or len(line.pieces) < 2:
        return line.text
    pieces = (LABEL_ALONE.sub(r"\1：", piece.strip()) for piece in line.pieces)
    return " ".join(" ".join(pieces).split())


def _with_value(page: Page, index: int) -> str:
    """A line; one that is a label alone is joined with the next, which holds its value."""
    text = spaced(page.lines[index])
    following = page.lines[index + 1].text if index + 1 < len(page.lines) else ""
    if LABEL_ALONE.fullmatch(text):
        text = f"{text}："
    return f"{text}{following}" if ONLY_LABEL.match(text) and len(following) < 60 else text
