"""One definition of the same text: what `simplify`, `fold` and `grams` guarantee."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.folding import fold, grams, simplify

text = st.text(st.characters(), max_size=60) | st.text(
    "隨著乾隆產業產 AI+５Ｇ\u3000\u200b\n，昇思 ǅßİſ豈⼀", max_size=40
)


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("隨著著作的發展，著名學者著力於此", "随着著作的发展，著名学者着力于此"),
        ("原著、編著、顯著、土著、卓著、論著、所著", "原著、编著、显著、土著、卓著、论著、所著"),
        ("討論著、配合著、沿著、接著、望著名單", "讨论着、配合着、沿着、接着、望着名单"),
        ("餓了麼，甚麼，那麼，么妹", "饿了么，甚么，那么，么妹"),
        ("乾隆年間的乾燥氣候", "乾隆年间的干燥气候"),
        ("昇騰芯片與昇思框架、新昇半導體、上昇", "昇腾芯片与昇思框架、新昇半导体、上升"),
        ("陜西、陝西", "陕西、陕西"),
        ("朱镕基、陶喆、李堃、石濬", "朱镕基、陶喆、李堃、石濬"),
    ],
)
def test_simplify_closes_the_known_holes(traditional: str, simplified: str) -> None:
    assert simplify(traditional) == simplified
    assert simplify(simplified) == simplified


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("人工智能", "人工 智\u3000能"),
        ("生成式ＡＩ", "生成式ai"),
        ("隨著產業發展", "随着产业发展"),
        ("人工\u200b智能\ufeff", "人工智能"),
        ("⼈⼯智能", "人工智能"),
        ("５Ｇ＋工业互联网", "5g+工业互联网"),
        ("2026 年 AI\t 芯片 +行动", "2026年AI芯片+行动"),
        ("iPhone \u00a0 17", "iPhone 17"),
    ],
)
def test_the_same_text_folds_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_what_is_not_the_same_stays_apart() -> None:
    assert fold("open AI") != fold("openAI")
    assert fold("第一段\n第二段") == "第一段\n第二段"
    assert fold("5 G") == "5 g"


@given(text)
@settings(max_examples=500, deadline=None)
def test_fold_is_idempotent(value: str) -> None:
    assert fold(fold(value)) == fold(value)


@given(text)
@settings(max_examples=300, deadline=None)
def test_simplify_keeps_length_and_is_idempotent(value: str) -> None:
    once = simplify(value)
    assert len(once) == len(value)
    assert simplify(once) == once


@given(
    st.text("產業发展人工智能", min_size=1, max_size=6),
    st.text("產業发展人工智能 AI，", max_size=12),
    st.text("，。AI", max_size=3),
)
@settings(max_examples=300, deadline=None)
def test_a_term_folded_alone_is_found_in_a_text_folded_whole(term: str, before: str, after: str) -> None:
    assert fold(term) in fold(before + term + after)


def test_grams() -> None:
    assert grams("生成式ai在原") == {"生", "生成", "成", "成式", "式", "ai", "在", "在原", "原"}
    assert grams("rain") == {"rain"}
    assert grams("，。 ") == set()


@given(st.text("產業发展人工智能", min_size=2, max_size=6), st.text("產業发展 AI，", max_size=12))
@settings(max_examples=200, deadline=None)
def test_grams_of_a_term_are_in_the_grams_of_a_text_that_holds_it(term: str, around: str) -> None:
    inside = {gram for gram in grams(term) if len(gram) == 2}
    assert inside <= grams(around + term + around)
