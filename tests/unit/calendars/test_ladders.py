"""Ladders of reminders."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendars import BadCalendar, Due, Ladder, QuietHours, WorkingDays, parse_ladder
from bot.calendars.activity_rules import parse as parse_rule
from bot.calendars.local_time import instant_of
from config.rules import Rules
from tests.unit.calendars.spans import (
    BERLIN,
    DEFAULT_QUIET,
    NEW_YORK,
    SHANGHAI,
    ZONES,
    at,
    instants,
    quiet_hours,
    zones,
)

DAYS = WorkingDays()
PLAIN = ["T-3d@09:00", "T-1d@18:00", "T-0d@07:30", "T-1h", "T-10m", "T+3w@09:00"]


def said(
    ladder: list[str], starts: str, zone: ZoneInfo = SHANGHAI, quiet: QuietHours = DEFAULT_QUIET
) -> list[tuple[str, str, str]]:
    """Name, time and last use of each step, local."""
    found = parse_ladder(ladder).due(at(zone, starts), zone, DAYS, quiet)
    return [(due.step.name, local(due.due_at, zone), local(due.useful_until, zone)) for due in found]


def local(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%m-%d %H:%M}"


def test_each_step_is_useful_until_the_next() -> None:
    assert said(PLAIN, "2026-12-08 09:00") == [
        ("T-3d@09:00", "12-05 09:00", "12-07 18:00"),
        ("T-1d@18:00", "12-07 18:00", "12-07 20:59"),
        ("T-0d@07:30", "12-07 20:59", "12-08 08:00"),  # 08:00 would be the next step's
        ("T-1h", "12-08 08:00", "12-08 08:50"),
        ("T-10m", "12-08 08:50", "12-08 09:00"),
        ("T+3w@09:00", "12-11 09:00", "01-10 09:00"),
    ]


def test_without_quiet_hours_each_comes_when_it_is_due() -> None:
    steps = said(PLAIN, "2026-12-08 09:00", quiet=QuietHours())
    assert [due for _, due, _ in steps] == [
        "12-05 09:00", "12-07 18:00", "12-08 07:30", "12-08 08:00", "12-08 08:50", "12-11 09:00",
    ]  # fmt: skip


def test_a_reminder_in_quiet_hours_comes_at_their_end() -> None:
    assert said(["T-0d@07:30"], "2026-12-08 09:00") == [("T-0d@07:30", "12-08 08:00", "12-08 09:00")]


def test_of_steps_that_quiet_hours_move_together_the_first_stays() -> None:
    assert said(["T-1d@18:00", "T-1h", "T-10m"], "2026-12-08 08:00") == [
        ("T-1d@18:00", "12-07 18:00", "12-07 20:59"),
        ("T-1h", "12-07 20:59", "12-08 08:00"),
    ]


def test_a_step_waits_for_no_step_of_another_audience() -> None:
    ladder = ["call T-3d@09:00 subscribers", "desk T-1d@18:00 officers", "both T-0d@08:00 officers+subscribers"]
    assert said(ladder, "2026-12-08 09:00") == [
        ("call", "12-05 09:00", "12-08 08:00"),
        ("desk", "12-07 18:00", "12-08 08:00"),
        ("both", "12-08 08:00", "12-08 09:00"),
    ]


def test_a_step_before_the_start_that_comes_after_it_is_left_out() -> None:
    assert said(["T-0d@18:00", "T+0d@10:00"], "2026-12-08 14:00") == []
    assert said(["T-0d@09:00"], "2026-12-08 09:00") == []


def test_working_days_pass_over_spring_festival() -> None:
    assert said(["T+3w@09:00"], "2026-02-13 09:00") == [("T+3w@09:00", "02-25 09:00", "03-27 09:00")]
    assert said(["T-2w@09:00"], "2026-02-24 10:00") == [("T-2w@09:00", "02-13 09:00", "02-24 10:00")]


def test_days_keep_the_local_hour_where_clocks_change() -> None:
    assert said(["T-3d@09:00", "T-1d"], "2026-03-30 10:00", BERLIN) == [
        ("T-3d@09:00", "03-27 09:00", "03-29 10:00"),
        ("T-1d", "03-29 10:00", "03-30 10:00"),
    ]


def test_hours_are_real_hours_where_clocks_change() -> None:
    steps = said(["T-3h"], "2026-03-08 05:00", NEW_YORK, QuietHours())
    assert steps == [("T-3h", "03-08 01:00", "03-08 05:00")]


def test_a_leap_day() -> None:
    assert said(["T-1d@18:00"], "2028-03-01 09:00") == [("T-1d@18:00", "02-29 18:00", "03-01 09:00")]
    assert said(["T-3d@09:00"], "2028-02-29 09:00") == [("T-3d@09:00", "02-26 09:00", "02-29 09:00")]


def test_a_step_as_it_is_written() -> None:
    (step,) = parse_ladder(["  announced   T-3d@9:00  officers+subscribers+officers "]).steps
    assert (step.name, step.after, step.amount, step.unit, step.at) == ("announced", False, 3, "d", time(9))
    assert step.audiences == ("officers", "subscribers")
    assert step.concerns("officers")
    assert not step.concerns("representatives")
    assert parse_ladder(["T-1h"]).steps[0].concerns("representatives")


@pytest.mark.parametrize(
    "steps",
    [
        [""],
        ["3d"],
        ["T-3"],
        ["T-3x"],
        ["T3d"],
        ["T-1.5h"],
        ["T-1h@09:00"],
        ["T-10m@09:00"],
        ["T-3d@25:00"],
        ["T-3d@9"],
        ["T-1000d"],
        ["Notice T-3d"],
        ["a b T-3d"],
        ["notice T-3d everybody"],
        ["notice T-3d officers leads"],
        ["notice T-3d officers+"],
        ["same T-3d", "same T-1d"],
        ["T-1h", "T-1h"],
    ],
)
def test_a_ladder_that_cannot_be_read_is_refused(steps: list[str]) -> None:
    with pytest.raises(BadCalendar):
        parse_ladder(steps)


def test_no_steps_are_a_ladder_too() -> None:
    assert said([], "2026-12-08 09:00") == []


def check(found: list[Due], ladder: Ladder, starts_at: datetime, zone: ZoneInfo, quiet: QuietHours) -> None:
    """What holds for every ladder."""
    assert len({due.step for due in found}) == len(found)
    assert {due.step for due in found} <= set(ladder.steps)
    assert [due.due_at for due in found] == sorted(due.due_at for due in found)
    for due in found:
        assert due.due_at.tzinfo is due.useful_until.tzinfo is UTC
        assert due.due_at < due.useful_until
        assert not quiet.covers_instant(due.due_at, zone)
        assert (due.due_at >= starts_at) if due.step.after else (due.useful_until <= starts_at)
    for audience in ("officers", "representatives", "subscribers"):
        heard = [due for due in found if due.step.concerns(audience)]
        assert all(earlier.due_at < later.due_at for earlier, later in pairwise(heard))
        assert all(earlier.useful_until <= later.due_at for earlier, later in pairwise(heard))


steps = st.one_of(
    st.builds("T-{}d@{:02}:30".format, st.integers(0, 30), st.integers(0, 23)),
    st.builds("T{}{}{}".format, st.sampled_from("+-"), st.integers(0, 90), st.sampled_from("dwhm")),
    st.builds(
        "s{} T{}{}{} {}".format,
        st.integers(0, 9),
        st.sampled_from("+-"),
        st.integers(0, 90),
        st.sampled_from("dwhm"),
        st.sampled_from(["officers", "subscribers", "officers+representatives"]),
    ),
)
ladders = st.lists(steps, max_size=7, unique_by=lambda step: step.split()[0]).map(parse_ladder)


@given(
    ladders,
    instants,
    zones,
    st.one_of(st.just(DEFAULT_QUIET), st.just(QuietHours()), st.just(QuietHours(time(12), time(14)))),
)
def test_any_ladder_of_anything_anywhere(
    ladder: Ladder, starts_at: datetime, zone: ZoneInfo, quiet: QuietHours
) -> None:
    check(ladder.due(starts_at, zone, DAYS, quiet), ladder, starts_at, zone, quiet)


@given(ladders, instants, zones, quiet_hours)
def test_a_ladder_is_the_same_each_time(
    ladder: Ladder, starts_at: datetime, zone: ZoneInfo, quiet: QuietHours
) -> None:
    once = ladder.due(starts_at, zone, DAYS, quiet)
    assert ladder.due(starts_at.astimezone(zone), zone, DAYS, quiet) == once


@pytest.mark.parametrize("rule", ["third_tuesday", "third_calendar_week_tuesday", "monthly:31"])
@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_five_years_of_activity_days_with_each_step_once(rule: str, zone: ZoneInfo) -> None:
    rules = Rules()
    ladder = parse_ladder(rules.activity_ladder + rules.report_ladder)
    days = parse_rule(rule).dates_between(date(2024, 1, 1), date(2028, 12, 31))
    for day in days:
        starts_at = instant_of(day, time(9), zone)
        found = ladder.due(starts_at, zone, DAYS, DEFAULT_QUIET)
        check(found, ladder, starts_at, zone, DEFAULT_QUIET)
        assert [due.step for due in found] == list(ladder.steps)
        assert [(due.due_at.astimezone(zone).date() - day).days for due in found[:-1]] == [-14, -7, -3, -1, 0]
        report_on = found[-1].due_at.astimezone(zone).date()
        assert DAYS.is_working(report_on)
        assert DAYS.between(day, report_on) == 3


@pytest.mark.parametrize("hour", range(9, 21))
def test_a_live_session_of_every_day_of_five_years_with_each_step_once(hour: int) -> None:
    ladder = parse_ladder(Rules().live_ladder)
    day = date(2024, 1, 1)
    while day.year < 2029:
        starts_at = instant_of(day, time(hour), SHANGHAI)
        found = ladder.due(starts_at, SHANGHAI, DAYS, DEFAULT_QUIET)
        assert [due.step for due in found] == list(ladder.steps)
        assert not any(DEFAULT_QUIET.covers_instant(due.due_at, SHANGHAI) for due in found)
        day += timedelta(days=1)
