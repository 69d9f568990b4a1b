"""What a machine that watches asks beside deliveries: the oldest message, due clocks, the ledger's growth."""

from datetime import datetime

from sqlalchemy import func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Case, InboxRow, LedgerDay, LedgerHead
from storage.states import WAITING_FOR_ANSWER, InboxState


async def oldest_in_inbox(session: AsyncSession) -> datetime | None:
    """When the oldest message came in that still waits to be handled."""
    waits = InboxRow.state == literal_column(f"'{InboxState.WAITING}'")  # as it stands in the partial index
    return await session.scalar(select(func.min(InboxRow.received_at)).where(waits))


async def clocks_due(session: AsyncSession, now: datetime) -> dict[str, int]:
    """Matters without an answer whose clock has run out, by whom it waits for: representative … centre.

    At night and on days off a step waits for the morning; what stands at `centre` has nobody after it.
    """
    rows = await session.execute(
        select(Case.clock_step, func.count())
        .where(Case.clock_due_at <= now, Case.state.in_(WAITING_FOR_ANSWER))
        .group_by(Case.clock_step)
    )
    return {step or "none": count for step, count in rows}


async def ledger_lines(session: AsyncSession) -> int:
    """The lines of all chains, as their heads say."""
    return int(await session.scalar(select(func.coalesce(func.sum(LedgerHead.seq), 0))) or 0)


async def last_published(session: AsyncSession) -> datetime | None:
    """When heads of the ledger were last sent out of the house."""
    return await session.scalar(select(func.max(LedgerDay.published_at)))
