"""The shipped topic model and one trained on petitions, on petitions that neither has seen.

`python -m benchmarks.topic_model [--trained] [--tune]`; LIANXIN_EVAL_DATA names a folder with
`petitions_dev.jsonl.gz`. `--trained` trains five times on four fifths and judges the last fifth (by group, some six
minutes). `--tune` prints the constants of `bot/training/shipped.py` for the corpus as it is now.
"""

import argparse
import gzip
import json
import math
import os
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bot.assignment.taxonomy import TOPICS, find_topic
from bot.assignment.topics.features import encode
from bot.assignment.topics.heads import Head
from bot.assignment.topics.model import Reading, TopicModel
from bot.training import Row, calibration, heads, shipped, train
from bot.training.calibration import Scored

PARTS = 5
HALFWAY = 0.5  # petitions are one kind of message: a bias goes half the way that they alone would have it go
ELSEWHERE = -0.1  # the bias of topics that petitions here do not have; in districts they are the rarer ones


@dataclass(frozen=True, slots=True)
class Petition:
    """One message of the evaluation data."""

    title: str
    detail: str
    topic: str
    group: str
    repeated: bool

    @property
    def full(self) -> str:
        return f"{self.title}\n{self.detail}".strip()

    @property
    def opening(self) -> str:
        return (self.detail or self.title)[:60]


VIEWS: tuple[tuple[str, Callable[[Petition], str]], ...] = (
    ("title", lambda one: one.title),
    ("full text", lambda one: one.full),
    ("first 60 characters", lambda one: one.opening),
)


def petitions() -> list[Petition]:
    """The development part, or nothing where the folder is not named or lacks it."""
    folder = os.environ.get("LIANXIN_EVAL_DATA", "")
    file = Path(folder) / "petitions_dev.jsonl.gz"
    if not folder or not file.exists():
        return []
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [_petition(json.loads(line)) for line in lines]


def _petition(raw: dict[str, Any]) -> Petition:
    title, detail = (raw[key] if isinstance(raw[key], str) else "" for key in ("title", "detail"))
    topic = find_topic(raw["label"])
    assert topic is not None
    return Petition(title, detail, topic, raw["group"], raw["dup"])


def figures(readings: Sequence[Reading], topics: Sequence[str]) -> dict[str, float]:
    """Macro-F1 over the topics that occur, share decided and how often right, calibration error."""
    said = [reading.topics[0][0] for reading in readings]
    right = np.array([one == topic for one, topic in zip(said, topics, strict=True)])
    sure = np.array([reading.sure for reading in readings])
    confidence = np.array([reading.topics[0][1] for reading in readings])
    second = [
        topic in (one[0] for one in reading.topics[:2]) for reading, topic in zip(readings, topics, strict=True)
    ]
    return {
        "macro_f1": macro_f1(said, topics),
        "decided": float(sure.mean()),
        "decided_right": float(right[sure].mean()) if sure.any() else 1.0,
        "could_decide_at_95": could_decide(confidence, right),
        "calibration_error": calibration.error(confidence, right),
        "right_among_two": float(np.mean(second)),
    }


def macro_f1(said: Sequence[str], topics: Sequence[str]) -> float:
    """The mean F1 of the topics that occur; anything else that is said is an error."""
    found = []
    for topic in sorted(set(topics)):
        hits = sum(one == topic == true for one, true in zip(said, topics, strict=True))
        both = sum(one == topic for one in said) + sum(true == topic for true in topics)
        found.append(2 * hits / both if both else 0.0)
    return float(np.mean(found))


