"""Which days the office works."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendars import BadCalendar, WorkingDays

SHIPPED = WorkingDays()
# General Office of the State Council: 国办发明电〔2023〕7号, 〔2024〕12号, 〔2025〕7号
OFF = {
    2024: ["01-01", "02-10/02-17", "04-04/04-06", "05-01/05-05", "06-08/06-10", "09-15/09-17", "10-01/10-07"],
    2025: ["01-01", "01-28/02-04", "04-04/04-06", "05-01/05-05", "05-31/06-02", "10-01/10-08"],
    2026: ["01-01/01-03", "02-15/02-23", "04-04/04-06", "05-01/05-05", "06-19/06-21", "09-25/09-27", "10-01/10-07"],
}
MADE_UP = {
    2024: ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"],
    2025: ["01-26", "02-08", "04-27", "09-28", "10-11"],
    2026: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
}
# an invented arrangement of 2027, as an office would import it; Spring Festival is on 6 February
TABLE_2027 = {
    **{date(2027, 1, day): "off" for day in (1, 2, 3)},
    **{date(2027, 2, day): "off" for day in range(5, 13)},
    **{date(2027, 4, day): "off" for day in (3, 4, 5)},
    **{date(2027, 5, day): "off" for day in range(1, 6)},
    **{date(2027, 6, day): "off" for day in (9,)},
    **{date(2027, 9, day): "off" for day in (15,)},
    **{date(2027, 10, day): "off" for day in range(1, 8)},
    date(2027, 1, 30): "work",
    date(2027, 2, 20): "work",
    date(2027, 5, 8): "work",
    date(2027, 10, 9): "work",
}


def days_of(year: int) -> list[date]:
    """All days of a year."""
    return [
        date(year, 1, 1) + timedelta(days=number)
        for number in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]


def spans(year: int) -> set[date]:
    """The days off that the State Council announced."""
    found = set()
    for span in OFF[year]:
        first, _, last = span.partition("/")
        begin, end = date.fromisoformat(f"{year}-{first}"), date.fromisoformat(f"{year}-{last or first}")
        found |= {begin + timedelta(days=number) for number in range((end - begin).days + 1)}
    return found


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_shipped_table_is_the_state_councils(year: int) -> None:
    off, made_up = spans(year), {date.fromisoformat(f"{year}-{day}") for day in MADE_UP[year]}
    announced = {day: day in made_up or (day.weekday() < 5 and day not in off) for day in days_of(year)}
    assert {day: SHIPPED.is_working(day) for day in days_of(year)} == announced
    assert SHIPPED.knows(year)


def test_spring_festival_2026_with_both_make_up_saturdays() -> None:
    february = {day: SHIPPED.is_working(date(2026, 2, day)) for day in range(13, 30 - 1)}
    assert [day for day, working in february.items() if working] == [13, 14, 24, 25, 26, 27, 28]
    assert SHIPPED.next_working(date(2026, 2, 15)) == date(2026, 2, 24)
    assert SHIPPED.last_working(date(2026, 2, 23)) == date(2026, 2, 14)
    assert SHIPPED.add(date(2026, 2, 13), 2) == date(2026, 2, 24)
    assert SHIPPED.add(date(2026, 2, 24), -2) == date(2026, 2, 13)


def test_a_year_not_announced_yet_is_computed_and_said_not_to_be_known() -> None:
    assert not SHIPPED.knows(2028)
    holidays = [
        (1, 1), (1, 26), (1, 27), (1, 28), (4, 4), (5, 1), (5, 28), (10, 1), (10, 2), (10, 3),
    ]  # fmt: skip
    assert not any(SHIPPED.is_working(date(2028, *day)) for day in holidays)
    assert SHIPPED.is_working(date(2028, 2, 29))
    assert not any(SHIPPED.is_working(day) for day in days_of(2028) if day.weekday() >= 5)


@pytest.mark.parametrize("year", [1, 1900, 1949, 2050, 2101, 2500, 9999])
def test_no_year_raises(year: int) -> None:
    working = [SHIPPED.is_working(date(year, month, day)) for month in range(1, 13) for day in range(1, 29)]
    assert any(working)
    assert not all(working)
    assert not SHIPPED.knows(year)


def test_an_offices_row_decides_its_day() -> None:
    days = WorkingDays({date(2026, 4, 8): "off", date(2026, 4, 5): "work", date(2026, 2, 14): "off"})
    assert not days.is_working(date(2026, 4, 8))  # a holiday of the region
    assert days.is_working(date(2026, 4, 5))
    assert not days.is_working(date(2026, 2, 14))
    assert not days.is_working(date(2026, 4, 6))  # what it does not name stays
    assert days.knows(2026)


def test_an_offices_whole_table_of_a_computed_year_stands_alone() -> None:
    days = WorkingDays(TABLE_2027)
    assert days.knows(2027)
    assert {day for day in days_of(2027) if day.weekday() >= 5 and days.is_working(day)} == {
        date(2027, 1, 30), date(2027, 2, 20), date(2027, 5, 8), date(2027, 10, 9),
    }  # fmt: skip
    off = {day for day in days_of(2027) if day.weekday() < 5 and not days.is_working(day)}
    assert off == {day for day, kind in TABLE_2027.items() if kind == "off" and day.weekday() < 5}


def test_one_row_of_a_computed_year_makes_it_no_known_year() -> None:
    days = WorkingDays({date(2027, 1, 1): "off", date(2027, 3, 8): "off"})
    assert not days.knows(2027)
    assert not days.is_working(date(2027, 3, 8))
    assert not days.is_working(date(2027, 10, 1))


def test_a_table_given_cannot_be_changed_afterwards() -> None:
    table = {date(2026, 4, 8): "off"}
    days = WorkingDays(table)
    table.clear()
    assert not days.is_working(date(2026, 4, 8))


def test_a_kind_of_day_that_is_none_is_refused() -> None:
    with pytest.raises(BadCalendar, match="off or work"):
        WorkingDays({date(2026, 4, 8): "half"})


days = st.dates(date(2024, 1, 1), date(2028, 12, 1))
tables = st.one_of(
    st.just(SHIPPED),
    st.just(WorkingDays(TABLE_2027)),
    st.dictionaries(days, st.sampled_from(["off", "work"]), max_size=30).map(WorkingDays),
)


@given(tables, days, st.integers(1, 60))
def test_so_many_working_days_later_lie_so_many_working_days(table: WorkingDays, day: date, number: int) -> None:
    later = table.add(day, number)
    assert table.is_working(later)
    assert table.between(day, later) == number
    assert table.between(later, day) == -number
    assert table.add(table.next_working(day), number) >= later
    assert table.add(day, 0) == day


@given(tables, days, st.integers(1, 60))
def test_there_and_back_again(table: WorkingDays, day: date, number: int) -> None:
    working = table.next_working(day)
    assert table.add(table.add(working, number), -number) == working


@given(tables, days)
def test_the_next_working_day_has_none_before_it(table: WorkingDays, day: date) -> None:
    following, preceding = table.next_working(day), table.last_working(day)
    assert table.between(day, following) == (following != day)
    assert preceding <= day <= following
    assert table.is_working(day) == (preceding == day == following)
