"""Cases by their clocks: whose time has come, who waits for the constituent, what runs at all."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Case, OutboxRow
from storage.outbox import Purpose
from storage.states import WAITING_FOR_ANSWER, OutboxState

_WAITS = Case.state.in_(WAITING_FOR_ANSWER)
_UNSENT = (OutboxState.WAITING, OutboxState.LEASED, OutboxState.PARKED)
_DUE = (
    select(Case)
    .where(
        Case.clock_due_at <= bindparam("now"),
        Case.clock_step != "centre",
        _WAITS,
        or_(bindparam("awake"), Case.urgency == "emergency"),
    )
    .order_by(Case.clock_due_at, Case.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


async def due(session: AsyncSession, now: datetime, *, awake: bool, limit: int) -> Sequence[Case]:
    """Cases whose next in line is to be asked; at night and on days off emergencies only."""
    return (await session.scalars(_DUE, {"now": now, "awake": awake, "most": limit})).all()


async def overdue_at_centre(session: AsyncSession, now: datetime, limit: int) -> Sequence[Case]:
    """What the service centre has and nobody has answered in time, the longest broken promise first."""
    found = await session.scalars(
        select(Case)
        .where(Case.clock_due_at <= now, Case.clock_step == "centre", _WAITS)
        .order_by(func.coalesce(Case.promised_at, Case.due_at), Case.id)
        .limit(limit)
    )
    return found.all()


async def running(session: AsyncSession, *, after_id: int, limit: int) -> Sequence[Case]:
    """Cases that wait for an answer, by id, after one of them."""
    found = await session.scalars(
        select(Case)
        .where(Case.id > after_id, _WAITS)
        .order_by(Case.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return found.all()


async def unheard_since(session: AsyncSession, before: datetime, limit: int) -> Sequence[Case]:
    """Cases whose constituent was asked before then and has said nothing; the question has left our hands."""
    on_its_way = (
        select(OutboxRow.id)
        .where(
            OutboxRow.case_id == Case.id,
            OutboxRow.purpose == Purpose.ANSWER,
            OutboxRow.state.in_(_UNSENT),
        )
        .exists()
    )
    found = await session.scalars(
        select(Case)
        .where(Case.waiting_since <= before, Case.dormant_at.is_(None), _WAITS, ~on_its_way)
        .order_by(Case.waiting_since)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return found.all()
