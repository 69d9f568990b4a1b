"""The tables of states refuse everything that is not written in them."""

from collections.abc import Mapping
from enum import StrEnum
from itertools import product

import pytest

from storage.models import Case
from storage.states import (
    ACTIVITY_DAY,
    ATTACHMENT,
    ATTENDANCE,
    BROADCAST,
    CASE,
    DUTY_REPORT,
    INBOX,
    LIVE,
    OPEN,
    OUTBOX,
    QUESTION,
    RECIPIENT,
    REMINDER,
    RIGHTS,
    WAITING_FOR_ANSWER,
    WORK_ORDER,
    ActivityState,
    AttendanceState,
    BroadcastState,
    CaseState,
    InboxState,
    LiveState,
    OutboxState,
    QuestionState,
    RecipientState,
    ReminderState,
    RightsState,
    StateRefused,
    check,
)
from tests.support.rows import MORNING

TABLES: dict[str, Mapping[StrEnum, frozenset[StrEnum]]] = {
    "case": CASE,
    "work order": WORK_ORDER,
    "inbox": INBOX,
    "outbox": OUTBOX,
    "attachment": ATTACHMENT,
    "activity day": ACTIVITY_DAY,
    "attendance": ATTENDANCE,
    "broadcast": BROADCAST,
    "recipient": RECIPIENT,
    "live": LIVE,
    "question": QUESTION,
    "reminder": REMINDER,
    "duty report": DUTY_REPORT,
    "rights": RIGHTS,
}  # type: ignore[dict-item]
PAIRS = [(name, old, new) for name, table in TABLES.items() for old, new in product(table, table)]


@pytest.mark.parametrize("name", TABLES)
def test_every_state_has_its_line(name: str) -> None:
    table = TABLES[name]
    kind = type(next(iter(table)))
    assert set(table) == set(kind)
    assert set().union(*table.values()) <= set(kind)


@pytest.mark.parametrize(("name", "old", "new"), PAIRS)
def test_a_change_is_allowed_or_refused_by_the_table(name: str, old: StrEnum, new: StrEnum) -> None:
    if new in TABLES[name][old]:
        assert check(TABLES[name], old, new) is new
        return
    with pytest.raises(StateRefused) as refused:
        check(TABLES[name], old, new)
    assert (refused.value.old, refused.value.new) == (old, new)
    assert str(refused.value) == f"{type(old).__name__}: {old.value} may not become {new.value}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (CaseState.ASSIGNED, CaseState.CLOSED),
        (CaseState.ASSIGNED, CaseState.REOPENED),
        (CaseState.ANSWERED, CaseState.ASSIGNED),
        (CaseState.ANSWERED, CaseState.ACCEPTED),
        (CaseState.CLOSED, CaseState.ANSWERED),
        (CaseState.CLOSED, CaseState.CLOSED),
        (InboxState.DONE, InboxState.WAITING),
        (OutboxState.SENT, OutboxState.WAITING),
        (OutboxState.SENT, OutboxState.LEASED),
        (OutboxState.PARKED, OutboxState.SENT),
        (OutboxState.DROPPED, OutboxState.WAITING),
        (ActivityState.PLANNED, ActivityState.ANNOUNCED),
        (ActivityState.CONFIRMED, ActivityState.ANNOUNCED),
        (ActivityState.CANCELLED, ActivityState.OPEN),
        (ActivityState.OPEN, ActivityState.CONFIRMED),
        (ActivityState.CLOSED, ActivityState.CANCELLED),
        (AttendanceState.DECLINED, AttendanceState.ABSENT),
        (AttendanceState.REPLACED, AttendanceState.ACCEPTED),
        (AttendanceState.PRESENT, AttendanceState.DECLINED),
        (BroadcastState.DRAFT, BroadcastState.SCHEDULED),
        (BroadcastState.SUBMITTED, BroadcastState.SENDING),
        (BroadcastState.REFUSED, BroadcastState.SUBMITTED),
        (BroadcastState.RECALLED, BroadcastState.SENDING),
        (RecipientState.SENT, RecipientState.WAITING),
        (RecipientState.CONFIRMED, RecipientState.WAITING),
        (RecipientState.SKIPPED, RecipientState.WAITING),
        (LiveState.DRAFT, LiveState.LIVE),
        (LiveState.CANCELLED, LiveState.LIVE),
        (LiveState.ENDED, LiveState.CLAIMED),
        (QuestionState.WITHDRAWN, QuestionState.WAITING),
        (ReminderState.VOID, ReminderState.SENT),
        (ReminderState.DROPPED, ReminderState.WAITING),
        (ReminderState.HELD, ReminderState.WAITING),
        (RightsState.DONE, RightsState.WAITING),
        (RightsState.REFUSED, RightsState.DONE),
    ],
)
def test_what_must_never_happen_is_in_no_table(old: StrEnum, new: StrEnum) -> None:
    (table,) = [table for table in TABLES.values() if old in table and type(next(iter(table))) is type(old)]
    assert new not in table[old]


