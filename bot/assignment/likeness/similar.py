"""Which open matter a new one is about the same thing as: an index in memory, fed as messages come in.

What it answers depends on what it holds and on its arguments alone. How signatures are compared: `alike`.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from bot.assignment.likeness.alike import APART, Common, Flags, Ground, Stretch, at_most, likeness
from bot.assignment.likeness.signatures import (
    MOST_PAIRS,
    NAMED,
    RARE,
    TAIL,
    USUAL,
    Numbers32,
    Signature,
    number_of,
    signature,
)

__all__ = ["APART", "MOST_OPEN", "Index", "Match", "Signature", "signature"]

MOST_OPEN = 131_072  # messages an index holds; the oldest makes room
_COLUMNS = 64  # the pairs of a message, and what leads to others from the same place
_STEPS = 48  # of the messages that share a pair, so many of the latest are looked at
_CANDIDATES = 12  # messages that are compared word by word
_BUCKETS = 1 << 20
_BUCKET = np.uint32(_BUCKETS - 1)  # of a key; what is left of an entry's key leaves as much room for its row
_FEW = 6  # entries of a bucket for which there is room at first
_MOST_RINGS = 1 << 18  # buckets that may have room for `_STEPS` entries: 48 MB; others only for a few
_ONE = np.uint32(1)
_FAR_BITS = 16  # symbols from one message to the next where several are looked at as one
_TRUSTED = 20_000.0  # what is usual in general counts like so many messages of this index
_LEAD = 6.0  # what it says to come from one place and name one usual matter, while candidates are sought
_NEAR = 0.6  # the likeness from which others of a group count
_SUPPORT, _MOST_SUPPORT = 0.1, 0.3  # what each of them adds, and all of them
_RARE_HERE = 5.5  # what a pair of a name says at least
_NAME = 10.0  # a stretch with two rare pairs is a name when it says so much
_AS_TAIL = 100  # one rare pair that ends like a place's name is enough
_USUAL_SAYS = 4.5  # at most, of a pair that belongs to the name of a usual matter
_LIKE_ITS_BEST = 1.8  # a stretch says at most so many times what its rarest pair says
_REST = 0.35  # what the other pairs of a stretch add

Rows: TypeAlias = npt.NDArray[np.integer]
Weights: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Match:
    """An open matter about the same thing; `score` is 1.0 where it just suffices."""

    case_id: int
    score: float
    said_at: datetime


class Index:
    """Signatures of open matters: at 100,000 of them about 80 MB; the oldest go when `most` is reached.

    Messages are expected roughly in the order of time. Memory is taken as it is touched.
    """

    def __init__(self, most: int = MOST_OPEN) -> None:
        self._most = max(2, min(most, _BUCKETS - 1))
        self._keys = np.zeros((self._most, _COLUMNS), np.uint32)
        # A bucket holds its latest entries, from new to old: the rest of the key, and the row plus one; 0 for none.
        self._number = np.zeros(_BUCKETS, np.int32)  # of a bucket, in order of their first use
        self._count = np.zeros(_BUCKETS + 1, np.uint32)  # messages that have a key of this bucket, by its number
        self._few = np.zeros((_BUCKETS + 1, _FEW), np.uint32)  # by the number
        self._ring = np.zeros(_BUCKETS + 1, np.int32)  # which of the many it has instead of the few, by the number
        self._many = np.zeros((_MOST_RINGS, _STEPS), np.uint32)  # the first is always empty
        self._case = np.zeros(self._most, np.int64)  # 0 for forgotten
        self._when = np.zeros(self._most, np.float64)
        self._where = np.zeros((self._most, 4), np.uint32)  # place, grid, station, topic
        self._matters = np.zeros(self._most, np.uint64)
        self._whole = np.zeros(self._most, np.float32)
        self._group = np.zeros(self._most, np.int64)  # 0 for none
        self._size = np.zeros(self._most, np.uint8)
        self._rows: dict[int, int] = {}
        self._turns = self._numbers = self._rings = 0

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, case_id: object) -> bool:
        return case_id in self._rows

    def add(self, case_id: int, signature: Signature, at: datetime, group: int = 0) -> None:
        """Remember an open matter, in place of what had its id before; ids are positive.

        Matters of one `group` were found to be about the same thing; 0 for none.
        """
        self.forget(case_id)
        row = self._turns % self._most
        self.forget(int(self._case[row]))
        self._turns += 1
        keys = _keys(signature)
        size = len(keys)
        self._keys[row, :size] = keys
        self._keys[row, size:] = 0
        self._size[row] = size
        self._enter(row, keys)
        self._case[row] = case_id
        self._group[row] = group
        self._when[row] = at.timestamp()
        self._where[row] = (signature.place, signature.grid, signature.station, signature.topic)
        self._matters[row] = signature.matters
        self._whole[row] = _whole(signature, _said(signature, signature.weights / 10.0))
        self._rows[case_id] = row

    def _enter(self, row: int, keys: Numbers32) -> None:
        """Make a row the latest of the buckets of its keys."""
        buckets = keys & _BUCKET
        numbers = self._number.take(buckets)
        if not numbers.all():
            first = list(set(buckets[numbers == 0].tolist()))
            self._number[first] = np.arange(self._numbers + 1, self._numbers + len(first) + 1)
            self._numbers += len(first)
            numbers = self._number.take(buckets)
        self._count[numbers] += 1
        full = self._few[numbers, -1] > 0
        if full.any():
            self._widen(list(set(numbers[full].tolist())))
        entries = keys & ~_BUCKET | np.uint32(row + 1)
        rings = self._ring.take(numbers)
        for held, which, on in ((self._few, numbers, rings == 0), (self._many, rings, rings > 0)):
            chosen = which[on]
            latest = held.take(chosen, axis=0)
            latest[:, 1:] = latest[:, :-1]
            latest[:, 0] = entries[on]
            held[chosen] = latest

    def _widen(self, numbers: list[int]) -> None:
        """Give these buckets room for many entries."""
        rings = np.arange(self._rings + 1, min(self._rings + len(numbers) + 1, _MOST_RINGS))
        numbers = numbers[: len(rings)]
        self._many[rings, :_FEW] = self._few[numbers]
        self._few[numbers] = 0
        self._ring[numbers] = rings
        self._rings += len(rings)

    def note_group(self, case_id: int, group: int) -> None:
        """Say with which others a matter was found to be about the same thing."""
        row = self._rows.get(case_id)
        if row is not None:
            self._group[row] = group

    def forget(self, case_id: int) -> None:
        """Let go of a matter; one that is not here is no mistake."""
        row = self._rows.pop(case_id, None)
        if row is None:
            return
        numbers = self._number.take(self._keys[row, : self._size[row]] & _BUCKET)
        self._count[numbers] -= 1
        for held, which in ((self._few, numbers), (self._many, self._ring.take(numbers))):
            entries = held.take(which, axis=0)
            held[which] = np.where(entries & _BUCKET == row + 1, 0, entries)
        self._case[row] = 0
        self._size[row] = 0

    def trim(self, before: datetime) -> int:
        """Let go of what was said before then; how many that were."""
        old = self._case[(self._case > 0) & (self._when < before.timestamp())].tolist()
        for case_id in old:
            self.forget(case_id)
        return len(old)

    def nearest(self, signature: Signature, at: datetime) -> Match | None:
        """The open matter that is most surely about the same thing, if any surely is."""
        return next(iter(self.likely(signature, at)), None)

    def likely(self, signature: Signature, at: datetime) -> list[Match]:
        """All that are surely about the same thing among the 12 that share most, the surest and latest first."""
        keys = _keys(signature)
        numbers = self._number.take(keys & _BUCKET)
        asked = _Asked(signature, self._weights(signature, numbers[: len(signature.keys)]))
        moment = at.timestamp()
        hopeful = self._in_common(asked, self._candidates(asked, keys, numbers, moment), moment)
        near = {row: score for row, common in hopeful if (score := likeness(common)) >= _NEAR}
        matches = [
            Match(int(self._case[row]), score, datetime.fromtimestamp(float(self._when[row]), UTC))
            for row, score in self._supported(near)
            if score >= 1.0
        ]
        return sorted(matches, key=lambda match: (-match.score, -match.case_id))

    def _supported(self, near: dict[int, float]) -> Iterator[tuple[int, float]]:
        """Somewhat like several of one group is as good as very like one of them."""
        groups = {row: int(self._group[row]) for row in near}
        others = Counter(groups.values())
        for row, score in near.items():
            group = groups[row]
            yield row, score + min(_MOST_SUPPORT, _SUPPORT * (others[group] - 1)) if group else score

    def _weights(self, signature: Signature, numbers: Rows) -> Weights:
        """How much each pair says: little when it is usual in general or usual here."""
        here = np.log((_TRUSTED + len(self._rows)) / (self._count.take(numbers) + 1.0))
        said: Weights = np.minimum(here, signature.weights / 10.0)
        return said

    def _candidates(self, asked: "_Asked", keys: Numbers32, numbers: Rows, moment: float) -> Rows:
        """The rows that share most."""
        weights = np.empty(len(keys))
        weights[: len(asked.weights)], weights[len(asked.weights) :] = asked.weights, _LEAD
        found, shared = self._sum(keys, numbers, weights)
        for rank in (4 * _CANDIDATES, len(shared)):  # mostly enough of the first ones are comparable
            places = ((shared >= _at_rank(shared, rank)) & (shared > 0)).nonzero()[0]
            places = places[self._comparable(found[places], asked.signature, moment)]
            if len(places) >= _CANDIDATES:
                break
        best = places[(-shared[places]).argsort(kind="stable")][:_CANDIDATES]
        return found[best]

    def _comparable(self, rows: Rows, mine: Signature, moment: float) -> Flags:
        """Which of them are near enough in time and not at another place."""
        place, grid = self._where.take(rows, axis=0)[:, :2].T
        placed = (place > 0) & (mine.place > 0)
        elsewhere = np.where(placed, place != mine.place, (grid > 0) & (mine.grid > 0) & (grid != mine.grid))
        near = np.abs(self._when[rows] - moment) <= APART.total_seconds()
        comparable: Flags = near & ~elsewhere
        return comparable

    def _sum(self, keys: Numbers32, numbers: Rows, weights: Weights) -> tuple[Rows, Weights]:
        """The latest rows that have any of the keys, in order, and what these keys say."""
        entries = self._many.take(self._ring.take(numbers), axis=0)
        entries[:, :_FEW] |= self._few.take(numbers, axis=0)
        rows = ((entries ^ (keys & ~_BUCKET)[:, None]) - _ONE).T.ravel()  # from new to old; another key: too great
        hit = (rows < _BUCKET).nonzero()[0]
        ordered = rows.take(hit).astype(np.int64) << _FAR_BITS | hit
        ordered.sort()
        found, hit = ordered >> _FAR_BITS, ordered & (1 << _FAR_BITS) - 1
        begins = _begins(found, 0)
        return found[begins], _sums(weights.take(hit % len(keys)), begins)

    def _shared(self, mine: Signature, rows: Rows) -> Flags:
        """For each of these rows, which pairs it has."""
        theirs = self._keys.take(rows, axis=0).ravel()
        pair, place = divmod((mine.keys[:, None] == theirs).ravel().nonzero()[0], max(1, len(theirs)))
        shared = np.zeros((len(rows), len(mine.keys)), np.bool_)
        shared[place // _COLUMNS, pair] = True
        return shared

    def _in_common(self, asked: "_Asked", rows: Rows, moment: float) -> Iterator[tuple[int, Common]]:
        """What a message has in common with those of these rows that may be near; mostly none is."""
        mine = asked.signature
        where, matters = self._where.take(rows, axis=0), self._matters.take(rows)
        wholes = np.minimum(self._whole.take(rows), asked.whole, dtype=np.float64)
        same_place = (where[:, 0] > 0) & (where[:, 0] == mine.place)
        same_matter = (matters & np.uint64(mine.matters)) > 0
        shared = self._shared(mine, rows)
        shared &= ~(same_matter[:, None] & asked.usual | same_place[:, None] & asked.named)
        of, says, is_name = asked.stretches(shared)
        best = np.zeros(len(rows))
        np.maximum.at(best, of, says)
        named = np.bincount(of, is_name, len(rows)) > 0
        said = np.bincount(of, says, len(rows)).astype(np.float64, copy=False)  # of nothing it is integers
        near = at_most(said, best, named, wholes, same_place, same_matter) >= _NEAR
        if not near.any():
            return
        bounds = of.searchsorted(np.arange(len(rows) + 1)).tolist()
        stretches = list(map(Stretch, says.tolist(), is_name.tolist()))
        for which in near.nonzero()[0].tolist():
            place, grid, station, topic = where[which].tolist()
            theirs = int(matters[which])
            both = (mine.matters & theirs).bit_count()
            yield (
                int(rows[which]),
                Common(
                    stretches=tuple(stretches[bounds[which] : bounds[which + 1]]),
                    whole=float(wholes[which]),
                    matters=both / max(1.0, (mine.matters.bit_count() * theirs.bit_count()) ** 0.5),
                    other_matters=not both and bool(mine.matters and theirs),
                    no_matters=not mine.matters and not theirs,
                    ground=_ground(mine, place, grid, station),
                    same_topic=not (mine.topic and topic) or mine.topic == topic,
                    apart_seconds=abs(moment - float(self._when[rows[which]])),
                ),
            )


class _Asked:
    """A message that is being compared."""

    __slots__ = ("_rarity", "named", "signature", "usual", "weights", "whole")

    def __init__(self, signature: Signature, weights: Weights) -> None:
        self.signature = signature
        self.usual: Flags = (signature.flags & USUAL) > 0
        self.named: Flags = (signature.flags & NAMED) > 0
        is_rare = (signature.weights >= RARE) & (weights >= _RARE_HERE) & ~self.usual
        self._rarity = is_rare * np.where(signature.flags & TAIL, _AS_TAIL, 1)  # how much of a name each pair is
        self.weights = _said(signature, weights)
        self.whole = _whole(signature, self.weights)

    def stretches(self, shared: Flags) -> tuple[Rows, Weights, Flags]:
        """Of each run of neighbouring pairs: with which message it is shared, what it says, if it is a name."""
        of, pair = shared.nonzero()
        begins = _begins((of << _FAR_BITS) + self.signature.at.take(pair), 1)
        says = _says(self.weights.take(pair), begins)
        rarity = np.add.reduceat(self._rarity.take(pair), begins.nonzero()[0])
        return of[begins], says, (rarity >= _AS_TAIL) | ((rarity >= 2) & (says >= _NAME))


def _said(signature: Signature, weights: Weights) -> Weights:
    """What each pair says: one that belongs to the name of a usual matter says less."""
    return np.where(signature.flags & USUAL, np.minimum(weights, _USUAL_SAYS), weights)


def _whole(signature: Signature, weights: Weights) -> float:
    """What a message says in all."""
    whole: float = sum(_says(weights, _begins(signature.at, 1)).tolist())
    return whole


def _begins(places: npt.NDArray[np.integer], step: int) -> Flags:
    """Which of them are not just this step behind the one before."""
    begins = np.empty(len(places), np.bool_)
    begins[:1] = True
    np.not_equal(places[1:] - places[:-1], step, out=begins[1:])
    return begins


def _says(weights: Weights, begins: Flags) -> Weights:
    """What each stretch says: a name says little more than its rarest pair."""
    best = np.maximum.reduceat(weights, begins.nonzero()[0])
    says: Weights = np.minimum(_LIKE_ITS_BEST * best, best + _REST * (_sums(weights, begins) - best))
    return says


def _sums(values: Weights, begins: Flags) -> Weights:
    """Of those from each beginning to the next, added one after the other."""
    sums: Weights = np.bincount(begins.cumsum() - 1, values).astype(np.float64, copy=False)
    return sums


def _ground(mine: Signature, place: int, grid: int, station: int) -> Ground:
    if mine.place and place:
        return Ground.PLACE if mine.place == place else Ground.APART
    if mine.grid and grid:
        return Ground.GRID if mine.grid == grid else Ground.APART
    return Ground.STATION if station and mine.station == station else Ground.UNKNOWN


def _at_rank(values: Weights, rank: int) -> float:
    """The value that so many reach; 0 where there are no more than that."""
    return float(np.partition(values, len(values) - rank)[len(values) - rank]) if len(values) > rank else 0.0


def _keys(signature: Signature) -> Numbers32:
    """The pairs, and numbers that messages of one place or station share which name the same usual matter."""
    matters = _lowest_bits(signature.matters, 3)
    leads = [number_of("topic", str(signature.place), str(signature.topic))] if signature.place else []
    for spot, most in ((signature.place, 3), (signature.grid, 2), (signature.station, 2)):
        leads += [number_of(str(spot), str(bit)) for bit in matters[:most] if spot]
    return np.concatenate([signature.keys, np.array(leads[: _COLUMNS - MOST_PAIRS], np.uint32)])


def _lowest_bits(flags: int, most: int) -> list[int]:
    bits: list[int] = []
    while flags and len(bits) < most:
        bits.append((flags & -flags).bit_length() - 1)
        flags &= flags - 1
    return bits
