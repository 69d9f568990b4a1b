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


class OrderState(StrEnum):
    """What became of a matter that was handed over to a department (domain E1)."""

    OPEN = "open"  # the department is asked for a reply by a day
    REPLIED = "replied"  # it is here; whoever has the case says whether it is told
    TOLD = "told"  # to the constituent
    RETURNED = "returned"  # the department says that it is not theirs
    WITHDRAWN = "withdrawn"


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
    DROPPED = "dropped"  # not said: gave its place to something that matters more, or was told by telephone
    FAILED = "failed"  # will never go out; the reason says why


class AttachmentState(StrEnum):
    """Whether the bytes of an attachment are here."""

    WANTED = "wanted"
    STORED = "stored"
    LOST = "lost"
    RECALLED = "recalled"  # taken back; the bytes are deleted


class ActivityState(StrEnum):
    """Where an activity day stands (domain E5)."""

    PLANNED = "planned"  # found by a rule; staff have not said yet that it is so
    CONFIRMED = "confirmed"
    ROSTER_OPEN = "roster_open"
    ROSTER_FIXED = "roster_fixed"
    ANNOUNCED = "announced"
    REMINDED = "reminded"
    OPEN = "open"  # people are received
    CLOSED = "closed"
    COUNTED = "counted"  # every site has filed its counts
    REPORTED = "reported"
    ARCHIVED = "archived"
    POSTPONED = "postponed"  # will be held, the date is not known
    CANCELLED = "cancelled"


class AttendanceState(StrEnum):
    """A representative's place on an activity day."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"  # on leave, or cannot come
    REPLACED = "replaced"  # somebody stands in
    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"


class LiveState(StrEnum):
    """Where a live session stands (domain E6)."""

    DRAFT = "draft"
    APPROVED = "approved"
    ANNOUNCED = "announced"
    COLLECTING = "collecting"
    REMINDED = "reminded"
    LIVE = "live"
    ENDED = "ended"
    SORTED = "sorted"  # every question has its fate
    CLAIMED = "claimed"  # the claim list is out
    PUBLISHED = "published"  # every asker has an answer
    FOLLOWED_UP = "followed_up"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


class QuestionState(StrEnum):
    """What became of a question to a live session."""

    WAITING = "waiting"
    ANSWERED = "answered"  # on the stream
    CASE = "case"
    MERGED = "merged"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ReminderState(StrEnum):
    """What became of a reminder."""

    WAITING = "waiting"
    SENT = "sent"  # handed to the outbox
    HELD = "held"  # for a conversation whose window is closed: until its next message
    VOID = "void"  # its reason is gone
    DROPPED = "dropped"  # too late to be of use


class FileCheckState(StrEnum):
    """Where the yearly check of a duty file stands (domain E8)."""

    OPENED = "opened"
    GAPS_LISTED = "gaps_listed"  # the representative has the one list of what is missing
    COMPLETE = "complete"  # nothing is missing, or what is was waived
    CONFIRMED = "rep_confirmed"
    REVIEWED = "group_reviewed"
    PUBLISHED = "published"  # the view of Art. 58 is open
    SEALED = "sealed"  # its digest is on record
    BOUND = "bound"  # at the end of the term


class DutyReportState(StrEnum):
    """Where a representative's report to the voters stands (domain A3, row 7)."""

    DRAFTED = "drafted"  # a text from the record is there, no day is set
    PLANNED = "planned"  # a day and a place are set
    HELD = "held"  # with its marks; it is a duty entry from here on


class RightsState(StrEnum):
    """What became of somebody's wish to use a right over their data (PIPL, Art. 50)."""

    ASKED = "asked"  # they were told what follows, and have not confirmed
    WAITING = "waiting"  # a person decides, by a day
    DONE = "done"
    REFUSED = "refused"  # with the reason and where to complain
    WITHDRAWN = "withdrawn"  # not wanted any more, or never confirmed


class TwoPersonState(StrEnum):
    """What became of an act that needs a second person."""

    ASKED = "asked"
    AGREED = "agreed"  # and done; by nobody where one person did it from the server's shell, of which others hear
    REFUSED = "refused"
    LAPSED = "lapsed"  # nobody decided within a day


