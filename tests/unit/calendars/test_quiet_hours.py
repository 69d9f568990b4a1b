"""Hours in which no reminder is said."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendars import BadCalendar, QuietHours, parse_quiet_hours
from tests.unit.calendars.spans import BERLIN, DEFAULT_QUIET, SHANGHAI, at, instants, quiet_hours, zones


def test_over_midnight() -> None:
    quiet = parse_quiet_hours("21:00-08:00")
    assert quiet == DEFAULT_QUIET
    assert [hour for hour in range(24) if quiet.covers(time(hour))] == [0, 1, 2, 3, 4, 5, 6, 7, 21, 22, 23]


def test_within_a_day() -> None:
    quiet = parse_quiet_hours("12:00-14:00")
    assert [hour for hour in range(24) if quiet.covers(time(hour))] == [12, 13]


def test_up_to_midnight() -> None:
    quiet = parse_quiet_hours("22:00-24:00")
    assert [hour for hour in range(24) if quiet.covers(time(hour))] == [22, 23]


@pytest.mark.parametrize("text", ["", "  "])
def test_empty_is_never(text: str) -> None:
    assert not any(parse_quiet_hours(text).covers(time(hour)) for hour in range(24))


@pytest.mark.parametrize("text", ["21:00", "21-8", "21:00-25:00", "00:00-24:00", "08:00-08:00", "晚上"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(BadCalendar):
        parse_quiet_hours(text)


@pytest.mark.parametrize(
    ("due", "latest", "said"),
    [
        ("2026-12-08 09:00", "2026-12-08 10:00", "2026-12-08 09:00"),
        ("2026-12-08 07:30", "2026-12-08 09:00", "2026-12-08 08:00"),  # at the end of quiet hours
        ("2026-12-07 23:00", "2026-12-08 09:00", "2026-12-08 08:00"),
        ("2026-12-08 07:00", "2026-12-08 08:00", "2026-12-07 20:59"),  # too late then: the evening before
        ("2026-12-08 06:20", "2026-12-08 06:30", "2026-12-07 20:59"),
        ("2026-12-07 21:00", "2026-12-07 22:00", "2026-12-07 20:59"),
        ("2026-12-08 09:00", "2026-12-08 09:00", None),
        ("2026-12-08 03:00", "2026-12-08 02:00", None),
    ],
)
def test_a_reminder_moves_out_of_quiet_hours(due: str, latest: str, said: str | None) -> None:
    found = DEFAULT_QUIET.fit(at(SHANGHAI, due), at(SHANGHAI, latest), SHANGHAI)
    assert found == (at(SHANGHAI, said) if said else None)


def test_an_end_that_clocks_show_twice_ends_it_twice() -> None:
    quiet = QuietHours(time(21), time(2, 30))
    second_time = at(BERLIN, "2026-10-25 02:10").replace(fold=1)
    end = quiet.end_after(second_time, BERLIN)
    assert end > second_time
    assert end - second_time == timedelta(minutes=20)


def test_a_start_that_clocks_jump_over_is_when_they_jump() -> None:
    quiet = QuietHours(time(2, 30), time(7))
    jump = at(BERLIN, "2026-03-29 03:00")
    assert quiet.start_before(at(BERLIN, "2026-03-29 05:00"), BERLIN) == jump


@given(instants, zones, quiet_hours)
def test_quiet_hours_hold_the_instant_that_they_cover(instant: datetime, zone: ZoneInfo, quiet: QuietHours) -> None:
    start, end = quiet.start_before(instant, zone), quiet.end_after(instant, zone)
    assert start <= instant <= end
    assert not quiet.covers_instant(end, zone)
    if quiet.covers_instant(instant, zone):
        assert start <= instant < end
        assert quiet.covers_instant(start, zone)
        assert end - start <= timedelta(hours=25)
    else:
        assert start == instant == end


@given(
    instants,
    st.integers(-60, 2000),
    zones,
    st.sampled_from([DEFAULT_QUIET, QuietHours(), QuietHours(time(12), time(14))]),
)
def test_a_reminder_is_said_outside_quiet_hours_or_not_at_all(
    due: datetime, minutes: int, zone: ZoneInfo, quiet: QuietHours
) -> None:
    latest = due + timedelta(minutes=minutes)
    said = quiet.fit(due, latest, zone)
    assert (said is None) == (minutes <= 0)
    if said is not None:
        assert said < latest
        assert not quiet.covers_instant(said, zone)
        assert said == due or quiet.covers_instant(due, zone)
