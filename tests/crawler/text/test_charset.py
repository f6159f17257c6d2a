"""Bytes to text. Each case is named after its trap."""

import pytest

from crawler.text import decode

NEWS = "山西省人民政府今日召开会议，研究部署人工智能产业发展工作。"
TRADITIONAL = "臺北市政府今日召開會議，研究人工智慧產業發展的策略。"


def page(text: str, charset: str = "") -> str:
    meta = f'<meta charset="{charset}">' if charset else ""
    return f"<html><head>{meta}<title>{text}</title></head>\n<body>\n<p>{text * 3}</p>\n</body></html>"


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (NEWS, "utf-8", "utf-8"),
        (NEWS, "gb2312", "gb18030"),
        (NEWS + "朱镕基、陶喆", "gbk", "gb18030"),
        (NEWS + "䶮𠮷", "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL + "嘅咗冇", "big5hkscs", "big5"),
        (NEWS, "hz", "hz-gb-2312"),
        (NEWS, "utf-16-le", "utf-16le"),
        (NEWS, "utf-16-be", "utf-16be"),
    ],
)
@pytest.mark.parametrize("declared", [False, True])
def test_what_it_is_with_and_without_a_declaration(text: str, codec: str, name: str, declared: bool) -> None:
    source = page(text, codec if declared else "")
    decoded = decode(source.encode(codec))
    assert (decoded.text, decoded.encoding) == (source, name)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_byte_order_mark_beats_the_header(codec: str) -> None:
    decoded = decode(NEWS.encode(codec), "text/html; charset=gbk")
    assert decoded.text == NEWS
    assert decoded.how == "byte order mark; overruled header gbk"


XML = '<?xml version="1.0" encoding="gb2312"?>\n'
NARROW = "习近平——在亚马逊·中国；" + NEWS


@pytest.mark.parametrize("html", ["<html><body>", "<!DOCTYPE html PUBLIC>"])
def test_gb2312_of_xml_has_its_own_table_and_that_of_xhtml_has_not(html: str) -> None:
    feed = (XML + "<rss>" + NARROW).encode("gbk")
    assert (decode(feed).text, decode(feed).encoding) == (XML + "<rss>习近平――在亚马逊・中国；" + NEWS, "gb2312")
    assert decode(feed).how == "meta: XML's gb2312"
    assert decode((XML + html + NARROW).encode("gbk")).text == XML + html + NARROW


def test_gb2312_of_xml_that_is_wider_is_gb18030() -> None:
    assert decode((XML + NARROW + "朱镕基").encode("gbk")).text == XML + NARROW + "朱镕基"


@pytest.mark.parametrize("lacks", [r"朱\u9555基", "朱&#x9555;基", "朱&#38229;基"])
def test_a_writer_that_escapes_what_gb2312_lacks_had_its_table(lacks: str) -> None:
    narrow = NARROW.replace("—", "―").replace("·", "・")
    assert decode((lacks + NARROW).encode("gbk")).text == lacks + narrow
    assert decode((lacks + r"\u4e2d" + NARROW).encode("gbk")).text == lacks + r"\u4e2d" + NARROW
    assert decode(page(lacks + NARROW, "gb2312").encode("gbk")).text == page(lacks + NARROW, "gb2312")


@pytest.mark.parametrize("codec", ["utf-8", "gbk"])
@pytest.mark.parametrize("lie", ["utf-8", "gbk", "big5", "iso-8859-1", "shift_jis", "euc-kr", "utf-16"])
def test_lying_declarations_are_overruled(codec: str, lie: str) -> None:
    source = page(NEWS, lie)
    assert decode(source.encode(codec)).text == source
    assert decode(page(NEWS).encode(codec), f"text/html; charset={lie}").text == page(NEWS)


def test_how_names_what_was_overruled() -> None:
    decoded = decode(page(NEWS, "big5").encode("gbk"), "text/html; charset=iso-8859-1")
    assert decoded.how == "bytes; overruled header windows-1252, meta big5"


@pytest.mark.parametrize("label", ["unicode_escape", "rot13", "idna", "utf-7", "zlib", "raw_unicode_escape", "no-such"])
def test_python_codec_names_are_no_encodings_of_the_web(label: str) -> None:
    body = page(r"\u4e2d " + NEWS, label).encode("gbk")
    assert decode(body, f"text/html; charset={label}").encoding == "gb18030"
    with pytest.raises(ValueError, match="no such encoding"):
        decode(body, override=label)


def test_operator_forces_a_charset_against_the_bytes() -> None:
    decoded = decode(NEWS.encode(), override="GB2312")
    assert (decoded.encoding, decoded.how) == ("gbk", "the operator's word")
    assert decoded.text.startswith("灞辫タ鐪")


def test_0x80_is_the_euro_sign_in_gbk() -> None:
    assert decode(page(NEWS, "gbk").encode("gbk") + b"\x80100").text.endswith("€100")


