"""Hours in which no reminder is said."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.calendars.faults import BadCalendar
from bot.calendars.local_time import MIDNIGHT, as_text, instants_of, parse_span

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` up to `end`, local, every day; over midnight where `end` is not later. Equal ends: never."""

    start: time = MIDNIGHT
    end: time = MIDNIGHT

    def covers(self, local: time) -> bool:
        """Whether that local time of day is quiet; the end itself is not."""
        clock = local.replace(tzinfo=None, fold=0)
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def covers_instant(self, instant: datetime, zone: ZoneInfo) -> bool:
        """Whether it is quiet in `zone` at that instant."""
        return self.covers(instant.astimezone(zone).time())

    def end_after(self, instant: datetime, zone: ZoneInfo) -> datetime:
        """The end of the quiet hours that `instant` lies in; outside them `instant` itself."""
        if not self.covers_instant(instant, zone):
            return instant
        return min(end for end in _around(instant, self.end, zone) if end > instant)

    def start_before(self, instant: datetime, zone: ZoneInfo) -> datetime:
        """The start of the quiet hours that `instant` lies in; outside them `instant` itself."""
        if not self.covers_instant(instant, zone):
            return instant
        return max(start for start in _around(instant, self.start, zone) if start <= instant)

    def fit(self, due: datetime, latest_useful: datetime, zone: ZoneInfo) -> datetime | None:
        """When a reminder that is due at `due` is said; none where it would not be useful any more.

        Outside quiet hours: when it is due. Inside them: at their end if that is before `latest_useful`, else one
        minute before they begin, so that a reminder of something early in the morning comes the evening before.
        """
        if due >= latest_useful:
            return None
        if not self.covers_instant(due, zone):
            return due
        end = self.end_after(due, zone)
        return end if end < latest_useful else self.start_before(due, zone) - _MINUTE


def parse_quiet_hours(text: str) -> QuietHours:
    """`21:00-08:00`, local times; empty is never. The two ends differ: nobody is quiet all day."""
    if not as_text(text).strip():
        return QuietHours()
    start, end = parse_span(text)
    if start == end:
        raise BadCalendar("quiet hours begin and end at different times; empty is never", text)
    return QuietHours(start, end)


def _around(instant: datetime, clock: time, zone: ZoneInfo) -> list[datetime]:
    """When clocks show that time on the local day of `instant` and on the days beside it."""
    day = instant.astimezone(zone).date()
    return [found for near in (day - _DAY, day, day + _DAY) for found in instants_of(near, clock, zone)]
