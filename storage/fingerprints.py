"""What is left of a text so that its reprints are known again: pure, and small enough to be kept for good."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING
from zlib import crc32

from storage.folding import HAN, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

#: Raised with any change of what `fingerprint` answers; fingerprints of different versions are not compared.
VERSION = 2

#: Signs in a row that are hashed together.
_SHINGLE = 5
#: A text keeps at most about this many hashes: every one of a short text, every 2nd, 4th … of a longer one.
_SKETCH = 256
_SENTENCE = 8
#: Tuned with benchmarks/stories.py, seeds 1 to 5: the share of the shorter text's shingles, numbers and names that the
#: longer one must have.
_HELD, _NUMBERS, _NAMES = 0.5, 0.85, 0.6
_HELD_WELL, _NUMBERS_OF_LITTLE = 0.65, 0.9
_FEW_MARKS, _HELD_WITHOUT_MARKS = 4, 0.85
_MUCH_LONGER = 2.0
#: A line like 2026-11-03 08:15 has five figures in twelve signs.
_SIGNS_OF_FIGURE = 2
_MOST_SENTENCES = 400
_TITLE = 60
#: Shorter texts (of a picture, of a film) say nothing without their title.
_LEAST = 20

_NO_SIGN = re.compile(f"[^{HAN}0-9a-z]+")
_SENTENCE_END = re.compile(r"[。！？!?;；\n]+")
#: Beside a lost sign stands half a figure.
_NUMBER = re.compile(
    r"(?<![\d?\ufffd])(?<!\d\.)\d+(?:,\d{3})*(?:\.\d+)?(?![\d?\ufffd]|\.\d)|[一二三四五六七八九十百千万亿零两]{2,}"
)
#: What a notice is known by among those of its form: lot, issue, batch, the number of a document or of a project.
_KEY = re.compile(
    r"第([0-9a-z]+|[一二三四五六七八九十百]+)(标段|标包|包|期|批|轮|届)"
    r"|([0-9a-z]|[一二三四五六七八九十]+)(标段|标包|合同包|包件)"
    r"|[〔\[(](\d{4}[〕\])]\d+)(号)|(?:项目|采购|招标|标段)(编号):?([a-z0-9〔〕\[\]()-]{4,40})"
)
_NAME = re.compile(
    "[《“「]([^《》“”「」\n]{2,30})[》”」]|([a-z][a-z0-9+.-]+)"
    "|([㐀-鿿]{2,4})(?:公司|集团|大学|学院|医院|研究院|实验室|有限|中心|项目|工程|大道|社区|街道)"
    "|([㐀-鿿]{2})[省市县区镇乡村](?![长委民])"
    "|([㐀-鿿]{2,3})(?=主持|出席|参加|指出|强调|表示|介绍|说[,:，：])|(?:记者|书记|主任|省长|市长|局长|厅长|县长|区长|任命|免去)([㐀-鿿]{2,3})|([㐀-鿿]{2,3})(?=等?同志|等参加|等人)"
)


class Relation(StrEnum):
    SAME = "same"
    #: One holds the whole other one among further matters: a round-up.
    CONTAINS = "contains"
    DIFFERENT = "different"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fingerprint:
    #: Of the whole folded text, signs only.
    exact: int
    title: int
    #: Pairs of signs of the title.
    title_pairs: frozenset[int]
    #: Signs in the text.
    length: int
    #: Hashes of the sentences and their lengths, in the order of the text.
    sentences: tuple[int, ...]
    lengths: tuple[int, ...]
    #: Shingles are kept when the first `thinned` bits of their 32 are zero.
    thinned: int
    shingles: frozenset[int]
    numbers: frozenset[int]
    names: frozenset[int]
    #: What it is known by; the upper half of each says the kind, lot or issue.
    keys: frozenset[int]

    def pack(self) -> bytes:
        sets = (self.shingles, self.numbers, self.names, self.title_pairs, self.keys)
        words = [hash for hashes in sets for hash in sorted(hashes)]
        counts = (len(self.sentences), *map(len, sets))
        return struct.pack(
            f"<BqqIB6H{len(self.sentences)}q{len(self.lengths)}H{len(words)}I",
            VERSION, self.exact, self.title, self.length, self.thinned, *counts, *self.sentences, *self.lengths, *words,
        )  # fmt: skip

    @classmethod
    def unpack(cls, packed: bytes) -> Fingerprint | None:
        """None for one of another version."""
        head = "<BqqIB6H"
        if packed[0] != VERSION:
            return None
        _, exact, title, length, thinned, *counts = struct.unpack_from(head, packed)
        size = counts[0]
        hashes = iter(struct.unpack_from(f"<{size}q{size}H{sum(counts[1:])}I", packed, struct.calcsize(head)))
        sentences, lengths = tuple(islice(hashes, size)), tuple(islice(hashes, size))
        shingles, numbers, names, title_pairs, keys = (frozenset(islice(hashes, count)) for count in counts[1:])
        return cls(
            exact=exact, title=title, title_pairs=title_pairs, length=length, sentences=sentences, lengths=lengths,
            thinned=thinned, shingles=shingles, numbers=numbers, names=names, keys=keys,
        )  # fmt: skip


def fingerprint(title: str, text: str) -> Fingerprint:
    """Of any two texts, however long; 2 ms for a page of 1,300 signs."""
    folded = fold(text)
    pieces = [signs for piece in _SENTENCE_END.split(folded) if len(signs := _NO_SIGN.sub("", piece)) >= _SENTENCE]
    pieces = list(dict.fromkeys(pieces))[:_MOST_SENTENCES]
    signs, heading = _NO_SIGN.sub("", folded), _NO_SIGN.sub("", fold(title))[:_TITLE]
    thinned, shingles = _sketch(signs)
    return Fingerprint(
        exact=_hash(signs), title=_hash(heading), length=len(signs),
        title_pairs=_marks(heading[at : at + 2] for at in range(len(heading) - 1)),
        sentences=tuple(map(_hash, pieces)), lengths=tuple(min(len(piece), 0xFFFF) for piece in pieces),
        thinned=thinned, shingles=shingles,
        numbers=_marks(found.replace(",", "") for found in _NUMBER.findall(folded)),
        names=_marks(map(_first, _NAME.findall(folded))),
        keys=frozenset(map(_key, _KEY.findall(f"{fold(title)}\n{folded}"))),
    )  # fmt: skip


def compare(one: Fingerprint, other: Fingerprint, *, common: Set[int] = frozenset()) -> Relation:
    """`common` are sentences that many stories share; they are no evidence."""
    if min(one.length, other.length) < _LEAST:
        return Relation.SAME if (one.exact, one.title) == (other.exact, other.title) else Relation.DIFFERENT
    if one.exact == other.exact:
        return Relation.SAME
    shorter, longer = sorted((one, other), key=lambda print: (print.length, len(print.names), print.exact))
    held = _held(shorter, longer)
    own = {hash: size for hash, size in zip(shorter.sentences, shorter.lengths, strict=True) if hash not in common}
    ours = sum(own.values())
    if ours < 0.7 * sum(shorter.lengths):
        known = set(longer.sentences)
        held = min(held, sum(size for hash, size in own.items() if hash in known) / max(ours, 1))
    if held < _HELD or not _has_marks(shorter, longer, held):
        return Relation.DIFFERENT
    return (
        Relation.CONTAINS
        if longer.length > _MUCH_LONGER * shorter.length and not _same_title(one, other)
        else Relation.SAME
    )


def _has_marks(shorter: Fingerprint, longer: Fingerprint, held: float) -> bool:
    """Notices of one form differ in their figures and names; with few of these only the wording can tell."""
    if len(shorter.numbers) + len(shorter.names) < _FEW_MARKS and held < _HELD_WITHOUT_MARKS:
        return False
    needed = _NUMBERS if held >= _HELD_WELL else _NUMBERS_OF_LITTLE
    has_figures = _share(shorter.numbers, longer.numbers) >= needed and _has_room(shorter, longer, needed)
    is_other = longer.length < _MUCH_LONGER * shorter.length and _has_other_keys(shorter.keys, longer.keys)
    return has_figures and not is_other and _share(shorter.names, longer.names) >= _NAMES


def _has_other_keys(ours: Set[int], theirs: Set[int]) -> bool:
    """Whether both are the third lot or issue of something, but each another one."""
    rest = {key >> 16 for key in ours - theirs} & {key >> 16 for key in theirs - ours}
    return bool(rest - {key >> 16 for key in ours & theirs})


def _has_room(shorter: Fingerprint, longer: Fingerprint, needed: float) -> bool:
    """Whether the longer one's other figures stand in what it is longer by; texts of one length have the same ones."""
    others = len(longer.numbers - shorter.numbers) - (longer.length - shorter.length) // _SIGNS_OF_FIGURE
    return others <= (1 - needed) * len(longer.numbers)


