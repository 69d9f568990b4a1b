"""How activity days are found."""

import time
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendars.activity_rules import BadActivityRule, RuleFault, parse

THIRD, ROW = "third_tuesday", "third_calendar_week_tuesday"


def days_of(rule: str, first: str, last: str) -> list[str]:
    """The rule's days as they are written."""
    found = parse(rule).dates_between(date.fromisoformat(first), date.fromisoformat(last))
    return [day.isoformat() for day in found]


def test_the_two_readings_of_132_in_july_2027() -> None:
    assert days_of(THIRD, "2027-07-01", "2027-07-31") == ["2027-07-20"]
    assert days_of(ROW, "2027-07-01", "2027-07-31") == ["2027-07-13"]


@pytest.mark.parametrize(
    ("published", "fits"),
    [("2022-05-17", {THIRD}), ("2023-03-14", {ROW}), ("2025-06-10", {ROW}), ("2024-10-15", {THIRD, ROW})],
)
def test_published_days_fit_the_readings_they_fit(published: str, fits: set[str]) -> None:
    assert {rule for rule in (THIRD, ROW) if days_of(rule, published, published)} == fits


def test_a_day_of_the_month_is_the_last_one_of_a_shorter_month() -> None:
    assert days_of("monthly:31", "2028-01-15", "2028-05-15") == [
        "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30",
    ]  # fmt: skip
    assert days_of("monthly:30", "2027-02-01", "2027-02-28") == ["2027-02-28"]
    assert days_of("monthly:13", "2026-12-13", "2027-01-13") == ["2026-12-13", "2027-01-13"]


def test_listed_days_come_in_order_and_once() -> None:
    rule = parse("dates:2027-01-12,2026-12-08, 2027-01-12")
    assert rule.written == "dates:2026-12-08,2027-01-12"
    assert rule.dates_between(date(2026, 12, 9), date(2027, 12, 31)) == [date(2027, 1, 12)]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("rrule:FREQ=MONTHLY;BYDAY=3TU", ["2027-06-15", "2027-07-20"]),
        ("rrule:FREQ=MONTHLY;BYDAY=TU;BYSETPOS=3;BYMONTH=1,3,5,7", ["2027-07-20"]),
        ("rrule:FREQ=MONTHLY;BYMONTHDAY=-1", ["2027-06-30", "2027-07-31"]),
        ("rrule:FREQ=YEARLY;BYDAY=1TU;BYMONTH=6", ["2027-06-01"]),
        ("RRULE:freq=monthly;byday=3tu;bymonth=7;", ["2027-07-20"]),
        ("rrule:FREQ=WEEKLY;INTERVAL=4;BYDAY=TU;DTSTART=20270601", ["2027-06-01", "2027-06-29", "2027-07-27"]),
        ("rrule:FREQ=MONTHLY;BYDAY=3TU;COUNT=2;DTSTART=20270501", ["2027-06-15"]),
        ("rrule:FREQ=MONTHLY;BYDAY=3TU;UNTIL=20270615", ["2027-06-15"]),
        ("rrule:FREQ=MONTHLY;BYDAY=3TU;UNTIL=20270615T000000Z", ["2027-06-15"]),
        ("rrule:FREQ=MONTHLY;BYDAY=3TU;UNTIL=20200615", []),
        ("rrule:FREQ=MONTHLY;BYDAY=3TU;BYHOUR=9,14;BYMONTH=6", ["2027-06-15"]),  # the hours are the sites' own
        ("rrule:FREQ=DAILY;BYMONTH=6;BYMONTHDAY=29,30", ["2027-06-29", "2027-06-30"]),
    ],
)
def test_recurrences(rule: str, days: list[str]) -> None:
    assert days_of(rule, "2027-06-01", "2027-07-31") == days


