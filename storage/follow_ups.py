"""Which cases and registrations still want a reminder of their own."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Case, Message, Referral, Reminder
from storage.states import WAITING_FOR_ANSWER

_SUBJECT = literal("case:") + cast(Case.id, String)


async def unplanned(session: AsyncSession, opened_before: datetime, limit: int) -> Sequence[Case]:
    """Cases that have waited for long and whose present round has no follow-up planned yet."""
    planned = (
        select(Reminder.id)
        .where(Reminder.subject == _SUBJECT, Reminder.edition == cast(Case.round, String))
        .exists()
    )
    found = await session.scalars(
        select(Case)
        .where(
            Case.opened_at <= opened_before,
            Case.state.in_(WAITING_FOR_ANSWER),
            func.coalesce(Case.round_since, Case.opened_at) <= opened_before,
            ~planned,
        )
        .order_by(Case.opened_at)
        .limit(limit)
    )
    return found.all()


async def is_noted(session: AsyncSession, platform_id: str) -> bool:
    """Whether a message with this id is kept: a second tap adds nothing."""
    found = await session.scalar(select(Message.id).where(Message.platform_id == platform_id).limit(1))
    return found is not None


async def untold_referrals(session: AsyncSession, due_before: datetime) -> Sequence[tuple[Referral, Case]]:
    """Registrations whose sender was not told yet and is to be told by then, with their cases."""
    found = await session.execute(
        select(Referral, Case)
        .join(Case, Case.id == Referral.case_id)
        .where(Referral.notified_at.is_(None), Referral.notice_due_at <= due_before)
        .order_by(Referral.notice_due_at)
    )
    return [(referral, case) for referral, case in found]
