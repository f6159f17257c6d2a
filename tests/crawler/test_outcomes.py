"""Each way a visit can end, by name."""

from dataclasses import replace

from crawler.outcomes import ACCEPTED_AFTER, Tally, judge_links, judge_list, judge_visit
from crawler.reading import Link, ListReading, Problem
from storage.records import Outcome, SourceState

NEW = SourceState(source_id="s")
USUAL = SourceState(source_id="s", list_links=20)


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


def test_few_links_none_of_which_was_seen_before_are_not_followed() -> None:
    verdict = judge_links(Tally(links=4), USUAL)
    assert verdict
    assert verdict.outcome is Outcome.LAYOUT_CHANGED
    assert verdict.detail == "4 links where 20 were usual"


def test_a_list_that_shrank_is_read_on_and_reported_until_it_is_the_usual_one() -> None:
    shrunk = Tally(links=4, known=2, asked=2, new=2)
    assert judge_links(shrunk, USUAL) is None
    assert judge_visit(shrunk, USUAL).outcome is Outcome.LAYOUT_CHANGED
    settled = replace(USUAL, last_outcome=Outcome.LAYOUT_CHANGED, failures=ACCEPTED_AFTER)
    assert judge_visit(shrunk, settled).outcome is Outcome.OK


def test_links_that_all_lead_to_other_sites_are_not_followed() -> None:
    verdict = judge_links(Tally(links=5, elsewhere=5), NEW)
    assert verdict
    assert verdict.outcome is Outcome.NOT_ARTICLES


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
