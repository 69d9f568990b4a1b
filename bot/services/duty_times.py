"""值班: who is on duty when, day by day, with swaps and leave applied."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.assignment import SlotDay
from bot.assignment.district.shifts import Shift, clock, seconds
from bot.calendars.local_time import instants_of
from storage import leaves, roster_slots, roster_swaps
from storage.models import Leave, RosterSlot

_DAY = timedelta(days=1)
_MIDNIGHT = 24 * 3600


@dataclass(frozen=True, slots=True)
class DutyTime:
    """One slot on one day: whose it is on the roster, who has it, and whether they are on leave when it begins.

    `end` is local `HH:MM`, up to `24:00`; one that is not after the start is on the next day.
    """

    slot: SlotDay
    end: str
    holder: str
    away: bool
    starts_at: datetime
    ends_at: datetime

    @property
    def is_swapped(self) -> bool:
        """Whether somebody stands in."""
        return self.holder != self.slot.representative_code

    def overlaps(self, other: "DutyTime") -> bool:
        """Whether nobody can be at both."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Span:
    """The local days on which duty times begin, both included, in a zone."""

    first: date
    last: date
    zone: ZoneInfo

    def days(self) -> Iterable[date]:
        """Each of them."""
        return (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))


async def of_representative(session: AsyncSession, code: str, span: Span) -> list[DutyTime]:
    """What a representative has to be at, their own slots and those they stand in for, in order of time."""
    agreed = await roster_swaps.agreed_between(session, span.first, span.last, representative_code=code)
    holders = _holders(agreed)
    whose = {code, *(slot.representative_code for slot, holder in holders.items() if holder == code)}
    slots = await roster_slots.of_representatives(session, whose)
    return [one for one in await _times(session, slots, holders, span) if one.holder == code]


async def of_stations(session: AsyncSession, codes: Collection[str], span: Span) -> list[DutyTime]:
    """Who is on duty at some stations, in order of time."""
    agreed = await roster_swaps.agreed_between(session, span.first, span.last, station_codes=list(codes))
    return await _times(session, await roster_slots.of_stations(session, codes), _holders(agreed), span)


def _holders(agreed: Sequence[roster_swaps.AgreedRow]) -> dict[SlotDay, str]:
    """Who has a swapped slot: of several swaps the last one counts."""
    return {SlotDay(station, whose, on, start): to for station, whose, on, start, to in agreed}


async def _times(
    session: AsyncSession, slots: Sequence[RosterSlot], holders: Mapping[SlotDay, str], span: Span
) -> list[DutyTime]:
    people = {row.representative_code for row in slots} | set(holders.values())
    away = await leaves.between(session, people, span.first, span.last)
    found = [one for row in slots for one in expand(row, holders, away, span)]
    return sorted(found, key=lambda one: (one.starts_at, one.slot.station_code, one.holder))


def expand(
    row: RosterSlot, holders: Mapping[SlotDay, str], away: Sequence[Leave], span: Span
) -> Iterable[DutyTime]:
    """The days of a span on which a slot begins, with who has it then."""
    start, end = seconds(row.start), seconds(row.end)
    shift = Shift(row.representative_code, row.weekday, row.on_date, start, end)
    for day in span.days():
        if not shift.begins_on(day):
            continue
        last_day = day + _DAY if shift.is_overnight or end == _MIDNIGHT else day
        slot = SlotDay(row.station_code, row.representative_code, day, clock(start))
        holder = holders.get(slot, slot.representative_code)
        yield DutyTime(
            slot=slot,
            end=row.end,
            holder=holder,
            away=any(one.representative_code == holder and one.first_on <= day <= one.last_on for one in away),
            starts_at=instants_of(day, _wall(start), span.zone)[0],
            ends_at=instants_of(last_day, _wall(end), span.zone)[-1],
        )


def _wall(second: int) -> time:
    """A second of the day as a clock shows it; the midnight that ends a day is 00:00."""
    return time(second // 3600 % 24, second % 3600 // 60)
