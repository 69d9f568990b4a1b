"""Rules by which activity days are found (`activity_days.csv`).

`third_tuesday`; `third_calendar_week_tuesday` (the Tuesday of the month's third calendar row, weeks Monday first);
`monthly:13` (in a shorter month its last day); `dates:2026-12-08,2027-01-12`; `rrule:FREQ=…` (RFC 5545).
"""

import re
from calendar import Calendar, monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import Enum
from functools import partial
from typing import Protocol

from dateutil.rrule import rrule, rrulestr

from bot.calendars.faults import BadCalendar
from bot.calendars.local_time import YEARS

ANCHOR = date(2001, 1, 1)  # a Monday that begins a year: what INTERVAL counts from where a rule has no DTSTART
_CYCLE_YEARS = 9600  # a multiple of 400, after which the calendar repeats; searches end with year 9999
_TUESDAY = 1
_NUMBERS = {
    "INTERVAL": (1, 1000),
    "COUNT": (1, 10000),
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYSETPOS": (-366, 366),
    "BYHOUR": (0, 23),
    "BYMINUTE": (0, 59),
}
_FROM_ZERO = ("BYHOUR", "BYMINUTE")
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_WEEKDAY = re.compile(r"(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)")
_NUMBER = re.compile(r"[+-]?\d{1,5}")
_UNTIL = re.compile(r"(\d{8})(T\d{6}Z?)?")


class RuleFault(Enum):
    """Why a rule was refused."""

    UNKNOWN = "unknown"
    BAD_DATE = "bad_date"
    BAD_RECURRENCE = "bad_recurrence"
    BAD_LIMIT = "bad_limit"
    NO_START = "no_start"
    NEVER = "never"


class BadActivityRule(BadCalendar):
    """An activity rule that cannot be read; `fault` says why, `given` is the part that is wrong."""

    def __init__(self, fault: RuleFault, what: str, given: str) -> None:
        super().__init__(what, given)
        self.fault = fault


class _Finder(Protocol):
    def __call__(self, first: date, last: date) -> Iterator[date]: ...


@dataclass(frozen=True, slots=True)
class ActivityRule:
    """A rule that can be asked for its days; `written` is its one way to be written."""

    written: str
    _find: _Finder = field(repr=False, compare=False)

    def dates_between(self, first: date, last: date) -> list[date]:
        """The rule's days from `first` to `last`, both included, in order, each once."""
        return sorted(set(self._find(first, last)))


def parse(rule: str) -> ActivityRule:
    """The rule that is written so. Raises `BadActivityRule`."""
    name, _, rest = rule.strip().partition(":")
    if not rest and name in _TUESDAYS:
        return ActivityRule(name, partial(_each_month, _TUESDAYS[name]))
    if name == "monthly" and re.fullmatch(r"0?[1-9]|[12]\d|3[01]", rest):
        return ActivityRule(f"monthly:{int(rest)}", partial(_each_month, partial(_day_or_last, int(rest))))
    if name == "dates":
        days = tuple(sorted({_date(part.strip()) for part in rest.split(",")}))
        return ActivityRule("dates:" + ",".join(map(date.isoformat, days)), partial(_listed, days))
    if name.lower() == "rrule":
        return _recurrence(rest.strip().upper().strip(";"))
    raise BadActivityRule(
        RuleFault.UNKNOWN,
        "an activity rule is third_tuesday, third_calendar_week_tuesday, monthly:13, dates:2026-12-08,2027-01-12 "
        "or rrule:FREQ=…",
        rule,
    )


def _third_tuesday(year: int, month: int) -> date:
    return next(day for day in (date(year, month, number) for number in range(15, 22)) if day.weekday() == _TUESDAY)


def _third_row_tuesday(year: int, month: int) -> date:
    return Calendar(firstweekday=0).monthdatescalendar(year, month)[2][_TUESDAY]


def _day_or_last(number: int, year: int, month: int) -> date:
    return date(year, month, min(number, monthrange(year, month)[1]))


_TUESDAYS = {"third_tuesday": _third_tuesday, "third_calendar_week_tuesday": _third_row_tuesday}


