"""How single cells are read."""

from datetime import date

import pytest
import shapely

from bot.services.imports import gcj02, polygons, values
from bot.services.imports.faults import BadValue
from bot.services.imports.values import OpenSpan

WORKDAYS = (0, 1, 2, 3, 4)


@pytest.mark.parametrize(
    ("cell", "spans"),
    [
        ("", ()),
        ("Mon-Fri 09:00-17:00", (OpenSpan(WORKDAYS, "09:00", "17:00"),)),
        (
            "Mon-Fri 09:00-17:00; Sat 09:00-12:00",
            (OpenSpan(WORKDAYS, "09:00", "17:00"), OpenSpan((5,), "09:00", "12:00")),
        ),
        (
            "周一至周五 09:00-17:00;周六 9:00-12:00",
            (OpenSpan(WORKDAYS, "09:00", "17:00"), OpenSpan((5,), "09:00", "12:00")),
        ),
        (
            "周一至五 08:30-11:30,13:30-17:30",
            (OpenSpan(WORKDAYS, "08:30", "11:30"), OpenSpan(WORKDAYS, "13:30", "17:30")),
        ),
        ("周二、周四 14:00—17:00", (OpenSpan((1, 3), "14:00", "17:00"),)),
        ("星期六至星期一09:00至17:00", (OpenSpan((0, 5, 6), "09:00", "17:00"),)),
        ("每天 00:00-24:00", (OpenSpan(tuple(range(7)), "00:00", "24:00"),)),
        ("Fri 20:00-02:00", (OpenSpan((4,), "20:00", "02:00"),)),
    ],
)
def test_opening_hours_in_english_and_chinese(cell, spans):
    assert values.parse_open_hours(cell) == spans


@pytest.mark.parametrize(
    "cell", ["9-5", "Mon", "Mon-Fri", "Mon-Fri 9am-5pm", "Funday 09:00-10:00", "周一 09:00", "周一 25:00-26:00"]
)
def test_opening_hours_that_cannot_be_read(cell):
    with pytest.raises(BadValue):
        values.parse_open_hours(cell)


@pytest.mark.parametrize(
    ("cell", "number"),
    [("Mon", 0), ("sun", 6), ("Wednesday", 2), ("周一", 0), ("周日", 6), ("星期天", 6), ("礼拜三", 2)],
)
def test_weekdays_in_english_and_chinese(cell, number):
    assert values.weekday(cell) == number


@pytest.mark.parametrize("cell", ["2026-12-08", "2026/12/8", "2026年12月8日", "2026.12.08"])
def test_dates_as_spreadsheets_and_people_write_them(cell):
    assert values.day(cell) == date(2026, 12, 8)


@pytest.mark.parametrize(
    ("cell", "time"), [("9:00", "09:00"), ("24:00", "24:00"), ("09:00:00", "09:00"), ("9:05", "09:05")]
)
def test_times_of_day(cell, time):
    assert values.clock(cell) == time


@pytest.mark.parametrize(
    "rule",
    [
        "third_tuesday",
        "third_calendar_week_tuesday",
        "monthly:13",
        "dates:2026-12-08,2027-01-12",
        "rrule:FREQ=MONTHLY;BYDAY=3TU",
        "rrule:FREQ=MONTHLY;BYDAY=TU;BYSETPOS=3;BYMONTH=1,3,5",
        "rrule:FREQ=YEARLY;UNTIL=20301231T000000Z;INTERVAL=2",
    ],
)
def test_activity_rules_are_kept_as_written(rule):
    assert values.activity_rule(rule) == rule


def test_a_list_is_parted_by_either_semicolon():
    assert values.listing("a; b;c、a;") == ["a", "b", "c"]


def test_public_fields_are_all_but_the_telephone_unless_told():
    assert "phone" not in values.public_fields("")
    assert values.public_fields("name;phone") == ["name", "phone"]


@pytest.mark.parametrize(
    ("wgs84", "shifted"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),  # Shanghai
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),  # Shenzhen
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),  # Beijing
    ],
)
def test_wgs84_becomes_gcj02(wgs84, shifted):
    assert gcj02.shift_point(*wgs84) == pytest.approx(shifted, abs=1e-9)


def test_outside_mainland_china_nothing_is_shifted():
    assert gcj02.shift_point(2.35, 48.85) == (2.35, 48.85)


@pytest.mark.parametrize("crs", ["WGS84", "wgs-84", "EPSG:4326", "urn:ogc:def:crs:OGC:1.3:CRS84"])
def test_a_polygon_in_wgs84_is_converted(crs):
    square = "POLYGON((120.3 31.68, 120.31 31.68, 120.31 31.69, 120.3 31.69, 120.3 31.68))"
    plain = shapely.from_wkb(polygons.read_polygon(square, ""))
    moved = shapely.from_wkb(polygons.read_polygon(square, crs))
    assert plain.bounds == (120.3, 31.68, 120.31, 31.69)
    assert moved.bounds[:2] == pytest.approx(gcj02.shift_point(120.3, 31.68))


@pytest.mark.parametrize("crs", ["", "GCJ-02", "gcj02"])
def test_a_polygon_in_gcj02_stays(crs):
    square = "POLYGON((120.3 31.68, 120.31 31.68, 120.31 31.69, 120.3 31.69, 120.3 31.68))"
    assert shapely.from_wkb(polygons.read_polygon(square, crs)).bounds[0] == 120.3
