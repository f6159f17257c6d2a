"""Each kind of damage looks like the pages that it was learnt from."""

from dataclasses import replace
from datetime import date

import pytest

from crawler.demo import sites
from crawler.demo.damage import damaged, encode_wide, inject_readings, misread_as_latin1

TEXT = sites(date(2026, 11, 24))[0].texts[1]


def test_readings_stand_behind_converted_characters_only() -> None:
    assert inject_readings("产业创新区（六安）") == "產(chǎn)業(yè)創(chuàng)新區(qū)（六安）"


def test_unchanged_characters_stay_as_the_converter_leaves_them() -> None:
    assert inject_readings("云岭制造先后") == "云嶺制造先后"


def test_the_replacement_does_not_see_where_a_character_begins() -> None:
    # 談談， is D584 D584 A3AC in GBK, and 務 is 84D5.
    assert inject_readings("谈谈，可").startswith("談?wù)劊")


def test_mojibake_is_the_bytes_of_utf8_one_character_each() -> None:
    assert misread_as_latin1("云岭") == "äº\x91å²\xad"
    assert misread_as_latin1("云岭").encode("latin-1").decode("utf-8") == "云岭"


def test_wide_gb2312_holds_characters_that_gb2312_lacks() -> None:
    raw = encode_wide("朱镕、陈喆：€5", "gbk")
    assert raw.endswith(b"\x805")
    with pytest.raises(UnicodeDecodeError):
        raw.decode("gb2312")


def test_other_encodings_are_left_alone() -> None:
    assert encode_wide("€", "utf-8") == b"\xe2\x82\xac"


@pytest.mark.parametrize("kind", ["readings", "mojibake"])
def test_damage_is_done_to_all_that_a_site_stores(kind: str) -> None:
    text = damaged(replace(TEXT, damage=kind, title="产业", origin="产业报", author="张三"))
    assert text.title != "产业"
    assert text.origin != "产业报"
    assert text.paragraphs != TEXT.paragraphs
    assert len(text.paragraphs) == len(TEXT.paragraphs)


def test_sound_texts_stay_as_they_are() -> None:
    sound = replace(TEXT, damage="")
    assert damaged(sound) is sound
