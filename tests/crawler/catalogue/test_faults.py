"""`check` finds each kind of fault, and only faults."""

from dataclasses import replace

import pytest

from crawler.catalogue import check
from storage.records import Level, Source

SOUND = Source(
    id="shanxi-gov-sxyw",
    name="山西省政府 - 山西要闻",
    url="http://www.shanxi.gov.cn/ywdt/sxyw/",
    province="山西",
    level=Level.PROVINCE,
    encoding="gb2312",
    item_selector="ul.list li:not(.line)",
    fact_origin="a public repository",
    confidence="high",
)


def test_a_sound_row_has_none() -> None:
    assert check([SOUND]) == ()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("id", "山西-要闻", "id"),
        ("id", "shanxi--gov", "id"),
        ("name", "山西要闻 ", "name"),
        ("name", "", "name"),
        ("url", "ftp://www.shanxi.gov.cn/", "address"),
        ("url", "www.shanxi.gov.cn/ywdt/", "address"),
        ("url", "http://www.shanxi.gov.cn/要闻/", "address"),
        ("province", "山西省", "province"),
        ("province", "", "province"),
        ("level", None, "level"),
        ("encoding", "gb2313", "encoding"),
        ("encoding", "rot13", "encoding"),
        ("item_selector", "ul.list li[", "item_selector"),
        ("body_selector", "正文 >", "body_selector"),
        ("body_selector", "xpath://div[", "body_selector"),
        ("confidence", "sure", "confidence"),
        ("fact_origin", "", "facts"),
        ("enabled", True, "enabled"),
    ],
)
def test_each_kind_of_fault_is_named(field: str, value: object, said: str) -> None:
    row = replace(SOUND, **{field: value})  # type: ignore[arg-type]
    (fault,) = check([row])
    assert said in fault.what
    assert fault.source_id == row.id


def test_an_xpath_is_a_selector_too() -> None:
    assert check([replace(SOUND, item_selector="xpath://ul[@class='list']/li")]) == ()


def test_a_source_of_the_user_needs_no_origin() -> None:
    assert check([replace(SOUND, confidence="user", fact_origin="", enabled=True)]) == ()


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (replace(SOUND, url="http://a.example/", name="b"), "id"),
        (replace(SOUND, id="b", name="b", url="https://shanxi.gov.cn/ywdt/sxyw/index.html"), "address"),
        (replace(SOUND, id="b", url="http://a.example/"), "name"),
    ],
)
def test_what_stands_twice_is_named_with_the_first(other: Source, said: str) -> None:
    (fault,) = check([SOUND, other])
    assert fault.what == f"the {said} is that of shanxi-gov-sxyw (山西省政府 - 山西要闻)"


def test_the_same_name_may_stand_in_two_provinces() -> None:
    assert check([SOUND, replace(SOUND, id="b", url="http://b.example/", province="陕西")]) == ()
