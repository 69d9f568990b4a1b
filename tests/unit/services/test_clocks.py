"""The arithmetic of a case's clock: working time, quiet hours, what stops and what restarts it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assignment import Roster
from bot.calendars import build_office_calendar
from bot.services import clocks
from bot.services.context import Context
from bot.services.directory import Directory, RepresentativeEntry, StaffEntry, StationEntry
from config.rules import Rules
from storage.models import ActivityDay, Case
from storage.states import CaseState

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
SPRING_2027 = {  # the office's own table, for a year that the shipped one may only compute
    **{date(2027, 2, day): "off" for day in range(5, 12)},
    date(2027, 1, 31): "work",
    date(2027, 2, 20): "work",  # a Saturday
}


class Days:
    """Stands in for the session where only an activity day is read."""

    def __init__(self, *days: ActivityDay) -> None:
        self._days = {day.id: day for day in days}

    async def get(self, _kind: type, row_id: int) -> ActivityDay | None:
        return self._days.get(row_id)


def directory() -> Directory:
    zhang = RepresentativeEntry("R1", "张伟", "zhang.wei", "QQ1")
    staff = {
        "officer.qq": StaffEntry("officer.qq", "钱联络", "officer", "QQ1"),
        "lead.qq": StaffEntry("lead.qq", "站长", "lead", "QQ1"),
        "centre": StaffEntry("centre", "中心", "centre", None),
    }
    return Directory(
        stations={"QQ1": StationEntry("QQ1", "钱桥联络站", None, None)},
        representatives={"R1": zhang},
        _by_userid={"zhang.wei": zhang},
        _staff=staff,
        _officers={"QQ1": ("officer.qq",)},
        _leads={"QQ1": ("lead.qq",)},
        _centre=("centre",),
        _regions={},
    )


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def office(
    now: str | datetime,
    *,
    zone: ZoneInfo = SHANGHAI,
    holidays: Mapping[date, str] | None = None,
    session: object = None,
    **rules: Any,
) -> Context:
    tuned = Rules.tuned(rules)
    return Context(
        session=cast("Any", session or Days()),
        now=at(now, zone) if isinstance(now, str) else now,
        vault=cast("Any", None),
        roster=cast("Roster", None),
        directory=directory(),
        rules=tuned,
        zone=zone,
        calendar=build_office_calendar(tuned, holidays or {}, zone),
        public_url="",
    )


def a_case(now: datetime, **changes: Any) -> Case:
    usual = {
        "state": CaseState.ASSIGNED,
        "urgency": "normal",
        "station_code": "QQ1",
        "representative_code": "R1",
        "restricted": False,
        "opened_at": now,
        "round": 1,
    }
    return Case(**{**usual, **changes})


async def opened(context: Context, **changes: Any) -> Case:
    case = a_case(context.now, **changes)
    await clocks.start_round(context, case)
    return case


def shown(instant: datetime | None, zone: ZoneInfo = SHANGHAI) -> str:
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M}" if instant else ""


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("2026-11-19 10:00", "2026-11-20 10:00"),  # Thursday to Friday
        ("2026-11-20 18:00", "2026-11-23 18:00"),  # Friday evening to Monday evening
        ("2026-11-20 22:00", "2026-11-24 08:00"),  # its hour would be 22:00 on Monday
        ("2026-11-21 12:00", "2026-11-24 08:00"),  # Saturday: Monday's midnight is no promise
        ("2026-11-18 23:30", "2026-11-20 08:00"),
        ("2026-11-30 10:00", "2026-12-01 10:00"),  # month end
        ("2026-12-31 10:00", "2027-01-04 10:00"),  # New Year's Day is a Friday
        ("2028-02-28 15:00", "2028-02-29 15:00"),  # leap day
        ("2028-02-29 15:00", "2028-03-01 15:00"),
        ("2026-10-09 15:00", "2026-10-10 15:00"),  # a make-up Saturday
        ("2026-10-10 15:00", "2026-10-12 15:00"),
        ("2026-09-30 15:00", "2026-10-08 15:00"),  # National Day
    ],
)
async def test_a_day_of_working_time_by_the_shipped_table(written: str, due: str) -> None:
    case = await opened(office(written))
    assert shown(case.due_at) == shown(case.clock_due_at) == shown(case.promised_at) == due


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("2027-02-04 17:00", "2027-02-12 17:00"),  # the eve of the holidays
        ("2027-02-08 11:00", "2027-02-13 00:00"),  # written in them; Friday's midnight is a Saturday
        ("2027-02-19 10:00", "2027-02-20 10:00"),  # the make-up Saturday
        ("2027-01-29 12:00", "2027-01-31 12:00"),  # the make-up Sunday
    ],
)
async def test_spring_festival_of_2027_by_the_offices_table(written: str, due: str) -> None:
    case = await opened(office(written, holidays=SPRING_2027))
    wanted = "2027-02-15 08:00" if due == "2027-02-13 00:00" else due
    assert shown(case.due_at) == wanted


async def test_with_office_hours_an_hour_on_friday_at_six_is_on_monday() -> None:
    rules = {"working_hours": "09:00-18:00", "first_answer_hours": 1}
    assert shown((await opened(office("2026-11-20 18:00", **rules))).due_at) == "2026-11-23 10:00"
    assert shown((await opened(office("2026-11-20 17:30", **rules))).due_at) == "2026-11-23 09:30"
    assert shown((await opened(office("2026-10-09 17:30", **rules))).due_at) == "2026-10-10 09:30"


async def test_where_clocks_change_hours_are_real_hours() -> None:
    # Europe: 25 October 2026, a Sunday, has 25 hours; 28 March 2027 has 23. China's table makes the days.
    autumn = await opened(office("2026-10-23 12:00", zone=BERLIN))
    assert shown(autumn.due_at, BERLIN) == "2026-10-26 12:00"
    on_sunday = {date(2026, 10, 25): "work"}
    case = await opened(office("2026-10-23 23:30", zone=BERLIN, holidays=on_sunday, quiet_hours=""))
    assert shown(case.due_at, BERLIN) == "2026-10-25 22:30"  # half an hour of Friday, 23.5 of a day of 25
    spring = {date(2027, 3, 28): "work"}
    case = await opened(office("2027-03-26 23:30", zone=BERLIN, holidays=spring, quiet_hours=""))
    assert shown(case.due_at, BERLIN) == "2027-03-29 00:30"


async def test_an_emergency_runs_by_the_wall_clock() -> None:
    case = await opened(office("2026-11-20 23:00"), urgency="emergency")
    assert shown(case.due_at) == shown(case.clock_due_at) == "2026-11-21 23:00"


async def test_the_clock_begins_with_whoever_had_the_card() -> None:
    now = "2026-11-20 10:00"
    assert (await opened(office(now))).clock_step == "representative"
    assert (await opened(office(now), representative_code=None)).clock_step == "officer"
    assert (await opened(office(now), representative_code=None, station_code=None)).clock_step == "centre"
    assert (await opened(office(now), representative_code=None, restricted=True)).clock_step == "centre"
    assert (await opened(office(now), representative_code="gone")).clock_step == "officer"


def saturday() -> ActivityDay:
    return ActivityDay(id=7, on_date=date(2026, 11, 21), start="09:00", end="17:00")


@pytest.mark.parametrize(
    ("written", "due", "asked"),
    [
        ("2026-11-21 10:00", "2026-11-21 17:00", "2026-11-23 08:00"),  # promised for the day, nobody is woken on it
        ("2026-11-21 08:45", "2026-11-21 17:00", "2026-11-23 08:00"),
        ("2026-11-21 16:50", "2026-11-21 17:50", "2026-11-23 08:00"),
        ("2026-11-21 17:30", "2026-11-24 08:00", "2026-11-24 08:00"),  # over: as on any Saturday
    ],
)
async def test_a_matter_of_an_activity_day_is_due_the_same_day(written: str, due: str, asked: str) -> None:
    case = await opened(office(written, session=Days(saturday())), day_id=7)
    assert (shown(case.due_at), shown(case.clock_due_at)) == (due, asked)


async def test_a_day_that_is_gone_leaves_the_usual_time() -> None:
    case = await opened(office("2026-11-19 10:00"), day_id=99)
    assert shown(case.due_at) == "2026-11-20 10:00"


async def test_another_owner_has_the_whole_time_and_the_promise_stays() -> None:
    case = await opened(office("2026-11-19 10:00"))
    case.representative_code = None
    await clocks.start_over(office("2026-11-19 15:00"), case)
    assert (case.clock_step, shown(case.due_at), shown(case.promised_at)) == (
        "officer",
        "2026-11-20 15:00",
        "2026-11-20 10:00",
    )


async def test_what_was_waited_for_the_constituent_is_added_to_the_promise() -> None:
    case = await opened(office("2026-11-19 10:00"))
    clocks.stop(office("2026-11-19 16:00"), case)
    assert (case.clock_due_at, case.clock_hours) == (None, 18)
    clocks.stop(office("2026-11-19 17:00"), case)  # asked once more
    assert case.clock_hours == 18
    await clocks.resume(office("2026-11-24 09:00"), case)
    assert shown(case.due_at) == shown(case.promised_at) == "2026-11-25 08:00"  # 18 hours end at 03:00
    assert (case.waiting_since, clocks.is_late(case, at("2026-11-25 07:00"))) == (None, False)


async def test_a_promise_that_was_broken_before_stays_broken() -> None:
    case = await opened(office("2026-11-19 10:00"))
    await clocks.move_to(office("2026-11-20 10:00"), case, "officer")
    clocks.stop(office("2026-11-20 12:00"), case)
    assert not clocks.is_late(case, at("2026-11-20 13:00"))  # their own word is awaited
    await clocks.resume(office("2026-11-24 09:00"), case)
    assert shown(case.promised_at) == "2026-11-20 10:00"
    assert clocks.is_late(case, at("2026-11-24 09:00"))
    assert shown(clocks.due_shown(case, at("2026-11-24 09:00"))) == "2026-11-20 10:00"


async def test_whoever_asked_late_has_an_hour_to_read_the_reply() -> None:
    case = await opened(office("2026-11-19 23:00"))
    clocks.stop(office("2026-11-23 07:50"), case)  # the day of working time was over in the night
    await clocks.resume(office("2026-11-25 10:00"), case)
    assert shown(case.clock_due_at) == "2026-11-25 11:00"


async def test_the_bots_question_holds_it_for_a_day_at_most_and_never_in_an_emergency() -> None:
    case = await opened(office("2026-11-18 10:00"), asked="location")
    assert shown(case.due_at) == "2026-11-20 10:00"
    await clocks.end_question(office("2026-11-18 11:00"), case)
    assert (shown(case.due_at), shown(case.promised_at)) == ("2026-11-19 11:00", "2026-11-20 10:00")
    assert shown((await opened(office("2026-11-18 10:00"), asked="topic")).due_at) == "2026-11-19 10:00"
    fire = await opened(office("2026-11-18 10:00"), asked="location", urgency="emergency")
    assert shown(fire.due_at) == "2026-11-19 10:00"


async def test_a_changed_calendar_counts_the_same_hours_anew() -> None:
    case = await opened(office("2026-11-19 10:00"))
    holiday = {date(2026, 11, 20): "off"}
    await clocks.recompute(office("2026-11-19 12:00", holidays=holiday), case)
    assert shown(case.due_at) == shown(case.promised_at) == "2026-11-23 10:00"
    await clocks.recompute(office("2026-11-19 12:00"), case)
    assert shown(case.due_at) == "2026-11-20 10:00"
    await clocks.recompute(office("2026-11-19 12:00", quiet_hours="09:00-11:00"), case)
    assert shown(case.due_at) == "2026-11-20 11:00"
    await clocks.recompute(office("2026-11-19 12:00"), case, more_hours=24)
    assert shown(case.due_at) == shown(case.promised_at) == "2026-11-23 10:00"


async def test_a_changed_calendar_leaves_a_broken_promise_and_a_standing_clock() -> None:
    case = await opened(office("2026-11-18 10:00"))
    await clocks.move_to(office("2026-11-19 10:00"), case, "officer")
    holiday = {date(2026, 11, 20): "off"}
    await clocks.recompute(office("2026-11-19 12:00", holidays=holiday), case)
    assert (shown(case.due_at), shown(case.promised_at)) == ("2026-11-23 10:00", "2026-11-19 10:00")
    clocks.stop(office("2026-11-19 13:00"), case)
    await clocks.recompute(office("2026-11-19 14:00"), case)
    assert case.clock_due_at is None


async def test_answered_settled_and_closed_clear_it() -> None:
    case = await opened(office("2026-11-19 10:00"))
    clocks.stop(office("2026-11-19 11:00"), case)
    clocks.clear(case)
    assert (case.clock_due_at, case.waiting_since, case.dormant_at) == (None, None, None)
    assert case.clock_step == "representative"


@pytest.mark.parametrize("hours", [-5, 0, 1e12])
async def test_a_slip_in_a_rule_does_not_keep_a_matter_from_being_opened(hours: float) -> None:
    case = await opened(office("2026-11-19 10:00", first_answer_hours=hours))
    assert case.clock_due_at is not None


_instants = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 1)).map(lambda one: one.replace(tzinfo=UTC))


@given(_instants, st.sampled_from([SHANGHAI, BERLIN, ZoneInfo("Asia/Urumqi")]), st.sampled_from([1, 4, 24, 72]))
async def test_no_promise_falls_in_quiet_hours_or_on_a_day_off(now: datetime, zone: ZoneInfo, hours: int) -> None:
    context = office(now, zone=zone, first_answer_hours=hours, holidays=SPRING_2027)
    case = await opened(context)
    assert case.due_at >= now
    assert context.calendar.awake(case.due_at) == case.due_at == case.clock_due_at == case.promised_at


@given(_instants, st.integers(0, 60 * 24 * 20), st.integers(0, 60 * 24 * 20))
async def test_waiting_gives_exactly_what_it_took(now: datetime, before: int, waited: int) -> None:
    """The hours that are left when it stops are there when it goes on; never less than one."""
    context = office(now)
    case = await opened(context)
    asked = replace(context, now=now + timedelta(minutes=before))
    clocks.stop(asked, case)
    left = case.clock_hours or 0
    gone = context.calendar.time.elapsed(now, asked.now)
    assert left == pytest.approx(max(24 - gone, 1))
    back = replace(asked, now=asked.now + timedelta(minutes=waited))
    await clocks.resume(back, case)
    assert case.due_at == back.calendar.awake(back.calendar.time.due(back.now, left))
    assert case.due_at >= back.now
