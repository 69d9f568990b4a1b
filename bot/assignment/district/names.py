"""Finding known names in a text, as fast with a million names as with a hundred."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.assignment.district.columns import Groups, texts_of
from bot.assignment.district.hashing import (
    FIRST_FACTOR,
    SECOND_FACTOR,
    Index,
    Numbers,
    Rows,
    Sums,
    Symbols,
    chunked,
    keys_of,
    strung,
    symbols_of,
)

SHORTEST = 2  # a name has at least this many characters; one alone says nothing in Chinese
LONGEST = 33  # nobody types a longer one
_LENGTHS = np.arange(SHORTEST, LONGEST + 1, dtype=np.uint32)  # one for each bit of a mask


@dataclass(frozen=True, slots=True)
class Hit:
    """A known name where the text has it, by its number."""

    start: int
    end: int
    number: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A text prepared once for every search in it."""

    text: str
    symbols: Symbols
    sums: Sums


def read(text: str) -> Reading:
    """Prepare a normalised text."""
    symbols = symbols_of(text)
    return Reading(text, symbols, Sums(symbols))


class NameTable:
    """Distinct names and the things that bear them, as numbers in arrays.

    A table of the first two characters tells which lengths are worth looking up at a place in the text, so that
    a text costs a handful of searches, however many names there are. Names are normalised by the caller; those
    shorter than `SHORTEST` or longer than `LONGEST` are never found.
    """

    __slots__ = ("_masks", "_shift", "bearers", "index", "names")

    def __init__(self, names: Sequence[str], numbers: Rows, things: Rows) -> None:
        self.names = texts_of(names)
        self.index = Index(keys_of(names), np.arange(len(names), dtype=np.int32))
        self.bearers = Groups(numbers, things, len(names))
        bits = min(max(len(names) * 8, 1 << 12).bit_length(), 22)
        self._shift = np.uint32(32 - bits)
        self._masks = np.zeros(1 << bits, np.uint32)
        for chunk in chunked(names):
            self._note_prefixes(chunk)

    def __len__(self) -> int:
        return len(self.names)

    def things(self, number: int) -> Rows:
        """What bears a name, in ascending order."""
        return self.bearers.of(number)

    def find(self, reading: Reading) -> list[Hit]:
        """Every known name in the text, also those that overlap; in order of start, then length."""
        starts, ends = self._worth_looking(reading.symbols)
        if not len(starts):
            return []
        found = []
        for which, number in self.index.hits(reading.sums.keys(starts, ends)):
            start, end = int(starts[which]), int(ends[which])
            if self.names[number] == reading.text[start:end]:
                found.append(Hit(start, end, number))
        return found

    def _note_prefixes(self, names: list[str]) -> None:
        symbols, starts, ends = strung(names)
        lengths = (ends - starts).astype(np.uint32)
        long_enough = (lengths >= SHORTEST) & (lengths <= _LENGTHS[-1])
        starts = starts[long_enough]
        slots = self._slots(symbols[starts], symbols[starts + 1])
        np.bitwise_or.at(self._masks, slots, np.uint32(1) << (lengths[long_enough] - np.uint32(SHORTEST)))

    def _slots(self, first: Symbols, second: Symbols) -> Symbols:
        return (first * FIRST_FACTOR + second * SECOND_FACTOR) >> self._shift

    def _worth_looking(self, symbols: Symbols) -> tuple[Numbers, Numbers]:
        """Where a name may start and end, by its first two characters."""
        masks = self._masks[self._slots(symbols[:-1], symbols[1:])]
        likely = masks.nonzero()[0]
        which, lengths = np.nonzero((masks[likely, None] >> (_LENGTHS - np.uint32(SHORTEST))) & np.uint32(1))
        starts = likely[which]
        ends = starts + lengths + SHORTEST
        inside = ends <= len(symbols)
        return starts[inside], ends[inside]
