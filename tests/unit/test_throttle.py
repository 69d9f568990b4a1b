"""Who knocks too often waits, who knocks seldom never does, and nobody waits for another."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.throttle import KEPT, Throttle, address_of

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


def test_a_burst_is_let_in_then_one_each_pause() -> None:
    throttle = Throttle(60, 60)
    assert [throttle.knock("a", NOW) for _ in range(60)] == [0.0] * 60
    assert throttle.knock("a", NOW) == pytest.approx(1)
    assert throttle.knock("b", NOW) == 0
    assert throttle.knock("a", NOW + timedelta(seconds=1.01)) == 0
    assert throttle.knock("a", NOW + timedelta(seconds=1.02)) > 0


@given(st.lists(st.floats(min_value=0, max_value=5), min_size=1, max_size=200))
def test_never_more_than_twice_the_number_in_any_window(pauses: list[float]) -> None:
    throttle, at, let_in = Throttle(10, 10), NOW, []
    for pause in pauses:
        at += timedelta(seconds=pause)
        if not throttle.knock("a", at):
            let_in.append(at)
    for one in let_in:
        assert sum(one <= other <= one + timedelta(seconds=9.9) for other in let_in) <= 20


@given(st.integers(min_value=1, max_value=100), st.integers(min_value=1, max_value=600))
def test_who_keeps_to_the_pace_never_waits(most: int, seconds: int) -> None:
    throttle = Throttle(most, seconds)
    for number in range(50):
        assert throttle.knock("a", NOW + timedelta(seconds=number * (seconds / most + 0.001))) == 0


def test_a_clock_that_is_set_back_locks_nobody_out() -> None:
    throttle = Throttle(1, 60)
    assert throttle.knock("a", NOW + timedelta(days=1)) == 0
    assert throttle.knock("a", NOW) == 0


def test_memory_is_bounded_whoever_comes() -> None:
    throttle = Throttle(1, 60)
    for number in range(KEPT + 10):
        throttle.knock(str(number), NOW)
    assert len(throttle._free_at) == KEPT


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("203.0.114.9", [], "203.0.114.9"),
        ("203.0.114.9", ["198.51.99.1"], "203.0.114.9"),  # the world cannot name another
        ("127.0.0.1", ["198.51.99.1"], "198.51.99.1"),
        ("127.0.0.1", ["10.0.0.1, 198.51.99.1"], "198.51.99.1"),  # the last is our proxy's word
        ("127.0.0.1", ["1.2.3.4", "198.51.99.1"], "198.51.99.1"),
        ("10.0.0.2", ["nonsense"], "10.0.0.2"),
        ("2606:4700:1:2:3:4:5:6", [], "2606:4700:0001:0002::"),
        (None, [], ""),
    ],
)
def test_who_asks_is_told_by_the_connection_or_by_a_proxy_of_ours(
    remote: str | None, forwarded: list[str], address: str
) -> None:
    assert address_of(remote, forwarded) == address
