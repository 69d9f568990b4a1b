"""Every state machine of the database in one place: which states there are and which may follow which.

Drawn in docs/states.md; a test holds the drawing against these tables.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

S = TypeVar("S", bound=StrEnum)


class StateRefused(Exception):
    """A change of state that the table does not allow."""

    def __init__(self, old: StrEnum, new: StrEnum) -> None:
        self.old, self.new = old, new
        super().__init__(f"{type(old).__name__}: {old.value} may not become {new.value}")


class CaseState(StrEnum):
    """Where a constituent's matter stands (domain E1)."""

    ASSIGNED = "assigned"  # has an owner, nobody has taken it up
    ACCEPTED = "accepted"  # the representative or an officer has taken it up
    ANSWERED = "answered"  # answered; the constituent is asked whether that settles it
    REOPENED = "reopened"  # the constituent says it is not settled, or wrote again
    CLOSED = "closed"


class InboxState(StrEnum):
    """What became of something that came in."""

    WAITING = "waiting"
    DONE = "done"
    PARKED = "parked"  # could not be handled; a person looks at it


class OutboxState(StrEnum):
    """What became of something to be said."""

    WAITING = "waiting"
    LEASED = "leased"  # a pump is sending it
    SENT = "sent"
    PARKED = "parked"  # waits for the constituent to write again
    DROPPED = "dropped"  # gave its place in the send budget to something that matters more
    FAILED = "failed"  # will never go out; the reason says why


class AttachmentState(StrEnum):
    """Whether the bytes of an attachment are here."""

    WANTED = "wanted"
    STORED = "stored"
    LOST = "lost"
    RECALLED = "recalled"  # taken back; the bytes are deleted


CASE: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.ASSIGNED: frozenset({CaseState.ASSIGNED, CaseState.ACCEPTED, CaseState.ANSWERED}),
    CaseState.ACCEPTED: frozenset({CaseState.ASSIGNED, CaseState.ACCEPTED, CaseState.ANSWERED}),
    CaseState.ANSWERED: frozenset({CaseState.ANSWERED, CaseState.REOPENED, CaseState.CLOSED}),
    CaseState.REOPENED: frozenset({CaseState.ASSIGNED, CaseState.ACCEPTED, CaseState.ANSWERED, CaseState.REOPENED}),
    CaseState.CLOSED: frozenset({CaseState.REOPENED}),
}

INBOX: Mapping[InboxState, frozenset[InboxState]] = {
    InboxState.WAITING: frozenset({InboxState.DONE, InboxState.PARKED}),
    InboxState.DONE: frozenset(),
    InboxState.PARKED: frozenset({InboxState.WAITING}),
}

OUTBOX: Mapping[OutboxState, frozenset[OutboxState]] = {
    OutboxState.WAITING: frozenset(
        {OutboxState.LEASED, OutboxState.PARKED, OutboxState.DROPPED, OutboxState.FAILED}
    ),
    OutboxState.LEASED: frozenset(
        {OutboxState.SENT, OutboxState.WAITING, OutboxState.PARKED, OutboxState.DROPPED, OutboxState.FAILED}
    ),
    OutboxState.SENT: frozenset({OutboxState.PARKED, OutboxState.FAILED}),
    OutboxState.PARKED: frozenset({OutboxState.WAITING, OutboxState.FAILED}),
    OutboxState.DROPPED: frozenset(),
    OutboxState.FAILED: frozenset({OutboxState.WAITING}),
}

ATTACHMENT: Mapping[AttachmentState, frozenset[AttachmentState]] = {
    AttachmentState.WANTED: frozenset({AttachmentState.STORED, AttachmentState.LOST, AttachmentState.RECALLED}),
    AttachmentState.STORED: frozenset({AttachmentState.RECALLED}),
    AttachmentState.LOST: frozenset({AttachmentState.RECALLED}),
    AttachmentState.RECALLED: frozenset(),
}

WAITING_FOR_ANSWER = frozenset({CaseState.ASSIGNED, CaseState.ACCEPTED, CaseState.REOPENED})
OPEN = WAITING_FOR_ANSWER | {CaseState.ANSWERED}


def check(table: Mapping[S, frozenset[S]], old: S, new: S) -> S:
    """Return `new` if it may follow `old`, else raise `StateRefused`."""
    if new not in table[old]:
        raise StateRefused(old, new)
    return new
