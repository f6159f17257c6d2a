"""Kept pages as WARC, as warcio reads them back; digests are checked while reading."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO

from warcio.archiveiterator import ArchiveIterator

from monitors.warc import Archive
from storage.records import RawPage

BODY = "<html><body>产业</body></html>".encode("gb18030") + bytes(range(256))
PAGE = RawPage(
    url="http://www.shili.example/news/1.html",
    status=200,
    headers=(("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Name", "Ã©\xff")),
    body=BODY,
    fetched_at=datetime(2026, 11, 20, 12, 0, 0, 250_000, tzinfo=timezone(timedelta(hours=8))),
)


def written(*pages: RawPage) -> bytes:
    file = BytesIO()
    archive = Archive(file, name="pages.warc.gz", about={"query": "算力"})
    for page in pages:
        archive.add(page)
    return file.getvalue()


def records(content: bytes) -> list[tuple[str, dict[str, str], list[tuple[str, str]], bytes]]:
    """Type, headers of the record, headers of the page, body."""
    read = ArchiveIterator(BytesIO(content), check_digests="raise")
    return [
        (
            one.rec_type,
            dict(one.rec_headers.headers),
            one.http_headers.headers if one.http_headers else [],
            one.raw_stream.read(),
        )
        for one in read
    ]


def test_a_page_comes_back_as_it_was_received() -> None:
    [_, (kind, said, headers, body)] = records(written(PAGE))
    assert kind == "response"
    assert said["WARC-Target-URI"] == PAGE.url
    assert said["WARC-Date"] == "2026-11-20T04:00:00.250000Z"
    assert said["Content-Type"] == "application/http; msgtype=response"
    assert headers[:3] == list(PAGE.headers[:3])
    assert body == BODY


def test_headers_are_the_bytes_that_were_sent() -> None:
    block = gzip.decompress(written(PAGE))
    assert b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" in block
    assert b"X-Name: \xc3\xa9\xff\r\n" in block


def test_headers_of_the_coded_body_are_renamed() -> None:
    coded = (("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked"), ("Content-Length", "17"))
    [_, (_, _, headers, body)] = records(written(replace(PAGE, headers=coded)))
    assert [name for name, _ in headers] == [f"X-Archive-Orig-{name}" for name, _ in coded]
    assert body == BODY
    plain = (("Content-Length", str(len(BODY))),)
    [_, (_, _, headers, _)] = records(written(replace(PAGE, headers=plain)))
    assert headers == list(plain)


def test_it_begins_with_what_it_is() -> None:
    [(kind, said, _, body), *_] = records(written())
    assert (kind, said["WARC-Filename"]) == ("warcinfo", "pages.warc.gz")
    assert b"software: fenghuo" in body
    assert "query: 算力".encode() in body


def test_every_record_is_a_gzip_member_of_its_own() -> None:
    content = written(PAGE, replace(PAGE, url="http://www.shili.example/2"), replace(PAGE, status=599))
    read = ArchiveIterator(BytesIO(content))
    starts = [read.get_record_offset() for _ in read]
    assert len(starts) == 4
    assert all(gzip.decompress(content[start:]).startswith(b"WARC/1.1\r\n") for start in starts)


def test_time_is_told_in_utc() -> None:
    [_, (_, said, _, _)] = records(written(replace(PAGE, fetched_at=datetime(2026, 1, 1, tzinfo=UTC))))
    assert said["WARC-Date"] == "2026-01-01T00:00:00.000000Z"