@pytest.mark.parametrize("state", BroadcastState)
def test_every_notice_can_come_to_its_end(state: BroadcastState) -> None:
    reached, ahead = {state}, {state}
    while ahead:
        ahead = set().union(*(BROADCAST[one] for one in ahead)) - reached
        reached |= ahead
    assert reached & {BroadcastState.CLOSED, BroadcastState.RECALLED, BroadcastState.REFUSED}


@pytest.mark.parametrize("state", CaseState)
def test_every_case_can_come_to_its_end(state: CaseState) -> None:
    reached, ahead = {state}, {state}
    while ahead:
        ahead = set().union(*(CASE[one] for one in ahead)) - reached
        reached |= ahead
    assert CaseState.CLOSED in reached


@pytest.mark.parametrize("state", [state for state in LiveState if state is not LiveState.CANCELLED])
def test_every_live_session_can_come_to_its_end(state: LiveState) -> None:
    reached, ahead = {state}, {state}
    while ahead:
        ahead = set().union(*(LIVE[one] for one in ahead)) - reached
        reached |= ahead
    assert LiveState.ARCHIVED in reached


@pytest.mark.parametrize("state", ActivityState)
def test_every_activity_day_can_come_to_its_end(state: ActivityState) -> None:
    reached, ahead = {state}, {state}
    while ahead:
        ahead = set().union(*(ACTIVITY_DAY[one] for one in ahead)) - reached
        reached |= ahead
    assert reached & {ActivityState.ARCHIVED, ActivityState.CANCELLED}


def test_an_open_case_waits_for_someone() -> None:
    assert set(CaseState) - OPEN == {CaseState.CLOSED}
    assert {CaseState.ANSWERED} == OPEN - WAITING_FOR_ANSWER


def test_a_case_stamps_when_it_moved() -> None:
    case = Case(number="JH-2026-000001", state=CaseState.ASSIGNED)
    case.move(CaseState.ACCEPTED, MORNING)
    assert (case.accepted_at, case.waits_for_answer) == (MORNING, True)
    case.move(CaseState.ANSWERED, MORNING)
    assert (case.answered_at, case.waits_for_answer, case.is_open) == (MORNING, False, True)
    case.move(CaseState.CLOSED, MORNING)
    assert (case.closed_at, case.is_open) == (MORNING, False)
    case.move(CaseState.REOPENED, MORNING)
    assert (case.closed_at, case.is_open) == (None, True)


def test_a_refused_change_leaves_the_case_as_it_was() -> None:
    case = Case(number="JH-2026-000001", state=CaseState.ASSIGNED)
    with pytest.raises(StateRefused):
        case.move(CaseState.CLOSED, MORNING)
    assert (case.state, case.closed_at) == (CaseState.ASSIGNED, None)
