"""The shipped profile holds together, and one's own is read or refused with a reason."""

from collections import Counter
from pathlib import Path

import pytest

from monitors import profiles
from monitors.matching import Matcher
from storage.folding import fold

PROFILE = """
title = "醋"
[weights]
strong = 0.9
[[group]]
name = "醋"
strong = ["陈醋 | 老陈醋", "香醋"]
[[exclusion]]
name = "菜谱"
factor = 0.1
title = ["菜谱"]
"""


SIDES = "技术 模型 算力 数据要素 芯片 机器人与具身 智能网联 低空 应用 政策 园区与招商 资金 人才"


def test_the_shipped_profile_names_the_sides_of_the_industry() -> None:
    assert " ".join(group.name for group in profiles.load("ai-industry").groups) == SIDES


def test_no_spelling_stands_for_two_terms() -> None:
    profile = profiles.load("ai-industry")
    spellings = [fold(word) for group in profile.groups for term in group.terms for word in term.spellings]
    assert [word for word, count in Counter(spellings).items() if count > 1] == []


def test_every_masked_word_holds_a_term() -> None:
    profile = profiles.load("ai-industry")
    terms = [fold(word) for group in profile.groups for term in group.terms for word in term.spellings]
    assert [word for word in profile.masked if not any(term in fold(word) for term in terms)] == []


def test_one_place_in_a_text_is_not_two_words_of_an_exclusion() -> None:
    lists = [exclusion.text for exclusion in profiles.load("ai-industry").exclusions]
    assert [word for words in lists for word in words for other in words if other != word and other in word] == []


def test_the_shipped_watch_can_be_matched() -> None:
    assert Matcher([profiles.shipped_watch()])


def test_a_profile_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "vinegar.toml"
    path.write_text(PROFILE, encoding="utf-8")
    profile = profiles.read(path)
    assert (profile.name, profile.title) == ("vinegar", "醋")
    assert profile.groups[0].terms[0].spellings == ("陈醋", "老陈醋")
    assert profile.exclusions[0].factor == 0.1


@pytest.mark.parametrize(
    ("written", "instead", "complaint"),
    [
        ("strong = 0.9", "strong = 1.5", r"vinegar.toml:4: weights.strong: Input should be less than 1"),
        ('"香醋"', '"香醋 | "', r"vinegar.toml:7: .*an empty spelling"),
        (
            'name = "醋"',
            'name = "醋"\nstrogn = ["米醋"]',
            r"toml:7: .*group 醋 has strogn, did you mean strong",
        ),
        ("factor = 0.1", "", r"vinegar.toml:8: exclusion.factor: it is missing"),
        ("[weights]", "[wieghts]", r"vinegar.toml:3: wieghts: this key is not known"),
        ("[[exclusion]]", "[masked]\nterm = []\n[[exclusion]]", r"masked.term: this key is not known"),
        ("title =", "title", "line 2"),
        ('strong = ["', 'strong = "', "line 7"),
        ('["菜谱"]', '"菜谱"', r"vinegar.toml:11: exclusion.title: Input should be a valid tuple"),
        ('name = "醋"', "name = 3", r"vinegar.toml:6: group.name: Input should be a valid string"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, written: str, instead: str, complaint: str) -> None:
    path = tmp_path / "vinegar.toml"
    path.write_text(PROFILE.replace(written, instead, 1), encoding="utf-8")
    with pytest.raises(profiles.ProfileError, match=complaint):
        profiles.read(path)


def test_a_file_of_ones_own_may_not_be_called_as_a_shipped_one(tmp_path: Path) -> None:
    path = tmp_path / "ai-industry.toml"
    path.write_text(PROFILE, encoding="utf-8")
    with pytest.raises(profiles.ProfileError, match="call the file otherwise"):
        profiles.read_own(path)
    renamed = path.rename(tmp_path / "vinegar.toml")
    assert profiles.own([profiles.read_own(renamed)])["vinegar"].title == "醋"


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(profiles.ProfileError, match=r"none\.toml: No such file"):
        profiles.read_own(tmp_path / "none.toml")
    (tmp_path / "gbk.toml").write_bytes(PROFILE.encode("gbk"))
    with pytest.raises(profiles.ProfileError, match=r"gbk\.toml: it is not UTF-8"):
        profiles.read_own(tmp_path / "gbk.toml")


def test_an_unknown_profile_is_answered_with_the_known_ones() -> None:
    with pytest.raises(profiles.ProfileError, match="there is ai-industry"):
        profiles.load("ai-industrie")