def _same_title(one: Fingerprint, other: Fingerprint) -> bool:
    few, many = sorted((one.title_pairs, other.title_pairs), key=len)
    return bool(few) and _share(few, many) >= 0.5


def _held(shorter: Fingerprint, longer: Fingerprint) -> float:
    """The share of the shorter one's shingles that the longer one has."""
    thinned = max(shorter.thinned, longer.thinned)
    mine = {hash for hash in shorter.shingles if not hash >> (32 - thinned)}
    return len(mine & longer.shingles) / len(mine) if mine else 0.0


def _share(few: Set[int], many: Set[int]) -> float:
    return len(few & many) / len(few) if few else 1.0


def _sketch(signs: str) -> tuple[int, frozenset[int]]:
    encoded = signs.encode("utf-32-le", "replace")
    wide = 4 * _SHINGLE
    hashes = {_scrambled(crc32(encoded[at : at + wide])) for at in range(0, max(len(encoded) - wide, 0) + 1, 4)}
    thinned = 0
    while len(hashes) > _SKETCH:
        thinned += 1
        hashes = {hash for hash in hashes if not hash >> (32 - thinned)}
    return thinned, frozenset(hashes)


def _scrambled(hash: int) -> int:
    """crc32 is linear; Knuth's multiplicative hashing spreads it."""
    return (hash ^ hash >> 16) * 2654435761 & 0xFFFFFFFF


def _marks(found: Iterable[str]) -> frozenset[int]:
    return frozenset(crc32(text.encode("utf-8", "replace")) for text in found)


def _key(groups: Iterable[str]) -> int:
    """A pair of kind and value: they are written in either order, and hashed alike."""
    one, other = filter(None, groups)
    kind, value = (one, other) if one == "编号" else (other, one)
    return (crc32(kind.encode()) & 0xFFFF) << 16 | crc32(value.encode()) & 0xFFFF


def _first(groups: Iterable[str]) -> str:
    return next(filter(None, groups), "")


def _hash(text: str) -> int:
    """63 bits, so that it is a positive number in every database."""
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big") >> 1
