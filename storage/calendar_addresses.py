"""The private addresses of representatives' calendars: one is valid, those before it are remembered as gone."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import CalendarAddress


async def find(session: AsyncSession, token: str) -> CalendarAddress | None:
    """The address of exactly this token, revoked or not."""
    return await session.get(CalendarAddress, token)


async def find_valid(session: AsyncSession, representative_code: str) -> CalendarAddress | None:
    """The address that a representative has now."""
    found = await session.scalars(
        select(CalendarAddress).where(
            CalendarAddress.representative_code == representative_code, CalendarAddress.revoked_at.is_(None)
        )
    )
    return found.one_or_none()


async def issue(session: AsyncSession, representative_code: str, token: str, at: datetime) -> CalendarAddress:
    """Give a representative this token; the one before is revoked."""
    before = await find_valid(session, representative_code)
    if before is not None:
        before.revoked_at = at
        await session.flush()  # the new one may only stand beside a revoked one
    row = CalendarAddress(token=token, representative_code=representative_code, issued_at=at, revoked_at=None)
    session.add(row)
    await session.flush()
    return row
