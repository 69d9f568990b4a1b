"""Duty slots as they stand on the roster, read where the roster in memory is not at hand or too large to search."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
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
