"""One linear classifier over the runs of a text, with 8-bit weights and probabilities that mean what they say."""

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.assignment.topics.features import HEADLINE_SHARE, LONGEST_TEXT, Often, Runs

Floats: TypeAlias = NDArray[np.float32]

MOST_CLASSES, MOST_RUNS = 64, 200_000
IMPORTANCE_STEP = 0.05  # importances are kept as whole multiples of this, 0 to 255
_STRONGEST = 127


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
    _weights: Floats
    _bias: Floats
    _mean: Floats

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
        real = weights.astype(np.float32) * np.float32(scale)
        own = np.array(bias, dtype=np.float32)
        return cls(classes, runs, importance, weights, scale, bias, bands, sizes, real, own, real.mean(axis=1))

    def scores(self, found: "Found") -> Floats:
        """A score a class; higher is likelier."""
        if not len(found.ids):
            return self._bias
        return found.values @ self._weights.take(found.ids, axis=0) + self._bias

    def scores_with(self, found: "Found", title: "Found") -> Floats:
        """The scores of a text that has a title, which counts once more."""
        share = np.float32(HEADLINE_SHARE)
        return np.asarray((self.scores(found) + share * self.scores(title)) / (1 + share), dtype=np.float32)

    def probabilities(self, scores: Floats, length: int) -> Floats:
        """Calibrated probabilities of the classes for a text of this many codes; they add up to 1."""
        band = self.band(length)
        steep = scores * np.float32(band.sharpness)
        odds = np.exp(steep - steep.max())
        return np.asarray(odds * ((1 - band.doubt) / odds.sum()) + band.doubt / len(odds), dtype=np.float32)

    def band(self, length: int) -> Band:
        """The band for a text of this many codes."""
        return next((band for band in self.bands if length <= band.length), self.bands[-1])

    def find(self, runs: Runs, often: Often) -> "Found":
        """The known ones among the different runs of a text; their weights have length 1 together."""
        places = np.searchsorted(self.runs, runs)
        places[places == len(self.runs)] = 0
        known = self.runs[places] == runs
        ids = places[known]
        values = (1 + np.log(often[known])).astype(np.float32) * self._importance.take(ids)
        size = math.sqrt(float(values @ values))
        return Found(ids, values / np.float32(size) if size else values)

    def spoke_for(self, found: "Found", which: int) -> Floats:
        """How much each known run of a text spoke for a class more than for the classes on average."""
        return np.asarray(
            found.values * (self._weights[found.ids, which] - self._mean[found.ids]), dtype=np.float32
        )


@dataclass(frozen=True, slots=True)
class Found:
    """The known runs of a text by their place in the head, and what each counts."""

    ids: NDArray[np.intp]
    values: Floats


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
