"""What is written into a row of postings is read from it."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from storage import postings

KEYS = st.text(st.sampled_from("a人工智能›𠮷é5"), min_size=1, max_size=5).map(postings.key_of)
POSITIONS = st.sets(st.integers(0, 65_534) | st.integers(0, 600), min_size=1, max_size=60).map(sorted)
HELD = st.dictionaries(KEYS, POSITIONS, min_size=1, max_size=80)


def read(held: dict[bytes, list[int]]) -> list[tuple[bytes, bytes]]:
    return [(first, postings.unpacked(row)) for first, row in postings.rows(sorted(held.items()))]


def positions_of(row: bytes, key: bytes) -> list[int]:
    entry = postings.entry_of(row, key)
    return entry.positions() if entry else []


@given(HELD)
@example({b"a": [255]})
@example({b"a": [254], b"aa": [0, 255, 510], b"b": list(range(0, 32_000, 255))})
@example({b"a": list(range(65_535)), b"b": [0, 65_534], b"c": list(range(0, 65_535, 2))})
def test_a_row_gives_what_it_was_given(held: dict[bytes, list[int]]) -> None:
    assert [entry for _, row in read(held) for entry in postings.entries(row)] == sorted(held.items())


@given(HELD, KEYS)
def test_a_key_is_found_in_the_last_row_that_does_not_begin_behind_it(
    held: dict[bytes, list[int]], other: bytes
) -> None:
    rows = read(held)
    for key in (*held, other):
        [*before] = [row for first, row in rows if first <= key]
        assert (positions_of(before[-1], key) if before else []) == held.get(key, [])


def test_many_keys_make_many_rows() -> None:
    held = {b"%06d" % number: [number % 7, 300 + number] for number in range(3_000)}
    rows = read(held)
    assert len(rows) > 10
    assert [first for first, _ in rows] == sorted(first for first, _ in rows)
    assert positions_of(rows[-1][1], b"002999") == [2_999 % 7, 3_299]


@given(st.lists(st.integers(1, 2**62)))
def test_ids_in_any_order(ids: list[int]) -> None:
    assert list(postings.unpack_ids(postings.pack_ids(ids))) == ids


@given(st.lists(st.integers(0, 65_535)))
def test_positions_of_the_dead(positions: list[int]) -> None:
    assert list(postings.unpack_positions(postings.pack_positions(positions))) == positions
