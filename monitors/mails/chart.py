"""The chart of the last days as a PNG: bars of two colours on nothing, to be seen on white and on black.

Written by hand: 40 lines instead of a drawing library; a palette keeps it below 1 kB.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Pixels, twice what is shown: phones have two or three for one.
WIDTH: Final = 1136
HEIGHT: Final = 128
GAP: Final = 8
RADIUS: Final = 5
#: The least height of a bar, so that a day with nothing is seen as a day.
FLOOR: Final = 4

CLEAR, PAST, TODAY, NOTHING = range(4)
#: Red, green, blue of: nothing, a day, the last day, a day without stories. In the middle between black and white.
PALETTE: Final = bytes((255, 255, 255, 0xD9, 0x8A, 0x6C, 0xD6, 0x3E, 0x1C, 0xB4, 0xAE, 0xA6))
OPACITY: Final = bytes((0, 255, 255, 150))


def draw(counts: Sequence[int]) -> bytes:
    """A bar for each count, the last one stressed. At least one count."""
    columns = _columns(counts)
    rows = (bytes(_pixel(columns[x], HEIGHT - y, x) for x in range(WIDTH)) for y in range(HEIGHT))
    return _png(b"".join(b"\0" + row for row in rows))


def _columns(counts: Sequence[int]) -> list[tuple[int, int, int, int]]:
    """For each column of pixels: first and last column of its bar, height, colour."""
    step, most = WIDTH / len(counts), max(max(counts), 1)
    columns = [(0, 0, 0, CLEAR)] * WIDTH
    for index, count in enumerate(counts):
        start, end = round(index * step), round((index + 1) * step) - GAP
        height = max(FLOOR, round(count / most * HEIGHT))
        colour = TODAY if index == len(counts) - 1 and count else PAST if count else NOTHING
        columns[start:end] = [(start, end - 1, height, colour)] * (end - start)
    return columns


def _pixel(column: tuple[int, int, int, int], level: int, x: int) -> int:
    start, end, height, colour = column
    return colour if level <= height and not _in_corner(min(x - start, end - x), height - level, height) else CLEAR


def _in_corner(side: int, depth: int, height: int) -> bool:
    """Outside the round of the upper corners."""
    radius = min(RADIUS, height)
    across, down = radius - side, radius - depth
    return across > 0 and down > 0 and across * across + down * down > radius * radius


def _png(pixels: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", PALETTE), (b"tRNS", OPACITY), (b"IDAT", zlib.compress(pixels, 9)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in (*chunks, (b"IEND", b"")))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
