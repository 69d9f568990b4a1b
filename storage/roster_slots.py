"""Duty slots as they stand on the roster, read where the roster in memory is not at hand or too large to search."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import RosterSlot


async def of_representatives(session: AsyncSession, codes: Collection[str]) -> Sequence[RosterSlot]:
    """Every slot of some representatives, at any station."""
    found = await session.scalars(select(RosterSlot).where(RosterSlot.representative_code.in_(codes)))
    return found.all()


async def of_stations(session: AsyncSession, codes: Collection[str]) -> Sequence[RosterSlot]:
    """Every slot at some stations."""
    found = await session.scalars(select(RosterSlot).where(RosterSlot.station_code.in_(codes)))
    return found.all()


async def get(session: AsyncSession, slot_id: int) -> RosterSlot | None:
    """A slot by its number, locked."""
    return await session.get(RosterSlot, slot_id, with_for_update=True)


async def find(
    session: AsyncSession, station: str, whose: str, weekday: int | None, on_date: date | None, start: str
) -> RosterSlot | None:
    """The slot that an import would take for the same: station, representative, day or weekday, beginning."""
    found = await session.scalars(
        select(RosterSlot).where(
            RosterSlot.station_code == station,
            RosterSlot.representative_code == whose,
            RosterSlot.weekday == weekday,
            RosterSlot.on_date == on_date,
            RosterSlot.start == start,
        )
    )
    return found.first()


async def count_begins(session: AsyncSession, codes: Collection[str] | None) -> tuple[Counter[int], Counter[date]]:
    """How many slots begin on each weekday (0 = Monday), and on single dates, at some stations or at all."""
    query = select(RosterSlot.weekday, RosterSlot.on_date, func.count()).group_by(
        RosterSlot.weekday, RosterSlot.on_date
    )
    if codes is not None:
        query = query.where(RosterSlot.station_code.in_(codes))
    weekly: Counter[int] = Counter()
    dated: Counter[date] = Counter()
    for weekday, on_date, count in await session.execute(query):
        if on_date is not None:
            dated[on_date] += count
        elif weekday is not None:
            weekly[weekday] += count
    return weekly, dated


async def with_slots(session: AsyncSession, codes: Collection[str] | None) -> Sequence[str]:
    """Which of some stations, or of all, have any duty times; by code."""
    query = select(RosterSlot.station_code).distinct().order_by(RosterSlot.station_code)
    if codes is not None:
        query = query.where(RosterSlot.station_code.in_(codes))
    return (await session.scalars(query)).all()
