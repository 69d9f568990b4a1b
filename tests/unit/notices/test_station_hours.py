"""Opening hours and duty as people read them."""

import pytest

from bot.notices.station_hours import DutyTime, duty_times, opening_hours
from bot.services.imports.values import parse_open_hours


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", "工作日 9:00-17:00"),
        ("Mon-Fri 09:00-17:00; Sat 09:00-12:00", "周一至周五 9:00-17:00；周六 9:00-12:00"),
        ("周一至周五 09:00-12:00,14:00-17:30", "周一至周五 9:00-12:00、14:00-17:30"),
        ("每天 00:00-24:00", "每天 00:00-24:00"),
        ("周二、周四 13:30-17:00", "周二、周四 13:30-17:00"),
        ("Fri-Mon 10:00-18:00", "周一、周五至周日 10:00-18:00"),
    ],
)
def test_hours_are_said_in_words(written: str, read: str) -> None:
    spans = [(span.weekdays, span.start, span.end) for span in parse_open_hours(written)]
    assert opening_hours(spans) == read


def test_of_many_duty_times_the_first_few_are_said() -> None:
    times = [DutyTime(day, "09:00", "11:00") for day in range(4)]
    assert duty_times(times[:1]) == "每周一 9:00-11:00"
    assert duty_times(times) == "每周一 9:00-11:00；每周二 9:00-11:00；每周三 9:00-11:00等"
