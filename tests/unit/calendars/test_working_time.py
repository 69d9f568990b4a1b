"""Hours that count, and when one may disturb people."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendars import BadCalendar, QuietHours, WorkingDays, WorkingTime, parse_working_hours
from bot.calendars.working_time import MOST_HOURS, WHOLE_DAY
from tests.unit.calendars.spans import BERLIN, DEFAULT_QUIET, NEW_YORK, SHANGHAI, at, instants, quiet_hours, zones

DAYS = WorkingDays()
OFFICE = (time(9), time(18))


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-16 10:00", 24, "2026-11-17 10:00"),
        ("2026-11-20 15:00", 24, "2026-11-23 15:00"),  # Friday to Monday
        ("2026-11-21 10:00", 24, "2026-11-24 00:00"),  # Saturday counts from Monday 00:00
        ("2026-11-20 00:00", 24, "2026-11-21 00:00"),  # the end of Friday, not the beginning of Monday
        ("2026-02-13 15:00", 24, "2026-02-14 15:00"),  # a make-up Saturday counts
        ("2026-02-14 15:00", 24, "2026-02-24 15:00"),  # Spring Festival does not
        ("2026-02-27 12:00", 48, "2026-03-02 12:00"),  # Friday, make-up Saturday, Monday
        ("2028-02-28 12:00", 24, "2028-02-29 12:00"),
        ("2028-02-29 12:00", 24, "2028-03-01 12:00"),
        ("2026-04-30 20:00", 8, "2026-05-06 04:00"),
        ("2026-11-21 10:00", 0, "2026-11-21 10:00"),
        ("2026-11-20 15:00", 0.5, "2026-11-20 15:30"),
    ],
)
def test_the_whole_of_a_working_day_counts(start: str, hours: float, due: str) -> None:
    assert WorkingTime(DAYS, SHANGHAI).due(at(SHANGHAI, start), hours) == at(SHANGHAI, due)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-20 18:00", 1, "2026-11-23 10:00"),
        ("2026-11-20 17:30", 1, "2026-11-23 09:30"),
        ("2026-11-20 09:00", 9, "2026-11-20 18:00"),
        ("2026-11-20 03:00", 1, "2026-11-20 10:00"),
        ("2026-11-21 12:00", 9, "2026-11-23 18:00"),
        ("2026-02-14 17:00", 2, "2026-02-24 10:00"),
    ],
)
def test_an_office_may_count_its_own_hours_only(start: str, hours: float, due: str) -> None:
    assert WorkingTime(DAYS, SHANGHAI, OFFICE).due(at(SHANGHAI, start), hours) == at(SHANGHAI, due)


def test_a_day_on_which_clocks_change_has_its_real_hours() -> None:
    worked = {date(2026, 3, 29): "work", date(2026, 10, 25): "work"}  # both are Sundays
    berlin = WorkingTime(WorkingDays(worked), BERLIN)
    spring, autumn = at(BERLIN, "2026-03-29 00:00"), at(BERLIN, "2026-10-25 00:00")
    assert berlin.elapsed(spring, at(BERLIN, "2026-03-30 00:00")) == 23
    assert berlin.elapsed(autumn, at(BERLIN, "2026-10-26 00:00")) == 25
    assert berlin.due(spring, 24) == at(BERLIN, "2026-03-30 01:00")
    assert berlin.due(autumn, 24) == at(BERLIN, "2026-10-25 23:00")


def test_a_change_of_clocks_on_a_weekend_does_not_move_mondays_hour() -> None:
    new_york = WorkingTime(DAYS, NEW_YORK)
    assert new_york.due(at(NEW_YORK, "2026-03-06 15:00"), 24) == at(NEW_YORK, "2026-03-09 15:00")
    assert new_york.due(at(NEW_YORK, "2026-10-30 15:00"), 24) == at(NEW_YORK, "2026-11-02 15:00")


@pytest.mark.parametrize("hours", [-1, MOST_HOURS + 1, float("inf"), float("nan")])
def test_hours_that_never_end_are_refused(hours: float) -> None:
    with pytest.raises(BadCalendar):
        WorkingTime(DAYS, SHANGHAI).due(at(SHANGHAI, "2026-11-20 15:00"), hours)


spans = st.sampled_from([WHOLE_DAY, OFFICE, (time(0), time(3)), (time(20), time(0)), (time(2, 30), time(4))])
hours_given = st.one_of(st.integers(1, 400).map(float), st.floats(0.01, 200).map(lambda hours: round(hours, 2)))


@given(instants, hours_given, zones, spans)
def test_what_has_elapsed_when_it_is_due_are_the_hours(
    start: datetime, hours: float, zone: ZoneInfo, span: tuple[time, time]
) -> None:
    worked = WorkingTime(DAYS, zone, span)
    due = worked.due(start, hours)
    assert due > start
    assert worked.elapsed(start, due) == pytest.approx(hours, abs=1e-6)
    assert worked.elapsed(start, due - timedelta(minutes=1)) < hours  # and not before
    assert worked.elapsed(due, start) == 0


@given(instants, st.integers(0, 90), st.integers(0, 90), zones, spans)
def test_elapsed_hours_add_up(
    start: datetime, first: int, second: int, zone: ZoneInfo, span: tuple[time, time]
) -> None:
    worked = WorkingTime(DAYS, zone, span)
    middle, end = start + timedelta(hours=first), start + timedelta(hours=first + second)
    both = worked.elapsed(start, middle) + worked.elapsed(middle, end)
    assert both == pytest.approx(worked.elapsed(start, end))


@pytest.mark.parametrize(
    ("instant", "awake"),
    [
        ("2026-11-20 15:00", "2026-11-20 15:00"),
        ("2026-11-20 08:00", "2026-11-20 08:00"),
        ("2026-11-20 07:59", "2026-11-20 08:00"),
        ("2026-11-19 22:00", "2026-11-20 08:00"),
        ("2026-11-20 22:00", "2026-11-23 08:00"),  # Friday night to Monday morning
        ("2026-11-21 12:00", "2026-11-23 08:00"),
        ("2026-02-13 23:00", "2026-02-14 08:00"),  # a make-up Saturday is a working day
        ("2026-02-14 21:00", "2026-02-24 08:00"),  # nothing escalates at Spring Festival
        ("2026-09-30 21:00", "2026-10-08 08:00"),
    ],
)
def test_nothing_escalates_at_night_or_on_a_holiday(instant: str, awake: str) -> None:
    found = WorkingTime(DAYS, SHANGHAI).awake(at(SHANGHAI, instant), DEFAULT_QUIET)
    assert found == at(SHANGHAI, awake)
    assert found.tzinfo is UTC


@given(instants, zones, quiet_hours)
def test_awake_is_the_first_instant_that_is_neither_quiet_nor_off(
    instant: datetime, zone: ZoneInfo, quiet: QuietHours
) -> None:
    worked = WorkingTime(DAYS, zone)
    found = worked.awake(instant, quiet)
    assert found >= instant
    assert worked.awake(found, quiet) == found
    assert DAYS.is_working(found.astimezone(zone).date())
    assert not quiet.covers_instant(found, zone)
    if found > instant:
        before = found - timedelta(seconds=1)
        assert quiet.covers_instant(before, zone) or not DAYS.is_working(before.astimezone(zone).date())


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("", WHOLE_DAY),
        ("00:00-24:00", WHOLE_DAY),
        ("09:00-18:00", OFFICE),
        (" 8:30 - 24:00 ", (time(8, 30), time(0))),
    ],
)
def test_working_hours_as_staff_write_them(text: str, hours: tuple[time, time]) -> None:
    assert parse_working_hours(text) == hours


@pytest.mark.parametrize("text", ["9-18", "18:00-09:00", "09:00-09:00", "00:00-00:00", "24:00-18:00", "all day"])
def test_working_hours_over_midnight_are_refused(text: str) -> None:
    with pytest.raises(BadCalendar):
        parse_working_hours(text)
