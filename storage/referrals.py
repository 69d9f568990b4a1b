"""The register of matters that belong elsewhere (Regulations on Petition Work, Art. 23)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Referral


def add(session: AsyncSession, *, case_id: int, about: str, at: datetime, notice_days: int) -> Referral:
    """Register a matter; its sender must be told where it goes within `notice_days`, the first day not counted."""
    referral = Referral(
        case_id=case_id, about=about, registered_at=at, notice_due_at=at + timedelta(days=notice_days)
    )
    session.add(referral)
    return referral


async def find_for(session: AsyncSession, case_id: int) -> Referral | None:
    """The registration of a case."""
    return (await session.scalars(select(Referral).where(Referral.case_id == case_id))).one_or_none()


async def stamp_notified(session: AsyncSession, case_id: int, at: datetime | None) -> None:
    """The explanation reached its sender's chat; None where the platform reports afterwards that it did not."""
    await session.execute(update(Referral).where(Referral.case_id == case_id).values(notified_at=at))


async def untold_by(session: AsyncSession, due: datetime, limit: int = 50) -> Sequence[Referral]:
    """Registrations whose notice is due by then and has not arrived, the most pressing first."""
    found = await session.scalars(
        select(Referral)
        .where(Referral.notified_at.is_(None), Referral.notice_due_at <= due)
        .order_by(Referral.notice_due_at)
        .limit(limit)
    )
    return found.all()
