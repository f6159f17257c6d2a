"""How a block of the index is written: which of its articles hold a token, for databases that have no index of words.

A row holds neighbouring keys in their order, each with its positions, numbers of articles within the block. It is made
to be read by C: the key is found by `bytes.find`, its place by counting marks, and zstd makes up for what the layout
repeats. A position takes 1.2 bytes of 6,400 articles, with the keys.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from itertools import accumulate, compress
from operator import sub
from struct import pack, unpack, unpack_from
from typing import TYPE_CHECKING, NamedTuple

import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: Bytes of a row before they are packed.
_ROW = 2_500
_LEVEL = 6
#: Stands between keys; tokens are made of letters.
_MARK = b"\n"
#: A gap that long is added, and no position; so is every gap of 255 and more.
_SKIP = 255
_HEAD = ">HI"
_HEAD_BYTES = 6


def key_of(token: str) -> bytes:
    return token.encode()


def rows(postings: Iterable[tuple[bytes, Sequence[int]]]) -> Iterator[tuple[bytes, bytes]]:
    """Each with its first key. Keys come in order, and positions rise."""
    packed = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False, write_dict_id=False).compress
    keys: list[bytes] = []
    written: list[tuple[bool, bytes]] = []
    size = 0
    for key, positions in postings:
        entry = _write(positions)
        keys.append(key)
        written.append(entry)
        size += len(key) + len(entry[1]) + 4
        if size > _ROW:
            yield keys[0], packed(_row(keys, written))
            keys, written, size = [], [], 0
    if keys:
        yield keys[0], packed(_row(keys, written))


_of_thread = threading.local()


def unpacked(row: bytes) -> bytes:
    """By one decompressor a thread: to make one takes 5 µs, a row 8."""
    if not hasattr(_of_thread, "unpack"):
        _of_thread.unpack = zstandard.ZstdDecompressor().decompress
    found: bytes = _of_thread.unpack(row)
    return found


class Entry(NamedTuple):
    """What a row has of one key."""

    is_plain: bool
    body: bytes

    def positions(self) -> list[int]:
        return _read(self.is_plain, self.body)


def entries(row: bytes) -> Iterator[tuple[bytes, list[int]]]:
    """All of an unpacked row."""
    count, start = unpack_from(_HEAD, row)
    keys = row[_HEAD_BYTES + 1 : start - 1].split(_MARK)
    at = start + 3 * count
    for number, key in enumerate(keys):
        length = row[start + number] | row[start + count + number] << 8
        yield key, _read(row[start + 2 * count + number] == 1, row[at : at + length])
        at += length


def entry_of(row: bytes, key: bytes) -> Entry | None:
    """Of one key of an unpacked row; None, if it is not there."""
    count, start = unpack_from(_HEAD, row)
    at = row.find(_MARK + key + _MARK, _HEAD_BYTES, start)
    if at < 0:
        return None
    number = row.count(_MARK, _HEAD_BYTES, at)
    middle, forms = start + count, start + 2 * count
    begin = forms + count + sum(row[start : start + number]) + (sum(row[middle : middle + number]) << 8)
    length = row[start + number] | row[middle + number] << 8
    return Entry(row[forms + number] == 1, row[begin : begin + length])


def pack_ids(ids: Sequence[int]) -> bytes:
    return zstandard.compress(pack(f"<{len(ids)}q", *map(sub, ids, (0, *ids))))


@lru_cache(64)
def unpack_ids(packed: bytes) -> tuple[int, ...]:
    gaps = zstandard.decompress(packed)
    return tuple(accumulate(unpack(f"<{len(gaps) // 8}q", gaps)))


def pack_positions(positions: Sequence[int]) -> bytes:
    return pack(f"<{len(positions)}H", *positions)


def unpack_positions(packed: bytes) -> tuple[int, ...]:
    return unpack(f"<{len(packed) // 2}H", packed)


def _row(keys: Sequence[bytes], written: Sequence[tuple[bool, bytes]]) -> bytes:
    """Lengths in two planes, and forms in a third, because zstd packs what is alike."""
    names = _MARK + _MARK.join(keys) + _MARK
    forms, bodies = zip(*written, strict=True)
    lengths = list(map(len, bodies))
    planes = (bytes(map(0xFF.__and__, lengths)), bytes([length >> 8 for length in lengths]), bytes(forms))
    return b"".join((pack(_HEAD, len(keys), _HEAD_BYTES + len(names)), names, *planes, *bodies))


def _write(positions: Sequence[int]) -> tuple[bool, bytes]:
    """As they are where that is shorter, else the gaps between them."""
    if len(positions) == 1:
        position = positions[0]
        return (False, bytes((position + 1,))) if position < _SKIP - 1 else (True, pack("<H", position))
    gaps = map(sub, positions, (-1, *positions))
    if positions[-1] < _SKIP - 1:
        return False, bytes(gaps)
    widths = list(gaps)
    if max(widths) < _SKIP:
        return False, bytes(widths)
    if sum(gap // _SKIP for gap in widths) >= len(widths):
        return True, pack_positions(positions)
    return False, b"".join(b"\xff" * (gap // _SKIP) + bytes((gap % _SKIP,)) for gap in widths)


def _read(is_plain: bool, posting: bytes) -> list[int]:
    if is_plain:
        return list(unpack_positions(posting))
    sums = list(accumulate(posting, initial=-1))[1:]
    return list(compress(sums, map(_SKIP.__ne__, posting))) if _SKIP in posting else sums