@pytest.mark.parametrize("codec", ["utf-8", "gbk"])
@pytest.mark.parametrize("cut", [1, 2])
def test_cut_tail(codec: str, cut: int) -> None:
    source = page(NEWS)[: -len("。</p>\n</body></html>") + 1]
    assert decode(source.encode(codec)[:-cut]).text.rstrip("\ufffd") in {source[:-1], source}


@pytest.mark.parametrize("codec", ["utf-8", "gbk", "big5"])
def test_a_few_bad_bytes_change_nothing_else(codec: str) -> None:
    text = TRADITIONAL if codec == "big5" else NEWS
    body = page(text).encode(codec).replace(b"</title>", b"\xff</title>").replace(b"</p>", b"\xff</p>")
    assert decode(body).text.replace("\ufffd", "") == page(text)


def test_utf8_block_in_a_gbk_page() -> None:
    body = page(NEWS, "gb2312").encode("gbk") + "<div>版权所有：太原高新区管委会</div>".encode()
    decoded = decode(body)
    assert decoded.text == page(NEWS, "gb2312") + "<div>版权所有：太原高新区管委会</div>"
    assert decoded.encoding == "gb18030+utf-8"


def test_a_page_whose_later_half_is_in_gbk_keeps_its_title() -> None:
    title, text = "高新区召开项目调度会", "高新区昨日召开重大项目调度会，安排下一阶段建设工作。" * 6
    whole = f"<meta charset='utf-8'><title>{title}</title><h1>{title}</h1><div class='content'>{text}</div>"
    cut = whole.index(text) + 10
    decoded = decode(whole[:cut].encode() + whole[cut:].encode("gbk"))
    assert f"<title>{title}</title>" in decoded.text
    assert "\ufffd" in decoded.text


def test_gbk_block_in_a_utf8_page() -> None:
    body = page(NEWS, "utf-8").encode() + "<div>版权所有：太原高新区管委会</div>".encode("gbk")
    decoded = decode(body)
    assert decoded.text == page(NEWS, "utf-8") + "<div>版权所有：太原高新区管委会</div>"
    assert decoded.encoding == "utf-8+gb18030"


@pytest.mark.parametrize("title", ["联通公司", "项目开工", "人工智能产业园", "关于印发通知的通知", "山西太原"])
@pytest.mark.parametrize("codec", ["utf-8", "gbk"])
def test_titles_of_a_few_characters(title: str, codec: str) -> None:
    assert decode(title.encode(codec)).text == title


@pytest.mark.parametrize("title", ["人工智慧產業", "關於印發通知", "臺北市政府公告"])
def test_big5_titles_of_a_few_characters(title: str) -> None:
    assert decode(title.encode("big5")).text == title


def test_euc_tw() -> None:
    # Planes 1 and 3 of CNS 11643; Python has no such codec.
    body = bytes.fromhex("c4e3e1dec6e1d9cf8ea3b4f6c4a9c4d6dfe1ece4dca8e4c6")
    assert decode(body).text == "中華民國堃人工智慧產業"
    assert decode(b"<p>" + body, "text/html; charset=EUC-TW").encoding == "euc-tw"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("経済産業省は、人工知能の開発支援を拡充すると発表した。", "euc-jp"),
        ("경기도는 인공지능 산업단지를 조성한다고 밝혔다.", "euc-kr"),
        ("Правительство утвердило программу развития промышленности.", "koi8-r"),
    ],
)
def test_other_languages_that_say_what_they_are(text: str, codec: str) -> None:
    assert decode(page(text * 4, codec).encode(codec)).text == page(text * 4, codec)


def test_meta_behind_4096_bytes_is_not_needed() -> None:
    source = "<!--" + "x" * 5000 + "-->" + page(NEWS, "gbk")
    assert decode(source.encode("gbk")).text == source


@pytest.mark.parametrize("body", [b"", b"\x00", b"\xff", b"\x80", b"~{", b"\x1b$", b"\xef\xbb\xbf", b"\xff\xfe\x00"])
def test_next_to_nothing(body: bytes) -> None:
    assert isinstance(decode(body).text, str)


@pytest.mark.parametrize("codec", ["koi8-r", "windows-1251"])
def test_russian_without_a_declaration(codec: str) -> None:
    text = "Правительство утвердило программу развития промышленности."
    assert decode(text.encode(codec)).text == text


def test_what_nobody_knows_is_asked_of_charset_normalizer() -> None:
    text = "Η κυβέρνηση ενέκρινε το πρόγραμμα ανάπτυξης της βιομηχανίας και της τεχνητής νοημοσύνης."
    decoded = decode(text.encode("iso8859-7"))
    assert decoded.text == text
    assert decoded.how == "bytes: charset-normalizer"
