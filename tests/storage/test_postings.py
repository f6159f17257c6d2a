"""What is written into a row of postings is read from it."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from storage import postings

KEYS = st.text(st.sampled_from("a人工智能›𠮷é5"), min_size=1, max_size=5).map(postings.key_of)
POSITIONS = st.sets(st.integers(0, 65_534) | st.integers(0, 600), min_size=1, max_size=60).map(sorted)
HELD = st.dictionaries(KEYS, POSITIONS, min_size=1, max_size=80)


def read(held: dict[bytes, list[int]]) -> list[tuple[bytes, bytes]]:
    written = ((key, postings.write(positions)) for key, positions in sorted(held.items()))
    return [(first, postings.unpacked(row)) for first, row in postings.rows(written)]


def positions_of(row: bytes, key: bytes) -> list[int]:
    posting = postings.posting_of(row, key)
    return postings.read(posting) if posting else []


@given(HELD)
@example({b"a": [255]})
@example({b"a": [254], b"aa": [0, 255, 510], b"b": list(range(0, 32_000, 255))})
@example({b"a": list(range(65_535)), b"b": [0, 65_534], b"c": list(range(0, 65_535, 2))})
def test_a_row_gives_what_it_was_given(held: dict[bytes, list[int]]) -> None:
    found = [pair for _, row in read(held) for pair in postings.postings(row)]
    assert [(key, postings.read(posting)) for key, posting in found] == sorted(held.items())


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


@given(st.lists(POSITIONS, min_size=1, max_size=6), st.integers(0, 900))
@example([[0], [1]], 253)
@example([[253], [254], [0, 1, 2]], 1)
@example([list(range(3)), [0, 4_000], [200]], 60_000)
def test_what_is_joined_is_what_was_moved(parts: list[list[int]], room: int) -> None:
    posting, expected, offset = postings.write(parts[0]), [*parts[0]], 0
    for part in parts[1:]:
        offset = expected[-1] + 1 + room
        if offset + part[-1] > 65_534:
            break
        posting = postings.joined(posting, postings.write(part), offset)
        expected += [offset + position for position in part]
        assert postings.read(postings.moved(postings.write(part), offset)) == expected[-len(part) :]
    assert postings.read(posting) == expected


@given(st.lists(st.integers(1, 2**62)))
def test_ids_in_any_order(ids: list[int]) -> None:
    assert list(postings.unpack_ids(postings.pack_ids(ids))) == ids


@given(st.lists(st.integers(0, 65_535)))
def test_positions_of_the_dead(positions: list[int]) -> None:
    assert list(postings.unpack_positions(postings.pack_positions(positions))) == positions
