"""Text that was stored damaged. The damage is made here, from sound text, the way it arises."""

import difflib
import html
import urllib.parse

import pytest

from crawler.text import decode, repair

NEWS = "山西省人民政府今日召开会议，研究部署人工智能产业发展工作。"
TRADITIONAL = "臺北市政府今日召開會議，研究人工智慧產業發展的策略。"


@pytest.mark.parametrize("wrong", ["latin-1", "cp1252"])
def test_gbk_read_byte_by_byte(wrong: str) -> None:
    assert repair(NEWS.encode("gbk").decode(wrong)).text == NEWS


def test_utf8_read_as_latin1_once_and_twice() -> None:
    once = NEWS.encode().decode("latin-1")
    assert repair(once).text == NEWS
    assert repair(once.encode().decode("latin-1")).text == NEWS


def gbk(text: str) -> str:
    """UTF-8 read as GBK by a browser: the areas for private use are kept, 0x80 is €, an odd byte is lost."""
    return decode(text.encode(), override="gbk").text


def test_utf8_read_as_gbk_where_nothing_was_lost() -> None:
    repaired = repair(gbk("新闻中心，人工智能产业发展"))
    assert repaired.text.startswith("新闻中心，人工智能产业发")
    assert [step.what for step in repaired.steps] == ["UTF-8 read as GBK"]


def test_euro_is_the_byte_0x80() -> None:
    assert repair("鐘舵€侊紝涓€鏃忥紝").text == "状态，一族，"


@pytest.mark.parametrize("hole", ["?", "\ufffd"])
def test_a_hole_is_marked_and_counted_not_guessed(hole: str) -> None:
    repaired = repair(gbk("中国人民政府的公告。").replace("\ufffd", hole))
    assert repaired.text == "中国人民政府的公告\ufffd"
    assert repaired.lost == 1


def test_a_pair_that_was_dropped_takes_its_neighbours_with_it() -> None:
    # 技术面摘要: of E6 9C AF E9 9D A2 the middle was no character of GBK. E6 9C 9D (朝) was never there.
    repaired = repair("鎶€鏈潰鎽樿")
    assert "朝" not in repaired.text
    assert repaired.text.startswith("技")
    assert repaired.lost


def test_utf8_read_as_gbk_twice() -> None:
    once = NEWS.encode().decode("gb18030", "replace")
    twice = once.encode().decode("gb18030", "replace")
    assert repair(twice).text.startswith("山西省人民")


@pytest.mark.parametrize(("wrong", "right"), [("big5hkscs", "gbk"), ("cp950", "gbk"), ("gb18030", "big5")])
def test_gbk_and_big5_crossed(wrong: str, right: str) -> None:
    text = TRADITIONAL if right == "big5" else NEWS
    mended = repair(text.encode(right).decode(wrong, "replace")).text
    assert difflib.SequenceMatcher(None, mended, text).ratio() > 0.7


def test_a_damaged_part_inside_good_text() -> None:
    damaged = "下面是摘要：" + gbk("新闻中心在线，") + "（完）\n" + "ÉÏº£ÊÐÕþ¸®" + "\n结束"
    mended = repair(damaged).text
    assert mended.startswith("下面是摘要：新闻中心在线")
    assert mended.endswith("上海市政府\n结束")


def test_gbk_partly_read_as_two_byte_utf8() -> None:
    assert repair("´óÊý¾ÝϵͳµÄ¼Ü¹¹").text == "大数据系统的架构"


@pytest.mark.parametrize(
    "damaged",
    [
        "".join(f"&#{ord(c)};" for c in NEWS),
        "".join(f"&#x{ord(c):x};" for c in NEWS),
        "".join(f"&#{ord(c)}" for c in NEWS),
        "".join(f"&amp;#{ord(c)};" for c in NEWS),
        "".join(f"\\u{ord(c):04x}" for c in NEWS),
        "".join(f"%u{ord(c):04X}" for c in NEWS),
        urllib.parse.quote(NEWS),
        urllib.parse.quote(NEWS.encode("gbk")),
    ],
    ids=["decimal", "hex", "no semicolon", "twice", "\\u", "%u", "percent", "percent gbk"],
)
def test_written_out_for_a_machine(damaged: str) -> None:
    assert repair(damaged).text == NEWS


