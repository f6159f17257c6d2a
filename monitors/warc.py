"""Kept pages as WARC 1.1 (ISO 28500:2017), a gzip member a record: the door to warcio."""

from __future__ import annotations

from datetime import UTC
from http.client import responses
from io import BytesIO
from typing import IO, TYPE_CHECKING, Final

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.records import RawPage

VERSION: Final = "WARC/1.1"
#: What a header that no longer describes the body is called, as replay services call it.
ORIGINAL: Final = "X-Archive-Orig-"
#: Bodies are kept without them.
CODINGS: Final = ("content-encoding", "transfer-encoding")
ABOUT: Final = {
    "software": "fenghuo",
    "format": "WARC File Format 1.1",
    "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    "description": f"bodies without their transfer and content coding; {ORIGINAL}* are headers of the coded ones",
}


class Archive:
    """A WARC file being written: its warcinfo record, then a response record for each page."""

    def __init__(self, file: IO[bytes], *, name: str, about: Mapping[str, str]) -> None:
        self._writer = WARCWriter(file, gzip=True, warc_version=VERSION)
        self._writer.write_record(self._writer.create_warcinfo_record(name, {**ABOUT, **about}))

    def add(self, page: RawPage) -> None:
        record = self._writer.create_warc_record(
            page.url,
            "response",
            payload=BytesIO(page.body),
            length=len(page.body),
            http_headers=_head(page),
            warc_headers_dict={"WARC-Date": f"{page.fetched_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"},
        )
        self._writer.write_record(record)


class _Head(StatusAndHeaders):  # type: ignore[misc]  # warcio has no types
    """warcio percent-encodes what is not ASCII (webrecorder/warcio#128); servers send bytes, kept as latin-1."""

    def to_ascii_bytes(self, filter_func: object = None) -> bytes:
        return bytes(self.to_bytes(filter_func, encoding="latin-1"))


def _head(page: RawPage) -> _Head:
    headers = [(_name(name, value, len(page.body)), value) for name, value in page.headers]
    return _Head(f"{page.status} {responses.get(page.status, '')}".strip(), headers, protocol="HTTP/1.1")


def _name(name: str, value: str, size: int) -> str:
    """The header's own, unless it speaks of the body as it was coded on its way."""
    lower = name.lower()
    coded = lower in CODINGS or (lower == "content-length" and value.strip() != str(size))
    return f"{ORIGINAL}{name}" if coded else name
