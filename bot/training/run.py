"""From labelled messages to a topic model and a report, by cross-validation that never splits near-duplicates."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.assignment.taxonomy import KINDS, TOPICS
from bot.assignment.topics.features import encode
from bot.assignment.topics.heads import Band, Head
from bot.assignment.topics.model import TopicModel
from bot.training import folds, heads, report, views
from bot.training.calibration import Scored, probabilities
from bot.training.heads import Labelled, Plan, labelled
from bot.training.report import Report, ViewFigures
from bot.training.rows import Row

PARTS = 5
_SMALL = 2500  # messages, below which a run counts that is in two of them
_VIEWS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("whole text", views.whole),
    ("first sentence or line", views.title),
    ("first 60 characters", views.opening),
)

Progress: TypeAlias = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """How to train. Bands that are given take the place of those that cross-validation finds."""

    topic: Plan = field(default_factory=lambda: Plan(runs=36_000))
    kind: Plan = field(default_factory=lambda: Plan(runs=6_000))
    topic_bands: tuple[Band, ...] = ()
    kind_bands: tuple[Band, ...] = ()
    topic_bias: tuple[tuple[str, float], ...] = ()
    kind_bias: tuple[tuple[str, float], ...] = ()


def train(
    rows: Sequence[Row],
    *,
    base: TopicModel | None = None,
    helpers: Sequence[Row] = (),
    settings: Settings | None = None,
    progress: Progress = lambda _step, _done, _of: None,
) -> tuple[TopicModel, Report]:
    """A model for the topics that occur in the rows, and how well it does on messages it never saw.

    `helpers` (telling words, a corpus) are learned from where their topic occurs, and never judged. Where no row
    says a kind other than `case`, the kind head of `base` is kept. `progress` is called with a step's name, steps
    done and steps in all. The same rows give the same bytes.
    """
    asked = settings or Settings()
    told = [row for row in rows if row.topic]
    topics = tuple(topic for topic in TOPICS if any(row.topic == topic for row in told))
    kinds = tuple(kind for kind in KINDS if any(row.kind == kind for row in rows))
    has_kinds = len(kinds) > 1
    steps = _Steps(progress, (PARTS + 1) * (1 + has_kinds))
    learned = labelled(told, topics, "topic")
    extra = labelled(helpers, topics, "topic")
    topic, topic_views = _head("topics", learned, extra, topics, asked.topic, steps)
    topic = _tuned(topic, asked.topic_bands, asked.topic_bias)
    kind = base.kind if base else None
    kind_views: tuple[ViewFigures, ...] = ()
    if has_kinds:
        learned = labelled(rows, kinds, "kind")
        kind, kind_views = _head("kinds", learned, labelled((), kinds, "kind"), kinds, asked.kind, steps)
        kind = _tuned(kind, asked.kind_bands, asked.kind_bias)
    model = TopicModel(topic, kind, {"messages": len(rows), "digest": digest([*rows, *helpers], asked)})
    found = Report(
        messages=len(rows),
        groups=len(set(folds.group(rows))),
        size=len(model.dump()),
        topics=topic_views,
        kinds=kind_views,
        kinds_carried_over=not has_kinds and kind is not None,
    )
    return model, found


def digest(rows: Sequence[Row], settings: Settings) -> str:
    """The sha-256 of the rows, in their order, and of the settings: another one means another model."""
    parts = (f"{row.text}\x1f{row.topic or ''}\x1f{row.kind}\x1e" for row in rows)
    return hashlib.sha256(f"{settings}{''.join(parts)}".encode("utf-8", "surrogatepass")).hexdigest()


class _Steps:
    """Counts what is done and tells it."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._done, self._total = progress, 0, total

    def begin(self, step: str) -> None:
        self._progress(step, self._done, self._total)
        self._done += 1


def _head(
    what: str, messages: Labelled, helpers: Labelled, classes: tuple[str, ...], plan: Plan, steps: _Steps
) -> tuple[Head, tuple[ViewFigures, ...]]:
    """A calibrated head, and its figures from cross-validation."""
    rows, labels = messages.rows, messages.labels
    if len(rows) + len(helpers.rows) < _SMALL:
        plan = Plan(plan.runs, min(plan.at_least, 2), plan.recipe)
    texts, extra = messages.texts(), helpers.texts()
    held = {name: [view(row.text) for row in rows] for name, view in _VIEWS}
    parts = folds.part(rows, PARTS)
    scores = {name: np.zeros((len(rows), len(classes))) for name in held}
    for part in range(PARTS):
        steps.begin(f"{what}: part {part + 1} of {PARTS}")
        mine = parts == part
        if mine.any() and len(set(labels[~mine].tolist())) > 1:
            head = heads.make(texts.only(~mine).plus(extra), classes, plan)
            for name, seen in held.items():
                scores[name][mine] = heads.score(head, [seen[at] for at in np.flatnonzero(mine)])
    steps.begin(f"{what}: all messages")
    judged = [
        Scored(scores[name], labels, np.array([len(encode(text)) for text in seen])) for name, seen in held.items()
    ]
    head = heads.calibrate(heads.make(texts.plus(extra), classes, plan), _together(judged))
    return head, tuple(_judged(name, head, one) for name, one in zip(held, judged, strict=True))


def _together(seen: Sequence[Scored]) -> Scored:
    return Scored(
        np.concatenate([one.scores for one in seen]),
        np.concatenate([one.labels for one in seen]),
        np.concatenate([one.lengths for one in seen]),
    )


def _judged(name: str, head: Head, scored: Scored) -> ViewFigures:
    bands = [head.band(int(length)) for length in scored.lengths]
    sharpness = np.array([[band.sharpness] for band in bands])
    doubt = np.array([[band.doubt] for band in bands])
    chances = probabilities(scored.scores * sharpness, 1.0)
    chances = chances * (1 - doubt) + doubt / chances.shape[1]
    sure: NDArray[np.bool_] = chances.max(axis=1) >= np.array([band.sure for band in bands])
    return report.figures(name, head.classes, chances, scored.labels, sure)


def _tuned(head: Head, bands: tuple[Band, ...], bias: tuple[tuple[str, float], ...]) -> Head:
    """The head with documented constants in place of what cross-validation on the same corpus found."""
    extra = dict(bias)
    moved = tuple(round(old + extra.get(name, 0.0), 5) for name, old in zip(head.classes, head.bias, strict=True))
    return Head.of(head.classes, head.runs, head.importance, head.weights, head.scale, moved, bands or head.bands)
