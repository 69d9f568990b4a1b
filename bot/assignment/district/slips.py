"""Names written with a slip: a homophone, or one character wrong, missing or too many.

Searched only at places in a text where a name is likely, and only after nothing was found as written. Each name
is filed under what is left of it with one character gone, so that a slip is found by look-ups, never by a scan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

import numpy as np

from bot.assignment.district.hashing import Index, Numbers, Pairs, Rows, Sums, Symbols, chunked, strung
from bot.assignment.district.names import LONGEST, NameTable, Reading
from bot.assignment.district.sounds import sound_alike, sounds_of

_NEVER_A_SLIP = frozenset("的了在是和与")
_NAMES_OF_ONE_SLIP = 24  # where more names come into question, the slip tells nothing
_SOUND = np.uint32(0x5A5A5A5A)  # keeps the keys of sounds apart from those of letters
Window: TypeAlias = tuple[int, int]

# Characters that tell one place from its neighbour: these are never a slip for one another.
_TELLING = frozenset("0123456789一二三四五六七八九十东西南北中大小上下前后左右新老内外甲乙丙丁abcdefgh男女")
# What a name ends in says what it is; a school is not a slip for a hospital.
_KINDS = frozenset("路街巷弄道村镇乡区园苑院庭城桥站店场馆楼厦学校港湾")


@dataclass(frozen=True, slots=True)
class Slip:
    """A known name that a stretch of the text seems to mean; `cost` 0 sounds the same, 1 nearly, 2 is a guess."""

    start: int
    end: int
    number: int
    name: str
    written: str
    cost: int


class Slips:
    """What is left of some names of a table with one character gone, and how they sound."""

    __slots__ = ("_index", "_kept", "_pairs", "_table")

    def __init__(self, table: NameTable, numbers: Rows, *, sound_from: int, slip_from: int) -> None:
        """Names of `sound_from` characters are found by sound, those of `slip_from` with one wrong."""
        self._table = table
        self._kept = np.array([_kept(length, slip_from) for length in range(LONGEST + 2)], np.int64)
        self._pairs = Pairs(4 * len(numbers))
        parts = [(np.empty(0, np.uint32), np.empty(0, np.int32))]
        for chunk in chunked(numbers.tolist()):
            rows = np.array(chunk, np.int32)
            symbols, starts, ends = strung([table.names[number] for number in chunk])
            sounds = sounds_of(symbols)
            self._pairs.add(sounds, starts, ends)
            heard = ends - starts >= sound_from
            parts.append((_sounds(sounds, starts[heard], ends[heard]), rows[heard]))
            read = ends - starts >= slip_from
            which, letters = _letters(Sums(symbols), starts[read], ends[read])
            parts.append((letters, rows[read][which]))
        keys, of_names = (np.concatenate(column) for column in zip(*parts, strict=True))
        self._index = Index(keys, of_names)

    def find(self, reading: Reading, windows: Sequence[Window]) -> list[Slip]:
        """What the windows of a text may mean, surest first; a window of one character has nothing to say."""
        if not windows:
            return []
        starts, ends = np.fromiter(chain.from_iterable(windows), np.int64, 2 * len(windows)).reshape(-1, 2).T
        first, last = int(starts.min()), int(ends.max())
        heard = sounds_of(reading.symbols[first:last])
        likely = self._likely(heard, starts - first, ends - first)
        if not len(likely):
            return []
        starts, ends = starts.take(likely), ends.take(likely)
        of_letters, letters = _letters(reading.sums, starts, ends)
        sounds = _sounds(heard, starts - first, ends - first)
        windows_of = likely.take(np.concatenate((of_letters, np.arange(len(likely)))))
        hits = self._index.hits(np.concatenate((letters, sounds)), _NAMES_OF_ONE_SLIP)
        slips = []
        for which, number in {(int(windows_of[hit]), number) for hit, number in hits}:
            start, end = windows[which]
            name = self._table.names[number]
            written = reading.text[start:end]
            cost = _cost(written, name)
            if cost is not None:
                slips.append(Slip(start, end, number, name, written, cost))
        return sorted(slips, key=lambda slip: (slip.cost, -len(slip.name), slip.start, slip.name))

    def _likely(self, sounds: Symbols, starts: Numbers, ends: Numbers) -> Numbers:
        """Which windows sound enough like a name: one slip leaves most of its neighbours beside each other."""
        kept = self._kept.take(ends - starts, mode="clip")
        return (self._pairs.counts(sounds, starts, ends) >= kept).nonzero()[0]


def _kept(length: int, slip_from: int) -> int:
    """How many neighbours of a name are still neighbours in what was written with so many characters.

    A wrong character, or one too many, parts two; one that is missing parts one; what sounds the same parts none.
    """
    if length >= slip_from:
        return length - 3
    return length - 2 if length + 1 >= slip_from else length - 1


def _letters(sums: Sums, starts: Numbers, ends: Numbers) -> tuple[Numbers, Symbols]:
    """For each stretch its key, and its keys with each of its characters gone; with the stretch that each is of.

    A stretch and a name that share one of these are the same, or differ in one character that one of them has
    too many or that is another.
    """
    lengths = ends - starts
    every = np.arange(len(starts))
    which = every.repeat(lengths)
    gaps = np.arange(len(which)) + (starts - lengths.cumsum() + lengths).repeat(lengths)
    keys = np.concatenate((sums.keys(starts, ends), sums.keys_without(starts[which], ends[which], gaps)))
    return np.concatenate((every, which)), keys


def _sounds(sounds: Symbols, starts: Numbers, ends: Numbers) -> Symbols:
    return Sums(sounds).keys(starts, ends) ^ _SOUND


def _cost(written: str, name: str) -> int | None:
    """How far what was written is from a name: None is too far."""
    if len(written) == len(name):
        wrong = [(one, other) for one, other in zip(written, name, strict=True) if one != other]
        if any(one in _TELLING and other in _TELLING for one, other in wrong):
            return None
        if sound_alike(written, name):
            return 0
        if len(wrong) != 1 or (wrong[0][0] in _KINDS and wrong[0][1] in _KINDS):
            return None
        return 2
    longer, shorter = (written, name) if len(written) > len(name) else (name, written)
    gap = next((at for at in range(len(shorter)) if shorter[at] != longer[at]), len(shorter))
    if (
        len(longer) - len(shorter) != 1
        or longer[gap + 1 :] != shorter[gap:]
        or longer[gap] in _TELLING | _NEVER_A_SLIP
    ):
        return None
    return 1
