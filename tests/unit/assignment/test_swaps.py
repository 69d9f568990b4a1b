"""Who stands in for whose duty slot: on that day, in that slot, to the second, and nobody else."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assignment import DutySlot, Representative, Roster, SlotDay, Station
from tests.unit.assignment.town import SHANGHAI, ask, owner, rules

TUESDAY = date(2026, 12, 8)
NIGHT = date(2026, 12, 9)  # a Wednesday
# A has two slots on Tuesdays and a night from Wednesday to Thursday; B stands in, C is there anyhow.
SLOTS = (
    DutySlot("S", "A", 1, None, "09:00", "12:00"),
    DutySlot("S", "A", 1, None, "14:00", "17:00"),
    DutySlot("S", "A", 2, None, "22:00", "06:00"),
)
PEOPLE = tuple(Representative(code, f"{code}某某", station_code="S", userid=code) for code in "CBA")
ROSTER = Roster.build([Station("S", "甲社区联络站")], PEOPLE, slots=SLOTS)
BUSY = {"C": 0, "B": 5, "A": 9}  # without duty it is always C's


def swap(day=TUESDAY, start="09:00", to="B", whose="A", station="S"):
    return {SlotDay(station, whose, day, start): to}


def who(moment, swaps, *, zone=SHANGHAI, roster=ROSTER, **facts):
    at = moment if isinstance(moment, datetime) else datetime.fromisoformat(moment)
    facts = {"load": BUSY, **facts}
    found = owner(
        "灯坏了", roster=roster, at=at.replace(tzinfo=zone), scene="station", scene_param="S", swaps=swaps, **facts
    )
    return found.representative


@pytest.mark.parametrize("zone", [SHANGHAI, ZoneInfo("America/New_York"), ZoneInfo("Asia/Urumqi")], ids=str)
@pytest.mark.parametrize(
    ("moment", "before", "after"),
    [
        ("2026-12-08T08:59:59", "C", "C"),
        ("2026-12-08T09:00:00", "A", "B"),
        ("2026-12-08T11:59:59", "A", "B"),
        ("2026-12-08T12:00:00", "C", "C"),
        ("2026-12-08T13:59:59", "C", "C"),
        ("2026-12-08T14:00:00", "A", "A"),  # the other slot of that day stays
        ("2026-12-08T16:59:59", "A", "A"),
        ("2026-12-01T09:00:00", "A", "A"),  # and so do other weeks
        ("2026-12-15T09:00:00", "A", "A"),
    ],
)
def test_the_stand_in_is_on_duty_for_that_slot_of_that_day_to_the_second(zone, moment, before, after):
    assert who(moment, {}, zone=zone) == before
    assert who(moment, swap(), zone=zone) == after


@pytest.mark.parametrize(
    ("moment", "after"),
    [
        ("2026-12-09T21:59:59", "C"),
        ("2026-12-09T22:00:00", "B"),
        ("2026-12-09T23:59:59", "B"),
        ("2026-12-10T00:00:00", "B"),
        ("2026-12-10T05:59:59", "B"),
        ("2026-12-10T06:00:00", "C"),
        ("2026-12-03T05:59:59", "A"),
    ],
)
def test_a_night_that_began_on_the_day_of_the_swap_is_the_stand_ins_until_morning(moment, after):
    assert who(moment, swap(NIGHT, "22:00")) == after


def test_a_swap_of_the_day_after_does_not_touch_the_night_before():
    assert who("2026-12-10T01:00:00", swap(NIGHT + timedelta(days=1), "22:00")) == "A"


@pytest.mark.parametrize("fold", [0, 1])
def test_an_hour_that_the_clocks_repeat_is_the_stand_ins_both_times(fold):
    roster = Roster.build(
        [Station("S", "甲社区联络站")], PEOPLE, slots=[DutySlot("S", "A", 6, None, "01:00", "02:00")]
    )
    at = datetime(2026, 11, 1, 1, 30, fold=fold)
    zone = ZoneInfo("America/New_York")
    assert who(at, {}, zone=zone, roster=roster) == "A"
    assert who(at, swap(date(2026, 11, 1), "01:00"), zone=zone, roster=roster) == "B"


def test_an_hour_that_the_clocks_skip_leaves_the_rest_of_the_night_to_the_stand_in():
    roster = Roster.build(
        [Station("S", "甲社区联络站")], PEOPLE, slots=[DutySlot("S", "A", 5, None, "22:00", "06:00")]
    )
    zone = ZoneInfo("America/New_York")
    swaps = swap(date(2027, 3, 13), "22:00")
    for moment in ("2027-03-14T01:59:59", "2027-03-14T03:00:00", "2027-03-14T05:59:59"):
        assert who(moment, swaps, zone=zone, roster=roster) == "B"
    assert who("2027-03-14T06:00:00", swaps, zone=zone, roster=roster) == "C"


def test_a_stand_in_on_leave_is_passed_over_and_nobody_is_on_duty_then():
    decision = ask(
        "灯坏了", roster=ROSTER, at=datetime(2026, 12, 8, 9, tzinfo=SHANGHAI), scene="station", scene_param="S",
        load=BUSY, swaps=swap(), away=frozenset("B"),
    )  # fmt: skip
    assert decision.representative == "C"  # the next in order; the asker counts on not being there
    assert "representative_away" in rules(decision)
    assert "on_duty_now" not in rules(decision)


def test_an_asker_on_leave_is_replaced_by_the_stand_in():
    assert who("2026-12-08T09:00:00", {}, away=frozenset("A")) == "C"
    assert who("2026-12-08T09:00:00", swap(), away=frozenset("A")) == "B"


@pytest.mark.parametrize(
    "swaps",
    [
        swap(station="T"),
        swap(whose="C"),
        swap(start="09:30"),
        swap(to="left the roster"),
        swap(to="A"),
    ],
    ids=["other station", "other person", "other slot", "stand-in gone", "given back"],
)
def test_what_is_no_swap_of_this_slot_changes_nothing(swaps):
    assert who("2026-12-08T09:00:00", swaps) == "A"


def test_two_slots_at_once_are_told_apart_by_whose_they_are():
    slots = [DutySlot("S", code, 1, None, "09:00", "12:00") for code in "AC"]
    roster = Roster.build([Station("S", "甲社区联络站")], PEOPLE, slots=slots)
    busiest_first = {"load": {"A": 0, "B": 1, "C": 2}}
    assert who("2026-12-08T10:00:00", {}, roster=roster, **busiest_first) == "A"
    assert who("2026-12-08T10:00:00", swap(), roster=roster, **busiest_first) == "B"
    assert who("2026-12-08T10:00:00", swap(whose="C"), roster=roster, **busiest_first) == "A"


def test_of_several_matters_in_one_message_each_goes_to_the_stand_in():
    text = "第一，路灯坏了三天了没人修。第二，小学门口的公交车总是不停站。"
    decision = ask(
        text, roster=ROSTER, at=datetime(2026, 12, 8, 9, tzinfo=SHANGHAI), scene="station", scene_param="S",
        load=BUSY, swaps=swap(),
    )  # fmt: skip
    assert {one.representative for one in (decision, *decision.parts)} == {"B"}


@given(
    st.integers(0, 23 * 60 + 59),
    st.integers(1, 24 * 60),
    st.integers(0, 6),
    st.integers(0, 14 * 24 * 3600),
    st.frozensets(st.integers(-1, 1), max_size=3),
)
@settings(max_examples=200, deadline=None)
def test_the_stand_in_has_the_swapped_weeks_and_the_owner_the_others_from_edge_to_edge(
    start, length, weekday, second, swapped
):
    end = (start + length) % (24 * 60) or 24 * 60
    if start == end:
        return
    begins, ends = (f"{minute // 60:02}:{minute % 60:02}" for minute in (start, end))
    roster = Roster.build(
        [Station("S", "甲社区联络站")], PEOPLE, slots=[DutySlot("S", "A", weekday, None, begins, ends)]
    )
    monday = datetime(2026, 12, 7, tzinfo=SHANGHAI)
    at = monday + timedelta(seconds=second)
    swaps = {
        SlotDay("S", "A", (monday + timedelta(days=weekday + 7 * week)).date(), begins): "B" for week in swapped
    }
    span = timedelta(minutes=(end - start) % (24 * 60) or 24 * 60)
    expected = "C"
    for week in (-1, 0, 1, 2):
        began = monday + timedelta(days=weekday + 7 * week, minutes=start)
        if began <= at < began + span:
            expected = "B" if week in swapped else "A"
    assert who(at, swaps, roster=roster) == expected
