"""Columns of a large roster: strings and lists in a few big arrays in place of millions of objects."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

import numpy as np

from bot.assignment.district.hashing import Index, Numbers, Rows

H = TypeVar("H")

NO_ROWS = np.empty(0, np.int32)


class Texts:
    """Strings by row, as one stretch of UTF-8."""

    __slots__ = ("_blob", "_offsets")

    def __init__(self, blob: bytes, lengths: Numbers) -> None:
        offsets = np.zeros(len(lengths) + 1, np.int64)
        np.cumsum(lengths, out=offsets[1:])
        self._blob = blob
        self._offsets = viewed(offsets)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, row: int) -> str:
        return self._blob[self._offsets[row] : self._offsets[row + 1]].decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        return (self[row] for row in range(len(self)))


class TextsBuilder:
    """Takes strings chunk by chunk."""

    __slots__ = ("_lengths", "_pieces")

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._lengths: list[Numbers] = []

    def add(self, texts: Iterable[str]) -> None:
        """Further rows."""
        written = [text.encode("utf-8", "surrogatepass") for text in texts]
        self._pieces.append(b"".join(written))
        self._lengths.append(np.fromiter(map(len, written), np.int64, len(written)))

    def finish(self) -> Texts:
        """The column; the builder is empty after."""
        blob, lengths = b"".join(self._pieces), self._lengths
        self._pieces = []
        return Texts(blob, np.concatenate(lengths) if lengths else np.empty(0, np.int64))


def texts_of(texts: Iterable[str]) -> Texts:
    """A column of what is in memory anyway."""
    builder = TextsBuilder()
    builder.add(texts)
    return builder.finish()


class Codes:
    """Unique strings with their rows, both ways."""

    __slots__ = ("_index", "texts")

    def __init__(self, texts: Texts, hashes: Rows) -> None:
        self.texts = texts
        self._index = Index(hashes.view(np.uint32), np.arange(len(texts), dtype=np.int32))

    def __len__(self) -> int:
        return len(self.texts)

    def find(self, code: str) -> int:
        """The row of a code, the last one where it occurs twice; -1 where there is none."""
        rows = self._index.first(hash(code) & 0xFFFFFFFF)
        return max((row for row in rows if self.texts[row] == code), default=-1)


def hashes_of(codes: Sequence[str]) -> Rows:
    """What `Codes` is searched by; good within this process."""
    wide = np.fromiter(map(hash, codes), np.int64, len(codes))
    return (wide & 0xFFFFFFFF).astype(np.uint32).view(np.int32)


class Pool(Generic[H]):
    """Values that repeat, each kept once; rows hold its number."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[H, int] = {}

    def numbers(self, values: Iterable[H]) -> Rows:
        """The numbers of some values, new ones included."""
        known = self._known
        return np.array([known.setdefault(value, len(known)) for value in values], np.int32)

    def so_far(self) -> list[H]:
        """The values by number."""
        return list(self._known)

    def close(self) -> list[H]:
        """The values by number; no more are taken, and what found them is let go."""
        values, self._known = list(self._known), {}
        return values


class Groups:
    """Which rows belong to each of `count` owners, in the order of the rows."""

    __slots__ = ("_offsets", "_rows")

    def __init__(self, owners: Rows, rows: Rows, count: int) -> None:
        kept = owners >= 0
        owners, rows = owners[kept], rows[kept]
        self._rows = rows[np.argsort(owners, kind="stable")]
        counts = np.bincount(owners, minlength=count)
        self._offsets = viewed(np.concatenate(([0], np.cumsum(counts))).astype(np.int64))

    def of(self, owner: int, last: int | None = None) -> Rows:
        """The rows of one owner, or of all owners up to `last`, that one included."""
        if owner < 0 or owner >= len(self._offsets) - 1:
            return NO_ROWS
        return self._rows[self._offsets[owner] : self._offsets[(owner if last is None else last) + 1]]

    def size(self, owner: int, last: int) -> int:
        """How many rows the owners from one to another have."""
        return self._offsets[last + 1] - self._offsets[owner]


def viewed(offsets: Numbers) -> memoryview:
    """Ascending numbers that are read one at a time, in as few bytes as they fit."""
    narrow = offsets.astype(np.uint32) if not len(offsets) or offsets[-1] < 2**32 else offsets
    return memoryview(narrow)  # type: ignore[arg-type]  # an array is a buffer; the stubs say so from Python 3.12


def stacked(parts: list[Rows]) -> Rows:
    """One array of many."""
    return np.concatenate(parts) if parts else NO_ROWS
