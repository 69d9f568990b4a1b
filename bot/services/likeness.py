"""What one process remembers of open matters, so that the next one about the same thing is found."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.assignment.likeness.similar import APART, Index, Signature

LOOK_BACK = timedelta(minutes=2)  # a transaction that was given its number before may commit so much later
_MOST_LATE = 2_000  # cases that are looked at again
_NOTHING = 1 << 62  # no case needs to be read again


@dataclass(slots=True)
class Likeness:
    """The index of open matters, and up to which case it has been read.

    What a rolled-back commit added stays until it is found: `marks` tell whether the case that the database has
    under an id is the one that is remembered.
    """

    index: Index = field(default_factory=Index)
    marks: dict[int, bytes] = field(default_factory=dict)
    last_case_id: int = 0
    _behind: int = 0  # the last case at the turn before
    _turned_at: datetime | None = None
    _again: int = _NOTHING

    def begin_reading(self, now: datetime) -> int:
        """After which case to read on: the last one read, or an earlier one where some may have been missed."""
        self._turned_at = self._turned_at or now
        after, self._again = min(self._again, self.last_case_id), _NOTHING
        if now - self._turned_at >= LOOK_BACK:
            after = min(after, max(self._behind, self.last_case_id - _MOST_LATE))
            self._behind, self._turned_at = self.last_case_id, now
            self.trim(now)
        return after

    def remember(
        self, case_id: int, mark: bytes, signature: Signature, opened_at: datetime, cluster_id: int | None = None
    ) -> None:
        """Add a matter, in place of what had its id before."""
        self.index.add(case_id, signature, opened_at, cluster_id or 0)
        self.marks[case_id] = mark
        self.last_case_id = max(self.last_case_id, case_id)

    def knows(self, case_id: int, mark: bytes) -> bool:
        """Whether this very matter is remembered."""
        return self.marks.get(case_id) == mark and case_id in self.index

    def forget(self, case_id: int) -> None:
        """Let go of a matter; one that is not here is no mistake."""
        self.index.forget(case_id)
        self.marks.pop(case_id, None)

    def read_again(self, case_id: int) -> None:
        """Another matter has this id than the one that is remembered: read on from there."""
        self.forget(case_id)
        self._again = min(self._again, case_id - 1)

    def trim(self, now: datetime) -> None:
        """Let go of what is too old to be like anything new."""
        self.index.trim(now - APART)
        if len(self.marks) != len(self.index):
            self.marks = {case_id: mark for case_id, mark in self.marks.items() if case_id in self.index}
