"""Each way a visit can end, by name."""

from dataclasses import replace

import pytest

from crawler.outcomes import (
    PATIENCE,
    Tally,
    is_settled,
    judge_address,
    judge_links,
    judge_list,
    judge_visit,
    usual_links,
)
from crawler.reading import Link, ListReading, Problem
from crawler.trouble import Trouble
from storage.records import Outcome, SourceState

NEW = SourceState(source_id="s")
USUAL = SourceState(source_id="s", list_links=20)
LATE = replace(USUAL, last_outcome=Outcome.LAYOUT_CHANGED, failures=PATIENCE)


def reading(links: int, problem: Problem | None = None) -> ListReading:
    many = tuple(Link(url=f"http://a.example/{n}.html", title=f"标题{n}") for n in range(links))
    return ListReading(links=many, problem=problem)


def outcome(found: ListReading, state: SourceState) -> Outcome | None:
    verdict = judge_list(found, state)
    return verdict.outcome if verdict else None


def test_a_list_with_links_can_be_worked_with() -> None:
    assert outcome(reading(20), USUAL) is None
    assert outcome(reading(3), NEW) is None


def test_links_that_were_usual_and_are_gone_mean_another_layout() -> None:
    assert outcome(reading(0), USUAL) is Outcome.LAYOUT_CHANGED


def test_few_links_none_of_which_was_seen_before_are_not_followed_for_a_while() -> None:
    verdict = judge_links(Tally(links=4, own=4), USUAL)
    assert verdict
    assert verdict.outcome is Outcome.LAYOUT_CHANGED
    assert verdict.detail == "4 links where 20 were usual"
    assert judge_links(Tally(links=4, own=4), LATE) is None


def test_what_was_left_of_a_list_is_never_taken_for_quiet() -> None:
    left = Tally(links=9, own=9, known=9)
    assert judge_visit(left, USUAL).outcome is Outcome.LAYOUT_CHANGED
    assert judge_visit(left, LATE).outcome is Outcome.LAYOUT_CHANGED
    assert judge_visit(replace(left, links=10), USUAL).outcome is Outcome.QUIET


def test_a_shorter_list_is_the_usual_one_when_it_goes_on() -> None:
    shorter = Tally(links=4, own=4, known=2, asked=2, new=2)
    assert judge_visit(shorter, USUAL).outcome is Outcome.LAYOUT_CHANGED
    verdict = judge_visit(shorter, LATE)
    assert verdict.outcome is Outcome.OK
    assert is_settled(verdict, shorter, LATE)


def test_how_many_links_are_usual_follows_the_shortest_list_of_late() -> None:
    assert usual_links(0, 20) == 20
    assert usual_links(20, 20) == 20
    assert usual_links(20, 12) == 12
    assert usual_links(12, 20) == 13


def test_a_whole_list_in_the_place_of_another_is_told_from_an_outage() -> None:
    rebuilt = Tally(links=20, own=20, asked=20, new=20, old=17)
    verdict = judge_visit(rebuilt, USUAL)
    assert verdict.outcome is Outcome.LAYOUT_CHANGED
    assert "17 of 20 new articles are older" in verdict.detail
    assert is_settled(verdict, rebuilt, USUAL)
    assert judge_visit(replace(rebuilt, old=1), USUAL).outcome is Outcome.OK
    assert judge_visit(rebuilt, NEW).outcome is Outcome.OK


def test_links_that_all_lead_to_other_sites_are_not_followed() -> None:
    verdict = judge_links(Tally(links=5, elsewhere=5), NEW)
    assert verdict
    assert verdict.outcome is Outcome.NOT_ARTICLES
    # Of two pages together more links may lead elsewhere than the first one has.
    assert judge_links(Tally(links=20, own=25, elsewhere=22), NEW) is None


def test_no_article_stays_no_article_until_there_is_one() -> None:
    said = replace(NEW, last_outcome=Outcome.NOT_ARTICLES)
    assert judge_visit(Tally(links=5, own=5, known=5), said).outcome is Outcome.NOT_ARTICLES
    assert judge_visit(Tally(links=5, own=5, known=4, asked=1, new=1), said).outcome is Outcome.OK


def test_pages_that_are_withheld_are_not_pages_that_are_no_articles() -> None:
    shut = Trouble("challenge", "412", outcome=Outcome.BLOCKED)
    assert judge_visit(Tally(asked=3, misread=3, withheld=3, trouble=shut), NEW).outcome is Outcome.BLOCKED
    assert judge_visit(Tally(asked=3, misread=3, withheld=2, trouble=shut), NEW).outcome is Outcome.NOT_ARTICLES


@pytest.mark.parametrize(
    ("url", "led_to", "moved"),
    [
        ("http://a.example/xw/gzdt/", "http://a.example/", True),
        ("http://a.example/xw/gzdt/", "https://a.example/index.html", True),
        ("http://a.example/xw/gzdt/", "http://a.example/xw/gzdt/index.html", False),
        ("http://a.example/", "https://a.example/index.html", False),
        ("http://a.example/xw/", "http://news.a.example/", False),
        ("http://a.example/list.php?tid=3", "http://a.example/?tid=3", False),
    ],
)
def test_a_column_that_leads_to_the_home_page_has_moved(url: str, led_to: str, moved: bool) -> None:
    assert bool(judge_address(url, led_to)) is moved


def test_a_page_that_never_had_links_is_an_empty_list() -> None:
    assert outcome(reading(0), NEW) is Outcome.EMPTY_LIST


def test_challenges_and_soft_404_are_told_apart() -> None:
    assert outcome(reading(0, Problem(kind="captcha", evidence="验证码")), USUAL) is Outcome.BLOCKED
    assert outcome(reading(0, Problem(kind="soft-404", evidence="页面不存在")), USUAL) is Outcome.UNREACHABLE


def test_the_evidence_is_in_the_detail() -> None:
    verdict = judge_list(reading(0), USUAL)
    assert verdict
    assert verdict.detail == "no article links on the page; 20 links were usual"


def test_visits_with_a_sound_list() -> None:
    assert judge_visit(Tally(asked=3, new=3), NEW).outcome is Outcome.OK
    assert judge_visit(Tally(), NEW).outcome is Outcome.QUIET
    assert judge_visit(Tally(asked=5, misread=5, wrong="login"), NEW).outcome is Outcome.NOT_ARTICLES
    partly = judge_visit(Tally(asked=5, new=4, misread=1, wrong="http://a.example/4.html: soft-404"), NEW)
    assert partly.outcome is Outcome.OK
    assert "soft-404" in partly.detail
