"""Keys of strings: numbers that arrays can hold, sort and search, for rosters too large for dictionaries.

The key of a string is a polynomial over its symbols modulo 2^64, so that one pass over a text gives the key of
every stretch of it, and of every stretch with one symbol left out. Two strings may share a key: what is found
by key is always compared.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")
Symbols: TypeAlias = npt.NDArray[np.uint32]
Numbers: TypeAlias = npt.NDArray[np.int64]
Keys64: TypeAlias = npt.NDArray[np.uint64]
Rows: TypeAlias = npt.NDArray[np.int32]

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_BASE = 0xD6E8FEB86659FD93
_INVERSE = pow(_BASE, -1, 2**64)
FIRST_FACTOR = np.uint32(0x9E3779B1)
SECOND_FACTOR = np.uint32(0x85EBCA77)
_MOST_BITS = 24  # of a table of which keys there are: 16 MB
_CHUNK = 50_000  # strings hashed at once: large enough for arrays, small enough for memory


def symbols_of(text: str) -> Symbols:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


@lru_cache(maxsize=6)
def _powers(base: int, count: int) -> Keys64:
    powers = np.full(count, base, np.uint64)
    powers[0] = 1
    np.multiply.accumulate(powers, out=powers)
    return powers


def _power_of_two(least: int) -> int:
    return 1 << max(least - 1, 255).bit_length()


class Sums:
    """One pass over a sequence of symbols, from which the keys of its stretches are read."""

    __slots__ = ("_inverse", "_sums")

    def __init__(self, symbols: Symbols) -> None:
        size = _power_of_two(len(symbols) + 1)
        self._inverse = _powers(_INVERSE, size)
        self._sums = np.zeros(len(symbols) + 1, np.uint64)
        weighed = symbols.astype(np.uint64)
        weighed += np.uint64(1)
        weighed *= _MULTIPLIER
        weighed *= _powers(_BASE, size)[: len(symbols)]
        weighed.cumsum(out=self._sums[1:])

    def keys(self, starts: Numbers, ends: Numbers) -> Symbols:
        """The keys of the stretches `[start, end)`."""
        sums = self._sums
        return _short((sums[ends] - sums[starts]) * self._inverse[starts])

    def keys_without(self, starts: Numbers, ends: Numbers, gaps: Numbers) -> Symbols:
        """The keys of the stretches, each with the symbol at its gap left out."""
        sums, inverse = self._sums, self._inverse
        head = (sums[gaps] - sums[starts]) * inverse[starts]
        tail = (sums[ends] - sums[gaps + 1]) * inverse[starts + 1]
        return _short(head + tail)


def _short(keys: Keys64) -> Symbols:
    """The upper half: the lower one mixes less."""
    return (keys >> np.uint64(32)).astype(np.uint32)


class Index:
    """Sorted keys and the row that each belongs to. Several rows may share one key.

    Most keys that are asked for are not there; a table of the keys' first bits tells so without a search.
    """

    __slots__ = ("_count", "_keys", "_rows", "_shift", "_some")

    def __init__(self, keys: Symbols, rows: Rows) -> None:
        order = np.argsort(keys)
        # one more at the end, so that a search never runs over it; what it seems to find does not compare
        self._keys = np.append(keys[order], np.uint32(0xFFFFFFFF))
        self._rows = np.append(rows[order], np.int32(0))
        self._count = len(keys)
        bits = min(max(8 * len(keys), 1 << 8).bit_length(), _MOST_BITS)
        self._shift = np.uint32(32 - bits)
        self._some = np.zeros(1 << bits, np.bool_)
        self._some[keys >> self._shift] = True

    def __len__(self) -> int:
        return self._count

    def first(self, key: int) -> Iterator[int]:
        """The rows of one key."""
        if not self._some[key >> int(self._shift)]:
            return
        at = int(self._keys.searchsorted(np.uint32(key)))
        while at < self._count and self._keys[at] == key:
            yield int(self._rows[at])
            at += 1

    def hits(self, keys: Symbols, at_most: int = 64) -> Iterator[tuple[int, int]]:
        """Which of the keys are there, each with every row of it; one of more rows than `at_most` says nothing."""
        likely = self._some.take(keys >> self._shift).nonzero()[0]
        sought = keys.take(likely)
        begins = self._keys.searchsorted(sought)
        found = (self._keys.take(begins) == sought).nonzero()[0]
        if not self._count or not len(found):
            return
        ends = self._keys.searchsorted(sought[found], side="right")
        for which, begin, end in zip(likely[found].tolist(), begins[found].tolist(), ends.tolist(), strict=True):
            if end - begin <= at_most:
                for row in self._rows[begin:end].tolist():
                    yield which, row


class Pairs:
    """Which two symbols stand beside each other in some strings; a few others are taken for known, too."""

    __slots__ = ("_known", "_shift")

    def __init__(self, about: int) -> None:
        """For `about` so many pairs."""
        bits = min(max(16 * about, 1 << 12).bit_length(), _MOST_BITS)
        self._shift = np.uint32(32 - bits)
        self._known = np.zeros(1 << bits, np.bool_)

    def add(self, symbols: Symbols, starts: Numbers, ends: Numbers) -> None:
        """Those within the stretches `[start, end)`."""
        inside = np.zeros(len(symbols) + 1, np.int8)
        np.add.at(inside, starts, 1)
        np.add.at(inside, np.maximum(ends - 1, starts), -1)
        self._known[self._slots(symbols)[inside[:-1].cumsum()[:-1] > 0]] = True

    def counts(self, symbols: Symbols, starts: Numbers, ends: Numbers) -> Numbers:
        """How many of the pairs within each stretch of at least one symbol are known."""
        sums = np.zeros(len(symbols), np.int64)
        self._known.take(self._slots(symbols)).cumsum(out=sums[1:])
        return sums.take(ends - 1) - sums.take(starts)

    def _slots(self, symbols: Symbols) -> Symbols:
        return (symbols[:-1] * FIRST_FACTOR + symbols[1:] * SECOND_FACTOR) >> self._shift


def chunked(things: Iterable[T], size: int = _CHUNK) -> Iterator[list[T]]:
    """Lists of at most `size`, so that a million things never stand in memory at once."""
    left = iter(things)
    while chunk := list(islice(left, size)):
        yield chunk


def strung(texts: Sequence[str]) -> tuple[Symbols, Numbers, Numbers]:
    """The texts behind one another as symbols, with where each starts and ends."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    ends = np.cumsum(lengths)
    return symbols_of("".join(texts)), ends - lengths, ends


def keys_of(texts: Iterable[str]) -> Symbols:
    """The key of each text."""
    parts = [_keys_of_chunk(chunk) for chunk in chunked(texts)]
    return np.concatenate(parts) if parts else np.empty(0, np.uint32)


def _keys_of_chunk(texts: list[str]) -> Symbols:
    symbols, starts, ends = strung(texts)
    return Sums(symbols).keys(starts, ends)