def _each_month(day_in: Callable[[int, int], date], first: date, last: date) -> Iterator[date]:
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        day = day_in(month // 12, month % 12 + 1)
        if first <= day <= last:
            yield day


def _date(text: str) -> date:
    try:
        found = datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise BadActivityRule(RuleFault.BAD_DATE, "a date is written 2026-12-08", text) from None
    if found.year not in YEARS:
        raise BadActivityRule(RuleFault.BAD_DATE, "a date is of our time", text)
    return found


def _listed(days: tuple[date, ...], first: date, last: date) -> Iterator[date]:
    return (day for day in days if first <= day <= last)


def _recurrence(written: str) -> ActivityRule:
    parts = [part.partition("=") for part in written.split(";")]
    given = {name: value for name, _, value in parts}
    if len(given) < len(parts) or not all(_is_part(name, value) for name, value in given.items()):
        raise BadActivityRule(
            RuleFault.BAD_RECURRENCE, "a recurrence is written such as FREQ=MONTHLY;BYDAY=3TU", written
        )
    if "FREQ" not in given or {"COUNT", "UNTIL"} <= given.keys():
        raise BadActivityRule(
            RuleFault.BAD_LIMIT, "a recurrence has FREQ, and COUNT or UNTIL but not both", written
        )
    if given["FREQ"] in ("DAILY", "WEEKLY") and re.search(r"\d", given.get("BYDAY", "")):
        raise BadActivityRule(RuleFault.BAD_RECURRENCE, "3TU goes with MONTHLY and YEARLY only", written)
    if "COUNT" in given and "DTSTART" not in given:
        raise BadActivityRule(RuleFault.NO_START, "COUNT counts from a DTSTART, such as DTSTART=20261201", written)
    return ActivityRule(f"rrule:{written}", partial(_recurring, _read_recurrence(given, written)))


def _read_recurrence(given: dict[str, str], written: str) -> rrule:
    start = _compact_date(given.get("DTSTART", f"{ANCHOR:%Y%m%d}"))
    plain = {name: value for name, value in given.items() if name != "DTSTART"}
    if "UNTIL" in plain:
        plain["UNTIL"] = plain["UNTIL"][:8]
    try:
        found = rrulestr(";".join(f"{name}={value}" for name, value in plain.items()), dtstart=start)
    except ValueError as error:
        raise BadActivityRule(RuleFault.BAD_RECURRENCE, "a recurrence keeps RFC 5545", written) from error
    if not isinstance(found, rrule) or _is_never(found, start):
        raise BadActivityRule(RuleFault.NEVER, "a recurrence meets a day at some time", written)
    return found


def _is_never(recurrence: rrule, start: datetime) -> bool:
    """Whether it has no day at all (30 February). Asked late in the last cycle, where an empty search is short."""
    late = start.replace(year=start.year % 400 + _CYCLE_YEARS)
    return next(iter(recurrence.replace(dtstart=late, until=None)), None) is None


def _recurring(recurrence: rrule, first: date, last: date) -> Iterator[date]:
    begin, end = datetime.combine(first, time.min), datetime.combine(last, time.max)
    return (found.date() for found in recurrence.between(begin, end, inc=True))


def _is_part(name: str, value: str) -> bool:
    if name == "FREQ":
        return value in _FREQUENCIES
    if name in ("UNTIL", "DTSTART"):
        return _is_compact_date(value, timed=name == "UNTIL")
    if name == "WKST":
        return value in ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    if name == "BYDAY":
        return all(_WEEKDAY.fullmatch(item) for item in value.split(","))
    return _is_numbers(name, value)


def _is_numbers(name: str, value: str) -> bool:
    low, high = _NUMBERS.get(name, (0, -1))
    numbers = value.split(",") if name.startswith("BY") else [value]
    if not all(_NUMBER.fullmatch(item) and low <= int(item) <= high for item in numbers):
        return False
    return name in _FROM_ZERO or all(int(item) for item in numbers)


def _is_compact_date(value: str, *, timed: bool) -> bool:
    match = _UNTIL.fullmatch(value)
    if not match or (match[2] and not timed):
        return False
    try:
        _compact_date(match[1])
    except ValueError:
        return False
    return True


def _compact_date(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%d")
