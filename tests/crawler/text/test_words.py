"""What words say of a text beside what characters say."""

from itertools import repeat
from math import inf

import pytest

from crawler.text.surroundings import Surroundings
from crawler.text.words import bits, symbols


def by_words(text: str) -> float:
    line = symbols(text)
    return bits(line, list(repeat(inf, len(line))))


@pytest.mark.parametrize(
    ("likely", "unlikely"),
    [
        ("影响也十分恶劣。", "影响也手恶劣。"),
        ("园区企业为了生存，", "园区企业为了涉，"),
        ("产业发展", "发产业展"),
        ("2026年11月。", "2026年11目。"),
    ],
)
def test_running_text_has_fewer_bits(likely: str, unlikely: str) -> None:
    assert by_words(likely) < by_words(unlikely) - 3


def test_a_run_of_digits_or_letters_is_one_symbol() -> None:
    assert symbols("共 2026 家AI企業") == "共^#^家@企业"
    assert by_words("共20家") == by_words("共20260家")


def test_what_no_table_has_costs_much_and_nothing_fails() -> None:
    assert by_words("") == 0
    assert by_words("龘") > 20
    assert by_words("\ud800😀") > by_words("的")


def test_words_do_not_speak_against_what_the_page_has() -> None:
    name, page = "仝毓珩", "市长仝毓珩到会。仝毓珩说，"
    stranger = Surroundings("", proven=True).more_by_words(name)
    assert Surroundings(page, proven=True).more_by_words(name) < stranger - 3
