"""Calls that staff are to make: opened with a cause, done once by somebody."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import lanes
from storage.models import Case, ContactTask, OutboxRow

ANSWER, PERSON = "answer", "person"  # why: it cannot be delivered; they asked for somebody
CALLED, DELIVERED, ANSWERED = "called", "delivered", "answered"  # outcomes
CARD = "call"  # what the task ids of its cards begin with


async def find_open(session: AsyncSession, case_id: int, why: str) -> ContactTask | None:
    """The call that is still to be made for this cause."""
    found = await session.scalars(
        select(ContactTask).where(
            ContactTask.case_id == case_id, ContactTask.why == why, ContactTask.done_at.is_(None)
        )
    )
    return found.one_or_none()


async def add(
    session: AsyncSession, case_id: int, why: str, reason: str, *, at: datetime, due_at: datetime | None = None
) -> ContactTask:
    """A call is to be made."""
    task = ContactTask(case_id=case_id, why=why, reason=reason, opened_at=at, due_at=due_at)
    session.add(task)
    await session.flush()
    return task


def finish(task: ContactTask, outcome: str, *, by: str | None, at: datetime) -> None:
    """It was made, or is not needed any more; the first end stands."""
    if task.done_at is None:
        task.done_at, task.done_by, task.outcome = at, by, outcome


async def end_all(session: AsyncSession, case_id: int, at: datetime) -> None:
    """The matter is gone: nobody needs to call because of it."""
    for why in (ANSWER, PERSON):
        task = await find_open(session, case_id, why)
        if task is not None:
            finish(task, ANSWERED, by=None, at=at)


async def cards_of(session: AsyncSession, task_id: int) -> Sequence[OutboxRow]:
    """The cards of a call that are in members' chats, or on their way."""
    found = await session.scalars(
        select(OutboxRow).where(OutboxRow.task_id.like(f"{CARD}-{task_id}-%")).order_by(OutboxRow.id)
    )
    return found.all()


async def open_at(
    session: AsyncSession, station_codes: Collection[str], *, centre: bool, limit: int
) -> Sequence[tuple[ContactTask, Case]]:
    """Calls still to be made for cases of these stations, oldest first; for the `centre` more than these."""
    mine = Case.station_code.in_(station_codes) & lanes.is_open_to_all()
    wanted = mine | lanes.is_restricted() | Case.station_code.is_(None) if centre else mine
    found = await session.execute(
        select(ContactTask, Case)
        .join(Case, Case.id == ContactTask.case_id)
        .where(ContactTask.done_at.is_(None), wanted)
        .order_by(ContactTask.id)
        .limit(limit)
    )
    return [(task, case) for task, case in found]
