"""What WeCom refused a moment ago holds back all that goes to that API, and no longer than it must."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outbox.gates import OPEN, Gate, after_answer, after_refusal
from bot.outbox.ranks import PLACES
from bot.wecom.errors import ConfigFault, Permanent, Temporary, WeComError, classify

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TOO_OFTEN = classify("message/send", 45009)
TOO_MANY = classify("message/send", 45033)


def refused(gate: Gate, error: WeComError, *, left: float = 0, now: float = 0, flying: int = 20) -> Gate:
    return after_refusal(gate, error, NOW + left * SECOND, NOW + now * SECOND, flying)


def test_too_often_shuts_it_for_a_minute_and_then_lets_one_try() -> None:
    gate = refused(OPEN, TOO_OFTEN)
    assert gate.room(NOW + 59 * SECOND, 0) == 0
    assert gate.room(NOW + 60 * SECOND, 0) == 1
    assert gate.room(NOW + 60 * SECOND, 1) == 0


def test_all_that_were_under_way_then_count_as_one_refusal() -> None:
    gate = refused(OPEN, TOO_OFTEN, left=-2)
    assert refused(gate, TOO_OFTEN, left=-1, now=1) == gate


def test_refused_again_and_again_it_is_shut_longer_but_not_for_ever() -> None:
    gate, at, waits = OPEN, 0.0, []
    for _ in range(8):
        gate = refused(gate, TOO_OFTEN, left=at, now=at)
        assert gate.blocked_until is not None
        waits.append((gate.blocked_until - NOW).total_seconds() - at)
        at += waits[-1]
    assert waits == [60, 120, 240, 480, 600, 600, 600, 600]


def test_what_wecom_asks_for_is_kept_however_long() -> None:
    gate = refused(OPEN, Temporary("message/send", retry_after_seconds=3600))
    assert gate.blocked_until == NOW + timedelta(hours=1)


def test_after_the_pause_twice_as_many_with_each_round_until_it_is_open() -> None:
    gate, rooms = refused(OPEN, TOO_OFTEN), []
    at = NOW + 60 * SECOND
    for _ in range(7):
        room = gate.room(at, 0)
        rooms.append(room)
        for _ in range(room):
            gate = after_answer(gate, at)
    assert rooms == [1, 2, 4, 8, 16, 32, PLACES]
    assert gate.blocks == 0


def test_too_many_at_once_halves_them_and_then_one_more_with_each_round() -> None:
    gate = refused(OPEN, TOO_MANY, flying=39)
    assert gate.room(NOW, 0) == 20
    for _ in range(20):
        gate = after_answer(gate, NOW + SECOND)
    assert gate.room(NOW + SECOND, 0) in (20, 21)
    for _ in range(20 * PLACES * 2):
        gate = after_answer(gate, NOW + SECOND)
    assert gate.room(NOW + SECOND, 0) == PLACES


def test_there_is_always_one_left() -> None:
    gate = OPEN
    for second in range(20):
        gate = refused(gate, TOO_MANY, left=second, now=second, flying=0)
    assert gate.room(NOW + 20 * SECOND, 0) == 1


@pytest.mark.parametrize(
    "error",
    [
        Temporary("message/send", -1),
        Temporary("message/send", ambiguous=True),
        Temporary("kf/send_msg", 95018, retry_after_seconds=5.0),  # of one conversation
        Permanent("message/send", 40058),
        ConfigFault("message/send", 60020),
    ],
    ids=str,
)
def test_what_is_the_matter_of_one_row_shuts_nothing(error: WeComError) -> None:
    assert refused(OPEN, error) == OPEN


def test_a_clock_that_is_set_back_does_not_shut_it_for_that_long() -> None:
    gate = refused(OPEN, TOO_OFTEN)
    assert gate.room(NOW - timedelta(hours=1), 0) == 1


@given(st.lists(st.sampled_from([TOO_OFTEN, TOO_MANY, None]), max_size=60))
def test_whatever_comes_there_is_room_again_within_ten_minutes(answers: list[WeComError | None]) -> None:
    gate, now = OPEN, NOW
    for answer in answers:
        now += SECOND
        gate = after_answer(gate, now) if answer is None else after_refusal(gate, answer, now, now, 3)
    assert 1 <= gate.room(now + timedelta(minutes=10), 0) <= PLACES
