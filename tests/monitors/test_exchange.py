"""What a file of sources says that cannot be is said before anything is taken in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitors.configuration import ConfigurationError
from monitors.exchange import read_text, write_text

NOW = datetime(2026, 11, 28, tzinfo=UTC)
SOURCE = '[[source]]\nid = "a-b"\nname = "示例"\nurl = "http://a.example/xw/"\n'


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('encoding = "klingon"', "encoding 'klingon'"),
        ('item_selector = "li[["', "item_selector 'li[['"),
        ('body_selector = "xpath://li["', "body_selector"),
        ("delay = -1", "delay -1"),
        ("max_pages = 0", "max_pages 0"),
        ('proxy = "192.0.2.10"', "http://address:port"),
        ('active_hours = "8-25"', "active_hours: "),
        ('colour = "red"', "unknown key 'colour'"),
    ],
)
def test_an_override_that_cannot_be_is_refused(line: str, words: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_text(SOURCE + line, name="s.toml", now=NOW)
    assert words in str(refused.value)


def test_overrides_come_back_as_they_were_written() -> None:
    text = SOURCE + (
        'encoding = "gbk"\nitem_selector = "xpath://li"\nproxy = "http://me:secret@192.0.2.10:3128"\ndelay = 9.5\n'
        'max_pages = 2\nactive_hours = "22:00-06:00"\nlegacy_tls = true\nheaders = {X-Key = "1"}\n'
    )
    read = read_text(text, name="s.toml", now=NOW)
    assert read.sources[0].headers == {"X-Key": "1"}
    assert read_text(write_text(read), name="again", now=NOW) == read
