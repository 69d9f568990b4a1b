"""The yearly checks of files, and what was missing in them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import FileCheck, FileGap
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


async def find(session: AsyncSession, representative_code: str, year: int) -> FileCheck | None:
    """The check of a representative in a year."""
    found = await session.scalars(
        select(FileCheck).where(FileCheck.representative_code == representative_code, FileCheck.year == year)
    )
    return found.one_or_none()


async def newest(session: AsyncSession, representative_code: str) -> FileCheck | None:
    """The last check of a representative; locked until this transaction ends."""
    found = await session.scalars(
        select(FileCheck)
        .where(FileCheck.representative_code == representative_code)
        .order_by(FileCheck.year.desc())
        .limit(1)
        .with_for_update()
    )
    return found.one_or_none()


async def checked(session: AsyncSession, codes: Collection[str], year: int) -> set[str]:
    """Which of these have a check of this year already."""
    found = await session.scalars(
        select(FileCheck.representative_code).where(
            FileCheck.year == year, FileCheck.representative_code.in_(codes)
        )
    )
    return set(found)


async def in_state(
    session: AsyncSession, state: FileCheckState, most: int, *, after: int = 0, before_year: int = 9999
) -> Sequence[FileCheck]:
    """Checks of years before this one that stand so, by number; locked until this transaction ends."""
    found = await session.scalars(
        select(FileCheck)
        .where(FileCheck.state == state, FileCheck.id > after, FileCheck.year < before_year)
        .order_by(FileCheck.id)
        .limit(most)
        .with_for_update()
    )
    return found.all()


async def of_representatives(
    session: AsyncSession, codes: Collection[str], state: FileCheckState, most: int
) -> Sequence[FileCheck]:
    """Checks of these representatives that stand so, the oldest first."""
    found = await session.scalars(
        select(FileCheck)
        .where(FileCheck.representative_code.in_(codes), FileCheck.state == state)
        .order_by(FileCheck.id)
        .limit(most)
    )
    return found.all()


async def gaps(session: AsyncSession, check_id: int) -> Sequence[FileGap]:
    """What a check found missing, filled and waived ones too, in the order in which they are told."""
    found = await session.scalars(select(FileGap).where(FileGap.check_id == check_id).order_by(FileGap.id))
    return found.all()


def is_open(gap: FileGap) -> bool:
    """Whether it is still missing."""
    return gap.filled_at is None and gap.waived_at is None
