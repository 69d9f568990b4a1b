"""What the topic model sees of a text: its runs of one to three characters, as whole numbers.

Shared by applying and by training, so that both see the same. A character is its 16-bit code point; a run is
packed into 48 bits, the first character in the highest used bits, so a run can be read back with `spell`.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Codes: TypeAlias = NDArray[np.uint32]
Runs: TypeAlias = NDArray[np.int64]
Often: TypeAlias = NDArray[np.intp]

LONGEST_TEXT = 3000  # characters that are read; the rest of a longer text is not looked at
LONGEST_RUN = 3
HEADLINE_SHARE = 0.4  # what a title counts beside the whole text it stands above

_SHORTEST_HEADLINE, _LONGEST_HEADLINE = 6, 60  # characters

_DIGIT, _MARK = 0x30, 0x7C  # any number is one 0, marks of any kind that stand together are one |
_DROPPED = 0
_BITS = 16
_BEYOND = 0xFFFF  # code points beyond 16 bits: emoji and rare characters, read as a mark
_WIDE = 0xFEE0  # from a letter or digit to its full-width form
_MARKS = ((0x00, 0xBF), (0x2010, 0x2BFF), (0x3001, 0x303F), (0xD800, 0xF8FF), (0xFE30, 0xFFFF))
_BLANKS = (
    (0x00, 0x09), (0x0B, 0x20), (0x7F, 0xA0), (0xAD, 0xAD), (0x2000, 0x200F), (0x202A, 0x202F), (0x2060, 0x206F),
    (0x3000, 0x3000), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
)  # fmt: skip


def _fold_table() -> NDArray[np.uint32]:
    table = np.arange(1 << _BITS, dtype=np.uint32)
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


_FOLD = _fold_table()


def encode(text: str) -> Codes:
    """The characters of a text one way of writing: half-width, lower case, no blanks, numbers as one 0.

    Begins with a mark, so that the first characters of a text are known as such. Never raises; at most
    LONGEST_TEXT characters are read.
    """
    raw = np.frombuffer(("|" + text[:LONGEST_TEXT]).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes: Codes = _FOLD[np.minimum(raw, _BEYOND)]
    codes = codes[codes != _DROPPED]
    repeated = (codes[1:] == codes[:-1]) & ((codes[1:] == _MARK) | (codes[1:] == _DIGIT))
    return np.asarray(codes[np.concatenate(([True], ~repeated))]) if repeated.any() else codes


def headline(text: str) -> str:
    """The first line of a text of several lines where it may be a title, else nothing."""
    line, _, rest = text[:LONGEST_TEXT].partition("\n")
    line = line.strip()
    return line if rest and _SHORTEST_HEADLINE <= len(line) <= _LONGEST_HEADLINE and rest.strip() else ""


def runs(codes: Codes) -> tuple[Runs, Often]:
    """The different runs of one, two and three characters, sorted, and how often each is there."""
    ones = codes.astype(np.int64)
    twos = (ones[:-1] << _BITS) | ones[1:]
    threes = (twos[:-1] << _BITS) | ones[2:]
    return np.unique(np.concatenate((ones, twos, threes)), return_counts=True)


def plain(codes: Codes) -> str:
    """The text as its codes have it."""
    return codes.astype("<u4").tobytes().decode("utf-32-le", "replace")


def length_of(run: int) -> int:
    """How many characters a run has."""
    return 3 if run >> (2 * _BITS) else 2 if run >> _BITS else 1


def spell(run: int) -> str:
    """The characters of a run."""
    return run.to_bytes(2 * LONGEST_RUN, "big")[-2 * length_of(run) :].decode("utf-16-be", "replace")


def says_something(fragment: str) -> bool:
    """Whether a fragment has at least two characters and neither marks nor numbers."""
    return len(fragment) > 1 and chr(_MARK) not in fragment and chr(_DIGIT) not in fragment
