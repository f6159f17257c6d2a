"""What holds for every text: damage and repair are inverse or the loss is counted; nothing raises."""

import difflib
import random
import urllib.parse
from collections.abc import Callable
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from crawler.text import decode, evidence, repair, repair_page
from crawler.text.readings import spellings
from storage.folding import fold

SENTENCES = (
    "山西省人民政府今日召开常务会议，研究部署人工智能产业发展工作。",
    "太原高新区举行重点项目集中开工仪式，总投资超过三百亿元。",
    "会议强调，要加快建设智能计算中心，推动数字经济和实体经济深度融合。",
    "园区管委会主任介绍，全年新增企业五十家，其中高新技术企业十八家。",
    "关于印发进一步优化营商环境若干措施的通知，请认真贯彻执行。",
    "专家认为，大模型应用将带动传统制造业转型升级，提高生产效率。",
    "省委书记到经济技术开发区调研，实地察看了机器人生产线。",
    "下一步，我们将围绕产业链部署创新链，完善人才引进和培养机制。",
)
texts = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4).map("\n".join)
anything = st.text(st.characters(), max_size=80) | st.text(
    "產業(chǎnyè)?，？�锟斤拷&#;%\\u4eé\xa0涓€鏃忒儂ㄛ<p>/\n\u200b", max_size=60
)

READINGS = {character: reading for reading, character in reversed(spellings())}
TO_TRADITIONAL = OpenCC("s2t")


def entities(text: str) -> str:
    return "".join(f"&#{ord(c)};" if c != "\n" else c for c in text)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.encode("gbk").decode("latin-1"),
        lambda text: text.encode().decode("latin-1"),
        lambda text: text.encode().decode("latin-1").encode().decode("latin-1"),
        entities,
        lambda text: text.encode("unicode_escape").decode().replace("\\n", "\n"),
        lambda text: urllib.parse.quote(text, safe="\n"),
        lambda text: urllib.parse.quote(text.encode("gbk"), safe="\n"),
        lambda text: "\u200b".join(text),
    ],
    ids=["gbk as latin", "utf-8 as latin", "twice", "entities", "escapes", "percent", "percent gbk", "zero-width"],
)
@given(text=texts)
@settings(max_examples=25, deadline=None)
def test_lossless_damage_is_undone(damage: Callable[[str], str], text: str) -> None:
    assert repair(damage(text)).text == text


@given(text=texts)
@settings(max_examples=50, deadline=None)
def test_lossy_damage_is_undone_or_said(text: str) -> None:
    repaired = repair(decode(text.encode(), override="gbk").text)
    assert repaired.text == text or repaired.lost
    assert set(repaired.text) <= set(text) | {"\ufffd"}


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "".join(map(TO_TRADITIONAL.convert, text)),
        lambda text: text.translate({ord(c): ord(c) + 0xFEE0 for c in "AI0123456789"}),
        lambda text: text.translate({ord("，"): ",", ord("山"): "\u2f2d", ord("高"): "\u2fbc"}),
        lambda text: "\xa0".join(text),
    ],
    ids=["traditional without readings", "full-width", "radicals and half-width signs", "no-break spaces"],
)
@given(text=texts.map(lambda text: "AI与2026：" + text))
@settings(max_examples=25, deadline=None)
def test_what_was_damaged_and_repaired_folds_like_the_sound(damage: Callable[[str], str], text: str) -> None:
    assert fold(repair(damage(text)).text) == fold(text)


@pytest.mark.slow
@pytest.mark.parametrize(
    "pieces",
    [
        "產業(chǎnyè)?，？�們?cè)D",
        "锟斤拷?�",
        "&#;x20154nbsp",
        "%u4eE\\u4e00",
        "涓€鏃鏂伴椈?",
        "ÐÂÎÅæ–°é—»",
        "忒儂ㄛいゅ",
        "<p>/\n\u200b\xa0⽇Ａ",
    ],
)
def test_random_text_of_any_kind_takes_linear_time(pieces: str) -> None:
    """Four times the text takes four times as long, not sixteen."""
    text = "".join(random.Random(1).choices(pieces, k=16_000))
    clock = [process_time()]
    for length in (1_000, 4_000, 16_000):
        repair(text[:length])
        clock.append(process_time())
    _, once, four_times = (after - before for before, after in pairwise(clock))
    assert four_times < 10 * once


def inject(text: str, characters: set[str]) -> str:
    """Character by character to traditional, then the byte-wise replacement that was observed."""
    body = "".join(map(TO_TRADITIONAL.convert, text)).encode("gbk", "replace")
    for character in sorted(characters):
        code = character.encode("gbk")
        body = body.replace(code, code + f"({READINGS[character]})".encode("gb18030"))
    return body.decode("gbk", "replace")


@given(text=texts, keep=st.sets(st.sampled_from("產業發創區優協經濟會議開實強調導數設應術"), min_size=6))
@settings(max_examples=60, deadline=None)
def test_injected_readings_are_taken_out(text: str, keep: set[str]) -> None:
    damaged = inject(text, keep)
    if evidence(damaged).injected:
        repaired = repair(damaged)
        assert (
            repaired.text == text or difflib.SequenceMatcher(None, repaired.text, text, autojunk=False).ratio() > 0.97
        )


@given(text=anything)
@settings(max_examples=400, deadline=None)
def test_repair_is_idempotent_and_never_raises(text: str) -> None:
    once = repair(text).text
    assert repair(once).text == once
    repair_page(text)
    evidence(text)


@given(body=st.binary(max_size=200), header=st.none() | st.text(max_size=20))
@settings(max_examples=300, deadline=None)
def test_decode_never_raises(body: bytes, header: str | None) -> None:
    decoded = decode(body, header)
    assert decoded.how
    repair(decoded.text)
