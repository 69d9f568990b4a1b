"""The office's calendar out of its rules."""

from datetime import date, time

import pytest

from bot.calendars import build_office_calendar, check_rules, ladder_of, parse_ladder
from config.rules import Rules
from tests.unit.calendars.spans import SHANGHAI, at


def test_the_default_rules_can_be_read() -> None:
    assert check_rules(Rules()) == {}


def test_what_staff_tuned_is_what_counts() -> None:
    rules = Rules.tuned({"quiet_hours": "20:00-09:30", "working_hours": "09:00-18:00"})
    office = build_office_calendar(rules, {date(2026, 11, 20): "off"}, SHANGHAI)
    assert office.time.due(at(SHANGHAI, "2026-11-19 17:00"), 2) == at(SHANGHAI, "2026-11-23 10:00")
    assert office.awake(at(SHANGHAI, "2026-11-19 20:00")) == at(SHANGHAI, "2026-11-23 09:30")
    assert office.is_quiet(at(SHANGHAI, "2026-11-19 09:29"))
    assert not office.is_quiet(at(SHANGHAI, "2026-11-19 09:30"))
    assert office.today(at(SHANGHAI, "2026-11-19 00:00")) == date(2026, 11, 19)
    (due,) = office.due(parse_ladder(["T-0d@08:00"]), at(SHANGHAI, "2026-11-19 10:00"))
    assert due.due_at == at(SHANGHAI, "2026-11-19 09:30")


def test_by_default_every_hour_of_a_working_day_counts() -> None:
    office = build_office_calendar(Rules(), {}, SHANGHAI)
    assert office.time.hours == (time(0), time(0))
    assert office.time.due(at(SHANGHAI, "2026-11-20 15:00"), 24) == at(SHANGHAI, "2026-11-23 15:00")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("quiet_hours", "at night"),
        ("working_hours", "18:00-09:00"),
        ("activity_ladder", ["tomorrow"]),
        ("live_ladder", ["T-1h", "T-1h"]),
        ("live_ladder", "T-1h"),
        ("live_ladder", None),
        ("report_ladder", ["report_due T+3w@09:00 everybody"]),
    ],
)
def test_a_change_that_cannot_be_read_is_told_by_name(name: str, value: object) -> None:
    assert list(check_rules(Rules.tuned({name: value}))) == [name]


def test_a_slip_in_the_rules_stops_nothing() -> None:
    slipped = Rules.tuned(
        {"quiet_hours": 21, "working_hours": "", "live_ladder": ["T-1x"], "report_ladder": [None]}
    )
    assert check_rules(slipped).keys() == {"quiet_hours", "live_ladder", "report_ladder"}
    assert build_office_calendar(slipped, {}, SHANGHAI) == build_office_calendar(Rules(), {}, SHANGHAI)
    assert ladder_of(slipped, "live_ladder") == parse_ladder(Rules().live_ladder)
    assert ladder_of(slipped, "report_ladder") == parse_ladder(Rules().report_ladder)


def test_a_tuned_ladder_is_what_is_climbed() -> None:
    assert ladder_of(Rules.tuned({"live_ladder": ["T-5m"]}), "live_ladder") == parse_ladder(["T-5m"])


def test_a_ladder_out_of_the_database_is_a_tuple() -> None:
    assert Rules.tuned({"live_ladder": ["T-1h"]}) == Rules(live_ladder=("T-1h",))
