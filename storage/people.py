"""Looking up a representative or a station by code."""

from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Representative, Station


async def find_representative(session: AsyncSession, code: str) -> Representative | None:
    """By code."""
    return await session.get(Representative, code)


async def find_station(session: AsyncSession, code: str) -> Station | None:
    """By code."""
    return await session.get(Station, code)
