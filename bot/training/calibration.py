"""From scores to probabilities that mean what they say, and the probability that is enough."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.assignment.topics.features import LONGEST_TEXT
from bot.assignment.topics.heads import Band
from bot.training.fitting import Labels, Weights

LENGTHS = (32, 80, LONGEST_TEXT + 1)  # codes: a title, a few sentences, a letter
TARGET = 0.952  # aimed at where 95 % is wanted, so that chance in new messages leaves 95 %
NEVER = 1.01
_SHARPNESS = np.geomspace(0.5, 16, 40)
_DOUBT = (0.0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1)
_FEWEST = 40  # texts of a length, below which it is calibrated with all others


@dataclass(frozen=True, slots=True)
class Scored:
    """Texts that were scored by a model that never saw them; `labels` are columns of `scores`."""

    scores: Weights
    labels: Labels
    lengths: NDArray[np.int64]

    def only(self, mine: NDArray[np.bool_]) -> "Scored":
        """Some of the texts."""
        return Scored(self.scores[mine], self.labels[mine], self.lengths[mine])


def bands(scored: Scored, target: float = TARGET) -> tuple[Band, ...]:
    """Sharpness and threshold for each length; a length with few texts is judged by all texts."""
    found, before = [], -1
    for length in LENGTHS:
        mine = (scored.lengths > before) & (scored.lengths <= length)
        part = scored.only(mine) if mine.sum() >= _FEWEST else scored
        sharpness, doubt = fitting(part)
        enough = threshold(probabilities(part.scores, sharpness, doubt), part.labels, target)
        found.append(Band(length, sharpness, doubt, enough))
        before = length
    return tuple(found)


def fitting(scored: Scored) -> tuple[float, float]:
    """The sharpness and doubt that foretell best when the likeliest class is right."""
    tried = [
        (_loss(scored, float(sharpness), doubt), float(sharpness), doubt)
        for sharpness in _SHARPNESS
        for doubt in _DOUBT
    ]
    _, sharpness, doubt = min(tried)
    return round(sharpness, 4), doubt


def probabilities(scores: Weights, sharpness: float, doubt: float = 0.0) -> Weights:
    """Rows that add up to 1, as `Head.probabilities` makes them."""
    steep = scores * sharpness
    odds = np.exp(steep - steep.max(axis=1, keepdims=True))
    return np.asarray(odds * ((1 - doubt) / odds.sum(axis=1, keepdims=True)) + doubt / odds.shape[1])


def threshold(chances: Weights, labels: Labels, target: float) -> float:
    """The lowest probability from which on the likeliest class is right this often; NEVER where none is."""
    confidence, right = chances.max(axis=1), chances.argmax(axis=1) == labels
    order = np.argsort(-confidence, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(precision >= target)
    return round(float(confidence[order][enough[-1]]), 4) if len(enough) else NEVER


def error(chances: Sequence[float] | NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error over equally wide bins: how far probabilities are from what happened."""
    confidence = np.asarray(chances)
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    parts = [which == one for one in range(bins)]
    return float(sum(abs(confidence[one].mean() - right[one].mean()) * one.mean() for one in parts if one.any()))


def _loss(scored: Scored, sharpness: float, doubt: float) -> float:
    """How badly the probability of the likeliest class foretells that it is right."""
    chances = probabilities(scored.scores, sharpness, doubt)
    right = chances.argmax(axis=1) == scored.labels
    confidence = np.clip(chances.max(axis=1), 1e-9, 1 - 1e-9)
    return -float(np.log(np.where(right, confidence, 1 - confidence)).mean())
