"""The addresses of the page of numbers: one for a member, short-lived; the token itself is not kept."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import DeliveryLink
from storage.tokens import digest


async def issue(session: AsyncSession, userid: str, token: str, now: datetime, until: datetime) -> DeliveryLink:
    """Give a member this token until then; the one before is revoked, and those long over are forgotten."""
    theirs = DeliveryLink.userid == userid.lower()
    await session.execute(delete(DeliveryLink).where(theirs, DeliveryLink.expires_at < now - (until - now)))
    await session.execute(
        update(DeliveryLink).where(theirs, DeliveryLink.revoked_at.is_(None)).values(revoked_at=now)
    )
    row = DeliveryLink(
        digest=digest(token), userid=userid.lower(), issued_at=now, expires_at=until, revoked_at=None
    )
    session.add(row)
    await session.flush()
    return row


async def find(session: AsyncSession, token: str) -> DeliveryLink | None:
    """The address of exactly this token, valid or not."""
    return await session.get(DeliveryLink, digest(token))
