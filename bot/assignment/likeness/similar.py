"""Which open matter a new one is about the same thing as: an index in memory, fed as messages come in.

What it answers depends on what it holds and on its arguments alone. How signatures are compared: `alike`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
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
_BUCKET = np.uint32(_BUCKETS - 1)
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
_NEVER = np.iinfo(np.int64).max

Rows: TypeAlias = npt.NDArray[np.int64]
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
        self._most = max(2, min(most, 1 << 24))
        self._keys = np.zeros((self._most, _COLUMNS), np.uint32)
        self._older = np.zeros((self._most, _COLUMNS), np.int32)  # the next older entry of a bucket, plus one
        self._latest = np.zeros(_BUCKETS, np.int32)  # the latest entry of a bucket, plus one
        self._count = np.zeros(_BUCKETS, np.uint32)  # messages that have a key of this bucket
        # When a row was written: rows are used in turn. One more at the end, for where nothing leads to.
        self._turn = np.zeros(self._most + 1, np.int64)
        self._turn[-1] = _NEVER
        self._case = np.zeros(self._most, np.int64)  # 0 for forgotten
        self._when = np.zeros(self._most, np.float64)
        self._where = np.zeros((self._most, 4), np.uint32)  # place, grid, station, topic
        self._matters = np.zeros(self._most, np.uint64)
        self._whole = np.zeros(self._most, np.float32)
        self._group = np.zeros(self._most, np.int64)  # 0 for none
        self._size = np.zeros(self._most, np.uint8)
        self._rows: dict[int, int] = {}
        self._turns = 0

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
        buckets = keys & _BUCKET
        entries = row * _COLUMNS + np.arange(1, size + 1, dtype=np.int32)
        self._keys[row, :size] = keys
        self._keys[row, size:] = 0
        self._older[row, :size] = self._latest[buckets]
        self._latest[buckets] = entries
        self._count[buckets] += 1
        self._size[row] = size
        self._turn[row] = self._turns
        self._case[row] = case_id
        self._group[row] = group
        self._when[row] = at.timestamp()
        self._where[row] = (signature.place, signature.grid, signature.station, signature.topic)
        self._matters[row] = signature.matters
        self._whole[row] = _Asked(signature, signature.weights / 10.0).whole
        self._rows[case_id] = row

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
        self._count[self._keys[row, : self._size[row]] & _BUCKET] -= 1
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
        asked = _Asked(signature, self._weights(signature))
        moment = at.timestamp()
        rows, shared = self._hopeful(asked, self._candidates(asked, moment))
        scores = [likeness(common) for common in self._in_common(asked, rows, shared, moment)]
        scores = self._supported(rows, scores)
        matches = [
            Match(int(self._case[row]), score, datetime.fromtimestamp(float(self._when[row]), UTC))
            for row, score in zip(rows, scores, strict=True)
            if score >= 1.0
        ]
        return sorted(matches, key=lambda match: (-match.score, -match.case_id))

    def _supported(self, rows: list[int], scores: list[float]) -> list[float]:
        """Somewhat like several of one group is as good as very like one of them."""
        groups = self._group[rows].tolist()
        near = Counter(group for group, score in zip(groups, scores, strict=True) if group and score >= _NEAR)
        return [
            score + min(_MOST_SUPPORT, _SUPPORT * (near[group] - 1)) if near[group] and score >= _NEAR else score
            for group, score in zip(groups, scores, strict=True)
        ]

    def _weights(self, signature: Signature) -> Weights:
        """How much each pair says: little when it is usual in general or usual here."""
        count = self._count[signature.keys & _BUCKET]
        here = np.log((_TRUSTED + len(self._rows)) / (count + 1.0))
        said: Weights = np.minimum(here, signature.weights / 10.0)
        return said

    def _candidates(self, asked: "_Asked", moment: float) -> list[int]:
        keys = _keys(asked.signature)
        weights = np.full(len(keys), _LEAD)
        weights[: len(asked.weights)] = asked.weights
        rows, said = self._walk(keys, weights)
        found, which = np.unique(rows, return_inverse=True)
        shared: Weights = np.bincount(which, said, len(found)).astype(np.float64, copy=False)
        for rank in (4 * _CANDIDATES, len(shared)):  # mostly enough of the first ones are comparable
            places = np.flatnonzero((shared >= _at_rank(shared, rank)) & (shared > 0))
            places = places[self._comparable(found[places], asked.signature, moment)]
            if len(places) >= _CANDIDATES:
                break
        best = places[np.argsort(-shared[places], kind="stable")][:_CANDIDATES]
        chosen: list[int] = found[best].tolist()
        return chosen

    def _comparable(self, rows: Rows, mine: Signature, moment: float) -> Flags:
        """Which of them are still held, near enough in time and not at another place."""
        place, grid = self._where.take(rows, axis=0)[:, :2].T
        placed = (place > 0) & (mine.place > 0)
        elsewhere = np.where(placed, place != mine.place, (grid > 0) & (mine.grid > 0) & (grid != mine.grid))
        near = np.abs(self._when[rows] - moment) <= APART.total_seconds()
        comparable: Flags = (self._case[rows] > 0) & near & ~elsewhere
        return comparable

    def _walk(self, keys: Numbers32, weights: Weights) -> tuple[Rows, Weights]:
        """The latest messages that have each key, from new to old, with what the key says."""
        flat, older = self._keys.reshape(-1), self._older.reshape(-1)
        entry = self._latest.take(keys & _BUCKET) - np.int32(1)
        turn = np.full(len(keys), _NEVER)
        entries, sought, said = [np.empty(0, np.int32)], [np.empty(0, np.uint32)], [np.empty(0)]
        for _ in range(_STEPS):
            # A row written again since is newer than what led here: whatever followed in this bucket is gone.
            led, turn = turn, self._turn.take(entry // _COLUMNS)
            on = (turn < led).nonzero()[0]
            if not len(on):
                break
            if len(on) < len(entry):
                keys, weights, entry, turn = keys.take(on), weights.take(on), entry.take(on), turn.take(on)
            entries.append(entry)
            sought.append(keys)
            said.append(weights)
            entry = older.take(entry) - np.int32(1)
        every = np.concatenate(entries)
        hit = (flat.take(every) == np.concatenate(sought)).nonzero()[0]
        return every.take(hit) // _COLUMNS, np.concatenate(said).take(hit)

    def _hopeful(self, asked: "_Asked", rows: list[int]) -> tuple[list[int], Flags]:
        """Of these rows those that may be near, with the pairs that they share; mostly none."""
        mine, chosen = asked.signature, np.array(rows, np.int64)
        shared = (mine.keys[:, None] == self._keys[chosen][:, None, :]).any(axis=2)
        place = self._where[chosen, 0]
        most = at_most(
            shared @ asked.weights,
            np.minimum(self._whole[chosen], asked.whole, dtype=np.float64),
            (place > 0) & (place == mine.place),
            (self._matters[chosen] & np.uint64(mine.matters)) > 0,
        )
        which = (most >= _NEAR).nonzero()[0]
        return chosen[which].tolist(), shared[which]

    def _in_common(self, asked: "_Asked", rows: list[int], all_shared: Flags, moment: float) -> Iterator[Common]:
        """What a message has in common with some that are held."""
        mine = asked.signature
        facts = zip(
            all_shared,
            self._where[rows].tolist(),
            self._matters[rows].tolist(),
            self._whole[rows].tolist(),
            self._when[rows].tolist(),
            strict=True,
        )
        for has, (place, grid, station, topic), theirs, whole, when in facts:
            ground = _ground(mine, place, grid, station)
            both = (mine.matters & theirs).bit_count()
            yield Common(
                stretches=asked.stretches(has, without_usual=both > 0, without_named=ground is Ground.PLACE),
                whole=min(asked.whole, whole),
                matters=both / max(1.0, (mine.matters.bit_count() * theirs.bit_count()) ** 0.5),
                other_matters=not both and bool(mine.matters and theirs),
                no_matters=not mine.matters and not theirs,
                ground=ground,
                same_topic=not (mine.topic and topic) or mine.topic == topic,
                apart_seconds=abs(moment - when),
            )


class _Asked:
    """A message that is being compared."""

    __slots__ = ("_named", "_pairs", "_usual", "signature", "weights", "whole")

    def __init__(self, signature: Signature, weights: Weights) -> None:
        self.signature = signature
        usual: Flags = (signature.flags & USUAL) > 0
        is_rare = (signature.weights >= RARE) & (weights >= _RARE_HERE) & ~usual
        rarity = is_rare * np.where(signature.flags & TAIL, _AS_TAIL, 1)
        self.weights = np.where(usual, np.minimum(weights, _USUAL_SAYS), weights)
        self._usual, self._named = usual, (signature.flags & NAMED) > 0
        self._pairs = list(
            zip(signature.at.tolist(), self.weights.tolist(), rarity.tolist(), strict=True)
        )  # where it stands, what it says, how much of a name it is
        self.whole = sum(one.says for one in _stretches(self._pairs))

    def stretches(
        self, shared: Flags, *, without_usual: bool = False, without_named: bool = False
    ) -> tuple[Stretch, ...]:
        """What each run of neighbouring pairs says: a name says little more than its rarest pair."""
        if without_usual:
            shared = shared & ~self._usual
        if without_named:
            shared = shared & ~self._named
        return tuple(_stretches([self._pairs[which] for which in shared.nonzero()[0].tolist()]))


def _stretches(pairs: Iterable[tuple[int, float, int]]) -> Iterator[Stretch]:
    last, best, total, rarity = -9, 0.0, 0.0, 0
    for at, weight, rare in pairs:
        if at - last > 1 and best:
            yield _stretch(best, total, rarity)
            best, total, rarity = 0.0, 0.0, 0
        best, total, rarity, last = max(best, weight), total + weight, rarity + rare, at
    if best:
        yield _stretch(best, total, rarity)


def _stretch(best: float, total: float, rarity: int) -> Stretch:
    says = min(_LIKE_ITS_BEST * best, best + _REST * (total - best))
    return Stretch(says, rarity >= _AS_TAIL or (rarity >= 2 and says >= _NAME))


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
    matters = [bit for bit in range(64) if signature.matters >> bit & 1]
    leads = [number_of("topic", str(signature.place), str(signature.topic))] if signature.place else []
    for spot, most in ((signature.place, 3), (signature.grid, 2), (signature.station, 2)):
        leads += [number_of(str(spot), str(bit)) for bit in matters[:most] if spot]
    return np.concatenate([signature.keys, np.array(leads[: _COLUMNS - MOST_PAIRS], np.uint32)])
