"""Reading a message with a trained topic model: no input or output, no learning library.

A model file is the 8 bytes `LXTOPIC1`, the length of a header (4 bytes, little-endian), the header (JSON, UTF-8)
and a zlib stream with, for each head of the header in order: the runs (8 bytes each, little-endian, as their
bytes of lowest value first, then those of the next, and the runs as differences), one importance byte a run, and
the weights, one signed byte each, class by class. The header has the sha-256 of the unpacked stream, `about` (what
it was trained from) and the heads: `name`, `classes`, `runs` (how many), `scale`, `bias` and `bands`.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.assignment.taxonomy import KINDS, TOPICS
from bot.assignment.topics.features import (
    Pieces,
    Written,
    encode_all,
    headline,
    runs_of_all,
    says_something,
    spell,
)
from bot.assignment.topics.heads import MOST_CLASSES, MOST_RUNS, Band, Floats, Found, Head

LONGEST_WITH_KINDS = 260  # characters; what is longer is a letter, whose kind is not asked of the model

_MAGIC = b"LXTOPIC1"
_LONGEST_HEADER = 64 * 1024
_RUN_BYTES = 8
_MOST_BYTES = 2 * MOST_RUNS * (_RUN_BYTES + 1 + MOST_CLASSES)
_WORDS, _WORD_SEEDS, _LONGEST_WORD = 3, 8, 8
_FEW = 200  # are sorted as fast as they are looked through
_CHANCE = itemgetter(1)
_CLASSES = {"topic": frozenset(TOPICS), "kind": frozenset(KINDS)}


Ranked: TypeAlias = tuple[tuple[str, float], ...]


class ModelRefused(Exception):
    """A file that is no topic model, or a damaged one; the message says what and what to do."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text is about, with how sure that is."""

    topics: tuple[tuple[str, float], ...]
    sure: bool
    kinds: tuple[tuple[str, float], ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TopicModel:
    """A topic head, in most models a kind head, and what they were trained from."""

    topic: Head
    kind: Head | None = None
    about: Mapping[str, Any] = field(default_factory=dict)

    def read(self, text: str) -> Reading:
        """Read a raw text of any length; never raises, and looks at its first 3,000 characters at most.

        `topics` are all classes with their probability, likeliest first; `sure` says that the likeliest reaches
        what 95 % precision needs for a text of this length; `kinds` are the same of the kind head, and none for a
        text of more than LONGEST_WITH_KINDS characters; `words` are up to three
        fragments, as the model writes them (half-width, lower case), that spoke most for the likeliest topic.
        """
        return self.read_all((text,))[0]

    def read_all(self, texts: Sequence[str]) -> list[Reading]:
        """Read several texts at once, which costs half as much as one after the other."""
        if not texts:
            return []
        titles = [(number, title) for number, text in enumerate(texts) if (title := headline(text))]
        written = encode_all((*texts, *(title for _, title in titles)))
        pieces, lengths = runs_of_all(written), written.lengths[: len(texts)]
        found = self.topic.find(pieces, len(texts) + len(titles), [number for number, _ in titles])
        topics = _ranked(self.topic, self.topic.scores(found, len(texts)), lengths)
        kinds = self._kinds(texts, pieces, lengths)
        words = self._words(found, [self.topic.classes.index(ranked[0][0]) for ranked in topics], written)
        known = np.diff(found.begins).tolist()
        return [
            Reading(ranked, bool(some) and ranked[0][1] >= self.topic.band(length).sure, kind, said)
            for ranked, some, length, kind, said in zip(topics, known, lengths, kinds, words, strict=False)
        ]

    def read_kinds(self, texts: Sequence[str]) -> list[Ranked]:
        """Of what `read_all` says the kinds alone, at half its price."""
        if self.kind is None or not texts:
            return [()] * len(texts)
        written = encode_all(texts)
        return self._kinds(texts, runs_of_all(written), written.lengths)

    def _kinds(self, texts: Sequence[str], pieces: Pieces, lengths: Sequence[int]) -> list[Ranked]:
        """Of each text that is not too long."""
        short = [len(text) <= LONGEST_WITH_KINDS for text in texts]
        if self.kind is None or not any(short):
            return [()] * len(texts)
        asked = np.zeros(int(pieces.owners[-1]) + 1, np.bool_)
        asked[: len(texts)] = short
        found = self.kind.find(pieces if asked.all() else pieces.of(asked), len(texts))
        ranked = _ranked(self.kind, self.kind.scores(found, len(texts)), lengths)
        return [one if it_is else () for one, it_is in zip(ranked, short, strict=True)]

    def _words(self, found: Found, which: Sequence[int], written: Written) -> list[tuple[str, ...]]:
        """The fragments of each text that spoke most for a class of it."""
        spoke, begins = self.topic.spoke_for(found, which), found.begins.tolist()
        return [
            _words(self.topic, found.ids[begin:end], spoke[begin:end], written.text(number))
            for number, (begin, end) in enumerate(pairwise(begins[: len(which) + 1]))
        ]

    @classmethod
    def load(cls, data: bytes) -> "TopicModel":
        """The model of a file's bytes; raises ModelRefused."""
        header, body = _open(data)
        try:
            heads = _read_heads(header["heads"], body)
            return cls(heads["topic"], heads.get("kind"), dict(header["about"]))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ModelRefused(f"the topic model is damaged ({error}); train or fetch it again") from error

    def dump(self) -> bytes:
        """The bytes of a model file, the same for the same model."""
        heads = [("topic", self.topic), *([("kind", self.kind)] if self.kind is not None else [])]
        body = b"".join(_packed(head) for _, head in heads)
        header = {
            "about": dict(self.about),
            "heads": [_described(name, head) for name, head in heads],
            "sha256": hashlib.sha256(body).hexdigest(),
        }
        text = json.dumps(header, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        return _MAGIC + len(text).to_bytes(4, "little") + text + zlib.compress(body, 9)


def _ranked(head: Head, scores: Floats, lengths: Sequence[int]) -> list[Ranked]:
    return [
        tuple(sorted(zip(head.classes, chances, strict=True), key=_CHANCE, reverse=True))
        for chances in head.probabilities(scores, lengths)
    ]


def _words(head: Head, ids: NDArray[np.intp], spoke: Floats, text: str) -> tuple[str, ...]:
    """The fragments with the runs that spoke most; runs that overlap become one fragment."""
    seeds = _strongest(spoke, _WORD_SEEDS)
    spans: dict[tuple[int, int], float] = {}
    for run, worth in zip(head.runs[ids[seeds]].tolist(), spoke[seeds].tolist(), strict=True):
        said_so = spell(run)
        start = text.find(said_so)
        if worth > 0 and start >= 0:
            spans[start, start + len(said_so)] = worth
    said: dict[str, float] = {}
    for start, end, worth in _joined(spans):
        word = text[start:end]
        if says_something(word):
            said[word] = max(worth, said.get(word, 0.0))
    return tuple(sorted(said, key=lambda word: -said[word])[:_WORDS])


def _strongest(spoke: Floats, count: int) -> NDArray[np.intp]:
    """The places of the highest, the highest first; of equal ones the first."""
    if len(spoke) <= _FEW:
        return np.argsort(-spoke, kind="stable")[:count]
    least = np.partition(spoke, len(spoke) - count)[len(spoke) - count]
    places = np.flatnonzero(spoke >= least)
    return places.take(np.argsort(-spoke[places], kind="stable")[:count])


def _joined(spans: Mapping[tuple[int, int], float]) -> list[tuple[int, int, float]]:
    """Spans that overlap as one, unless that grows too long; the worth of one is the sum of its parts."""
    joined: list[tuple[int, int, float]] = []
    for (start, end), worth in sorted(spans.items()):
        if joined and start < joined[-1][1] and end - joined[-1][0] <= _LONGEST_WORD:
            first, last, sum_ = joined[-1]
            joined[-1] = first, max(last, end), sum_ + worth
        else:
            joined.append((start, end, worth))
    return joined


def _open(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Header and unpacked stream, checked against each other."""
    if not data.startswith(_MAGIC):
        raise ModelRefused("this is no topic model of this program; make one with `train`")
    start = len(_MAGIC) + 4
    size = int.from_bytes(data[len(_MAGIC) : start], "little")
    if size > _LONGEST_HEADER or len(data) < start + size:
        raise ModelRefused("the topic model is cut off in its header; train or fetch it again")
    try:
        header = json.loads(data[start : start + size])
        packer = zlib.decompressobj()
        body = packer.decompress(data[start + size :], _MOST_BYTES)
    except (ValueError, RecursionError, zlib.error) as error:
        raise ModelRefused("the topic model cannot be unpacked; train or fetch it again") from error
    if not packer.eof or packer.unused_data or not isinstance(header, dict):
        raise ModelRefused("the topic model is cut off or too large; train or fetch it again")
    if hashlib.sha256(body).hexdigest() != header.get("sha256"):
        raise ModelRefused("the topic model does not match its digest; train or fetch it again")
    return header, body


def _described(name: str, head: Head) -> dict[str, Any]:
    return {
        "name": name,
        "classes": head.classes,
        "runs": len(head.runs),
        "scale": head.scale,
        "bias": head.bias,
        "bands": [[band.length, band.sharpness, band.doubt, band.sure] for band in head.bands],
    }


def _packed(head: Head) -> bytes:
    steps = np.diff(head.runs, prepend=0).astype("<i8")
    planes = steps.view(np.uint8).reshape(-1, _RUN_BYTES).T
    return planes.tobytes() + head.importance.tobytes() + np.ascontiguousarray(head.weights.T).tobytes()


def _read_heads(entries: Iterable[Mapping[str, Any]], body: bytes) -> dict[str, Head]:
    heads, rest = {}, memoryview(body)
    for entry in entries:
        heads[str(entry["name"])], rest = _read_head(entry, rest)
    if len(rest):
        raise ValueError("something is left over")
    return heads


def _read_head(entry: Mapping[str, Any], rest: memoryview) -> tuple[Head, memoryview]:
    classes = tuple(map(str, entry["classes"]))
    count = int(entry["runs"])
    if not set(classes) <= _CLASSES[entry["name"]]:
        raise ValueError("it has classes that this program does not know")
    if not 0 < count <= MOST_RUNS or len(classes) > MOST_CLASSES:
        raise ValueError("its sizes are out of range")
    whole = count * (_RUN_BYTES + 1 + len(classes))
    part = np.frombuffer(rest[:whole], dtype=np.uint8)
    planes = part[: count * _RUN_BYTES].reshape(_RUN_BYTES, count)
    steps = np.ascontiguousarray(planes.T).view("<i8").ravel()
    weights = part[count * (_RUN_BYTES + 1) :].view(np.int8).reshape(len(classes), count)
    head = Head.of(
        classes=classes,
        runs=np.cumsum(steps, dtype=np.int64),
        importance=part[count * _RUN_BYTES : count * (_RUN_BYTES + 1)],
        weights=np.ascontiguousarray(weights.T),
        scale=float(entry["scale"]),
        bias=tuple(map(float, entry["bias"])),
        bands=tuple(Band(int(length), *map(float, rest)) for length, *rest in entry["bands"]),
    )
    return head, rest[whole:]
