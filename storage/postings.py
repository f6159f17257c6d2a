"""How a block of the index is written: which of its articles hold a token, for databases that have no index of words.

A row holds neighbouring keys in their order, each with its positions, numbers of articles within the block. It is made
to be read by C: the key is found by `bytes.find`, its place by counting marks, and zstd makes up for what the layout
repeats. A position takes 1.2 bytes of 6,400 articles, with the keys.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from itertools import accumulate, compress, pairwise
from operator import itemgetter, sub
from struct import pack, unpack, unpack_from
from typing import TYPE_CHECKING

import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: What a block has of one key: a byte for the form, then its positions, or the gaps between them. Not an object of
#: two parts: to collect a million of those took half the time of a merge.
Posting = bytes

#: Bytes of a row before they are packed.
_ROW = 2_500
_LEVEL = 6
#: Stands between keys; tokens are made of letters.
_MARK = b"\n"
#: A gap that long is added, and no position; so is every gap of 255 and more.
_SKIP = 255
_FULL = b"\xff"
_FORMS = (_GAPS, _PLAIN) = (b"\0", b"\1")
_HEAD = ">HI"
_HEAD_BYTES = 6


def key_of(token: str) -> bytes:
    return token.encode()


def rows(held: Iterable[tuple[bytes, Posting]]) -> Iterator[tuple[bytes, bytes]]:
    """Each with its first key. Keys come in order."""
    packed = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False, write_dict_id=False).compress
    keys: list[bytes] = []
    some: list[Posting] = []
    size = 0
    for key, posting in held:
        keys.append(key)
        some.append(posting)
        size += len(key) + len(posting) + 3
        if size > _ROW:
            yield keys[0], packed(_row(keys, some))
            keys, some, size = [], [], 0
    if keys:
        yield keys[0], packed(_row(keys, some))


_of_thread = threading.local()


def unpacked(row: bytes) -> bytes:
    """By one decompressor a thread: to make one takes 5 µs, a row 8."""
    if not hasattr(_of_thread, "unpack"):
        _of_thread.unpack = zstandard.ZstdDecompressor().decompress
    found: bytes = _of_thread.unpack(row)
    return found


def postings(row: bytes) -> Iterator[tuple[bytes, Posting]]:
    """All of an unpacked row, with their keys."""
    count, start = unpack_from(_HEAD, row)
    middle, forms = start + count, start + 2 * count
    lengths = [low | high << 8 for low, high in zip(row[start:middle], row[middle:forms], strict=True)]
    places = pairwise(accumulate(lengths, initial=forms + count))
    bodies = [row[begin:end] for begin, end in places]
    found = [_FORMS[form] + body for form, body in zip(row[forms : forms + count], bodies, strict=True)]
    return zip(row[_HEAD_BYTES + 1 : start - 1].split(_MARK), found, strict=True)


def posting_of(row: bytes, key: bytes) -> Posting | None:
    """Of one key of an unpacked row; None, if it is not there."""
    count, start = unpack_from(_HEAD, row)
    at = row.find(_MARK + key + _MARK, _HEAD_BYTES, start)
    if at < 0:
        return None
    number = row.count(_MARK, _HEAD_BYTES, at)
    middle, forms = start + count, start + 2 * count
    begin = forms + count + sum(row[start : start + number]) + (sum(row[middle : middle + number]) << 8)
    length = row[start + number] | row[middle + number] << 8
    return _FORMS[row[forms + number]] + row[begin : begin + length]


def write(positions: Sequence[int]) -> Posting:
    """Of one at least; they rise. As they are where that is shorter, else the gaps between them."""
    if len(positions) == 1:
        position = positions[0]
        return bytes((0, position + 1)) if position < _SKIP - 1 else pack("<BH", 1, position)
    gaps = list(map(sub, positions, (-1, *positions)))
    if positions[-1] < _SKIP - 1 or max(gaps) < _SKIP:
        return _GAPS + bytes(gaps)
    if sum(gap // _SKIP for gap in gaps) >= len(gaps):
        return _PLAIN + pack_positions(positions)
    return _GAPS + b"".join(map(_gap, gaps))


def read(posting: Posting) -> list[int]:
    if posting[0]:
        return list(unpack_positions(posting[1:]))
    # The form is no gap.
    sums = list(accumulate(posting, initial=-1))[2:]
    return list(compress(sums, map(_SKIP.__ne__, posting[1:]))) if _SKIP in posting else sums


def moved(posting: Posting, offset: int) -> Posting:
    """With all positions so much further back."""
    return _PLAIN + _shifted(posting, offset) if posting[0] else joined(_GAPS, posting, offset)


def joined(posting: Posting, other: Posting, offset: int) -> Posting:
    """Followed by the positions of the other, moved; mostly not read: half the time for one, a tenth for thirty."""
    if posting[0] and other[0]:
        return posting + _shifted(other, offset)
    if not posting[0] and not other[0]:
        rest = other[1:].lstrip(_FULL)
        gap = _SKIP * (len(other) - 1 - len(rest)) + rest[0] + offset - sum(posting)
        if gap < _SKIP * len(rest):
            return b"".join((posting, _gap(gap), rest[1:]))
    return write([*read(posting), *map(offset.__add__, read(other))])


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


def _row(keys: Sequence[bytes], some: Sequence[Posting]) -> bytes:
    """Lengths in two planes, and forms in a third, because zstd packs what is alike."""
    names = _MARK + _MARK.join(keys) + _MARK
    lengths = [len(posting) - 1 for posting in some]
    planes = (bytes(map(0xFF.__and__, lengths)), bytes([length >> 8 for length in lengths]))
    forms = bytes(map(itemgetter(0), some))
    return b"".join(
        (pack(_HEAD, len(keys), _HEAD_BYTES + len(names)), names, *planes, forms, *(posting[1:] for posting in some))
    )


def _gap(width: int) -> bytes:
    return bytes((width,)) if width < _SKIP else _FULL * (width // _SKIP) + bytes((width % _SKIP,))


def _shifted(posting: Posting, offset: int) -> bytes:
    """All its positions at once, as one number: nothing is carried, for they stay below 65,536."""
    size = len(posting) - 1
    moves = int.from_bytes(pack("<H", offset) * (size // 2), "little")
    return (int.from_bytes(posting[1:], "little") + moves).to_bytes(size, "little")
