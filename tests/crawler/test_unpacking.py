"""Compressed bodies are whole, known and of a sane size, or they are trouble."""

import gzip
import zlib

import brotli
import pytest
import zstandard

from crawler.fetching.unpacking import unpack
from crawler.trouble import Trouble

PAGE = "<p>烽火连三月，家书抵万金。</p>".encode() * 50
LIMIT = 100_000

PACKED = {
    "gzip": gzip.compress(PAGE),
    "deflate": zlib.compress(PAGE),
    "br": brotli.compress(PAGE),
    "zstd": zstandard.compress(PAGE),
}


@pytest.mark.parametrize("encoding", PACKED)
def test_every_encoding_that_is_asked_for_is_unpacked(encoding: str) -> None:
    assert unpack(PACKED[encoding], encoding, LIMIT) == PAGE


def test_deflate_without_its_zlib_head() -> None:
    squeeze = zlib.compressobj(wbits=-15)
    assert unpack(squeeze.compress(PAGE) + squeeze.flush(), "deflate", LIMIT) == PAGE


def test_gzip_that_nobody_declared() -> None:
    assert unpack(PACKED["gzip"], "", LIMIT) == PAGE


def test_plain_bodies_pass() -> None:
    assert unpack(PAGE, "identity", LIMIT) == PAGE


@pytest.mark.parametrize("encoding", PACKED)
def test_a_cut_stream_is_no_page(encoding: str) -> None:
    with pytest.raises(Trouble):
        unpack(PACKED[encoding][:-20], encoding, LIMIT)


def test_a_wrong_checksum_is_no_page() -> None:
    wrong = PACKED["gzip"][:-8] + bytes(4) + PACKED["gzip"][-4:]
    with pytest.raises(Trouble, match="broken gzip"):
        unpack(wrong, "gzip", LIMIT)


def test_plain_text_that_claims_to_be_gzip() -> None:
    with pytest.raises(Trouble, match="broken gzip"):
        unpack(PAGE, "gzip", LIMIT)


def test_an_unknown_encoding_is_named() -> None:
    with pytest.raises(Trouble, match="snappy"):
        unpack(PAGE, "snappy", LIMIT)


@pytest.mark.parametrize("pack", [gzip.compress, brotli.compress, zstandard.compress, zlib.compress])
def test_a_bomb_stops_at_the_limit(pack) -> None:  # type: ignore[no-untyped-def]
    name = {gzip.compress: "gzip", brotli.compress: "br", zstandard.compress: "zstd", zlib.compress: "deflate"}[pack]
    with pytest.raises(Trouble, match="unpacked"):
        unpack(pack(bytes(50_000_000)), name, LIMIT)


def test_nested_layers_are_an_attack() -> None:
    nested = gzip.compress(gzip.compress(gzip.compress(PAGE)))
    with pytest.raises(Trouble, match="layer"):
        unpack(nested, "gzip, gzip, gzip", LIMIT)
    with pytest.raises(Trouble, match="layer"):
        unpack(nested, "gzip", LIMIT)
