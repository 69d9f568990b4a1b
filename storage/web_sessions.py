"""Log-ins under way and sessions of browsers. Tokens are random; the database has their digests alone."""

import hashlib
from datetime import datetime

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import LoginAttempt, WebSession


def digest_of(token: str) -> str:
    """What is kept of a token: 256 bits, hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


async def add_attempt(
    session: AsyncSession, state: str, next_path: str, now: datetime, expires_at: datetime
) -> None:
    """Remember where a log-in is to lead; those that are over are forgotten."""
    await session.execute(delete(LoginAttempt).where(LoginAttempt.expires_at <= now))
    session.add(LoginAttempt(digest=digest_of(state), next_path=next_path, expires_at=expires_at))


async def take_attempt(session: AsyncSession, state: str, now: datetime) -> str | None:
    """Where the log-in of this state leads, once and in time; None otherwise, whoever asks at the same moment."""
    wanted = (LoginAttempt.digest == digest_of(state), LoginAttempt.expires_at > now)
    return await session.scalar(delete(LoginAttempt).where(*wanted).returning(LoginAttempt.next_path))


async def add(
    session: AsyncSession, token: str, userid: str, standing: str, now: datetime, expires_at: datetime
) -> None:
    """Begin a session; those that are over, whoever's they were, are forgotten."""
    await session.execute(delete(WebSession).where(WebSession.expires_at <= now))
    row = WebSession(
        digest=digest_of(token),
        userid=userid.lower(),
        standing=standing,
        began_at=now,
        seen_at=now,
        expires_at=expires_at,
    )
    session.add(row)


async def find(session: AsyncSession, token: str) -> WebSession | None:
    """The session of exactly this token, over or not."""
    return await session.get(WebSession, digest_of(token))


async def touch(session: AsyncSession, digest: str, now: datetime) -> None:
    """Somebody is there."""
    await session.execute(update(WebSession).where(WebSession.digest == digest).values(seen_at=now))


async def end(session: AsyncSession, digest: str) -> None:
    """Log one browser out."""
    await session.execute(delete(WebSession).where(WebSession.digest == digest))


async def end_all(session: AsyncSession, userid: str) -> int:
    """Log somebody out everywhere; how many browsers that were."""
    ended = await session.execute(delete(WebSession).where(WebSession.userid == userid.lower()))
    assert isinstance(ended, CursorResult)  # noqa: S101  what a DELETE gives
    return ended.rowcount
