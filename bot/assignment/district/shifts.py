"""Who is at a station at a given moment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from bot.assignment.district.columns import Groups
from bot.assignment.district.hashing import Rows, chunked
from bot.assignment.district.register import Register
from bot.assignment.district.sites import Sites
from bot.assignment.facts import SlotDay

# The fields of a `DutySlot` in their order.
SlotRow: TypeAlias = tuple[str, str, int | None, date | None, str, str]
# Who stands in for a slot, by code.
Swaps: TypeAlias = Mapping[SlotDay, str]
NO_SWAPS: Swaps = MappingProxyType({})
_NEVER = -1
_KEPT = 10_000  # stations whose shifts are kept as made


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
        return self.day_at(at) is not None

    def day_at(self, at: datetime) -> date | None:
        """The day on which the shift began that the local moment lies in, None where it lies in none.

        What counts is the clock on the station's wall: an hour that a change of the clocks repeats is on duty
        twice, one that it skips is not missed.
        """
        second = at.hour * 3600 + at.minute * 60 + at.second
        today = at.date()
        if second >= self.start:
            return today if (second < self.end or self.is_overnight) and self.begins_on(today) else None
        yesterday = today - timedelta(days=1)
        return yesterday if self.is_overnight and second < self.end and self.begins_on(yesterday) else None

    def may_cover(self, weekday: int) -> bool:
        """Whether a moment of this day of the week, Monday 0, may lie in this shift."""
        begins = self.on.weekday() if self.on is not None else self.weekday
        return begins == weekday or (self.is_overnight and begins == (weekday - 1) % 7)

    @property
    def is_overnight(self) -> bool:
        """Whether it ends on the day after."""
        return self.end <= self.start

    def begins_on(self, day: date) -> bool:
        """Whether it is on the roster of a local day."""
        return self.on == day if self.on is not None else self.weekday == day.weekday()


# For each day of the week, Monday first: rows of representatives and shifts that it may lie in.
Week: TypeAlias = tuple[tuple[tuple[int, Shift], ...], ...]


class Duty:
    """The shifts of every station, as columns."""

    __slots__ = ("_days", "_known", "_of_station", "_register", "_representatives", "_sites", "_times", "_weekdays")

    def __init__(self, slots: Iterable[SlotRow], sites: Sites, register: Register) -> None:
        parts = [_columns(chunk, sites, register) for chunk in chunked(slots)]
        table = np.concatenate(parts, axis=1) if parts else np.empty((6, 0), np.int32)
        stations, self._representatives, self._weekdays, self._days = table[:4]
        self._times = table[4:].T
        self._register, self._sites = register, sites
        self._known: dict[int, Week] = {}
        known = np.where(self._representatives >= 0, stations, -1)
        self._of_station = Groups(known, np.arange(len(stations), dtype=np.int32), len(sites))

    def of_station(self, number: int) -> tuple[Shift, ...]:
        """The shifts of a station."""
        return tuple(map(self._shift, self._of_station.of(number).tolist()))

    def on_duty(self, number: int, at: datetime, swaps: Swaps) -> list[int]:
        """The rows of the representatives at a station at a local moment, each once; of a swap, who stands in."""
        week = self._known.get(number)
        if week is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            week = self._known[number] = self._week(number)
        present = [(row, shift, day) for row, shift in week[at.weekday()] if (day := shift.day_at(at)) is not None]
        if swaps:
            station = self._sites.codes[number]
            return list(dict.fromkeys(self._stand_in(station, *one, swaps) for one in present))
        return list(dict.fromkeys(row for row, _, _ in present))

    def _stand_in(self, station: str, row: int, shift: Shift, day: date, swaps: Swaps) -> int:
        """The row of whoever a shift of that day is with; one who has left the roster stands in for nobody."""
        code = swaps.get(SlotDay(station, shift.representative_code, day, clock(shift.start)))
        found = self._register.row(code)
        return found if found >= 0 else row

    def _week(self, number: int) -> Week:
        """The shifts of a station that each day of the week may lie in, with their representatives' rows."""
        rows = self._of_station.of(number).tolist()
        shifts = [(int(self._representatives[row]), self._shift(row)) for row in rows]
        return tuple(tuple(one for one in shifts if one[1].may_cover(weekday)) for weekday in range(7))

    def _shift(self, row: int) -> Shift:
        code = self._register.code(int(self._representatives[row]))
        day, weekday = int(self._days[row]), int(self._weekdays[row])
        start, end = self._times[row].tolist()
        on = date.fromordinal(day) if day != _NEVER else None
        return Shift(code, weekday if weekday != _NEVER else None, on, start, end)


def _columns(slots: list[SlotRow], sites: Sites, register: Register) -> Rows:
    """Station, representative, weekday, day, start and end, each a row of numbers."""
    return np.array(
        [
            (
                sites.number(station),
                register.row(representative),
                _NEVER if weekday is None else weekday,
                _NEVER if on is None else on.toordinal(),
                seconds(start),
                seconds(end),
            )
            for station, representative, weekday, on, start, end in slots
        ],
        np.int32,
    ).T


def clock(second: int) -> str:
    """A second of the day as `HH:MM`."""
    return f"{second // 3600:02}:{second % 3600 // 60:02}"


def seconds(time: str) -> int:
    """The second of the day that `HH:MM` is."""
    hours, minutes = time.split(":")
    return int(hours) * 3600 + int(minutes) * 60
