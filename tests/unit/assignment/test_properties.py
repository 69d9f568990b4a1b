"""What holds for every roster and every message."""

import string
import time
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from bot.assignment import (
    DutySlot,
    Grid,
    Inquiry,
    Location,
    Place,
    Representative,
    Roster,
    Station,
    owners,
    situation,
)
from tests.unit.assignment.town import FULLER, NOBODY, SHANGHAI, TUESDAY_MORNING, owner

CODES = [f"S{number}" for number in range(8)]
GRID_CODES = [f"G{number}" for number in range(6)]
NAMES = ["李伟", "孙国强", "高兴", "王家桥", "欧阳明", "阿依古丽·买买提"]
PLACE_NAMES = ["锦绣华庭", "向阳路", "向阳小学", "王家桥", "翠竹苑", "阳光花园", "第二人民医院"]
WORDS = [
    *NAMES,
    *PLACE_NAMES,
    "代表",
    "找",
    "我们小区",
    "路灯坏了",
    "。",
    "锦绣",
    "向阳路8号",
    "孙",
    "在",
    "上海",
    "搞物流的",
]


@st.composite
def rosters(draw):
    parents = st.sampled_from([None, *CODES])
    stations = [
        Station(code, f"{code}社区联络站", "home" if code == "S0" else "station", None, draw(parents))
        for code in CODES
    ]
    grids = [
        Grid(
            code,
            code,
            None,
            draw(st.sampled_from([None, *CODES])),
            box(120 + at * 0.01, 31, 120.01 + at * 0.01, 31.01),
        )
        for at, code in enumerate(GRID_CODES)
    ]
    people = [
        Representative(
            f"R{number}",
            draw(st.sampled_from(NAMES)),
            station_code=draw(st.sampled_from([None, *CODES])),
            userid=draw(st.sampled_from([None, f"u{number}"])),
            grid_codes=tuple(draw(st.lists(st.sampled_from(GRID_CODES), max_size=2, unique=True))),
        )
        for number in range(draw(st.integers(0, 12)))
    ]
    places = [Place(draw(st.sampled_from(PLACE_NAMES)), (), draw(st.sampled_from(GRID_CODES))) for _ in range(6)]
    slots = [
        DutySlot(
            draw(st.sampled_from(CODES)),
            f"R{draw(st.integers(0, 12))}",
            draw(st.integers(0, 6)),
            None,
            "09:00",
            "17:00",
        )
        for _ in range(4)
    ]
    return Roster.build(stations, people, grids, places, slots)


TEXTS = st.one_of(
    st.lists(st.sampled_from(WORDS), max_size=8).map("".join),
    st.text(max_size=60),
    st.text(string.printable + "代表小区路村的", max_size=60),
)


@settings(max_examples=150, deadline=None)
@given(rosters(), TEXTS, st.data())
def test_every_message_has_exactly_one_owner_and_never_one_who_cannot_take_it(roster, text, data):
    some = st.frozensets(st.sampled_from([f"R{number}" for number in range(12)]), max_size=6)
    away, accused, full, refused = (data.draw(some) for _ in range(4))
    code = data.draw(st.sampled_from([None, "R0", "R1", "S1", "gone"]))
    inquiry = Inquiry(
        "1",
        text,
        scene=data.draw(st.sampled_from([None, "rep", "station", "day"])),
        scene_param=code,
        location=data.draw(
            st.sampled_from([None, Location(31.005, 120.005), Location(10, 10, "翠竹苑", "北京市")])
        ),
        known_station=data.draw(st.sampled_from([None, *CODES, "gone"])),
        known_grid=data.draw(st.sampled_from([None, *GRID_CODES, "gone"])),
        refused_stations=data.draw(st.frozensets(st.sampled_from(CODES), max_size=3)),
        refused_representatives=refused,
    )
    seen = situation.see(
        inquiry,
        roster,
        at=TUESDAY_MORNING,
        load={},
        away=away,
        accused=accused,
        full=full,
        speciality_topic="health",
    )
    found = owners.find(seen)
    assert found.station in roster.stations
    assert found.reasons
    assert found.representative is None or found.representative in roster.representatives
    assert found.representative not in away | accused | full | refused
    assert found.ask in (None, "location", "which_representative", "which_station")
    assert len(found.choices) <= 6
    assert set(found.choices) <= roster.stations.keys() | set(roster.representatives)
    assert owners.find(seen) == found


