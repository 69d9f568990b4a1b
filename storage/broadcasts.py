"""Notices, the rows of the outbox by which they are said, and what constituents heard of them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.chunks import chunks
from storage.models import (
    Broadcast,
    Constituent,
    ContentKeyRow,
    Conversation,
    OutboxRow,
    Reminder,
)
from storage.outbox import Channel, Purpose
from storage.states import BroadcastState, OutboxState, RecipientState, ReminderState

STEP = "notice"  # of the reminders by which constituents hear it
MEDIA = "-media"  # in the task id of the row that carries its picture or file
_B, _P = BroadcastState, RecipientState


async def find(session: AsyncSession, broadcast_id: int, *, lock: bool = False) -> Broadcast | None:
    """By its number; with `lock` nobody else changes it until this transaction ends."""
    return await session.get(Broadcast, broadcast_id, with_for_update=lock or None)


async def find_latest_of(session: AsyncSession, userid: str, most: int) -> Sequence[Broadcast]:
    """The notices that somebody wrote or stands for, the newest first."""
    wanted = userid.lower()
    found = await session.scalars(
        select(Broadcast)
        .where(
            (func.lower(Broadcast.author_userid) == wanted) | (func.lower(Broadcast.reviewer_userid) == wanted),
            Broadcast.state != _B.DRAFT,
        )
        .order_by(Broadcast.id.desc())
        .limit(most)
    )
    return found.all()


async def newest(session: AsyncSession, most: int) -> Sequence[Broadcast]:
    """The latest notices in any state, the newest first."""
    return (await session.scalars(select(Broadcast).order_by(Broadcast.id.desc()).limit(most))).all()


async def approved_since(session: AsyncSession, since: datetime) -> Sequence[Broadcast]:
    """Notices that were approved since then and not taken back."""
    found = await session.scalars(
        select(Broadcast)
        .where(Broadcast.approved_at >= since, Broadcast.state != _B.RECALLED)
        .order_by(Broadcast.id)
    )
    return found.all()


async def claim_to_send(session: AsyncSession, now: datetime, most: int) -> Sequence[Broadcast]:
    """Notices whose time has come or that are being sent, the oldest first, locked until this transaction ends."""
    found = await session.scalars(
        select(Broadcast)
        .where(Broadcast.state.in_((_B.SCHEDULED, _B.SENDING)), Broadcast.due_at <= now)
        .order_by(Broadcast.due_at, Broadcast.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return found.all()


async def claim_in_state(session: AsyncSession, *states: BroadcastState) -> Sequence[Broadcast]:
    """Notices in these states, the oldest first, locked until this transaction ends."""
    found = await session.scalars(
        select(Broadcast)
        .where(Broadcast.state.in_(states))
        .order_by(Broadcast.id)
        .with_for_update(skip_locked=True)
    )
    return found.all()


def subject_of(broadcast_id: int) -> str:
    """A notice as the subject of reminders, by which constituents hear it."""
    return f"notice:{broadcast_id}"


def task_prefix(broadcast_id: int) -> str:
    """How the task ids of a notice's rows in the outbox begin."""
    return f"notice-{broadcast_id}-"


def find_broadcast_id(task_id: str | None) -> int | None:
    """The notice that a row of the outbox with this task id is of."""
    head, _, rest = (task_id or "").partition("-")
    number = rest.partition("-")[0]
    return int(number) if head == "notice" and number.isdecimal() else None


async def rows_of(session: AsyncSession, broadcast_id: int, *states: OutboxState) -> Sequence[OutboxRow]:
    """The rows of the outbox by which it is said to members, those split off included, locked."""
    return await find_rows(session, task_prefix(broadcast_id), Purpose.BROADCAST, *states)


async def find_rows(
    session: AsyncSession, prefix: str, purpose: Purpose, *states: OutboxState
) -> Sequence[OutboxRow]:
    """Rows of the outbox whose task id begins so, locked until this transaction ends."""
    found = await session.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.purpose == purpose,
            OutboxRow.task_id.startswith(prefix, autoescape=True),
            OutboxRow.state.in_(states),
        )
        .order_by(OutboxRow.id)
        .with_for_update()
    )
    return found.all()


async def count_pressing(session: AsyncSession, now: datetime, most: int) -> int:
    """How many rows of notices wait in the outbox to be sent now, counted up to `most`."""
    waiting = (
        select(OutboxRow.id)
        .where(
            OutboxRow.state.in_((OutboxState.WAITING, OutboxState.LEASED)),
            OutboxRow.purpose == Purpose.BROADCAST,
            OutboxRow.due_at <= now,
        )
        .limit(most)
    )
    return await session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


async def count_erased(session: AsyncSession, conversation_ids: Collection[int]) -> int:
    """With how many of these conversations nobody can be reached: they had everything erased, or are not there."""
    kept = 0
    async for some in chunks(conversation_ids):
        kept += (
            await session.scalar(
                select(func.count())
                .select_from(Conversation)
                .join(Constituent, Constituent.id == Conversation.constituent_id)
                .join(ContentKeyRow, ContentKeyRow.id == Constituent.key_id)
                .where(Conversation.id.in_(some), ContentKeyRow.wrapped.is_not(None))
            )
            or 0
        )
    return len(conversation_ids) - kept


async def ends_in_chats(session: AsyncSession, subject: str) -> dict[ReminderState | OutboxState, list[str]]:
    """For constituents: the recipients by where their reminder is, or its row of the outbox once it was said."""
    rows = await session.execute(
        select(Reminder.recipient, Reminder.state, OutboxRow.state)
        .outerjoin(OutboxRow, OutboxRow.id == Reminder.outbox_id)
        .where(Reminder.subject == subject)
    )
    ends: dict[ReminderState | OutboxState, list[str]] = {}
    for recipient, state, said in rows:
        end = said if state is ReminderState.SENT and said is not None else state
        ends.setdefault(end, []).append(recipient)
    return ends


async def last_notices(
    session: AsyncSession, subjects: Collection[str], recipients: Collection[str]
) -> dict[str, datetime]:
    """When each of these constituents last heard, or is to hear, one of these notices; held ones do not count."""
    found: dict[str, datetime] = {}
    if not subjects:
        return found
    async for some in chunks(recipients):
        rows = await session.execute(
            select(Reminder.recipient, Reminder.state, Reminder.due_at, Reminder.fired_at).where(
                Reminder.subject.in_(subjects),
                Reminder.recipient.in_(some),
                Reminder.state.in_((ReminderState.WAITING, ReminderState.SENT)),
            )
        )
        for recipient, state, due_at, fired_at in rows:
            at = due_at if state is ReminderState.WAITING else fired_at or due_at
            found[recipient] = max(at, found.get(recipient, at))
    return found


async def put_off(session: AsyncSession, broadcast_id: int, until: datetime) -> int:
    """What waits in the outbox to be said to members is not said before then."""
    rows = await rows_of(session, broadcast_id, OutboxState.WAITING)
    early = [row for row in rows if row.due_at < until and row.channel == Channel.APP]
    for row in early:
        row.due_at = until
    return len(early)
