"""The private addresses of files: one member reads one file for some days; a new one makes the old one void."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import FileAddress
from storage.tokens import digest


async def find(session: AsyncSession, token: str) -> FileAddress | None:
    """The address of exactly this token, good or not."""
    return await session.get(FileAddress, digest(token))


async def find_good(
    session: AsyncSession, userid: str, representative_code: str, after: datetime
) -> FileAddress | None:
    """The address that a member has for a file, can be shown again and is good until later than this."""
    found = await session.scalars(
        select(FileAddress)
        .where(
            FileAddress.userid == userid.lower(),
            FileAddress.representative_code == representative_code,
            FileAddress.revoked_at.is_(None),
            FileAddress.token_sealed.is_not(None),
            FileAddress.expires_at > after,
        )
        .order_by(FileAddress.expires_at.desc())
        .limit(1)
    )
    return found.one_or_none()


async def revoke(session: AsyncSession, userid: str, at: datetime) -> int:
    """Every address that a member has, for whatever file, is gone; returns how many."""
    revoked = await session.execute(
        update(FileAddress)
        .where(FileAddress.userid == userid.lower(), FileAddress.revoked_at.is_(None), FileAddress.expires_at > at)
        .values(revoked_at=at)
        .execution_options(synchronize_session=False)
        .returning(FileAddress.digest)
    )
    return len(revoked.all())


async def issue(
    session: AsyncSession,
    token: str,
    sealed: bytes,
    userid: str,
    representative_code: str,
    at: datetime,
    until: datetime,
) -> FileAddress:
    """Give a member this address; `sealed` is the token as it is kept to be shown again."""
    row = FileAddress(
        digest=digest(token),
        token_sealed=sealed,
        representative_code=representative_code,
        userid=userid.lower(),
        issued_at=at,
        expires_at=until,
        revoked_at=None,
    )
    session.add(row)
    await session.flush()
    return row