def test_a_leap_day_recurs_in_leap_years() -> None:
    found = days_of("rrule:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2024-01-01", "2032-12-31")
    assert found == ["2024-02-29", "2028-02-29", "2032-02-29"]


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("", RuleFault.UNKNOWN),
        ("second_monday", RuleFault.UNKNOWN),
        ("third_tuesday:2", RuleFault.UNKNOWN),
        ("monthly", RuleFault.UNKNOWN),
        ("monthly:0", RuleFault.UNKNOWN),
        ("monthly:32", RuleFault.UNKNOWN),
        ("monthly:-1", RuleFault.UNKNOWN),
        ("monthly:１３", RuleFault.UNKNOWN),
        ("dates:", RuleFault.BAD_DATE),
        ("dates:2026-02-30", RuleFault.BAD_DATE),
        ("dates:2026-12-08;2027-01-12", RuleFault.BAD_DATE),
        ("rrule:", RuleFault.BAD_RECURRENCE),
        ("rrule:FREQ=HOURLY", RuleFault.BAD_RECURRENCE),
        ("rrule:FREQ=SECONDLY;COUNT=3;DTSTART=20270101", RuleFault.BAD_RECURRENCE),
        ("rrule:FREQ=MONTHLY;FREQ=DAILY", RuleFault.BAD_RECURRENCE),
        ("rrule:FREQ=MONTHLY;BYDAY=3XX", RuleFault.BAD_RECURRENCE),
        ("rrule:FREQ=WEEKLY;BYDAY=3TU", RuleFault.BAD_RECURRENCE),
        ("rrule:FREQ=MONTHLY;BYMONTHDAY=0", RuleFault.BAD_RECURRENCE),
        ("rrule:FREQ=MONTHLY;BYDAY=TU;BYSETPOS=0", RuleFault.BAD_RECURRENCE),
        ("rrule:FREQ=MONTHLY;BYSETPOS=2", RuleFault.NEVER),
        ("rrule:FREQ=MONTHLY;INTERVAL=0", RuleFault.BAD_RECURRENCE),
        ("rrule:FREQ=MONTHLY;INTERVAL=1,2", RuleFault.BAD_RECURRENCE),
        ("rrule:FREQ=MONTHLY;UNTIL=2027-01-01", RuleFault.BAD_RECURRENCE),
        ("rrule:FREQ=MONTHLY;UNTIL=20270230", RuleFault.BAD_RECURRENCE),
        ("rrule:FREQ=MONTHLY;DTSTART=20270101T090000", RuleFault.BAD_RECURRENCE),
        ("rrule:FREQ=MONTHLY;X-WHAT=1", RuleFault.BAD_RECURRENCE),
        ("rrule:FREQ=MONTHLY\nDTSTART:20200101", RuleFault.BAD_RECURRENCE),
        ("rrule:BYDAY=3TU", RuleFault.BAD_LIMIT),
        ("rrule:FREQ=DAILY;COUNT=2;UNTIL=20270101;DTSTART=20260101", RuleFault.BAD_LIMIT),
        ("rrule:FREQ=DAILY;COUNT=2", RuleFault.NO_START),
        ("rrule:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", RuleFault.NEVER),
        ("rrule:FREQ=DAILY;BYSETPOS=2", RuleFault.NEVER),
        ("rrule:FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29", RuleFault.NEVER),  # counted from 2001
    ],
)
def test_a_rule_that_cannot_be_read_is_refused(rule: str, fault: RuleFault) -> None:
    with pytest.raises(BadActivityRule) as refused:
        parse(rule)
    assert refused.value.fault is fault


@pytest.mark.parametrize("frequency", ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
def test_a_rule_without_a_day_is_found_out_soon(frequency: str) -> None:
    began = time.process_time()
    with pytest.raises(BadActivityRule):
        parse(f"rrule:FREQ={frequency};BYMONTH=2;BYMONTHDAY=30")
    assert time.process_time() - began < 3


rules = st.one_of(
    st.sampled_from([THIRD, ROW]),
    st.integers(1, 31).map("monthly:{}".format),
    st.lists(st.dates(date(2024, 1, 1), date(2028, 12, 31)), min_size=1, max_size=5).map(
        lambda days: "dates:" + ",".join(map(str, days))
    ),
    st.builds(
        "rrule:FREQ={};INTERVAL={}".format, st.sampled_from(["WEEKLY", "MONTHLY", "YEARLY"]), st.integers(1, 4)
    ),
    st.builds("rrule:FREQ=MONTHLY;BYDAY={}{}".format, st.integers(1, 4), st.sampled_from(["MO", "TU", "SU"])),
)
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@settings(deadline=None)
@given(rules, days, st.integers(0, 800), st.integers(0, 800))
def test_the_days_of_a_span_are_those_of_its_parts(rule: str, first: date, one: int, two: int) -> None:
    found = parse(rule)
    middle, last = first + timedelta(days=one), first + timedelta(days=one + two + 1)
    parts = found.dates_between(first, middle) + found.dates_between(middle + timedelta(days=1), last)
    whole = found.dates_between(first, last)
    assert whole == parts == sorted(set(whole))
    assert all(first <= day <= last for day in whole)
    assert found.dates_between(last, first - timedelta(days=1)) == []


@given(rules)
def test_a_rule_reads_the_same_as_it_is_written(rule: str) -> None:
    once = parse(rule)
    again = parse(once.written)
    assert again == once
    year = date(2026, 1, 1), date(2026, 12, 31)
    assert again.dates_between(*year) == once.dates_between(*year)


@pytest.mark.parametrize("rule", [THIRD, ROW, "monthly:31", "rrule:FREQ=MONTHLY;BYDAY=3TU"])
def test_a_monthly_rule_has_one_day_in_each_month_of_five_years(rule: str) -> None:
    found = parse(rule).dates_between(date(2024, 1, 1), date(2028, 12, 31))
    assert [(day.year, day.month) for day in found] == [
        (year, month) for year in range(2024, 2029) for month in range(1, 13)
    ]


@given(st.text(max_size=40), st.sampled_from(["", "monthly:", "dates:", "rrule:", "rrule:FREQ=MONTHLY;"]))
def test_any_text_is_a_rule_or_is_refused(text: str, prefix: str) -> None:
    with suppress(BadActivityRule):
        rule = parse(prefix + text)
        assert parse(rule.written) == rule
