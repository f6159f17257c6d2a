"""From a page that was read to what is stored of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crawler.findings import Lead, finding_of, is_backlog, lead_of
from crawler.mending import ArticlePage, Mended
from crawler.reading import Article, Link, Problem
from storage.records import Finding, Misreading, RawPage, Source, SourceState

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GRACE = timedelta(days=3)
SOURCE = Source(id="s", name="示例高新区", url="http://www.shili.example/news/")
KNOWN = SourceState(source_id="s", first_read_at=NOW - timedelta(days=30))
FIRST = SourceState(source_id="s")
MENDED = Mended(text="", encoding="gb18030", decoded="bytes", repairs=(), lost=0, damage=None)
PAGE = RawPage(url="http://www.shili.example/news/1.html", status=200, headers=(), body=b"<p>", fetched_at=NOW)


def lead(title: str = "列表上的标题", day: date | None = None) -> Lead:
    return lead_of(Link(url="http://www.shili.example/news/1.html", title=title, date=day), SOURCE, SOURCE.url, NOW)


def found(article: Article, state: SourceState = KNOWN, day: date | None = None) -> Finding | Misreading:
    return finding_of(ArticlePage(mended=MENDED, article=article), PAGE, lead(day=day), state, GRACE)


def test_the_article_says_what_it_is() -> None:
    moment = datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI)
    finding = found(Article(title="标题", text="正文", published_at=moment, precision="minute"))
    assert isinstance(finding, Finding)
    assert (finding.title, finding.text, finding.published_at) == ("标题", "正文", moment)
    assert finding.encoding == "gb18030"
    assert not finding.backlog
    assert finding.page
    assert finding.page.body == b"<p>"


def test_what_the_article_does_not_say_the_list_may() -> None:
    finding = found(Article(text="正文"), day=date(2026, 11, 22))
    assert isinstance(finding, Finding)
    assert finding.title == "列表上的标题"
    assert finding.published_at == datetime(2026, 11, 22, tzinfo=SHANGHAI)
    assert finding.precision == "day"
    assert finding.how["published_at"] == finding.how["title"] == "list"


def test_a_page_that_is_no_article_is_never_stored_as_one() -> None:
    result = found(Article(problem=Problem(kind="soft-404", evidence="页面不存在")))
    assert isinstance(result, Misreading)
    assert (result.kind, result.evidence) == ("soft-404", "页面不存在")


@pytest.mark.parametrize(
    ("published", "state", "backlog"),
    [
        (NOW - timedelta(days=31), KNOWN, False),
        (NOW - timedelta(days=34), KNOWN, True),
        (NOW - timedelta(days=2), FIRST, False),
        (NOW - timedelta(days=4), FIRST, True),
        (None, FIRST, True),
        (None, KNOWN, False),
    ],
)
def test_backlog_is_what_is_older_than_its_source_is_known(
    published: datetime | None, state: SourceState, backlog: bool
) -> None:
    assert is_backlog(published, state, NOW, GRACE) is backlog


def test_links_that_are_no_addresses_are_refused() -> None:
    with pytest.raises(ValueError, match="javascript"):
        lead_of(Link(url="javascript:void(0)", title="更多"), SOURCE, SOURCE.url, NOW)
