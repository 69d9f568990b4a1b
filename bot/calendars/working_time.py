"""Working time: hours that count only on working days, and the instants at which one may disturb people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.calendars.faults import BadCalendar
from bot.calendars.local_time import MIDNIGHT, as_text, day_of, instant_of, parse_span
from bot.calendars.quiet_hours import QuietHours
from bot.calendars.working_days import WorkingDays

MOST_HOURS = 24 * 366 * 5.0
WHOLE_DAY = (MIDNIGHT, MIDNIGHT)
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Working days in `zone` with a daily span; an end of 00:00 is the end of the day.

    Hours are real hours: a day on which clocks change has 23 or 25 of them.
    """

    days: WorkingDays
    zone: ZoneInfo
    hours: tuple[time, time] = WHOLE_DAY

    def due(self, start: datetime, hours: float) -> datetime:
        """The first instant, in UTC, when `hours` of working time have passed since `start`. At most five years."""
        if not 0 <= hours <= MOST_HOURS:
            raise BadCalendar(f"working hours are 0 to {MOST_HOURS:g}", hours)
        start = start.astimezone(UTC)
        left = timedelta(hours=hours)
        if not left:
            return start
        spans = self._spans_from(start)
        while True:
            opens, closes = next(spans)
            counted = max(opens, start)
            if closes - counted >= left:
                return counted + left
            left -= closes - counted

    def elapsed(self, start: datetime, end: datetime) -> float:
        """How many hours of working time lie between; 0 where `end` is not after `start`."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        total = timedelta()
        for opens, closes in self._spans_from(start):
            if opens >= end:
                break
            total += max(min(closes, end) - max(opens, start), timedelta())
        return total / _HOUR

    def awake(self, instant: datetime, quiet: QuietHours) -> datetime:
        """The first instant at or after it, in UTC, that is neither in quiet hours nor on a day off."""
        instant = instant.astimezone(UTC)
        while True:
            day = day_of(instant, self.zone)
            if not self.days.is_working(day):
                instant = instant_of(self.days.next_working(day), MIDNIGHT, self.zone)
            elif quiet.covers_instant(instant, self.zone):
                instant = quiet.end_after(instant, self.zone)
            else:
                return instant

    def _spans_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The spans that end after `start`, in order."""
        day = self.days.next_working(day_of(start, self.zone))
        while True:
            opens, closes = self._span_on(day)
            if closes > start:
                yield opens, closes
            day = self.days.next_working(day + _DAY)

    def _span_on(self, day: date) -> tuple[datetime, datetime]:
        opens, closes = self.hours
        last = day + _DAY if closes == MIDNIGHT else day
        return instant_of(day, opens, self.zone), instant_of(last, closes, self.zone)


def parse_working_hours(text: str) -> tuple[time, time]:
    """`09:00-18:00`, local; `00:00-24:00` or empty is the whole day."""
    if not as_text(text).strip():
        return WHOLE_DAY
    opens, closes = parse_span(text)
    if opens >= closes and not text.strip().endswith("24:00"):
        raise BadCalendar("working hours begin before they end, on one day, such as 09:00-18:00", text)
    return opens, closes
