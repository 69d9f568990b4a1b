"""Texts as sparse matrices over the runs that are worth knowing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.assignment.topics.features import Runs, encode, length_of, runs
from bot.assignment.topics.heads import IMPORTANCE_STEP

Matrix: TypeAlias = Any  # scipy's csr_matrix, which comes without types

# How much runs of one, two and three characters count: pairs are nearest to words.
BY_LENGTH = (0.7, 1.0, 0.5)


@dataclass(frozen=True, slots=True)
class Counts:
    """The runs of one text, sorted, how often each is there, and the length of the text in codes."""

    runs: Runs
    often: NDArray[np.int64]
    length: int


def count(texts: Sequence[str]) -> list[Counts]:
    """The runs of each text."""
    found = []
    for text in texts:
        codes = encode(text)
        pieces, often = runs(codes)
        found.append(Counts(pieces, often, len(codes)))
    return found


def vocabulary(counted: Sequence[Counts], at_least: int) -> Runs:
    """The runs that are in at least so many texts, sorted."""
    pieces, often = np.unique(np.concatenate([one.runs for one in counted]), return_counts=True)
    return np.asarray(pieces[often >= at_least])


def raw(counted: Sequence[Counts], known: Runs) -> Matrix:
    """Texts by known runs, with how often each is there."""
    from scipy.sparse import csr_matrix

    columns, values, ends = [], [], [0]
    for one in counted:
        places = np.searchsorted(known, one.runs)
        places[places == len(known)] = 0
        mine = known[places] == one.runs
        columns.append(places[mine].astype(np.int32))
        values.append(one.often[mine].astype(np.float32))
        ends.append(ends[-1] + int(mine.sum()))
    return csr_matrix((np.concatenate(values), np.concatenate(columns), ends), shape=(len(counted), len(known)))


def importance(whole: Matrix, known: Runs) -> NDArray[np.uint8]:
    """How much each run counts, as a head keeps it: rare runs more, by inverse document frequency."""
    texts = whole.shape[0]
    having = np.bincount(whole.indices, minlength=len(known))
    rare = np.log((1 + texts) / (1 + having)) + 1
    sizes = np.array(BY_LENGTH)[[length_of(int(run)) - 1 for run in known]]
    return np.asarray(np.clip(np.rint(rare * sizes / IMPORTANCE_STEP), 1, 255), dtype=np.uint8)


def weighed(counts: Matrix, sizes: NDArray[np.uint8]) -> Matrix:
    """Rows of length 1: (1 + log of the count) times the importance. What `Head.find` does for one text."""
    from scipy.sparse import diags_array
    from sklearn.preprocessing import normalize

    found = counts.copy()
    found.data = (1 + np.log(found.data)).astype(np.float32)
    return normalize((found @ diags_array(sizes.astype(np.float32) * np.float32(IMPORTANCE_STEP))).tocsr())