class BroadcastState(StrEnum):
    """Where a notice stands (domain E7)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"  # a second person is asked
    APPROVED = "approved"  # they stand for it too; the list is being frozen
    SCHEDULED = "scheduled"
    SENDING = "sending"
    SENT = "sent"  # every recipient has an end
    RECEIPT_WATCH = "receipt_watch"  # who has confirmed, who has not
    CLOSED = "closed"
    RECALLED = "recalled"
    REFUSED = "refused"


class RecipientState(StrEnum):
    """What became of a notice for one recipient."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    CONFIRMED = "confirmed"
    SKIPPED = "skipped"  # recalled before it went out, or not wanted any more


CASE: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.ASSIGNED: frozenset({CaseState.ASSIGNED, CaseState.ACCEPTED, CaseState.ANSWERED}),
    CaseState.ACCEPTED: frozenset({CaseState.ASSIGNED, CaseState.ACCEPTED, CaseState.ANSWERED}),
    CaseState.ANSWERED: frozenset({CaseState.ANSWERED, CaseState.REOPENED, CaseState.CLOSED}),
    CaseState.REOPENED: frozenset({CaseState.ASSIGNED, CaseState.ACCEPTED, CaseState.ANSWERED, CaseState.REOPENED}),
    CaseState.CLOSED: frozenset({CaseState.REOPENED}),
}

WORK_ORDER: Mapping[OrderState, frozenset[OrderState]] = {
    OrderState.OPEN: frozenset({OrderState.REPLIED, OrderState.RETURNED, OrderState.WITHDRAWN}),
    OrderState.REPLIED: frozenset({OrderState.TOLD, OrderState.OPEN, OrderState.WITHDRAWN}),
    OrderState.TOLD: frozenset(),
    OrderState.RETURNED: frozenset(),
    OrderState.WITHDRAWN: frozenset(),
}

INBOX: Mapping[InboxState, frozenset[InboxState]] = {
    InboxState.WAITING: frozenset({InboxState.DONE, InboxState.PARKED}),
    InboxState.DONE: frozenset(),
    InboxState.PARKED: frozenset({InboxState.WAITING, InboxState.DONE}),  # done: its writer had it erased
}

OUTBOX: Mapping[OutboxState, frozenset[OutboxState]] = {
    OutboxState.WAITING: frozenset(
        {OutboxState.LEASED, OutboxState.PARKED, OutboxState.DROPPED, OutboxState.FAILED}
    ),
    OutboxState.LEASED: frozenset(
        {OutboxState.SENT, OutboxState.WAITING, OutboxState.PARKED, OutboxState.DROPPED, OutboxState.FAILED}
    ),
    OutboxState.SENT: frozenset({OutboxState.PARKED, OutboxState.FAILED}),
    OutboxState.PARKED: frozenset({OutboxState.WAITING, OutboxState.DROPPED, OutboxState.FAILED}),
    OutboxState.DROPPED: frozenset({OutboxState.PARKED}),  # told by telephone, and staff want it in writing, too
    OutboxState.FAILED: frozenset({OutboxState.WAITING, OutboxState.DROPPED}),
}

ATTACHMENT: Mapping[AttachmentState, frozenset[AttachmentState]] = {
    AttachmentState.WANTED: frozenset({AttachmentState.STORED, AttachmentState.LOST, AttachmentState.RECALLED}),
    AttachmentState.STORED: frozenset({AttachmentState.RECALLED}),
    AttachmentState.LOST: frozenset({AttachmentState.RECALLED}),
    AttachmentState.RECALLED: frozenset(),
}

