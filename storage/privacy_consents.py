"""What people were told and agreed to: a row for each wording, ended when it is taken back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import unit_of_work
from storage.models import Consent

_PURPOSE = 5  # characters that tell purposes apart: `notic`, `quote`, `share`, `sens:`
NOTICE = "notice"  # that it was given; the other purposes are named with the matter they are for: `quote:12`


async def give(
    session: AsyncSession,
    constituent_id: int,
    purpose: str,
    version: str,
    now: datetime,
    *,
    source: str = "chat",
    noted_by: str = "",
) -> None:
    """Note it; one in another wording ends with it, one in the same stands."""
    standing = await find(session, constituent_id, purpose)
    if standing is not None and standing.version == version:
        return
    if standing is not None:
        standing.ended_at = now
    add(session, constituent_id, purpose, version, now, source, noted_by)
    await session.flush()


def add(
    session: AsyncSession,
    constituent_id: int,
    purpose: str,
    version: str,
    now: datetime,
    source: str = "chat",
    noted_by: str = "",
) -> None:
    """Note it where none stands."""
    row = {
        "constituent_id": constituent_id,
        "purpose": purpose,
        "version": version,
        "source": source,
        "noted_by": noted_by,
        "given_at": now,
    }
    unit_of_work.write(session, Consent, row)


async def find(session: AsyncSession, constituent_id: int, purpose: str) -> Consent | None:
    """The one that stands."""
    await session.flush()
    found = await session.scalars(
        select(Consent)
        .where(Consent.constituent_id == constituent_id, Consent.purpose == purpose, Consent.ended_at.is_(None))
        .order_by(Consent.id.desc())
        .limit(1)
    )
    return found.one_or_none()


async def standing(session: AsyncSession, constituent_id: int) -> Sequence[Consent]:
    """All that stand, in order."""
    found = await session.scalars(
        select(Consent)
        .where(Consent.constituent_id == constituent_id, Consent.ended_at.is_(None))
        .order_by(Consent.id)
    )
    return found.all()


async def end(session: AsyncSession, constituent_id: int, purpose: str, now: datetime) -> bool:
    """Taken back; whether there was one."""
    ended = await session.execute(
        update(Consent)
        .where(Consent.constituent_id == constituent_id, Consent.purpose == purpose, Consent.ended_at.is_(None))
        .values(ended_at=now)
        .execution_options(synchronize_session="fetch")
        .returning(Consent.id)
    )
    return bool(ended.all())


async def count_standing(session: AsyncSession) -> Sequence[tuple[str, str, int]]:
    """(purpose without its matter, version, how many stand), for those that are not taken back."""
    whole = func.substr(Consent.purpose, 1, _PURPOSE)
    counted = await session.execute(
        select(whole, Consent.version, func.count())
        .where(Consent.ended_at.is_(None))
        .group_by(whole, Consent.version)
        .order_by(whole, Consent.version)
    )
    return [(_whole(purpose), version, count) for purpose, version, count in counted]


def _whole(purpose: str) -> str:
    return NOTICE if NOTICE.startswith(purpose) else purpose.rstrip(":")
