"""What stations were found to have of the eight haves (八有), and when somebody last looked."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import StationStandard


async def of_station(session: AsyncSession, station_code: str) -> Sequence[StationStandard]:
    """What a station has, by name."""
    found = await session.scalars(
        select(StationStandard).where(StationStandard.station_code == station_code).order_by(StationStandard.name)
    )
    return found.all()


async def count(session: AsyncSession, names: Collection[str]) -> dict[str, int]:
    """How many of these each station has; a station that has none is left out."""
    rows = await session.execute(
        select(StationStandard.station_code, func.count())
        .where(StationStandard.name.in_(names))
        .group_by(StationStandard.station_code)
    )
    return {str(code): found for code, found in rows}


async def put(session: AsyncSession, station_code: str, names: Collection[str], at: datetime, by: str) -> None:
    """Somebody looked: the station has these and no others."""
    await session.execute(delete(StationStandard).where(StationStandard.station_code == station_code))
    session.add_all(
        StationStandard(station_code=station_code, name=name, checked_at=at, checked_by=by) for name in names
    )
    await session.flush()
