"""Queues of officers who are away, in the hands of the service centre."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import QueueCover


async def all_open(session: AsyncSession) -> dict[str, str]:
    """Who sees to whose queue now; userids in small letters."""
    rows = await session.execute(select(QueueCover.officer, QueueCover.by).where(QueueCover.ended_at.is_(None)))
    return {officer: by for officer, by in rows}  # noqa: C416  a Row is no pair for mypy


async def find_open(session: AsyncSession, officer: str) -> QueueCover | None:
    """The cover of this officer's queue that is not over; locked."""
    found = await session.scalars(
        select(QueueCover)
        .where(QueueCover.officer == officer.lower(), QueueCover.ended_at.is_(None))
        .with_for_update()
    )
    return found.one_or_none()


async def add(session: AsyncSession, officer: str, by: str, now: datetime) -> QueueCover:
    """Somebody takes it over. Raises IntegrityError where somebody else did in the same instant."""
    row = QueueCover(officer=officer.lower(), by=by.lower(), began_at=now)
    session.add(row)
    await session.flush()
    return row


async def newest(session: AsyncSession, most: int) -> Sequence[QueueCover]:
    """The latest covers, over or not."""
    return (await session.scalars(select(QueueCover).order_by(QueueCover.id.desc()).limit(most))).all()
