"""Three linear learners over one matrix, averaged into one matrix of weights."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.training.matrix import Matrix

Labels: TypeAlias = NDArray[np.int64]
Weights: TypeAlias = NDArray[np.float64]

_SEED = 7


@dataclass(frozen=True, slots=True)
class Linear:
    """Scores are the row times `weights` (runs by classes) plus `bias`."""

    weights: Weights
    bias: Weights

    def scores(self, rows: Matrix) -> Weights:
        """Rows by classes."""
        return np.asarray(rows @ self.weights + self.bias)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the learners are told: margins, smoothing, and each learner's share of the average."""

    margin: float = 0.5
    ratio_margin: float = 0.2
    ratio_smoothing: float = 0.3
    complement_smoothing: float = 0.2
    shares: tuple[float, float, float] = (1.0, 1.0, 0.3)


RECIPE = Recipe()


def fit(rows: Matrix, labels: Labels, classes: int, recipe: Recipe = RECIPE) -> Linear:
    """The average of the learners, each brought to the same spread of its scores first.

    A class without rows gets the lowest score that a class with rows can have.
    """
    learners: tuple[Callable[[Matrix, Labels, Recipe], Linear], ...] = (_margin, _ratio, _complement)
    present, dense = np.unique(labels, return_inverse=True)
    parts = []
    for learner, share in zip(learners, recipe.shares, strict=True):
        if share:
            one = learner(rows, dense, recipe)
            spread = float(one.scores(rows).std()) or 1.0
            parts.append(Linear(share * one.weights / spread, share * one.bias / spread))
    total = sum(recipe.shares)
    weights = sum(part.weights for part in parts) / total
    bias = sum(part.bias for part in parts) / total
    return _spread_out(Linear(np.asarray(weights), np.asarray(bias)), present, classes)


def _spread_out(fitted: Linear, present: Labels, classes: int) -> Linear:
    weights = np.zeros((fitted.weights.shape[0], classes))
    bias = np.full(classes, float(fitted.bias.min()) - 10.0)
    weights[:, present] = fitted.weights
    bias[present] = fitted.bias
    return Linear(weights, bias)


def _margin(rows: Matrix, labels: Labels, recipe: Recipe) -> Linear:
    """A linear support vector machine, one class against the rest, small classes as heavy as large ones."""
    return _one_against_rest(rows, labels, recipe.margin)


def _ratio(rows: Matrix, labels: Labels, recipe: Recipe) -> Linear:
    """The same on runs that are first multiplied with how much oftener the class has them (NB-SVM)."""
    found = [
        _scaled(rows, labels == label, recipe.ratio_margin, recipe.ratio_smoothing)
        for label in range(labels.max() + 1)
    ]
    return Linear(np.stack([weights for weights, _ in found], axis=1), np.array([bias for _, bias in found]))


def _scaled(rows: Matrix, mine: NDArray[np.bool_], margin: float, smoothing: float) -> tuple[Weights, float]:
    from scipy.sparse import diags_array

    inside = np.asarray(rows[mine].sum(axis=0)).ravel() + smoothing
    outside = np.asarray(rows[~mine].sum(axis=0)).ravel() + smoothing
    ratio = np.log(inside / inside.sum()) - np.log(outside / outside.sum())
    fitted = _machine(margin).fit((rows @ diags_array(ratio)).tocsr(), mine)
    return fitted.coef_[0] * ratio, float(fitted.intercept_[0])


def _complement(rows: Matrix, labels: Labels, recipe: Recipe) -> Linear:
    """Complement naive Bayes: how unlike the other classes a text is."""
    from sklearn.naive_bayes import ComplementNB

    fitted = ComplementNB(alpha=recipe.complement_smoothing).fit(rows, labels)
    return Linear(fitted.feature_log_prob_.T, np.zeros(int(labels.max()) + 1))


def _one_against_rest(rows: Matrix, labels: Labels, margin: float) -> Linear:
    fitted = _machine(margin).fit(rows, labels)
    weights, bias = fitted.coef_.T, fitted.intercept_
    if weights.shape[1] == 1:  # two classes come as one column
        weights, bias = np.hstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return Linear(weights, bias)


def _machine(margin: float) -> Any:
    from sklearn.svm import LinearSVC

    return LinearSVC(C=margin, tol=1e-2, class_weight="balanced", random_state=_SEED)