_A = ActivityState
_CALLED_OFF = frozenset({_A.POSTPONED, _A.CANCELLED})
ACTIVITY_DAY: Mapping[ActivityState, frozenset[ActivityState]] = {
    _A.PLANNED: frozenset({_A.CONFIRMED}) | _CALLED_OFF,
    _A.CONFIRMED: frozenset({_A.CONFIRMED, _A.ROSTER_OPEN}) | _CALLED_OFF,
    _A.ROSTER_OPEN: frozenset({_A.CONFIRMED, _A.ROSTER_FIXED}) | _CALLED_OFF,
    _A.ROSTER_FIXED: frozenset({_A.CONFIRMED, _A.ANNOUNCED}) | _CALLED_OFF,
    _A.ANNOUNCED: frozenset({_A.CONFIRMED, _A.REMINDED}) | _CALLED_OFF,
    _A.REMINDED: frozenset({_A.CONFIRMED, _A.OPEN}) | _CALLED_OFF,
    _A.OPEN: frozenset({_A.CLOSED, _A.CANCELLED}),
    _A.CLOSED: frozenset({_A.COUNTED}),
    _A.COUNTED: frozenset({_A.COUNTED, _A.REPORTED}),
    _A.REPORTED: frozenset({_A.ARCHIVED, _A.COUNTED}),
    _A.ARCHIVED: frozenset(),
    _A.POSTPONED: frozenset({_A.CONFIRMED, _A.CANCELLED}),
    _A.CANCELLED: frozenset({_A.CONFIRMED}),  # it is held after all, on a date that staff set
}

_T = AttendanceState
_CAME = frozenset({_T.PRESENT, _T.LATE, _T.ABSENT})
ATTENDANCE: Mapping[AttendanceState, frozenset[AttendanceState]] = {
    _T.INVITED: frozenset({_T.INVITED, _T.ACCEPTED, _T.DECLINED, _T.REPLACED}) | _CAME,
    _T.ACCEPTED: frozenset({_T.INVITED, _T.ACCEPTED, _T.DECLINED, _T.REPLACED}) | _CAME,
    _T.DECLINED: frozenset({_T.INVITED, _T.ACCEPTED, _T.DECLINED, _T.REPLACED, _T.PRESENT, _T.LATE}),
    _T.REPLACED: frozenset({_T.PRESENT, _T.LATE}),
    _T.PRESENT: frozenset({_T.LATE, _T.ABSENT}),  # staff correct it; their entry is withdrawn
    _T.LATE: frozenset({_T.PRESENT, _T.ABSENT}),
    _T.ABSENT: frozenset({_T.PRESENT, _T.LATE}),
}

_L = LiveState
LIVE: Mapping[LiveState, frozenset[LiveState]] = {
    _L.DRAFT: frozenset({_L.APPROVED, _L.CANCELLED}),
    _L.APPROVED: frozenset({_L.APPROVED, _L.ANNOUNCED, _L.LIVE, _L.CANCELLED}),
    _L.ANNOUNCED: frozenset({_L.APPROVED, _L.COLLECTING, _L.LIVE, _L.CANCELLED}),
    _L.COLLECTING: frozenset({_L.APPROVED, _L.REMINDED, _L.LIVE, _L.CANCELLED}),
    _L.REMINDED: frozenset({_L.APPROVED, _L.LIVE, _L.CANCELLED}),
    _L.LIVE: frozenset({_L.ENDED, _L.APPROVED, _L.CANCELLED}),
    _L.ENDED: frozenset({_L.SORTED, _L.LIVE, _L.APPROVED}),  # a stream that broke down comes back, or later
    _L.SORTED: frozenset({_L.CLAIMED}),
    _L.CLAIMED: frozenset({_L.PUBLISHED}),
    _L.PUBLISHED: frozenset({_L.FOLLOWED_UP}),
    _L.FOLLOWED_UP: frozenset({_L.ARCHIVED}),
    _L.ARCHIVED: frozenset(),
    _L.CANCELLED: frozenset(),
}

_Q = QuestionState
_FATES = frozenset({_Q.ANSWERED, _Q.CASE, _Q.MERGED, _Q.DECLINED, _Q.WITHDRAWN})
QUESTION: Mapping[QuestionState, frozenset[QuestionState]] = {
    _Q.WAITING: _FATES,
    _Q.ANSWERED: frozenset({_Q.CASE}),
    _Q.CASE: frozenset(),
    _Q.MERGED: frozenset({_Q.WAITING, _Q.CASE}),
    _Q.DECLINED: frozenset({_Q.CASE}),
    _Q.WITHDRAWN: frozenset(),
}

