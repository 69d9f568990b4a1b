"""Words that a station often answers with."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import StationPhrase


async def of_station(session: AsyncSession, station_code: str) -> Sequence[StationPhrase]:
    """A station's own, in the order in which they were added."""
    found = await session.scalars(
        select(StationPhrase).where(StationPhrase.station_code == station_code).order_by(StationPhrase.id)
    )
    return found.all()


async def find(session: AsyncSession, station_code: str, number: int) -> StationPhrase | None:
    """One of a station's, by its number."""
    found = await session.get(StationPhrase, number)
    return found if found is not None and found.station_code == station_code else None
