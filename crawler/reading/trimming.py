"""Which lines of the body are the article: what the template put around the text is taken off."""

import re
from collections.abc import Iterable
from dataclasses import replace

from crawler.reading.cleaning import Paragraph
from crawler.reading.headline import plain
from crawler.reading.labels import COUNTER, DISCLAIMER, NEIGHBOUR, TOOL
from crawler.reading.marks import ends_article

#: A line that only offers tools or counts readers.
SHORT = 40
#: 责任编辑：张三, （编辑：李四 王五）, 校对：…; a line that names a photographer or writer too stays.
_EDITING = (
    r"编\s*辑|編\s*輯|责\s*编|責\s*編|校\s*对|校對|审\s*核|审\s*校|终审|初审|复审|二审|三审|编审|监\s*制|总监制|签\s*发"
)
#: Atomic, and a name ends where the next label begins: 200 characters of 编辑 would else take for ever.
EDITORS = re.compile(
    rf"^[\s　\W]*(?>\S{{0,6}}?(?:{_EDITING})\s*[:：/丨｜|]?\s*"
    rf"(?:(?!{_EDITING}|责任|執行|执行|值班)[^\s，。：:]){{0,8}}[\s　\W]*)+$"
)
ADVERTISEMENT = frozenset(["广告", "廣告", "Advertisement", "ADVERTISEMENT"])
KEPT_CREDITS = re.compile(r"供稿|摄影|攝影|撰稿|文字|图片|采写|来源|作者|记者|通讯员|出品|策划")
#: The template's label before a file that calls itself one: 附件：附件1.名单.pdf.
LABEL_TWICE = re.compile(r"^附件(?:下载)?\s*[:：]\s*(?=附件)")
TEMPLATE_LINE = re.compile(
    r"^[\s　\W]*(?:本文来源[:：]\S+\s*(?:责任编辑|作者)|返回\S{2,8}首页|责任编辑[:：]|責任編輯[:：]|责编[:：]|来源[:：]\S+\s*(?:责任编辑|编辑)[:：])"  # noqa: E501
)


def trimmed(paragraphs: list[Paragraph], title: str, byline: Iterable[str]) -> list[Paragraph]:
    """The article's own paragraphs. `byline` are the lines above the text that stand inside its container."""
    kept = _without_head(paragraphs, title, {plain(text) for text in byline})
    kept = kept[: _end(kept)]
    return [_once_labelled(paragraph) for paragraph in kept if not is_template(paragraph)]


def _once_labelled(paragraph: Paragraph) -> Paragraph:
    label = LABEL_TWICE.match(paragraph.text)
    return replace(paragraph, text=paragraph.text[label.end() :]) if label else paragraph


def is_template(paragraph: Paragraph) -> bool:
    """A line that the template makes wherever it stands: editors, tools, counters, standing notices."""
    text = paragraph.text
    if len(text) > 200:
        return False
    if TEMPLATE_LINE.match(text) or (EDITORS.match(text) and not KEPT_CREDITS.search(text)):
        return True
    if text in ADVERTISEMENT or (len(text) < SHORT and (ends_article(text) or _is_tools(text))):
        return True
    return bool(DISCLAIMER.search(text))


def _is_tools(text: str) -> bool:
    rest = TOOL.sub("", COUNTER.sub("", text))
    return rest != text and len(plain(rest)) <= 3


def _without_head(paragraphs: list[Paragraph], title: str, byline: set[str]) -> list[Paragraph]:
    """Without the title, said once more on one line or over several, and without the byline."""
    wanted, start = plain(title), 0
    while start < len(paragraphs):
        bare = plain(paragraphs[start].text)
        repeat = _title_lines(paragraphs, start, wanted)
        if repeat:
            start += repeat
        elif bare in byline or not bare:
            start += 1
        else:
            break
    return paragraphs[start:]


def _title_lines(paragraphs: list[Paragraph], start: int, wanted: str) -> int:
    """How many lines from `start` on make up the title together; 0 when none do."""
    joined = ""
    for count, paragraph in enumerate(paragraphs[start : start + 6], 1):
        joined += plain(paragraph.text)
        if joined == wanted and wanted:
            return count
        if not wanted.startswith(joined):
            return 0
    return 0


def _end(paragraphs: list[Paragraph]) -> int:
    """The index of the first line of the site's own tail: after it stands less than a fifth of the text."""
    sizes = [max(len(paragraph.text) - paragraph.linked, 0) for paragraph in paragraphs]
    before, whole = 0, sum(sizes)
    for index, paragraph in enumerate(paragraphs):
        text = paragraph.text
        short = len(text) < SHORT + 20 * bool(NEIGHBOUR.match(text))
        if short and ends_article(text) and before and whole - before <= 0.2 * whole + len(text):
            return index
        before += sizes[index]
    return len(paragraphs)
