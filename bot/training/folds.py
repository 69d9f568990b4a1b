"""Near-duplicates brought together, and parts for cross-validation that never split them."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.assignment.topics.features import Runs, encode, runs
from bot.training import views
from bot.training.rows import Row

_HASHES, _BAND = 24, 4  # six bands of four: texts alike in 80 % of their runs nearly surely share one
_TELLING = 12  # two titles or openings of at least so many codes are the same only where the messages are
_LONGEST = 400  # characters that tell whether two messages are the same


def group(rows: Sequence[Row]) -> tuple[str, ...]:
    """A name for each row; rows of one `group`, and rows that say nearly the same, get one name."""
    leaders = list(range(len(rows)))
    for members in _alike(rows):
        first = _leader(leaders, members[0])
        for member in members[1:]:
            leaders[_leader(leaders, member)] = first
    return tuple(str(_leader(leaders, at)) for at in range(len(rows)))


def part(rows: Sequence[Row], parts: int) -> NDArray[np.int64]:
    """The part of each row, 0 to `parts` - 1: groups stay whole, each part has its share of every topic."""
    names = group(rows)
    sizes: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        sizes[names[at], rows[int(names[at])].topic or row.kind].append(at)
    found = np.zeros(len(rows), dtype=np.int64)
    load: defaultdict[str, list[int]] = defaultdict(lambda: [0] * parts)
    placed: dict[str, int] = {}
    for (name, label), members in sorted(sizes.items(), key=lambda pair: (-len(pair[1]), _shuffled(pair[0][0]))):
        emptiest = placed.setdefault(name, int(np.argmin(load[label])))
        load[label][emptiest] += len(members)
        found[members] = emptiest
    return found


def _shuffled(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _alike(rows: Sequence[Row]) -> Iterable[list[int]]:
    bands: defaultdict[object, list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        if row.group:
            bands["group", row.group].append(at)
        for piece in {views.title(row.text), views.opening(row.text)}:
            if len(codes := encode(piece)) >= _TELLING:
                bands["piece", codes.tobytes()].append(at)
        for band, mark in enumerate(_signature(runs(encode(row.text[:_LONGEST]))[0])):
            bands[band, mark].append(at)
    return (members for members in bands.values() if len(members) > 1)


def _signature(pieces: Runs) -> list[bytes]:
    """Min-hashes of the runs, in bands; two texts share a band with the power of how alike they are."""
    words = pieces.astype(np.uint64)
    mixed = (words[None, :] * _FACTORS[:, None]) >> np.uint64(20)
    least = mixed.min(axis=1)
    return [least[start : start + _BAND].tobytes() for start in range(0, _HASHES, _BAND)]


def _factors() -> NDArray[np.uint64]:
    draws = (hashlib.sha256(bytes([number])).digest()[:8] for number in range(_HASHES))
    return np.array([int.from_bytes(draw, "little") | 1 for draw in draws], dtype=np.uint64)


_FACTORS = _factors()


def _leader(leaders: list[int], at: int) -> int:
    while leaders[at] != at:
        leaders[at] = leaders[leaders[at]]
        at = leaders[at]
    return at
