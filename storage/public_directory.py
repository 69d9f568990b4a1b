"""Stations, their people and their ground, for posters, public pages and the desk.

What somebody keeps to themselves is left out above."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Grid, Representative, RosterSlot, StaffMember, Station


async def stations(session: AsyncSession, code: str | None = None) -> Sequence[Station]:
    """One station, or all of them by code."""
    ordered = select(Station).order_by(Station.code)
    return (await session.scalars(ordered if code is None else ordered.where(Station.code == code))).all()


async def representatives(session: AsyncSession, station_codes: Collection[str]) -> Sequence[Representative]:
    """Those who belong to some stations, by code."""
    found = select(Representative).where(Representative.station_code.in_(station_codes))
    return (await session.scalars(found.order_by(Representative.code))).all()


async def weekly_slots(session: AsyncSession, station_code: str) -> Sequence[RosterSlot]:
    """When people are on duty at a station each week, from Monday on."""
    table = RosterSlot
    found = select(table).where(table.station_code == station_code, table.weekday.is_not(None))
    return (await session.scalars(found.order_by(table.weekday, table.start, table.representative_code))).all()


async def staff(session: AsyncSession) -> Sequence[StaffMember]:
    """Everybody of the staff, by userid."""
    return (await session.scalars(select(StaffMember).order_by(StaffMember.userid))).all()


async def everybody(session: AsyncSession) -> Sequence[Representative]:
    """All representatives, by code."""
    return (await session.scalars(select(Representative).order_by(Representative.code))).all()


async def grids(session: AsyncSession, station_codes: Collection[str] | None) -> Sequence[Grid]:
    """The ground of some stations, or of all, by code."""
    ordered = select(Grid).order_by(Grid.code)
    return (
        await session.scalars(
            ordered if station_codes is None else ordered.where(Grid.station_code.in_(station_codes))
        )
    ).all()
