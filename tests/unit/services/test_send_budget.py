"""The plan of the send budget: never a sixth message, never one after 48 h, and no promise that is not kept."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.services.send_budget import Plan, Room, Shut, foresee, plan
from storage.chat_rows import KEEPS_LAST
from storage.outbox import MUST_ARRIVE, Purpose

START = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
OPEN = START + timedelta(hours=48)
FIVE = 5


@pytest.mark.parametrize(
    ("parts", "room", "goes", "shut"),
    [
        (1, Room(5, OPEN, False), 1, None),
        (5, Room(5, OPEN, False), 5, None),
        (6, Room(5, OPEN, False), 5, Shut.BUDGET),
        (3, Room(5, OPEN, False, owed=3), 2, Shut.BUDGET),
        (1, Room(1, OPEN, False, owed=1), 0, Shut.BUDGET),
        (1, Room(0, OPEN, False, owed=4), 0, Shut.BUDGET),
        (2, Room(5, OPEN, True), 0, Shut.PERSON),
        (2, Room(5, START, False), 0, Shut.WINDOW),
        (2, Room(5, START, False, ended=True), 0, Shut.ENDED),
        (2, Room(5, None, False), 0, Shut.WINDOW),
    ],
)
def test_what_is_foreseen(parts: int, room: Room, goes: int, shut: Shut | None) -> None:
    foreseen = foresee(parts, room, START)
    assert (foreseen.goes, foreseen.shut, foreseen.held) == (goes, shut, goes < parts)


@pytest.mark.parametrize(
    ("left", "owed", "decision"),
    [
        (5, 0, Plan.SEND),
        (2, 1, Plan.SEND),
        (2, 2, Plan.DROP),
        (4, 3, Plan.SEND),
        (4, 4, Plan.DROP),
        (1, 0, Plan.DROP),
    ],
)
def test_a_receipt_leaves_a_place_for_each_answer_that_waits(left: int, owed: int, decision: Plan) -> None:
    assert plan(Purpose.RECEIPT, Room(left, OPEN, False, owed), START)[0] is decision


@dataclass
class Row:
    """Something to be said; `promised`: its author was told that it goes out now."""

    purpose: Purpose
    promised: bool = False
    told: bool = False  # its author was told that it waits
    sent: bool = False
    parked: bool = False
    gone: bool = False


class Budget(RuleBasedStateMachine):
    """The pump and the services on one side, WeCom's own counting on the other."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.rows: list[Row] = []
        self.left, self.until, self.person = 0, START, False
        self.asked_at, self.since_asked = START, 0

    @initialize()
    def begin(self) -> None:
        self.constituent_writes()

    @rule()
    def constituent_writes(self) -> None:
        self.asked_at, self.since_asked = self.now, 0
        self.left, self.until = FIVE, self.now + timedelta(hours=48)
        if not self.person:
            for row in self.rows:
                row.parked = False

    @rule(parts=st.integers(1, 7))
    def staff_answers(self, parts: int) -> None:
        foreseen = foresee(parts, self.room(), self.now)
        for part in range(parts):
            goes = part < foreseen.goes
            self.rows.append(Row(Purpose.ANSWER, promised=goes, told=not goes))

    @rule(parts=st.integers(1, 5))
    def an_answer_that_leaves_at_once_is_as_promised(self, parts: int) -> None:
        before = len(self.rows)
        self.staff_answers(parts)
        self.pump_sends(len(self.rows))
        for row in self.rows[before:]:
            assert row.sent is row.promised, "what was foreseen is what happens"

    @precondition(lambda self: self.room().messages_left - self.room().owed > 0)
    @rule()
    def an_answer_that_just_fits_is_as_promised(self) -> None:
        self.an_answer_that_leaves_at_once_is_as_promised(self.left - self.room().owed)

    @rule(purpose=st.sampled_from(sorted(set(Purpose) - MUST_ARRIVE - {Purpose.WELCOME})))
    def something_else_is_said(self, purpose: Purpose) -> None:
        self.rows.append(Row(purpose))

    @rule(count=st.integers(1, 6))
    def pump_sends(self, count: int) -> None:
        for row in [one for one in self.rows if self.waits(one)][:count]:
            decision, _ = plan(row.purpose, self.room(row), self.now)
            if decision is Plan.SEND:
                self.left -= 1
                self.wecom_takes()
                row.sent = True
            elif decision is Plan.PARK:
                row.parked = row.told = True
            else:
                row.gone = True

    @rule(minutes=st.sampled_from((1, 60, 47 * 60 + 59, 2, 49 * 60)))
    def time_goes_by(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def a_person_takes_the_session(self) -> None:
        self.person = True

    @precondition(lambda self: self.person)
    @rule()
    def the_person_ends_it(self) -> None:
        self.person = False
        self.until = min(self.until, self.now)  # until their next word nothing goes through

    def waits(self, row: Row) -> bool:
        return not (row.sent or row.parked or row.gone)

    def room(self, besides: Row | None = None) -> Room:
        owed = sum(self.waits(one) and one.purpose in KEEPS_LAST and one is not besides for one in self.rows)
        return Room(self.left, self.until, self.person, owed)

    def wecom_takes(self) -> None:
        self.since_asked += 1
        assert self.since_asked <= FIVE, "a sixth message"
        assert self.now < self.asked_at + timedelta(hours=48), "after 48 hours"
        assert not self.person, "over a person's head"

    @invariant()
    def every_answer_is_sent_or_waits_with_somebody_knowing(self) -> None:
        for row in self.rows:
            if row.purpose in MUST_ARRIVE:
                assert not row.gone
                assert row.sent or row.told or (row.promised and self.waits(row))


Budget.TestCase.settings = settings(max_examples=100, stateful_step_count=25, deadline=None)
TestBudget = Budget.TestCase
