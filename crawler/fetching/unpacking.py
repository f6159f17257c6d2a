"""Content-Encoding, taken strictly: a body that is cut or broken is no body.

Scrapy's own middleware hands on what a cut gzip stream gave so far, which would store half an article as a
whole one; so it is switched off and bodies are unpacked here, bounded in bytes and in layers.
"""

from __future__ import annotations

import zlib

import brotli
import zstandard

from crawler.trouble import Trouble

#: More than two layers on one page is an attack.
MOST_LAYERS = 2
GZIP_MAGIC = b"\x1f\x8b\x08"
#: A run-length block of 4 bytes becomes 128 KiB (RFC 8878): 4 MiB a step, where steps of 4 KiB took 158 MB.
ZSTD_STEP = 128
ACCEPT_ENCODING = "gzip, deflate, br, zstd"


def unpack(body: bytes, encodings: str, limit: int) -> bytes:
    """The body behind its Content-Encoding; also of a gzip stream that nobody declared.

    Raises `Trouble` where the stream is cut, broken, unknown, too deep or unpacks to more than `limit` bytes.
    """
    layers = [name for name in (part.strip().lower() for part in encodings.split(",")) if name not in ("", "identity")]
    if not layers and body.startswith(GZIP_MAGIC):
        layers = ["gzip"]
    if len(layers) > MOST_LAYERS:
        raise Trouble("encoding", f"{len(layers)} layers of compression")
    for name in reversed(layers):
        body = _unpack_one(body, name, limit)
    if layers and body.startswith(GZIP_MAGIC):
        raise Trouble("encoding", "another layer of gzip under the one declared")
    return body


def _unpack_one(body: bytes, name: str, limit: int) -> bytes:
    if name not in UNPACKERS:
        raise Trouble("encoding", f"unknown Content-Encoding {name[:40]!r}")
    try:
        return UNPACKERS[name](body, limit)
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise Trouble("encoding", f"broken {name} stream: {error}", passing=True) from error


def _inflate(body: bytes, limit: int, window: int) -> bytes:
    stream = zlib.decompressobj(window)
    text = stream.decompress(body, limit + 1)
    _check(len(text) <= limit, stream.eof, limit)
    return text


def _gunzip(body: bytes, limit: int) -> bytes:
    return _inflate(body, limit, 16 + zlib.MAX_WBITS)


def _deflate(body: bytes, limit: int) -> bytes:
    # "deflate" is zlib by the standard and raw by the habit of some servers: the first byte tells.
    zlib_wrapped = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
    return _inflate(body, limit, zlib.MAX_WBITS if zlib_wrapped else -zlib.MAX_WBITS)


def _unbrotli(body: bytes, limit: int) -> bytes:
    stream = brotli.Decompressor()
    text = bytes(stream.process(body, output_buffer_limit=limit + 1))
    _check(len(text) <= limit, stream.is_finished(), limit)
    return text


def _unzstd(body: bytes, limit: int) -> bytes:
    stream = zstandard.ZstdDecompressor(max_window_size=max(limit, 1 << 23)).decompressobj()
    text = bytearray()
    for start in range(0, len(body), ZSTD_STEP):
        text += stream.decompress(body[start : start + ZSTD_STEP])
        _check(len(text) <= limit, True, limit)
    _check(True, stream.eof, limit)
    return bytes(text)


def _check(fits: bool, complete: bool, limit: int) -> None:
    if not fits:
        raise Trouble("too-large", f"more than {limit:,} bytes unpacked")
    if not complete:
        raise Trouble("encoding", "the compressed body is cut", passing=True)


UNPACKERS = {"gzip": _gunzip, "x-gzip": _gunzip, "deflate": _deflate, "br": _unbrotli, "zstd": _unzstd}
