"""Slots of the roster as instants, day by day."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assignment import DutySlot, Representative, Roster, SlotDay, Station
from bot.services.duty_times import DutyTime, Span, expand
from storage.models import Leave, RosterSlot
from tests.unit.assignment.town import owner

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
TUESDAY = date(2026, 12, 8)


def slot(start: str, end: str, weekday: int | None = 1, on: date | None = None) -> RosterSlot:
    return RosterSlot(
        id=1, station_code="S", representative_code="A", weekday=weekday, on_date=on, start=start, end=end
    )


def times(row: RosterSlot, first: date, last: date, zone: ZoneInfo = SHANGHAI, **facts: object) -> list[DutyTime]:
    facts = {"holders": {}, "away": (), **facts}
    return list(expand(row, facts["holders"], facts["away"], Span(first, last, zone)))


@pytest.mark.parametrize(
    ("start", "end", "begins", "is_over"),
    [
        ("09:00", "12:00", "2026-12-08T01:00", "2026-12-08T04:00"),
        ("00:00", "24:00", "2026-12-07T16:00", "2026-12-08T16:00"),
        ("22:00", "06:00", "2026-12-08T14:00", "2026-12-08T22:00"),
        ("18:00", "00:00", "2026-12-08T10:00", "2026-12-08T16:00"),
        ("08:00", "08:00", "2026-12-08T00:00", "2026-12-09T00:00"),
    ],
)
def test_a_slot_is_an_instant_to_an_instant(start: str, end: str, begins: str, is_over: str) -> None:
    (one,) = times(slot(start, end), TUESDAY, TUESDAY)
    assert one.starts_at == datetime.fromisoformat(begins).replace(tzinfo=UTC)
    assert one.ends_at == datetime.fromisoformat(is_over).replace(tzinfo=UTC)


def test_a_weekly_slot_comes_each_week_and_a_dated_one_once() -> None:
    first, last = date(2026, 12, 1), date(2026, 12, 31)
    assert [one.slot.on.day for one in times(slot("09:00", "12:00"), first, last)] == [1, 8, 15, 22, 29]
    assert [one.slot.on for one in times(slot("09:00", "12:00", None, TUESDAY), first, last)] == [TUESDAY]


def test_a_night_in_which_the_clocks_change_is_longer_or_shorter_by_an_hour() -> None:
    spring, autumn = date(2027, 3, 13), date(2026, 10, 31)
    for day, hours in ((spring, 7), (autumn, 9)):
        (one,) = times(slot("22:00", "06:00", None, day), day, day, NEW_YORK)
        assert (one.ends_at - one.starts_at).total_seconds() == hours * 3600


def test_the_holder_is_who_stands_in_and_their_leave_counts() -> None:
    swapped = SlotDay("S", "A", TUESDAY, "09:00")
    leave = [Leave(representative_code=code, first_on=TUESDAY, last_on=TUESDAY) for code in "B"]
    (one,) = times(slot("09:00", "12:00"), TUESDAY, TUESDAY, holders={swapped: "B"}, away=leave)
    assert (one.holder, one.is_swapped, one.away) == ("B", True, True)
    (one,) = times(slot("09:00", "12:00"), TUESDAY, TUESDAY, away=leave)
    assert (one.holder, one.is_swapped, one.away) == ("A", False, False)


@given(
    st.integers(0, 1439), st.integers(1, 1440), st.integers(0, 6), st.integers(0, 14 * 86400), st.booleans(),
    st.sampled_from([SHANGHAI, ZoneInfo("Asia/Urumqi"), ZoneInfo("UTC")]),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_lists_and_assignment_agree_on_who_is_on_duty(start, length, weekday, second, swapped, zone):
    end = (start + length) % 1440 or 1440
    begins, ends = (f"{minute // 60:02}:{minute % 60:02}" for minute in (start, end))
    monday = datetime(2026, 12, 7, tzinfo=zone)
    at = datetime.fromtimestamp(monday.timestamp() + second, zone)
    first, last = date(2026, 11, 29), date(2026, 12, 27)
    swaps = {}
    if swapped:
        swaps = {one.slot: "B" for one in times(slot(begins, ends, weekday), date(2026, 12, 14), last, zone)}
    now = [
        one
        for one in times(slot(begins, ends, weekday), first, last, zone, holders=swaps)
        if one.starts_at <= at < one.ends_at
    ]
    people = [Representative(code, f"{code}某某", station_code="S", userid=code) for code in "CBA"]
    roster = Roster.build(
        [Station("S", "甲社区联络站")], people, slots=[DutySlot("S", "A", weekday, None, begins, ends)]
    )
    load = {"C": 0, "B": 5, "A": 9}
    found = owner("灯坏了", roster=roster, at=at, scene="station", scene_param="S", swaps=swaps, load=load)
    assert found.representative == (now[-1].holder if now else "C")
