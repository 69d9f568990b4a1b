"""The addresses of people's own data: one for a person, short-lived, good once; the token itself is not kept."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import OwnDataLink
from storage.tokens import digest


async def issue(session: AsyncSession, constituent_id: int, token: str, now: datetime, until: datetime) -> None:
    """Give somebody this address until then; those before it are forgotten."""
    await session.execute(delete(OwnDataLink).where(OwnDataLink.constituent_id == constituent_id))
    session.add(
        OwnDataLink(
            digest=digest(token), constituent_id=constituent_id, issued_at=now, expires_at=until, used_at=None
        )
    )
    await session.flush()


async def find(session: AsyncSession, token: str) -> OwnDataLink | None:
    """The address of exactly this token, used or over or not."""
    return await session.get(OwnDataLink, digest(token))


async def claim(session: AsyncSession, token: str, now: datetime) -> int | None:
    """Use the address, once: whose data it leads to; None where it is used, over or nobody's."""
    claimed = await session.scalars(
        update(OwnDataLink)
        .where(OwnDataLink.digest == digest(token), OwnDataLink.used_at.is_(None), OwnDataLink.expires_at > now)
        .values(used_at=now)
        .execution_options(synchronize_session=False)
        .returning(OwnDataLink.constituent_id)
    )
    return claimed.one_or_none()


async def forget_over(session: AsyncSession, before: datetime) -> int:
    """Delete those that ended before then; returns how many."""
    gone = await session.execute(
        delete(OwnDataLink).where(OwnDataLink.expires_at < before).returning(OwnDataLink.digest)
    )
    return len(gone.all())
