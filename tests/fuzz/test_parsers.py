"""Words into days, figures, drafts: read, or refused in the way each promises, never anything else, and soon."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from bot.calendars import BadCalendar, activity_rules, local_time, quiet_hours, working_time
from bot.services.activity_days import reporting
from bot.services.broadcasts import audiences
from bot.services.days import NotUnderstood, parse_day
from bot.services.duty import numbers, parsing
from bot.services.imports import values
from bot.services.imports.faults import BadValue
from bot.services.live import drafts
from bot.services.live.planning import LiveRefused
from bot.services.privacy import deciding
from bot.services.receptions import parsing as receptions
from bot.services.statistics import reading
from config.duty_kinds import KINDS
from tests.fuzz.effort import examples
from tests.fuzz.words import patterns, pieces, spoken

TODAY = date(2026, 11, 20)
SHANGHAI = ZoneInfo("Asia/Shanghai")
SOON_SECONDS = 1.0
LONGEST = 2048  # bytes a message brings at most
NAMES = {"张伟", "李娜", "R1"}
Read = Callable[[str], Any]


READERS: list[tuple[str, Read, tuple[type[Exception], ...]]] = [
    ("day", lambda text: parse_day(text, TODAY), (NotUnderstood,)),
    ("duty", lambda text: parsing.parse(text, TODAY, KINDS), ()),
    ("duty change", lambda text: parsing.change(parsing.Told(), text, TODAY, KINDS), ()),
    ("people", numbers.read_people, ()),
    ("coming day", lambda text: numbers.find_coming_day(text, TODAY), ()),
    ("figures", lambda text: reading.read(text, TODAY, reading.Vocabulary()), ()),
    ("reception", lambda text: receptions.parse(text, NAMES.__contains__), ()),
    ("report", reporting.parse_report, ()),
    ("live draft", drafts.parse_draft, (LiveRefused,)),
    ("audience", audiences.parse_audience, (audiences.AudienceRefused,)),
    ("privacy", deciding.parse_registration, ()),
    ("activity rule", activity_rules.parse, (BadCalendar,)),
    ("quiet hours", quiet_hours.parse_quiet_hours, (BadCalendar,)),
    ("working hours", working_time.parse_working_hours, (BadCalendar,)),
    ("span", local_time.parse_span, (BadCalendar,)),
    ("cell: day", values.day, (BadValue,)),
    ("cell: clock", values.clock, (BadValue,)),
    ("cell: code", values.code, (BadValue,)),
    ("cell: codes", values.code_list, (BadValue,)),
    ("cell: count", values.count(10_000), (BadValue,)),
    ("cell: degrees", values.degrees(180, "经度"), (BadValue,)),
    ("cell: weekday", values.weekday, (BadValue,)),
    ("cell: open hours", values.open_hours, (BadValue,)),
    ("cell: rule", values.activity_rule, (BadValue,)),
]


@given(pieces | spoken)
@examples(60)
def test_anything_is_read_or_refused(text: str) -> None:
    """Each example by every reader: making it up costs more than reading it."""
    for _, read, refusals in READERS:
        with suppress(*refusals):
            read(text)


DAYS: dict[str, Callable[[str], Any]] = {
    "words for a day": lambda text: [parse_day(text, TODAY)],
    "figures": lambda text: [(asked := reading.read(text, TODAY, reading.Vocabulary())).first, asked.last],
    "duty": lambda text: [parsing.parse(text, TODAY, KINDS).on],
    "a coming day": lambda text: [numbers.find_coming_day(text, TODAY)],
}
_dated = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(["", "履职 ", "走访 "]),
    st.sampled_from(["0000", "0001", "1000", "2026", "2200", "9998", "9999", "二〇二六", ""]),
    st.sampled_from(["-", "年", "/", ".", ""]),
    st.sampled_from(["00", "01", "2", "12", "13", "99", "第四季度", ""]),
    st.sampled_from(["-", "月", "/", ".", ""]),
    st.sampled_from(["00", "01", "29", "30", "31", "32", "", "日", "至2026-12-31"]),
)


@example("0000-01")
@example("9999-12-31")
@example("0001-01-01")
@given(_dated | pieces)
@examples(40)
def test_a_day_from_the_chat_can_be_reckoned_with(text: str) -> None:
    """Its midnight here and the midnight after it are instants: nothing that is stored or asked for runs over."""
    for read in DAYS.values():
        days: list[date | None] = []
        with suppress(NotUnderstood):
            days = read(text)
        for day in filter(None, days):
            for midnight in (day, day + timedelta(days=1)):
                assert datetime.combine(midnight, datetime.min.time(), SHANGHAI).astimezone(UTC)


@given(pieces)
@examples(3)
def test_the_longest_message_is_read_at_once(piece: str) -> None:
    text = (piece * LONGEST)[:LONGEST]
    for name, read, refusals in READERS:
        began = time.process_time()
        with suppress(*refusals):
            read(text)
        assert time.process_time() - began < SOON_SECONDS, name


@given(spoken)
@examples(4)
def test_the_longest_message_finds_its_handler_at_once(piece: str) -> None:
    text = (piece * LONGEST)[:LONGEST]
    for pattern in patterns():
        began = time.process_time()
        pattern.fullmatch(text)
        pattern.match(text)
        assert time.process_time() - began < SOON_SECONDS, pattern.pattern