def could_decide(confidence: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> float:
    """The share that a threshold chosen on these very texts would decide at 95 % precision."""
    order = np.argsort(-confidence, kind="stable")
    enough = np.flatnonzero(np.cumsum(right[order]) / np.arange(1, len(order) + 1) >= 0.95)
    return float((enough[-1] + 1) / len(order)) if len(enough) else 0.0


def judge(read: Callable[[int, str], Reading], rows: Sequence[Petition]) -> None:
    """Print the figures of each view, near-duplicates counted once."""
    single = [(at, row) for at, row in enumerate(rows) if not row.repeated]
    for name, view in VIEWS:
        found = figures([read(at, view(row)) for at, row in single], [row.topic for _, row in single])
        print(f"  {name:20}", "  ".join(f"{key} {value:.3f}" for key, value in found.items()), flush=True)


def judge_shipped(rows: Sequence[Petition]) -> None:
    """The shipped model; kinds too, since petitions are hardly ever emergencies and never advertisements."""
    model = TopicModel.load(shipped.MODEL.read_bytes())
    print("shipped model, trained on none of it:")
    judge(lambda _at, text: model.read(text), rows)
    for name, view in VIEWS:
        kinds = [model.read(view(row)).kinds[0][0] for row in rows if not row.repeated and view(row)]
        shares = {kind: kinds.count(kind) / len(kinds) for kind in sorted(set(kinds))}
        print(f"  kinds, {name:20}", "  ".join(f"{kind} {share:.4f}" for kind, share in shares.items()))


def judge_trained(rows: Sequence[Petition], view: Callable[[Petition], str]) -> None:
    """Five models, each trained on four parts with its calibration from within them, each judged on the fifth."""
    parts = _parts(rows)
    models, seconds = [], []
    for part in range(PARTS):
        began = time.perf_counter()
        mine = [
            Row(view(row), row.topic, group=row.group)
            for row, at in zip(rows, parts, strict=True)
            if at != part and view(row)
        ]
        models.append(train(mine, helpers=shipped.helpers())[0])
        seconds.append(time.perf_counter() - began)
    print(f"trained on four fifths, {np.mean(seconds):.0f} s, {len(models[0].dump()):,} bytes:")
    judge(lambda at, text: models[parts[at]].read(text), rows)


def _parts(rows: Sequence[Petition]) -> list[int]:
    groups = sorted({row.group for row in rows})
    random.Random(3).shuffle(groups)
    where = {group: at % PARTS for at, group in enumerate(groups)}
    return [where[row.group] for row in rows]


def measure_speed(texts: Iterable[str]) -> None:
    """Load time, read time and size of the shipped file."""
    data = shipped.MODEL.read_bytes()
    loads = [_timed(lambda: TopicModel.load(data)) for _ in range(7)]
    model = TopicModel.load(data)
    sample = [text[:300] for text in texts][:1000]
    reads = [min(_timed(partial(model.read, text)) for _ in range(3)) for text in sample]
    print(
        f"shipped file {len(data):,} bytes, loads in {min(loads) * 1e3:.1f} to {max(loads) * 1e3:.1f} ms, reads "
        f"{len(sample)} texts of at most 300 characters in {np.median(reads) * 1e3:.3f} ms (median), "
        f"{np.quantile(reads, 0.99) * 1e3:.3f} ms (p99)"
    )


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def tune(rows: Sequence[Petition]) -> None:
    """The bias of each topic that raises macro-F1 most, then the bands, printed as the constants they become."""
    plain = train_untuned()
    single = [row for row in rows if not row.repeated]
    labels = np.array([TOPICS.index(row.topic) for row in single])
    texts = {name: [view(row) for row in single] for name, view in VIEWS}
    scores = {name: heads.score(plain, seen) for name, seen in texts.items()}
    bias = climb(list(scores.values()), labels) * HALFWAY
    bias[[at for at, topic in enumerate(TOPICS) if topic not in {row.topic for row in single}]] = ELSEWHERE
    print("TOPIC_BIAS =", tuple((topic, round(float(bias[at]), 3)) for at, topic in enumerate(TOPICS) if bias[at]))
    moved = Scored(
        np.concatenate([one + bias for one in scores.values()]),
        np.concatenate([labels] * len(scores)),
        np.concatenate([[len(encode(text)) for text in seen] for seen in texts.values()]),
    )
    print("TOPIC_BANDS =", calibration.bands(moved))


def train_untuned() -> Head:
    """The topic head as the corpus alone makes it."""
    rows = [row for row in shipped.helpers() if row.topic]
    return heads.make(heads.labelled(rows, TOPICS, "topic").texts(), TOPICS, shipped.SETTINGS.topic)


def climb(scores: Sequence[np.ndarray[Any, Any]], labels: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Move one topic that occurs at a time while that raises the mean macro-F1."""
    occur = sorted(set(labels.tolist()))
    spread = float(np.std(scores[0]))
    bias = np.zeros(scores[0].shape[1])
    best = _mean_f1(scores, bias, labels, occur)
    for step in (0.32, 0.16, 0.08):
        for at, sign in [(at, sign) for _ in range(2) for at in occur for sign in (-1, 1)]:
            tried = bias.copy()
            tried[at] += sign * step * spread
            found = _mean_f1(scores, tried, labels, occur)
            if found > best + 1e-5:
                best, bias = found, tried
    return bias


def _mean_f1(scores: Sequence[Any], bias: Any, labels: Any, occur: Sequence[int]) -> float:
    found = []
    for one in scores:
        said = (one + bias).argmax(axis=1)
        for at in occur:
            both = int((said == at).sum() + (labels == at).sum())
            found.append(2 * int(((said == at) & (labels == at)).sum()) / both if both else 0.0)
    return math.fsum(found) / len(found)


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trained", action="store_true", help="train on four fifths, five times")
    parser.add_argument("--tune", action="store_true", help="print the shipped model's constants")
    asked = parser.parse_args()
    rows = petitions()
    if not rows:
        print("no evaluation data: LIANXIN_EVAL_DATA names no folder with petitions_dev.jsonl.gz; skipped")
        measure_speed([row.text for row in shipped.corpus()])
        return
    if asked.tune:
        tune(rows)
        return
    measure_speed([row.full for row in rows])
    judge_shipped(rows)
    if asked.trained:
        judge_trained(rows, lambda row: row.full)


if __name__ == "__main__":
    main()
