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

    def scores(self, found: "Found") -> Floats:
        """A score a class; higher is likelier."""
        if not len(found.ids):
            return self._bias
        weights = self.weights.take(found.ids, axis=0).astype(
            np.float32
        )  # small as they are kept, they stay cached
        return (found.values @ weights) * np.float32(self.scale * found.share) + self._bias

    def probabilities(self, scores: Floats, length: int) -> list[float]:
        """Calibrated probabilities of the classes for a text of this many codes; they add up to 1."""
        band = self.band(length)
        steep = [score * band.sharpness for score in scores.tolist()]
        most = max(steep)
        odds = [math.exp(each - most) for each in steep]
        share, doubt = (1 - band.doubt) / sum(odds), band.doubt / len(odds)
        return [each * share + doubt for each in odds]

    def band(self, length: int) -> Band:
        """The band for a text of this many codes."""
        return next((band for band in self.bands if length <= band.length), self.bands[-1])

    def find(self, runs: Runs, often: Often) -> "Found":
        """The known ones among the different runs of a text; what they count has length 1 together."""
        _, ids, values = self._known_of(runs, often)
        return Found(ids, _of_length(values, 1.0))

    def find_with_title(self, runs: Runs, often: Often, of_text: int) -> "Found":
        """The same of a text that has a title, which counts once more: the first `of_text` runs are the text's."""
        known, ids, values = self._known_of(runs, often)
        first = int(known.searchsorted(of_text))
        text, title = values[:first], values[first:]
        both = np.concatenate((_of_length(text, 1.0), _of_length(title, HEADLINE_SHARE)))
        return Found(ids, both, first, 1 / (1 + HEADLINE_SHARE))

    def _known_of(self, runs: Runs, often: Often) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
        """Which runs are known, where in the head, and what each counts."""
        likely = self._known.take(_slots(runs)).nonzero()[0]
        sought = runs.take(likely)
        places = self.runs.searchsorted(sought)
        known = (self.runs.take(places, mode="clip") == sought).nonzero()[0]
        ids, known = places.take(known), likely.take(known)
        return known, ids, _COUNTS.take(often.take(known)) * self._importance.take(ids)

    def spoke_for(self, found: "Found", which: int) -> Floats:
        """How much each known run of a text spoke for a class more than for the classes on average."""
        ids = found.ids[: found.of_text]
        weights = self.weights.take(ids * len(self.classes) + which) * np.float32(self.scale)
        return found.values[: found.of_text] * (weights - self._mean.take(ids))


@dataclass(frozen=True, slots=True)
class Found:
    """The known runs of a text by their place in the head, and what each counts, times `share`.

    Behind the first `of_text` are those of its title.
    """

    ids: NDArray[np.intp]
    values: Floats
    of_text: int | None = None
    share: float = 1.0


def _slots(runs: Runs) -> NDArray[np.int64]:
    """Where the filter of known runs is asked for each."""
    return ((runs.view(np.uint64) * _FACTOR) >> _SHIFT).view(np.int64)


def _of_length(values: Floats, length: float) -> Floats:
    size = math.sqrt(float(values @ values))
    return values / np.float32(size / length) if size else values


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
