"""One linear classifier over the runs of a text, with 8-bit weights and probabilities that mean what they say."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.assignment.topics.features import HEADLINE_SHARE, LONGEST_TEXT, Pieces, Runs

Floats: TypeAlias = NDArray[np.float32]

MOST_CLASSES, MOST_RUNS = 64, 200_000
IMPORTANCE_STEP = 0.05  # importances are kept as whole multiples of this, 0 to 255
_STRONGEST = 127
_SLOT_BITS = 18  # of the filter that passes over most runs a head does not know
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(64 - _SLOT_BITS)
# What a run that is so often in a text counts.
_COUNTS = (1 + np.log(np.maximum(np.arange(LONGEST_TEXT + 2), 1))).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Band:
    """Texts up to `length` codes: how scores become probabilities, and the probability that is enough.

    `sharpness` is by how much scores are multiplied; `doubt` is the share of labels that no text explains, spread
    over all classes; `sure` is the probability from which on the likeliest class needs no question.
    """

    length: int
    sharpness: float
    doubt: float
    sure: float


@dataclass(frozen=True, slots=True)
class Head:
    """Classes, the sorted runs it knows (n) with their importance, and n by classes weights in units of `scale`."""

    classes: tuple[str, ...]
    runs: Runs
    importance: NDArray[np.uint8]
    weights: NDArray[np.int8]
    scale: float
    bias: tuple[float, ...]
    bands: tuple[Band, ...]
    _importance: Floats
    _bias: Floats
    _mean: Floats
    _known: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        classes: tuple[str, ...],
        runs: Runs,
        importance: NDArray[np.uint8],
        weights: NDArray[np.int8],
        scale: float,
        bias: tuple[float, ...],
        bands: tuple[Band, ...],
    ) -> "Head":
        """Ready to read; raises ValueError where the parts do not fit together."""
        _check(classes, runs, importance, weights, (scale, *bias), bands)
        sizes = importance.astype(np.float32) * np.float32(IMPORTANCE_STEP)
        own = np.array(bias, dtype=np.float32)
        known = np.zeros(1 << _SLOT_BITS, np.bool_)
        known[_slots(runs)] = True
        mean = (weights.astype(np.float32) * np.float32(scale)).mean(axis=1)
        return cls(classes, runs, importance, weights, scale, bias, bands, sizes, own, mean, known)

    def scores(self, found: "Found", count: int) -> Floats:
        """A score a class for each of so many texts; higher is likelier. A title counts beside its text."""
        weights = self.weights.take(found.ids, axis=0).astype(np.float32)  # as they are kept they stay cached
        weights *= found.values[:, None]
        sums = np.zeros((found.texts, len(self.classes)), np.float32)
        having = found.begins[:-1] < found.begins[1:]
        if having.any():
            sums[having] = np.add.reduceat(weights, found.begins[:-1][having], axis=0)
        scores = sums[:count]
        if len(found.titled):
            titles = sums[count:] * np.float32(HEADLINE_SHARE)
            scores[found.titled] = (scores[found.titled] + titles) / np.float32(1 + HEADLINE_SHARE)
        return scores * np.float32(self.scale) + self._bias

    def probabilities(self, scores: Floats, lengths: Sequence[int]) -> list[list[float]]:
        """Calibrated probabilities of the classes for texts of so many codes; those of a text add up to 1."""
        bands = [self.band(length) for length in lengths]
        odds = scores * np.array([[band.sharpness] for band in bands])
        odds = np.exp(odds - odds.max(axis=1, keepdims=True))
        doubt = np.array([[band.doubt] for band in bands])
        chances: list[list[float]] = (
            odds * ((1 - doubt) / odds.sum(axis=1, keepdims=True)) + doubt / len(self.classes)
        ).tolist()
        return chances

    def band(self, length: int) -> Band:
        """The band for a text of this many codes."""
        return next((band for band in self.bands if length <= band.length), self.bands[-1])

    def find(self, pieces: Pieces, texts: int, titled: Sequence[int] = ()) -> "Found":
        """The known ones among the runs of so many texts; what those of a text count has length 1 together.

        The last of the texts are titles: of which text each, `titled` says.
        """
        likely = self._known.take(_slots(pieces.runs)).nonzero()[0]
        sought = pieces.runs.take(likely)
        places = self.runs.searchsorted(sought)
        known = (self.runs.take(places, mode="clip") == sought).nonzero()[0]
        ids, known = places.take(known), likely.take(known)
        values = _COUNTS.take(pieces.often.take(known)) * self._importance.take(ids)
        owners = pieces.owners.take(known)
        sizes = np.sqrt(np.bincount(owners, values * values, minlength=texts)).astype(np.float32)
        values /= sizes.take(owners)
        return Found(owners.searchsorted(np.arange(texts + 1)), ids, values, np.array(titled, np.intp))

    def spoke_for(self, found: "Found", which: Sequence[int]) -> Floats:
        """How much each known run of each text spoke for a class more than for the classes on average.

        `which`: the number of that class for each of the first texts.
        """
        last = found.begins[len(which)]
        ids = found.ids[:last]
        classes = np.array(which, np.intp).repeat(np.diff(found.begins[: len(which) + 1]))
        weights = self.weights.take(ids * len(self.classes) + classes) * np.float32(self.scale)
        return found.values[:last] * (weights - self._mean.take(ids))


@dataclass(frozen=True, slots=True)
class Found:
    """The known runs of several texts by their place in the head, and what each counts.

    Those of a text begin where `begins` says (one more than texts); the last texts are the titles of `titled`.
    """

    begins: NDArray[np.intp]
    ids: NDArray[np.intp]
    values: Floats
    titled: NDArray[np.intp]

    @property
    def texts(self) -> int:
        """How many, with the titles."""
        return len(self.begins) - 1


def _slots(runs: Runs) -> NDArray[np.int64]:
    """Where the filter of known runs is asked for each."""
    return ((runs.view(np.uint64) * _FACTOR) >> _SHIFT).view(np.int64)


def quantise(weights: NDArray[np.floating[Any]]) -> tuple[NDArray[np.int8], float]:
    """Weights as whole multiples of one scale, -127 to 127; the few strongest are cut to that."""
    strong = float(np.quantile(np.abs(weights), 0.9999)) if weights.size else 0.0
    scale = max(strong, 1e-9) / _STRONGEST
    return np.clip(np.rint(weights / scale), -_STRONGEST, _STRONGEST).astype(np.int8), scale


def _check(
    classes: tuple[str, ...],
    runs: Runs,
    importance: NDArray[np.uint8],
    weights: NDArray[np.int8],
    numbers: tuple[float, ...],
    bands: tuple[Band, ...],
) -> None:
    if not 2 <= len(classes) <= MOST_CLASSES or len(set(classes)) != len(classes):
        raise ValueError("a head needs 2 to 64 different classes")
    if not 1 <= len(runs) <= MOST_RUNS or bool(np.any(np.diff(runs) <= 0)):
        raise ValueError("the runs of a head must be sorted and different")
    if importance.shape != runs.shape or weights.shape != (len(runs), len(classes)):
        raise ValueError("importances or weights are missing")
    if len(numbers) != len(classes) + 1 or not all(map(math.isfinite, numbers)):
        raise ValueError("a scale or bias is not a number")
    if not bands or bands[-1].length <= LONGEST_TEXT:
        raise ValueError("the last band must take every length")
    if any(not (0 < band.sharpness < 1e6 and 0 <= band.doubt < 1 and 0 <= band.sure <= 2) for band in bands):
        raise ValueError("a band's figures are out of range")
