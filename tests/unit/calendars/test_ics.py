"""Calendars that telephones subscribe to."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from bot.calendars.ics import CalendarEvent, render_calendar
from tests.unit.calendars.spans import SHANGHAI, at, instants

DAY = CalendarEvent(
    uid="activity-7-YQ-S1@lianxin",
    summary="代表联系服务群众日",
    starts_at=at(SHANGHAI, "2026-12-08 09:00"),
    ends_at=at(SHANGHAI, "2026-12-08 11:30"),
    changed_at=at(SHANGHAI, "2026-11-20 10:00"),
    sequence=2,
    location="堰桥街道,牡丹园; 一号楼",
    description="带上材料。\n联系电话 0510-0000000",
    url="http://127.0.0.1:8080/calendar/YQ-S1.ics?day=1,2",
)


def read(*events: CalendarEvent) -> list[Event]:
    """The entries as another program reads them."""
    return list(Calendar.from_ical(render_calendar("堰桥站", events)).walk("VEVENT"))


def test_another_program_reads_what_was_written() -> None:
    (event,) = read(DAY)
    assert str(event["uid"]) == DAY.uid
    assert str(event["summary"]) == DAY.summary
    assert str(event["location"]) == DAY.location
    assert str(event["description"]) == DAY.description
    assert str(event["url"]) == DAY.url
    assert event.decoded("dtstart") == DAY.starts_at
    assert event.decoded("dtend") == DAY.ends_at
    assert event.decoded("dtstamp") == event.decoded("last-modified") == DAY.changed_at
    assert event["sequence"] == 2
    assert str(event["status"]) == "CONFIRMED"
    assert event.errors == []


def test_the_calendar_says_what_it_is() -> None:
    calendar = Calendar.from_ical(render_calendar("堰桥站", [], refresh_hours=1))
    assert str(calendar["X-WR-CALNAME"]) == "堰桥站"
    assert str(calendar["X-WR-TIMEZONE"]) == "Asia/Shanghai"
    assert str(calendar["VERSION"]) == "2.0"
    assert str(calendar["METHOD"]) == "PUBLISH"
    assert calendar["REFRESH-INTERVAL"].to_ical() == b"PT1H"


def test_a_cancelled_day_stays_and_is_struck_out() -> None:
    (event,) = read(replace(DAY, cancelled=True, sequence=3))
    assert (str(event["status"]), event["sequence"], str(event["uid"])) == ("CANCELLED", 3, DAY.uid)


def test_times_are_utc_so_that_no_zone_table_is_needed() -> None:
    written = render_calendar("站", [DAY])
    assert b"DTSTART:20261208T010000Z\r\n" in written
    assert b"VTIMEZONE" not in written


def test_what_is_empty_is_left_out() -> None:
    (event,) = read(replace(DAY, location="", description="", url=""))
    assert not {"LOCATION", "DESCRIPTION", "URL"} & event.keys()


def test_the_same_events_are_the_same_bytes_in_any_order() -> None:
    later = replace(DAY, uid="b", starts_at=DAY.ends_at)
    assert render_calendar("站", [later, DAY]) == render_calendar("站", [DAY, later])


def test_what_people_wrote_cannot_add_lines() -> None:
    words = "日\r\nBEGIN:VALARM\rX:1\u2028END:VEVENT\x00\x0b"
    (event,) = read(replace(DAY, uid=words, summary=words, location=words, description=words))
    assert event.subcomponents == []
    assert str(event["summary"]) == "日\nBEGIN:VALARM\nX:1\u2028END:VEVENT"
    with pytest.raises(ValueError, match="CR or LF"):
        read(replace(DAY, url="http://a/\r\nATTACH:http://b/"))


@pytest.mark.parametrize(
    "event",
    [replace(DAY, ends_at=at(SHANGHAI, "2026-12-08 08:00")), replace(DAY, starts_at=datetime(2026, 12, 8, 9))],
)
def test_an_entry_without_sense_is_refused(event: CalendarEvent) -> None:
    with pytest.raises((ValueError, TypeError)):
        render_calendar("站", [event])


texts = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200)


@given(texts.filter(bool), texts, texts, instants)
def test_any_text_survives_and_no_line_is_too_long(summary: str, place: str, words: str, start: datetime) -> None:
    given = replace(DAY, summary=summary, location=place, description=words, starts_at=start, ends_at=start)
    (event,) = read(given)
    assert str(event["summary"]) == summary
    assert str(event.get("location", "")) == place
    assert str(event.get("description", "")) == words
    assert event.decoded("dtstart") == start.astimezone(UTC)
    lines = render_calendar("站", [given]).split(b"\r\n")
    assert max(map(len, lines)) <= 75
