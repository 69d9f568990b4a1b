"""What one process remembers of open matters, so that the next one about the same thing is found."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.assignment.likeness.similar import APART, Index, Signature

LOOK_BACK = timedelta(minutes=2)  # a transaction that was given its number before may commit so much later
_MOST_LATE = 2_000  # cases that are looked at again
_NOTHING = 1 << 62  # no case needs to be read a second time


@dataclass(slots=True)
class Likeness:
    """The index of open matters, and up to which case it has been read.

    What a rolled-back commit added stays until it is found: `marks` tell whether the case that the database has
    under an id is the one that is remembered.
    """

    index: Index = field(default_factory=Index)
    marks: dict[int, bytes] = field(default_factory=dict)
    last_case_id: int = 0
    again: int = _NOTHING  # what follows this case is to be read a second time
    _behind: int = 0  # the last case at the turn before
    _turned_at: datetime | None = None

    def begin_reading(self, now: datetime) -> int:
        """After which case there may be new ones; every two minutes it also looks `again` at the latest."""
        self._turned_at = self._turned_at or now
        if now - self._turned_at >= LOOK_BACK:
            self.again = min(self.again, max(self._behind, self.last_case_id - _MOST_LATE))
            self._behind, self._turned_at = self.last_case_id, now
            self.trim(now)
        return self.last_case_id

    def have_read_again(self, after: int | None, known: int) -> None:
        """Go on after this case next time; None, or beyond what was `known` before: nothing is left."""
        self.again = _NOTHING if after is None or after >= known else after

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
        """Another matter has this id than the one that is remembered: read it."""
        self.forget(case_id)
        self.again = min(self.again, case_id - 1)

    def trim(self, now: datetime) -> None:
        """Let go of what is too old to be like anything new."""
        self.index.trim(now - APART)
        if len(self.marks) != len(self.index):
            self.marks = {case_id: mark for case_id, mark in self.marks.items() if case_id in self.index}
