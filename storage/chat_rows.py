"""What waits, and what was said, in one conversation: what its send budget is counted from."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import ColumnElement

from storage import batch_reading, plain
from storage.batch_reading import PERHAPS_SENT
from storage.models import OutboxRow
from storage.outbox import MUST_ARRIVE, Channel, Purpose
from storage.states import OutboxState

KEEPS_LAST = frozenset({*MUST_ARRIVE, Purpose.URGENT})  # may take the last message of a budget
_LATER = frozenset({Purpose.REMINDER, Purpose.BROADCAST})  # lanes of their own


_OWED: tuple[ColumnElement[bool], ...] = (
    OutboxRow.channel == literal_column(f"'{Channel.KF}'"),
    OutboxRow.state == literal_column(f"'{OutboxState.WAITING}'"),
    OutboxRow.purpose.in_([literal_column(f"'{purpose}'") for purpose in sorted(KEEPS_LAST)]),
    OutboxRow.in_doubt.is_(False),
)
_COUNT_OWED = (
    select(func.count())
    .select_from(OutboxRow)
    .where(OutboxRow.conversation_id == bindparam("conversation"), OutboxRow.id != bindparam("besides"), *_OWED)
)
_ALL_OWED = select(OutboxRow.conversation_id, OutboxRow.id).where(
    OutboxRow.conversation_id.in_(bindparam("conversations", expanding=True)), *_OWED
)
_READ_OWED = "owed"


async def read_owed(session: AsyncSession, conversation_ids: Collection[int]) -> None:
    """Read what `count_owed` is going to be asked for; each answer is given once, the next is counted anew."""
    owed: dict[int, list[int]] = {number: [] for number in conversation_ids}
    for conversation_id, row_id in await plain.fetch(session, _ALL_OWED, {"conversations": sorted(owed)}):
        if conversation_id is not None:
            owed[conversation_id].append(row_id)
    session.info[_READ_OWED] = owed


async def count_owed(session: AsyncSession, conversation_id: int, besides: int | None = None) -> int:
    """How many messages that may take the last place wait to be sent and have no place yet, `besides` this row."""
    read = session.info.get(_READ_OWED, {}).pop(conversation_id, None)
    if read is not None:
        return sum(row_id != besides for row_id in read)
    await session.flush()
    asked = {"conversation": conversation_id, "besides": besides or 0}
    return await plain.fetch_one(session, _COUNT_OWED, asked) or 0


# Built once: putting a statement together costs as much as running it.
_SPENT = (
    select(func.count())
    .select_from(OutboxRow)
    .where(
        OutboxRow.conversation_id == bindparam("conversation"),
        OutboxRow.channel == literal_column(f"'{Channel.KF}'"),
        or_(OutboxRow.sent_at >= bindparam("since"), PERHAPS_SENT),
    )
)


async def count_spent(session: AsyncSession, conversation_id: int, since: datetime) -> int:
    """How many messages WeCom counts against one written at `since`: sent from then on, or perhaps sent.

    The conversation is locked by then, or is by what is flushed here: the pump takes nothing from it meanwhile.
    """
    read = batch_reading.take_spent(session, conversation_id, since)
    if read is not None:
        return read
    await session.flush()
    return await plain.fetch_one(session, _SPENT, {"conversation": conversation_id, "since": since}) or 0


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
