"""What the topic model sees of a text: its runs of one to three characters, as whole numbers.

Shared by applying and by training, so that both see the same. A character is its 16-bit code point; a run is
packed into 48 bits, the first character in the highest used bits, so a run can be read back with `spell`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Codes: TypeAlias = NDArray[np.int64]
Runs: TypeAlias = NDArray[np.int64]
Often: TypeAlias = NDArray[np.intp]

LONGEST_TEXT = 3000  # characters that are read; the rest of a longer text is not looked at
LONGEST_RUN = 3
HEADLINE_SHARE = 0.4  # what a title counts beside the whole text it stands above

_SHORTEST_HEADLINE, _LONGEST_HEADLINE = 6, 60  # characters

_DIGIT, _MARK = 0x30, 0x7C  # any number is one 0, marks of any kind that stand together are one |
_DROPPED = 0
_BITS = 16
_WIDE = 0xFEE0  # from a letter or digit to its full-width form
# Emoji and rare characters are two surrogates in UTF-16, and read as one mark.
_MARKS = ((0x00, 0xBF), (0x2010, 0x2BFF), (0x3001, 0x303F), (0xD800, 0xF8FF), (0xFE30, 0xFFFF))
_BLANKS = (
    (0x00, 0x09), (0x0B, 0x20), (0x7F, 0xA0), (0xAD, 0xAD), (0x2000, 0x200F), (0x202A, 0x202F), (0x2060, 0x206F),
    (0x3000, 0x3000), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
)  # fmt: skip


def _fold_table() -> Codes:
    table = np.arange(1 << _BITS, dtype=np.int64)
    for first, last in _MARKS:
        table[first : last + 1] = _MARK
    for first, last in _BLANKS:
        table[first : last + 1] = _DROPPED
    small = np.arange(ord("a"), ord("z") + 1)
    for start in (0, _WIDE):
        table[start + ord("0") : start + ord("9") + 1] = _DIGIT
        table[start + ord("A") : start + ord("Z") + 1] = small
        table[start + ord("a") : start + ord("z") + 1] = small
    return table


@dataclass(frozen=True, slots=True)
class Written:
    """Several texts behind one another: their codes, the text each code is of, and where each text begins."""

    codes: Codes
    owners: Codes
    bounds: Sequence[int]  # one more than texts: the last is the end

    def text(self, number: int) -> str:
        """One of them as its codes have it."""
        return plain(self.codes[self.bounds[number] : self.bounds[number + 1]])

    @property
    def lengths(self) -> list[int]:
        """How many codes each text has."""
        return [end - begin for begin, end in pairwise(self.bounds)]


@dataclass(frozen=True, slots=True)
class Pieces:
    """The different runs of several texts, sorted by text and run, and how often each is in its text."""

    owners: Runs
    runs: Runs
    often: Often

    def of(self, chosen: NDArray[np.bool_]) -> "Pieces":
        """Those of some of the texts."""
        mine = chosen.take(self.owners)
        return Pieces(self.owners[mine], self.runs[mine], self.often[mine])


_FOLD = _fold_table()
_ONE_RUN = (1 << (LONGEST_RUN * _BITS)) - 1
_FIRST = np.ones(1, np.bool_)
_STANDS_ONCE = (np.arange(1 << _BITS) == _MARK) | (np.arange(1 << _BITS) == _DIGIT)


def encode(text: str) -> Codes:
    """The characters of a text one way of writing: half-width, lower case, no blanks, numbers as one 0.

    Begins with a mark, so that the first characters of a text are known as such. Never raises; at most
    LONGEST_TEXT characters are read.
    """
    return encode_all((text,)).codes


def encode_all(texts: Sequence[str]) -> Written:
    """The same of several texts at once, which costs little more than of one."""
    raw = [("|" + text[:LONGEST_TEXT]).encode("utf-16-le", "surrogatepass") for text in texts]
    codes: Codes = _FOLD.take(np.frombuffer(b"".join(raw), dtype=np.uint16))
    owners = np.arange(len(raw)).repeat([len(one) // 2 for one in raw])
    there = codes != _DROPPED
    codes, owners = codes[there], owners[there]
    kept = np.concatenate((_FIRST, (codes[1:] != codes[:-1]) | (owners[1:] != owners[:-1])))
    kept |= ~_STANDS_ONCE.take(codes)
    codes, owners = codes[kept], owners[kept]
    return Written(codes, owners, owners.searchsorted(np.arange(len(raw) + 1)).tolist())


def headline(text: str) -> str:
    """The first line of a text of several lines where it may be a title, else nothing."""
    line, _, rest = text[:LONGEST_TEXT].partition("\n")
    line = line.strip()
    return line if rest and _SHORTEST_HEADLINE <= len(line) <= _LONGEST_HEADLINE and rest.strip() else ""


def runs(codes: Codes) -> tuple[Runs, Often]:
    """The different runs of one, two and three characters of a text, sorted, and how often each is there."""
    pieces = runs_of_all(Written(codes, np.zeros(len(codes), np.int64), [0, len(codes)]))
    return pieces.runs, pieces.often


def runs_of_all(written: Written) -> Pieces:
    """The runs of each of several texts."""
    codes, owners = written.codes, written.owners
    twos = (codes[:-1] << _BITS) | codes[1:]
    threes = (twos[:-1] << _BITS) | codes[2:]
    every = np.concatenate((codes, twos, threes))
    if len(written.bounds) > 2:
        of = owners << (LONGEST_RUN * _BITS)
        every |= np.concatenate((of, of[:-1], of[:-2]))
        within = np.concatenate((owners[1:] == owners[:-1], owners[2:] == owners[:-2]))
        every = every[np.concatenate((np.ones(len(codes), np.bool_), within))]
    every.sort()
    begins = np.concatenate((_FIRST, every[1:] != every[:-1], _FIRST)).nonzero()[0]
    found = every.take(begins[:-1])
    return Pieces(found >> (LONGEST_RUN * _BITS), found & _ONE_RUN, begins[1:] - begins[:-1])


def plain(codes: Codes) -> str:
    """The text as its codes have it."""
    return codes.astype("<u2").tobytes().decode("utf-16-le", "replace")


def length_of(run: int) -> int:
    """How many characters a run has."""
    return 3 if run >> (2 * _BITS) else 2 if run >> _BITS else 1


@lru_cache(maxsize=8192)
def spell(run: int) -> str:
    """The characters of a run."""
    return run.to_bytes(2 * LONGEST_RUN, "big")[-2 * length_of(run) :].decode("utf-16-be", "replace")


def says_something(fragment: str) -> bool:
    """Whether a fragment has at least two characters and neither marks nor numbers."""
    return len(fragment) > 1 and chr(_MARK) not in fragment and chr(_DIGIT) not in fragment
