"""Times on the wall, and the instants they stand for."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.calendars.faults import BadCalendar

MIDNIGHT = time(0)
YEARS = range(1900, 2201)
"""Those that people mean: at the ends of the calendar a day has no midnight in UTC, or no day after it."""
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
_SPAN = re.compile(r"\s*([\d:]+)\s*-\s*([\d:]+)\s*")
_SMALLEST = timedelta(microseconds=1)


def as_text(given: object) -> str:
    """What staff wrote; the settings are JSON, which may hold anything."""
    if not isinstance(given, str):
        raise BadCalendar("text is wanted", given)
    return given


def parse_clock(text: str) -> time:
    """`HH:MM` as a time of day; `24:00` is the midnight that ends the day and comes back as 00:00."""
    match = _CLOCK.fullmatch(text.strip())
    if not match or (match[1] == "24" and match[2] != "00"):
        raise BadCalendar("a time is written HH:MM, 00:00 to 24:00", text)
    return time(int(match[1]) % 24, int(match[2]))


def parse_span(text: str) -> tuple[time, time]:
    """`HH:MM-HH:MM` as its two ends; 24:00 comes back as 00:00."""
    match = _SPAN.fullmatch(text)
    if not match or match[1] == "24:00":
        raise BadCalendar("a span is written HH:MM-HH:MM, 00:00 to 24:00", text)
    return parse_clock(match[1]), parse_clock(match[2])


def parse_day_hours(text: str) -> tuple[time, time]:
    """A span within one day: it ends after it begins, and before midnight."""
    first, last = parse_span(as_text(text))
    if last <= first:
        raise BadCalendar("the hours of a day end after they begin, such as 09:00-11:30", text)
    return first, last


@lru_cache(maxsize=1024)  # clocks ask for the same few days again and again
def instants_of(day: date, clock: time, zone: ZoneInfo) -> tuple[datetime, ...]:
    """When clocks in `zone` show `clock` on `day`, in UTC and in order.

    Mostly one instant; two where clocks are put back over it; where they are put forward over it, the instant at
    which they jump.
    """
    wall = datetime.combine(day, clock)
    both = sorted({wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)})
    if len(both) == 2 and _wall(both[0], zone) != wall:
        return (_jump_between(both[0], both[1], zone),)
    return tuple(both)


def instant_of(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The first instant, in UTC, at which clocks in `zone` show `clock` on `day`."""
    return instants_of(day, clock, zone)[0]


def day_of(instant: datetime, zone: ZoneInfo) -> date:
    """The local date."""
    return instant.astimezone(zone).date()


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def _jump_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the zone's offset changes, halving the span between two instants around it."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > _SMALLEST:
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
