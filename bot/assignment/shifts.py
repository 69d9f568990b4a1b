"""Who is at a station at a given moment."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.assignment.facts import DutySlot


@dataclass(frozen=True, slots=True)
class Shift:
    """A duty slot in seconds of the local day; it begins at `start` and is over at `end`, to the second."""

    representative_code: str
    weekday: int | None
    on: date | None
    start: int
    end: int

    def covers(self, at: datetime) -> bool:
        """Whether the local moment lies in this shift, the hours past midnight included."""
        second = at.hour * 3600 + at.minute * 60 + at.second
        today = at.date()
        if self.start < self.end:
            return self.start <= second < self.end and self._begins_on(today)
        if second >= self.start:
            return self._begins_on(today)
        return second < self.end and self._begins_on(today - timedelta(days=1))

    def _begins_on(self, day: date) -> bool:
        return self.on == day if self.on is not None else self.weekday == day.weekday()


def by_station(slots: Iterable[DutySlot]) -> Mapping[str, tuple[Shift, ...]]:
    """The shifts of every station."""
    shifts: defaultdict[str, list[Shift]] = defaultdict(list)
    for slot in slots:
        shift = Shift(slot.representative_code, slot.weekday, slot.date, _seconds(slot.start), _seconds(slot.end))
        shifts[slot.station_code].append(shift)
    return {station: tuple(found) for station, found in shifts.items()}


def _seconds(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 3600 + int(minutes) * 60
