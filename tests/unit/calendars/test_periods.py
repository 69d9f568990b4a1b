"""Periods as statutes count them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendars import WorkingDays, periods
from tests.unit.calendars.spans import BERLIN, SHANGHAI


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        ("2026-11-20", 3, "2027-02-20"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-01-31", 3, "2026-04-30"),
        ("2026-12-31", 0, "2026-12-31"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
    ],
)
def test_months_end_on_the_same_day_or_the_last(start: str, months: int, due: str) -> None:
    assert periods.after_months(date.fromisoformat(start), months) == date.fromisoformat(due)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-60, 60))
def test_months_later_is_that_month(start: date, months: int) -> None:
    due = periods.after_months(start, months)
    assert (due.year * 12 + due.month) - (start.year * 12 + start.month) == months
    assert due.day == start.day or (due.day < start.day and due.day >= 28)


def test_days_do_not_count_the_first() -> None:
    assert periods.after_days(date(2026, 11, 20), 15) == date(2026, 12, 5)
    assert periods.after_days(date(2028, 2, 28), 1) == date(2028, 2, 29)


def test_a_due_day_moves_off_a_holiday_only_where_the_rule_lets_it() -> None:
    saturday, festival = date(2026, 12, 5), date(2026, 2, 16)
    days = WorkingDays()
    assert periods.due_on(saturday, days, moves=False) == saturday
    assert periods.due_on(saturday, days, moves=True) == date(2026, 12, 7)
    assert periods.due_on(festival, days, moves=True) == date(2026, 2, 24)
    assert periods.due_on(date(2026, 2, 14), days, moves=True) == date(2026, 2, 14)  # a make-up Saturday


def test_a_day_is_over_at_the_next_midnight() -> None:
    assert periods.end_of(date(2026, 12, 31), SHANGHAI) == datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert periods.end_of(date(2026, 3, 29), BERLIN) == datetime(2026, 3, 29, 22, tzinfo=UTC)
