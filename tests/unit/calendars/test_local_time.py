"""What clocks on the wall show, and when."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendars.faults import BadCalendar
from bot.calendars.local_time import day_of, instant_of, instants_of, parse_clock, parse_span
from tests.unit.calendars.spans import BERLIN, SHANGHAI, clocks, zones


def test_where_clocks_never_change_a_time_is_one_instant() -> None:
    assert instants_of(date(2026, 7, 1), time(9), SHANGHAI) == (datetime(2026, 7, 1, 1, tzinfo=UTC),)


def test_a_time_that_clocks_jump_over_is_the_instant_of_the_jump() -> None:
    jump = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert instants_of(date(2026, 3, 29), time(2), BERLIN) == (jump,)
    assert instants_of(date(2026, 3, 29), time(2, 59), BERLIN) == (jump,)


def test_a_time_that_clocks_show_twice_is_two_instants() -> None:
    both = (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    assert instants_of(date(2026, 10, 25), time(2, 30), BERLIN) == both
    assert instant_of(date(2026, 10, 25), time(2, 30), BERLIN) == both[0]


def test_a_midnight_that_never_comes_is_when_the_day_begins() -> None:
    cairo = ZoneInfo("Africa/Cairo")
    begins = instant_of(date(2026, 4, 24), time(0), cairo)
    assert begins.astimezone(cairo).replace(tzinfo=None) == datetime(2026, 4, 24, 1)


@given(st.dates(date(2024, 1, 1), date(2028, 12, 31)), clocks, zones)
def test_the_instants_are_in_order_and_on_the_day(day: date, clock: time, zone: ZoneInfo) -> None:
    found = instants_of(day, clock, zone)
    assert list(found) == sorted(set(found))
    assert {day_of(instant, zone) for instant in found} == {day}


@pytest.mark.parametrize(
    ("text", "clock"), [("09:00", time(9)), ("9:05", time(9, 5)), ("00:00", time(0)), ("24:00", time(0))]
)
def test_times_of_day(text: str, clock: time) -> None:
    assert parse_clock(text) == clock


@pytest.mark.parametrize("text", ["", "9", "24:01", "25:00", "09:60", "09:00:00", "nine", "-1:00"])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadCalendar, match="HH:MM"):
        parse_clock(text)


@pytest.mark.parametrize("text", ["", "09:00", "09:00-", "09:00-18:00-20:00", "09:00 to 18:00"])
def test_a_span_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadCalendar):
        parse_span(text)