@pytest.mark.parametrize(
    "sound",
    [
        "https://example.cn/search?q=%E5%B1%B1%E8%A5%BF%E7%9C%81%E4%BA%BA",
        r"匹配汉字的正则是 [\u4e00-\u9fa5]，路径是 C:\users\new",
        "同比增长 5.2%，其中 A&B 公司占 30%",
    ],
)
def test_what_was_meant_for_a_machine_stays(sound: str) -> None:
    assert repair(sound).text == sound


@pytest.mark.parametrize(
    ("damaged", "sound"),
    [
        ("人工\u200b智能\u2060产\ufeff业\u00ad园", "人工智能产业园"),
        ("⽇前，⼈⼯智能产⻓", "日前，人工智能产长"),
        ("豈有此理，金融", "豈有此理，金融"),
        ("５Ｇ手机和ＡＩ芯片", "5G手机和AI芯片"),
        ("网\xa0易\xa0新\xa0闻 h\xa0ik\xa0ing", "网易新闻 hiking"),
        ("段落\ue5e5开始", "段落\u3000开始"),
        ("鲍罢贵-8 和 颁辞苍迟别苍迟-罢测辫别", "UTF-8 和 Content-Type"),
    ],
    ids=["zero-width", "radicals", "compatibility", "full width", "no-break space", "A3A0", "Latin as Han"],
)
def test_looks_the_same_but_is_not(damaged: str, sound: str) -> None:
    assert repair(damaged).text == sound


@pytest.mark.parametrize(
    ("gone", "lost"),
    [
        ("锟斤拷锟斤拷", 4),
        ("????????", 8),
        ("�������", 7),
        ("公告\ue123栏", 1),
        ("".join(c for c in NEWS.encode().decode("latin-1") if not "\x80" <= c <= "\x9f"), 25),
    ],
    ids=["kun jin kao", "question marks", "U+FFFD", "private use", "C1 dropped"],
)
def test_lost_for_good_is_counted_and_nothing_invented(gone: str, lost: int) -> None:
    repaired = repair(gone)
    assert repaired.lost >= lost
    assert {c for c in repaired.text if "一" <= c <= "鿿"} <= set(gone)


@pytest.mark.parametrize(
    "sound",
    [
        NEWS,
        TRADITIONAL,
        "朱镕基、陶喆、李堃、赵䶮、范芃芃、石濬、乜氏、亳州、儋州、漯河、鄄城",
        "子曰：學而時習之，不亦說乎？有朋自遠方來，不亦樂乎？",
        "浜海、娴静、鏖战、锛子、绗缝、鍗州、缃绮、妗子、鐘錶、閬中",
        "锟铻之剑，切玉如泥。斤斤计较、拷问。",
        "Ünlü Türk şirketi; Škoda; Łódź; déjà vu; Ä±Èç 是符号",
        "€100、£50、°C、±5%、×、÷、™、μm、α粒子、Δt≥3、Привет",
        "ＺＸ－９型、价格：１２８元／吨",
        "エンコーディングを検出。ＡＢＣも同じ。",
        "ㄅㄆㄇㄈ 注音 ㄔㄢˇ",
        "什么????真的?！好吧!!!",
        "👨‍👩‍👧 家庭、नमस्ते、العربية",
        "拼音 lǜ sè、nǚ xìng",
        "麒麟990\xa05G芯片",
        "部首：⺡ ⺮ ⻌",
        "\ue62c \ue600",
    ],
)
def test_genuine_text_is_sacred(sound: str) -> None:
    assert repair(sound).text == sound


def test_steps_say_what_where_and_how_many() -> None:
    steps = repair("新闻\u200b中心\u200b：" + html.escape("&#20154;")).steps
    assert {(step.what, step.count) for step in steps} == {("entities", 1), ("zero-width signs", 2)}
    assert all(step.where for step in steps)


def test_nothing_done_nothing_said() -> None:
    repaired = repair(NEWS)
    assert (repaired.text, repaired.steps, repaired.lost) == (NEWS, (), 0)
