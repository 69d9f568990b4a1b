"""What waits, and what was said, in one conversation: what its send budget is counted from."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import OutboxRow
from storage.outbox import MUST_ARRIVE, Channel, Purpose
from storage.states import OutboxState

KEEPS_LAST = frozenset({*MUST_ARRIVE, Purpose.URGENT})  # may take the last message of a budget
_LATER = frozenset({Purpose.REMINDER, Purpose.BROADCAST})  # lanes of their own


async def count_owed(session: AsyncSession, conversation_id: int, besides: int | None = None) -> int:
    """How many messages that may take the last place wait to be sent and have no place yet, `besides` this row."""
    counted = await session.scalar(
        select(func.count())
        .select_from(OutboxRow)
        .where(
            OutboxRow.conversation_id == conversation_id,
            OutboxRow.channel == Channel.KF,
            OutboxRow.state == OutboxState.WAITING,
            OutboxRow.purpose.in_(KEEPS_LAST),
            OutboxRow.in_doubt.is_(False),
            OutboxRow.id != (besides or 0),
        )
    )
    return counted or 0


async def count_spent(session: AsyncSession, conversation_id: int, since: datetime) -> int:
    """How many messages WeCom counts against one written at `since`: sent from then on, or perhaps sent."""
    perhaps = or_(
        OutboxRow.state == OutboxState.LEASED,
        and_(OutboxRow.state.in_((OutboxState.WAITING, OutboxState.PARKED)), OutboxRow.in_doubt),
    )
    counted = await session.scalar(
        select(func.count())
        .select_from(OutboxRow)
        .where(
            OutboxRow.conversation_id == conversation_id,
            OutboxRow.channel == Channel.KF,
            or_(OutboxRow.sent_at >= since, perhaps),
        )
    )
    return counted or 0


async def waiting_to_be_said(session: AsyncSession, conversation_id: int) -> Sequence[OutboxRow]:
    """What waits and was never tried, in order, locked until this transaction ends; no reminders and notices."""
    found = await session.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.conversation_id == conversation_id,
            OutboxRow.channel == Channel.KF,
            OutboxRow.state == OutboxState.WAITING,
            OutboxRow.attempt == 0,
            OutboxRow.purpose.not_in(_LATER),
        )
        .order_by(OutboxRow.id)
        .with_for_update(skip_locked=True)
    )
    return found.all()


async def undelivered_answers(session: AsyncSession, case_id: int) -> Sequence[OutboxRow]:
    """Parts of answers and questions of a case that wait for the next message, or were refused for good."""
    found = await session.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.case_id == case_id,
            OutboxRow.purpose == Purpose.ANSWER,
            OutboxRow.state.in_((OutboxState.PARKED, OutboxState.FAILED)),
        )
        .order_by(OutboxRow.id)
        .with_for_update()
    )
    return found.all()


async def told_answers(session: AsyncSession, case_id: int) -> Sequence[OutboxRow]:
    """Parts of answers of a case that were told by telephone and not sent since."""
    found = await session.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.case_id == case_id,
            OutboxRow.told_at.is_not(None),
            OutboxRow.state == OutboxState.DROPPED,
        )
        .order_by(OutboxRow.id)
        .with_for_update()
    )
    return found.all()


async def count_unsettled_answers(session: AsyncSession, case_id: int) -> int:
    """How many parts of answers of a case neither arrived nor were told by telephone nor are lost."""
    counted = await session.scalar(
        select(func.count())
        .select_from(OutboxRow)
        .where(
            OutboxRow.case_id == case_id,
            OutboxRow.purpose == Purpose.ANSWER,
            OutboxRow.state.in_((OutboxState.WAITING, OutboxState.LEASED, OutboxState.PARKED)),
        )
    )
    return counted or 0
