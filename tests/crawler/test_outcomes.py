"""Each way a visit can end, by name."""

from crawler.outcomes import judge_list, judge_visit
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
    assert outcome(reading(4), USUAL) is Outcome.LAYOUT_CHANGED


def test_a_page_that_never_had_links_is_an_empty_list() -> None:
    assert outcome(reading(0), NEW) is Outcome.EMPTY_LIST


def test_challenges_and_soft_404_are_told_apart() -> None:
    assert outcome(reading(0, Problem(kind="captcha", evidence="验证码")), USUAL) is Outcome.BLOCKED
    assert outcome(reading(0, Problem(kind="soft-404", evidence="页面不存在")), USUAL) is Outcome.UNREACHABLE


def test_the_evidence_is_in_the_detail() -> None:
    verdict = judge_list(reading(4), USUAL)
    assert verdict
    assert verdict.detail == "4 links where 20 were usual"


def test_visits_with_a_sound_list() -> None:
    assert judge_visit(asked=3, new=3, misread=0, trouble="").outcome is Outcome.OK
    assert judge_visit(asked=0, new=0, misread=0, trouble="").outcome is Outcome.QUIET
    assert judge_visit(asked=5, new=0, misread=5, trouble="login").outcome is Outcome.NOT_ARTICLES
    partly = judge_visit(asked=5, new=4, misread=1, trouble="http://a.example/4.html: soft-404")
    assert partly.outcome is Outcome.OK
    assert "soft-404" in partly.detail
