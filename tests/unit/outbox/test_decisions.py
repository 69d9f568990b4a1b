"""What becomes of a row whose turn it is, and of one whose sending failed: pure decisions, as tables."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outbox.budget import Plan, Room, plan
from bot.outbox.retry import Next, Verdict, decide_retry
from bot.wecom.errors import (
    ConfigFault,
    MediaExpired,
    Permanent,
    Temporary,
    Unknown,
    Unreachable,
    Waiting,
    WeComError,
)
from storage.outbox import MUST_ARRIVE, PRIORITY, Purpose

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
API = "kf/send_msg"
TEMPORARY, LOST = Temporary(API, -1), Temporary(API, ambiguous=True)
BUSY = Temporary(API, 45009, retry_after_seconds=60.0)


def decide(error: WeComError, attempt: int = 1, *, in_doubt: bool = False, age_hours: float = 0) -> Verdict:
    return decide_retry(error, attempt=attempt, in_doubt=in_doubt, age_hours=age_hours, longest_hours=72)


@pytest.mark.parametrize(
    ("error", "attempt", "in_doubt", "age_hours", "verdict"),
    [
        (TEMPORARY, 1, False, 0, Verdict(Next.RETRY, 1.0)),
        (TEMPORARY, 2, False, 0, Verdict(Next.RETRY, 2.0)),
        (TEMPORARY, 5, False, 0, Verdict(Next.RETRY, 16.0)),
        (TEMPORARY, 11, False, 0, Verdict(Next.RETRY, 600.0)),
        (TEMPORARY, 400, False, 71.9, Verdict(Next.RETRY, 600.0)),
        (TEMPORARY, 1, True, 0, Verdict(Next.RETRY, 1.0, in_doubt=True)),
        (TEMPORARY, 1, False, 72, Verdict(Next.GIVE_UP)),
        (LOST, 1, False, 0, Verdict(Next.RETRY, 1.0, in_doubt=True)),
        (BUSY, 1, False, 0, Verdict(Next.RETRY, 60.0)),
        (BUSY, 9, False, 0, Verdict(Next.RETRY, 60.0)),
        (Waiting(API, 95001), 1, False, 0, Verdict(Next.PARK)),
        (Waiting(API, 95002), 1, True, 100, Verdict(Next.PARK)),
        (Permanent(API, 40058), 1, False, 0, Verdict(Next.GIVE_UP)),
        (MediaExpired(API, 40007), 1, False, 0, Verdict(Next.GIVE_UP)),
        (Unreachable(API, 60111), 1, True, 0, Verdict(Next.GIVE_UP)),
        (Unknown(API, 99999), 1, False, 0, Verdict(Next.GIVE_UP)),
        (ConfigFault(API, 60020), 1, False, 0, Verdict(Next.RETRY, 60.0)),
        (ConfigFault(API, 60020), 1, True, 0, Verdict(Next.RETRY, 60.0, in_doubt=True)),
        (ConfigFault(API, 60020), 1, False, 72, Verdict(Next.GIVE_UP)),
        # A second sending of what WeCom has taken already is refused: it counts as sent (contract 7).
        (Unknown(API, 99999), 2, True, 0, Verdict(Next.TAKEN)),
        (Permanent(API, 40058), 2, True, 0, Verdict(Next.TAKEN)),
        (Permanent(API, 40058), 2, True, 100, Verdict(Next.TAKEN)),
        (Permanent(API, 45002), 2, True, 0, Verdict(Next.GIVE_UP)),
    ],
    ids=str,
)
def test_what_follows_from_a_failure(
    error: WeComError, attempt: int, in_doubt: bool, age_hours: float, verdict: Verdict
) -> None:
    assert decide(error, attempt, in_doubt=in_doubt, age_hours=age_hours) == verdict


@given(st.integers(1, 100_000))
def test_however_often_it_was_tried_the_pause_is_at_most_ten_minutes(attempt: int) -> None:
    """A wrong setting is tried each minute for days; a lost connection after that must not break the pump."""
    assert 1 <= decide(TEMPORARY, attempt).seconds <= 600


@given(st.integers(1, 60))
def test_pauses_never_become_shorter(attempt: int) -> None:
    assert decide(TEMPORARY, attempt + 1).seconds >= decide(TEMPORARY, attempt).seconds


def room(left: int = 5, *, closes_in: float | None = 48, held: bool = False) -> Room:
    until = None if closes_in is None else NOW + timedelta(hours=closes_in)
    return Room(left, until, held)


SAYS_MORE = [purpose for purpose in Purpose if purpose not in {*MUST_ARRIVE, Purpose.URGENT}]


@pytest.mark.parametrize(
    ("purpose", "left", "decision"),
    [
        (Purpose.ANSWER, 5, Plan.SEND),
        (Purpose.ANSWER, 1, Plan.SEND),
        (Purpose.ANSWER, 0, Plan.PARK),
        (Purpose.REFERRAL, 1, Plan.SEND),
        (Purpose.REFERRAL, 0, Plan.PARK),
        (Purpose.URGENT, 1, Plan.SEND),
        (Purpose.URGENT, 0, Plan.DROP),
        *[(purpose, left, Plan.SEND) for purpose in SAYS_MORE for left in (5, 2)],
        *[(purpose, left, Plan.DROP) for purpose in SAYS_MORE for left in (1, 0)],
    ],
)
def test_the_last_message_is_kept_for_an_answer(purpose: Purpose, left: int, decision: Plan) -> None:
    assert plan(purpose, room(left), NOW)[0] is decision


@pytest.mark.parametrize("shut", [room(closes_in=0), room(closes_in=-1), room(closes_in=None)], ids=str)
def test_after_48_hours_an_answer_waits_and_the_rest_is_dropped(shut: Room) -> None:
    assert plan(Purpose.ANSWER, shut, NOW) == (Plan.PARK, "window")
    assert {plan(purpose, shut, NOW)[0] for purpose in SAYS_MORE} == {Plan.DROP}


def test_a_second_before_that_it_still_goes() -> None:
    assert plan(Purpose.ANSWER, room(closes_in=1 / 3600), NOW) == (Plan.SEND, "")


def test_nobody_talks_over_a_person() -> None:
    held = room(held=True)
    assert plan(Purpose.ANSWER, held, NOW)[0] is Plan.PARK
    assert {plan(purpose, held, NOW)[0] for purpose in SAYS_MORE} == {Plan.DROP}


@given(st.sampled_from(Purpose), st.integers(-3, 9), st.floats(-50, 50), st.booleans())
def test_an_answer_is_never_dropped_and_every_refusal_has_a_reason(
    purpose: Purpose, left: int, closes_in: float, held: bool
) -> None:
    decision, reason = plan(purpose, room(left, closes_in=closes_in, held=held), NOW)
    assert (decision is Plan.SEND) == (reason == "")
    if purpose is Purpose.ANSWER:
        assert decision is not Plan.DROP


def test_every_purpose_has_its_place_and_answers_go_before_notices() -> None:
    assert set(PRIORITY) == set(Purpose)
    assert PRIORITY[Purpose.ANSWER] < PRIORITY[Purpose.UPDATE] < PRIORITY[Purpose.NOTICE]


@pytest.mark.parametrize("error", [Unknown(API, 99999), Permanent(API, 40058)])
def test_a_refusal_of_what_has_no_id_of_ours_never_means_taken(error: WeComError) -> None:
    verdict = decide_retry(error, attempt=2, in_doubt=True, age_hours=0, longest_hours=72, keyed=False)
    assert verdict == Verdict(Next.GIVE_UP)
