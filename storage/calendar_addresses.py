"""The private addresses of representatives' calendars: one is valid, those before it are remembered as gone."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import CalendarAddress
from storage.tokens import digest


async def find(session: AsyncSession, token: str) -> CalendarAddress | None:
    """The address of exactly this token, revoked or not."""
    return await session.get(CalendarAddress, digest(token))


async def find_shown(session: AsyncSession, representative_code: str) -> CalendarAddress | None:
    """The address that a representative has now and can be shown again."""
    found = await session.scalars(
        select(CalendarAddress).where(
            CalendarAddress.representative_code == representative_code,
            CalendarAddress.revoked_at.is_(None),
            CalendarAddress.token_sealed.is_not(None),
        )
    )
    return found.one_or_none()


async def revoke(session: AsyncSession, representative_code: str, at: datetime) -> None:
    """Every address that a representative has is void."""
    theirs = CalendarAddress.representative_code == representative_code
    await session.execute(
        update(CalendarAddress).where(theirs, CalendarAddress.revoked_at.is_(None)).values(revoked_at=at)
    )


async def issue(
    session: AsyncSession, representative_code: str, token: str, sealed: bytes, at: datetime
) -> CalendarAddress:
    """Give a representative this token, beside those that cannot be shown again; `sealed` is kept to be shown."""
    row = CalendarAddress(
        digest=digest(token),
        token_sealed=sealed,
        representative_code=representative_code,
        issued_at=at,
        revoked_at=None,
    )
    session.add(row)
    await session.flush()
    return row
