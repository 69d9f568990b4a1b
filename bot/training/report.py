"""What training found out, as a person reads it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.training import calibration
from bot.training.fitting import Labels, Weights


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One class: how many texts, and how well it is told from the others (0 to 1)."""

    name: str
    texts: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class ViewFigures:
    """One view of the messages, judged by models that never saw them.

    `confusion` has a row for each true class and a column for each class said. `decided` is the share of texts
    that are `sure`, `decided_precision` how often these are right (1 where there are none).
    """

    view: str
    classes: tuple[ClassFigures, ...]
    confusion: tuple[tuple[int, ...], ...]
    calibration_error: float
    decided: float
    decided_precision: float

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the classes that have texts."""
        return float(np.mean([one.f1 for one in self.classes if one.texts])) if self.classes else 0.0

    def render(self) -> str:
        """A table of the classes, the confusions and the three figures."""
        width = max(len(one.name) for one in self.classes)
        lines = [
            f"{self.view}: macro-F1 {self.macro_f1:.3f}, decided at 95 % precision {self.decided:.1%} "
            f"(right {self.decided_precision:.1%}), would be asked {1 - self.decided:.1%}, "
            f"calibration error {self.calibration_error:.3f}",
            f"  {'':{width}} precision recall    F1 texts  said as (columns in this order)",
        ]
        for one, row in zip(self.classes, self.confusion, strict=True):
            said = " ".join(f"{count:4d}" for count in row)
            figures = f"{one.precision:9.3f} {one.recall:6.3f} {one.f1:5.3f} {one.texts:5d}"
            lines.append(f"  {one.name:{width}} {figures}  {said}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Report:
    """What a model was trained from and how well it does."""

    messages: int
    groups: int
    size: int
    topics: tuple[ViewFigures, ...]
    kinds: tuple[ViewFigures, ...]
    kinds_carried_over: bool

    def render(self) -> str:
        """Plain text, one block a view."""
        head = f"{self.messages} messages, {self.groups} of them different; the model file has {self.size:,} bytes"
        blocks = [head, "Topics, by cross-validation:", *(view.render() for view in self.topics)]
        if self.kinds:
            blocks += ["Kinds, by cross-validation:", *(view.render() for view in self.kinds)]
        elif self.kinds_carried_over:
            blocks.append("Kinds: the messages say none, those of the shipped model are carried over.")
        else:
            blocks.append("Kinds: none.")
        return "\n\n".join(blocks) + "\n"


def figures(
    view: str, names: Sequence[str], chances: Weights, labels: Labels, sure: NDArray[np.bool_]
) -> ViewFigures:
    """The figures of one view; `chances` are calibrated, rows by classes."""
    said = chances.argmax(axis=1)
    right = said == labels
    confusion = np.zeros((len(names), len(names)), dtype=int)
    np.add.at(confusion, (labels, said), 1)
    return ViewFigures(
        view=view,
        classes=tuple(_figures(name, confusion, at) for at, name in enumerate(names)),
        confusion=tuple(tuple(int(count) for count in row) for row in confusion),
        calibration_error=calibration.error(chances.max(axis=1), right),
        decided=float(sure.mean()),
        decided_precision=float(right[sure].mean()) if sure.any() else 1.0,
    )


def _figures(name: str, confusion: NDArray[np.int_], at: int) -> ClassFigures:
    hits, said, texts = int(confusion[at, at]), int(confusion[:, at].sum()), int(confusion[at].sum())
    precision, recall = hits / said if said else 0.0, hits / texts if texts else 0.0
    both = precision + recall
    return ClassFigures(name, texts, precision, recall, 2 * precision * recall / both if both else 0.0)
