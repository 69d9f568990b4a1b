"""The yearly checks of files, and what was missing in them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import FileCheck
from storage.states import FileCheckState


async def of_years(session: AsyncSession, representative_code: str, years: Collection[int]) -> Sequence[FileCheck]:
    """A representative's checks of these years, the first year first."""
    found = await session.scalars(
        select(FileCheck)
        .where(FileCheck.representative_code == representative_code, FileCheck.year.in_(years))
        .order_by(FileCheck.year)
    )
    return found.all()


async def bind(session: AsyncSession, representative_code: str, first: int, last: date, at: datetime) -> int:
    """The sealed years of a term that was over at this instant are bound; returns how many."""
    if at.date() <= last:
        return 0
    found = await session.scalars(
        select(FileCheck).where(
            FileCheck.representative_code == representative_code,
            FileCheck.year.between(first, last.year),
            FileCheck.state == FileCheckState.SEALED,
        )
    )
    checks = found.all()
    for check in checks:
        check.move(FileCheckState.BOUND)
        check.bound_at = at
    return len(checks)