@settings(max_examples=150, deadline=None)
@given(rosters(), st.sampled_from([*CODES, *GRID_CODES]))
def test_all_representatives_of_an_area_miss_nobody(roster, code):
    around = {person.code for person in roster.representatives_around(code)}
    grid = roster.grids.get(code)
    station = roster.station_of_grid(grid) if grid else code
    above = {each for each in roster.line_of(station) if each != roster.centre} | {station}
    for person in roster.representatives.values():
        own = roster.station_of_representative(person)
        grids = {roster.station_of_grid(roster.grids[each]) for each in person.grid_codes}
        belongs = (
            own in above
            or station in roster.line_of(own)
            or any(station in roster.line_of(each) for each in grids)
            or code in person.grid_codes
        )
        assert (person.code in around) or not belongs


def test_the_centres_area_is_everyone():
    everyone = {person.code for person in FULLER.representatives_around("JH-H")}
    assert everyone == set(FULLER.representatives)
    assert FULLER.representatives_around("nowhere") == ()
    assert {person.code for person in FULLER.representatives_around("G1")} >= {"R1", "R2"}


@given(
    st.integers(0, 23 * 60 + 59),
    st.integers(1, 24 * 60),
    st.integers(0, 6),
    st.integers(0, 14 * 24 * 3600),
)
@settings(max_examples=200, deadline=None)
def test_the_owner_changes_at_the_edges_of_a_shift_and_nowhere_else(start, length, weekday, second):
    end = (start + length) % (24 * 60) or 24 * 60
    if start == end:
        return
    slot = DutySlot("S", "B", weekday, None, f"{start // 60:02}:{start % 60:02}", f"{end // 60:02}:{end % 60:02}")
    people = [Representative(code, f"{code}某某", station_code="S", userid=code) for code in "AB"]
    roster = Roster.build([Station("S", "甲社区联络站")], people, slots=[slot])
    monday = datetime(2026, 12, 7, tzinfo=SHANGHAI)
    at = monday + timedelta(seconds=second)
    begins = [monday + timedelta(days=weekday + 7 * week, minutes=start) for week in (-1, 0, 1, 2)]
    minutes = (end - start) % (24 * 60) or 24 * 60
    expected = any(begin <= at < begin + timedelta(minutes=minutes) for begin in begins)
    found = owner("灯坏了", roster=roster, at=at, scene="station", scene_param="S")
    assert (found.representative == "B") is expected


@pytest.mark.parametrize(
    ("moment", "on_duty"),
    [
        (datetime(2026, 12, 31, 23, 59, 59), True),
        (datetime(2027, 1, 1, 5, 59, 59), True),
        (datetime(2027, 1, 1, 6, 0), False),
        (datetime(2026, 12, 31, 5, 0), False),
    ],
)
def test_a_dated_night_shift_runs_into_the_new_year(moment, on_duty):
    people = [Representative(code, f"{code}某某", station_code="S", userid=code) for code in "AB"]
    slot = DutySlot("S", "B", None, date(2026, 12, 31), "22:00", "06:00")
    roster = Roster.build([Station("S", "甲社区联络站")], people, slots=[slot])
    found = owner("灯坏了", roster=roster, at=moment.replace(tzinfo=SHANGHAI), scene="station", scene_param="S")
    assert (found.representative == "B") is on_duty


@pytest.mark.parametrize(
    "text",
    [
        "代表" * 50_000,
        "路" * 100_000,
        "的代表" * 33_000,
        "锦绣花园小区" * 16_000,
        "在" * 100_000,
        "1-" * 50_000,
        "\u200b孙" * 50_000,
    ],
)
def test_a_hostile_text_is_read_in_bounded_time(text):
    began = time.thread_time()
    assert owner(text).station is not None
    assert time.thread_time() - began < 1.0


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_reading_a_text_never_fails(text):
    found = situation.see(Inquiry("1", text), FULLER, at=TUESDAY_MORNING, load={}, away=NOBODY, accused=NOBODY)
    ends = [mention.end for mention in found.mentions]
    assert ends == sorted(ends)
    assert all(found.text[mention.start : mention.end] == mention.name for mention in found.mentions)


@pytest.mark.parametrize("fold", [0, 1])
def test_an_hour_that_the_clocks_repeat_is_on_duty_both_times(fold):
    people = [Representative(code, f"{code}某某", station_code="S", userid=code) for code in "AB"]
    slot = DutySlot("S", "B", 6, None, "01:00", "02:00")
    roster = Roster.build([Station("S", "甲社区联络站")], people, slots=[slot])
    at = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"), fold=fold)
    assert owner("灯坏了", roster=roster, at=at, scene="station", scene_param="S").representative == "B"
