"""Since when an answer waits: what each look saw decides, not the clock of a process that was not there."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.services.watching.lateness import decide_since, find_late
from storage.delivery_figures import Unsent

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
TICK = timedelta(seconds=30)
FIVE = timedelta(minutes=5)


def row(row_id: int, written: datetime) -> Unsent:
    return Unsent(row_id, written, "")


def test_an_answer_written_since_the_last_look_waits_since_it_was_written() -> None:
    written = NOON - timedelta(seconds=10)
    assert decide_since({}, NOON - TICK, [row(1, written)], NOON) == {1: written}


def test_an_old_answer_that_was_parked_until_now_waits_since_the_last_look_at_most() -> None:
    assert decide_since({}, NOON - TICK, [row(1, NOON - timedelta(days=3))], NOON) == {1: NOON - TICK}


def test_what_was_seen_keeps_its_time_and_what_has_left_is_forgotten() -> None:
    seen = {1: NOON - FIVE, 2: NOON - FIVE}
    assert decide_since(seen, NOON - TICK, [row(2, NOON - FIVE)], NOON) == {2: NOON - FIVE}


@pytest.mark.parametrize("hours", [1, 24])
def test_time_in_which_nobody_was_there_to_send_does_not_count(hours: int) -> None:
    looked_at = NOON - timedelta(hours=hours)
    seen = {1: looked_at - timedelta(minutes=2)}
    since = decide_since(seen, looked_at, [row(1, seen[1]), row(2, looked_at + timedelta(minutes=1))], NOON)
    assert since == {1: NOON - timedelta(minutes=2) - TICK, 2: NOON}
    assert find_late(since, NOON, FIVE) == []


def test_a_clock_that_was_set_back_makes_nothing_late_and_nothing_younger_than_now() -> None:
    since = decide_since({1: NOON}, NOON, [row(1, NOON)], NOON - timedelta(hours=1))
    assert since == {1: NOON - timedelta(hours=1)}


def test_five_minutes_are_in_time_and_a_moment_more_is_late_the_oldest_first() -> None:
    since = {1: NOON - FIVE, 2: NOON - FIVE - timedelta(seconds=1), 3: NOON - timedelta(hours=1)}
    assert find_late(since, NOON, FIVE) == [3, 2]
