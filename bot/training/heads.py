"""One head from labelled texts: choose the runs, fit, round to 8 bits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.assignment.topics.features import HEADLINE_SHARE, Runs, headline
from bot.assignment.topics.heads import Band, Head, quantise
from bot.training import calibration, matrix, views
from bot.training.calibration import Scored
from bot.training.fitting import RECIPE, Labels, Recipe, Weights, fit
from bot.training.matrix import Counts
from bot.training.rows import Row

Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a head is made: how many runs it may know, in how many texts one must be, and the recipe."""

    runs: int = 40_000
    at_least: int = 3
    recipe: Recipe = RECIPE


@dataclass(frozen=True, slots=True)
class Texts:
    """Views of messages, counted: the message and the label of each, and whether it is the whole message."""

    counted: tuple[Counts, ...]
    message: Labels
    labels: Labels
    whole: Flags

    def only(self, mine: Flags) -> "Texts":
        """The views of some messages."""
        at = np.flatnonzero(mine[self.message])
        return Texts(tuple(self.counted[i] for i in at), self.message[at], self.labels[at], self.whole[at])

    def plus(self, other: "Texts") -> "Texts":
        """These and the views of other messages; their messages are numbered on."""
        first = int(self.message.max()) + 1 if len(self.message) else 0
        return Texts(
            self.counted + other.counted,
            np.concatenate([self.message, other.message + first]),
            np.concatenate([self.labels, other.labels]),
            np.concatenate([self.whole, other.whole]),
        )


@dataclass(frozen=True, slots=True)
class Labelled:
    """Messages with the number of their class."""

    rows: tuple[Row, ...]
    labels: Labels

    def texts(self) -> Texts:
        """All views of the messages."""
        found = [(at, view) for at, row in enumerate(self.rows) for view in views.of_text(row.text)]
        message = np.array([at for at, _ in found], dtype=np.int64)
        first = np.diff(message, prepend=-1) > 0
        return Texts(tuple(matrix.count([view for _, view in found])), message, self.labels[message], first)


def labelled(rows: Iterable[Row], classes: tuple[str, ...], by: Literal["topic", "kind"]) -> Labelled:
    """The rows whose topic or kind is one of the classes."""
    mine = tuple(row for row in rows if getattr(row, by) in classes)
    labels = [classes.index(getattr(row, by)) for row in mine]
    return Labelled(mine, np.array(labels, dtype=np.int64))


_UNTRIED = (Band(calibration.LENGTHS[-1], 1.0, 0.0, calibration.NEVER),)


def make(texts: Texts, classes: tuple[str, ...], plan: Plan) -> Head:
    """A head that is not calibrated yet. Fitted twice: on all runs, then on those that weigh most."""
    known = matrix.vocabulary(
        [one for one, whole in zip(texts.counted, texts.whole, strict=True) if whole], plan.at_least
    )
    known = _telling(texts, known, len(classes), plan)
    counts = matrix.raw(texts.counted, known)
    sizes = matrix.importance(counts[np.flatnonzero(texts.whole)], known)
    fitted = fit(matrix.weighed(counts, sizes), texts.labels, len(classes), plan.recipe)
    weights, scale = quantise(fitted.weights)
    bias = tuple(round(float(value), 5) for value in fitted.bias)
    return Head.of(classes, known, sizes, weights, scale, bias, _UNTRIED)


def _telling(texts: Texts, known: Runs, classes: int, plan: Plan) -> Runs:
    """The runs that move scores most, over all texts."""
    if len(known) <= plan.runs:
        return known
    counts = matrix.raw(texts.counted, known)
    rows = matrix.weighed(counts, matrix.importance(counts[np.flatnonzero(texts.whole)], known))
    fitted = fit(rows, texts.labels, classes, plan.recipe)
    apart = fitted.weights - fitted.weights.mean(axis=1, keepdims=True)
    moved = np.abs(apart).max(axis=1) * np.sqrt(np.asarray(rows.multiply(rows).sum(axis=0)).ravel())
    best = np.argsort(-moved, kind="stable")[: plan.runs]
    return known[np.sort(best)]


def score(head: Head, texts: Sequence[str]) -> Weights:
    """The scores that a head gives, as it gives them when it is applied."""
    scores = _score(head, texts)
    titled = [(at, title) for at, text in enumerate(texts) if (title := headline(text))]
    if titled:
        at = [one for one, _ in titled]
        scores[at] = (scores[at] + HEADLINE_SHARE * _score(head, [title for _, title in titled])) / (
            1 + HEADLINE_SHARE
        )
    return scores


def _score(head: Head, texts: Sequence[str]) -> Weights:
    rows = matrix.weighed(matrix.raw(matrix.count(texts), head.runs), head.importance)
    return np.asarray(rows @ (head.weights.astype(np.float64) * head.scale) + np.array(head.bias))


def calibrate(head: Head, scored: Scored, target: float = calibration.TARGET) -> Head:
    """The head with the probabilities and thresholds that texts it never saw gave."""
    return with_bands(head, calibration.bands(scored, target))


def with_bands(head: Head, bands: tuple[Band, ...]) -> Head:
    """The head with other bands."""
    return replace(head, bands=bands)
