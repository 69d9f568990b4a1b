"""The addresses that members were given for a document or a form: short-lived; the token itself is not kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import MemberLink
from storage.tokens import digest

EXPORT, DESK = "export", "desk"


async def issue(
    session: AsyncSession,
    purpose: str,
    userid: str,
    token: str,
    facts: Mapping[str, Any],
    now: datetime,
    until: datetime,
) -> MemberLink:
    """Give a member this token until then; those of theirs that are long over are forgotten."""
    theirs = MemberLink.userid == userid.lower()
    await session.execute(delete(MemberLink).where(theirs, MemberLink.expires_at < now - (until - now)))
    row = MemberLink(
        digest=digest(token),
        purpose=purpose,
        userid=userid.lower(),
        facts=dict(facts),
        issued_at=now,
        expires_at=until,
    )
    session.add(row)
    await session.flush()
    return row


async def find(session: AsyncSession, purpose: str, token: str) -> MemberLink | None:
    """The address of exactly this token, over or not."""
    row = await session.get(MemberLink, digest(token))
    return row if row is not None and row.purpose == purpose else None


async def void(session: AsyncSession, userid: str, now: datetime) -> int:
    """Every address that a member was given and that is good yet is over now; returns how many."""
    ended = await session.execute(
        update(MemberLink)
        .where(MemberLink.userid == userid.lower(), MemberLink.expires_at > now)
        .values(expires_at=now)
        .execution_options(synchronize_session="fetch")
        .returning(MemberLink.digest)
    )
    return len(ended.all())