_R = ReminderState
REMINDER: Mapping[ReminderState, frozenset[ReminderState]] = {
    _R.WAITING: frozenset({_R.SENT, _R.HELD, _R.VOID, _R.DROPPED, _R.WAITING}),
    _R.SENT: frozenset({_R.WAITING, _R.HELD, _R.VOID, _R.DROPPED}),  # until it has left the outbox
    _R.HELD: frozenset({_R.SENT, _R.VOID, _R.DROPPED}),
    _R.VOID: frozenset({_R.WAITING}),  # moved back, or called on again: it is planned anew
    _R.DROPPED: frozenset(),
}

_F = FileCheckState
FILE_CHECK: Mapping[FileCheckState, frozenset[FileCheckState]] = {
    _F.OPENED: frozenset({_F.GAPS_LISTED, _F.COMPLETE}),
    _F.GAPS_LISTED: frozenset({_F.COMPLETE}),
    _F.COMPLETE: frozenset({_F.CONFIRMED}),
    _F.CONFIRMED: frozenset({_F.REVIEWED, _F.COMPLETE}),  # sent back with a reason
    _F.REVIEWED: frozenset({_F.PUBLISHED}),
    _F.PUBLISHED: frozenset({_F.SEALED}),
    _F.SEALED: frozenset({_F.BOUND}),
    _F.BOUND: frozenset(),
}

_V = DutyReportState
DUTY_REPORT: Mapping[DutyReportState, frozenset[DutyReportState]] = {
    _V.DRAFTED: frozenset({_V.PLANNED, _V.HELD}),
    _V.PLANNED: frozenset({_V.HELD, _V.DRAFTED}),
    _V.HELD: frozenset(),
}

_G = RightsState
RIGHTS: Mapping[RightsState, frozenset[RightsState]] = {
    _G.ASKED: frozenset({_G.WAITING, _G.DONE, _G.WITHDRAWN}),
    _G.WAITING: frozenset({_G.DONE, _G.REFUSED, _G.WITHDRAWN}),
    _G.DONE: frozenset(),
    _G.REFUSED: frozenset(),
    _G.WITHDRAWN: frozenset(),
}

_W = TwoPersonState
TWO_PERSON: Mapping[TwoPersonState, frozenset[TwoPersonState]] = {
    _W.ASKED: frozenset({_W.AGREED, _W.REFUSED, _W.LAPSED}),
    _W.AGREED: frozenset(),
    _W.REFUSED: frozenset(),
    _W.LAPSED: frozenset(),
}

_B = BroadcastState
BROADCAST: Mapping[BroadcastState, frozenset[BroadcastState]] = {
    _B.DRAFT: frozenset({_B.SUBMITTED, _B.RECALLED}),
    _B.SUBMITTED: frozenset({_B.APPROVED, _B.REFUSED, _B.RECALLED}),
    _B.APPROVED: frozenset({_B.SCHEDULED}),
    _B.SCHEDULED: frozenset({_B.SENDING, _B.RECALLED}),
    _B.SENDING: frozenset({_B.SENT, _B.RECALLED}),
    _B.SENT: frozenset({_B.RECEIPT_WATCH, _B.CLOSED, _B.SENDING, _B.RECALLED}),
    _B.RECEIPT_WATCH: frozenset({_B.CLOSED, _B.SENDING, _B.RECALLED}),
    _B.CLOSED: frozenset(),
    _B.RECALLED: frozenset(),
    _B.REFUSED: frozenset(),
}

_P = RecipientState
RECIPIENT: Mapping[RecipientState, frozenset[RecipientState]] = {
    _P.WAITING: frozenset({_P.SENT, _P.FAILED, _P.CONFIRMED, _P.SKIPPED}),
    _P.SENT: frozenset({_P.CONFIRMED, _P.FAILED}),
    _P.FAILED: frozenset({_P.WAITING, _P.CONFIRMED, _P.FAILED}),
    _P.CONFIRMED: frozenset(),
    _P.SKIPPED: frozenset(),
}

WAITING_FOR_ANSWER = frozenset({CaseState.ASSIGNED, CaseState.ACCEPTED, CaseState.REOPENED})
OPEN = WAITING_FOR_ANSWER | {CaseState.ANSWERED}


def check(table: Mapping[S, frozenset[S]], old: S, new: S) -> S:
    """Return `new` if it may follow `old`, else raise `StateRefused`."""
    if new not in table[old]:
        raise StateRefused(old, new)
    return new
